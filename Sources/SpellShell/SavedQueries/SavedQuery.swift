import SpellCore
import SpellLanguage

/// Statements that are kept under a name, in a file of their own: `NAME.spell`.
package struct SavedQuery {
  /// Whose folder it is in.
  package enum Owner: String { case project, user }

  /// A parameter as the header declares it, or as the statements use it.
  package struct Parameter: Equatable {
    var name: String
    var kind: ParameterKind
    /// The value where none is given.
    var standard: String?
  }

  package let name: String
  package let path: String
  package let owner: Owner
  package let source: SourceText
  /// One line; empty without one.
  package private(set) var description = ""
  /// Those of the header first, in its order.
  package private(set) var parameters: [Parameter] = []
  /// What is wrong with the file; it does not run then.
  package private(set) var diagnostics: [Diagnostic]

  init(name: String, path: String, owner: Owner, source: SourceText) {
    self.name = name
    self.path = path
    self.owner = owner
    self.source = source
    let header = SavedQueryHeader(source)
    let script = Script(source)
    description = header.description
    diagnostics = header.diagnostics + script.diagnostics
    parameters = header.parameters.map(\.parameter)
    let used = SavedQuery.kinds(in: script)
    // A command may pass parameters on to where they cannot be seen from here.
    let hasCommands = script.parts.contains { if case .command = $0 { true } else { false } }
    for declared in header.parameters where used[declared.parameter.name] == nil {
      guard script.diagnostics.isEmpty, !hasCommands else { break }
      diagnostics.append(
        SavedQueryMessages.unusedParameter(declared.parameter.name, used: used.keys.sorted(), at: declared.location))
    }
    for (name, kind) in used.sorted(by: { $0.key < $1.key }) where !parameters.contains(where: { $0.name == name }) {
      parameters.append(Parameter(name: name, kind: kind))
    }
  }

  /// The text of a new file: a header that declares what the statements use, and the statements.
  static func text(of statements: String, description: String) -> String {
    let kinds = kinds(in: Script(SourceText(name: "", text: statements)))
    let parameters = kinds.sorted { $0.key < $1.key }.map { Parameter(name: $0.key, kind: $0.value) }
    return SavedQueryHeader.text(description: description, parameters) + statements + "\n"
  }

  /// What the statements of a script name.
  private static func kinds(in script: Script) -> [String: ParameterKind] {
    var kinds: [String: ParameterKind] = [:]
    for case .statement(let statement) in script.parts {
      kinds.merge(ParameterBinder.kinds(in: statement)) { first, _ in first }
    }
    return kinds
  }
}
