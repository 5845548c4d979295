import SpellCore
import SpellTables

/// `\drop NAME [--project]`: a saved query's file is removed; that of a project only if the command says so.
enum DropCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    let name = line.arguments[0]
    var owner = SavedQuery.Owner.user
    for word in line.arguments.dropFirst() {
      guard word.text == "--project" else {
        throw ShellMessages.unknownArgument(word.text, expected: "--project", at: line.location(word))
      }
      owner = .project
    }
    let queries = runner.savedQueries
    do {
      if SavedQueries.isName(name.text), let path = try queries.drop(name.text, owner) {
        return runner.remark(SavedQueryMessages.dropped(path))
      }
    } catch let error as SpellError {
      throw error.located(at: line.location(name))
    }
    let query = try queries.query(name.text, at: line.location(name))
    throw SavedQueryMessages.ofProject(query.path, at: line.location(name))
  }
}
