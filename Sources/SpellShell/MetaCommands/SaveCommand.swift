import SpellCatalog
import SpellCore
import SpellTables

/// `\save NAME [ID] ['description'] [--project] [OVERWRITE]`: the last statement, or one of the history, as a saved
/// query.
enum SaveCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    let name = line.arguments[0]
    guard SavedQueries.isName(name.text) else { throw SavedQueryMessages.notAName(name.text, at: line.location(name)) }
    var id: MetaLine.Word?
    var description = ""
    var owner = SavedQuery.Owner.user
    var overwrites = false
    for word in line.arguments.dropFirst() {
      switch word.text {
      case "--project": owner = .project
      case "OVERWRITE": overwrites = true
      case let text where line.isQuoted(word): description = text
      case let text where Int(text) != nil && id == nil: id = word
      case let text:
        throw ShellMessages.unknownArgument(
          text, expected: "[ID] ['description'] [--project] [OVERWRITE]", at: line.location(word))
      }
    }
    let statement = try statement(id, of: line, in: runner)
    let queries = runner.savedQueries
    if owner == .user, let path = queries.path(of: name.text, .project), FileStamp(path: path) != nil {
      throw SavedQueryMessages.hiddenByProject(path, at: line.location(name))
    }
    do {
      let replaced = queries.path(of: name.text, owner).map { FileStamp(path: $0) != nil } ?? false
      let path = try queries.save(statement, as: name.text, owner, description: description, overwrite: overwrites)
      runner.remark(SavedQueryMessages.saved(path, replaced: replaced))
    } catch let error as SpellError {
      throw error.located(at: line.location(name))
    }
  }

  private static func statement(_ id: MetaLine.Word?, of line: MetaLine, in runner: SessionRunner) throws -> String {
    let location = line.location(id ?? line.name)
    let text = try id.map { try RerunCommand.statement($0, of: line, in: runner) } ?? runner.lastStatement
    guard let text else { throw SavedQueryMessages.nothingToSave(at: location) }
    guard Script(SourceText(name: "", text: text)).diagnostics.isEmpty else {
      throw SavedQueryMessages.unsoundStatement(at: location)
    }
    // Kept statements have lost their passwords already, so that one that holds the mask held one.
    guard !text.contains("***"), SecretMask.hidden(in: text) == text else {
      throw SavedQueryMessages.holdsSecret(at: location)
    }
    return text
  }
}
