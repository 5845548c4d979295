import SpellCore
import SpellLanguage

/// The prose of saved queries.
enum SavedQueryMessages {
  // MARK: - What was done

  static func saved(_ path: String, replaced: Bool) -> String {
    "\(VisibleText.escaped(path)): \(replaced ? "replaced" : "saved")\n"
  }

  static func dropped(_ path: String) -> String { "\(VisibleText.escaped(path)): removed\n" }

  /// `:day (a time such as …)? `
  static func question(_ parameter: SavedQuery.Parameter) -> String {
    ":\(parameter.name) (\(parameter.kind.expectation))? "
  }

  // MARK: - Which query

  static func unknownQuery(
    _ name: String, known: [String], folders: [String], at location: SourceLocation?
  ) -> SpellError {
    let list = known.isEmpty ? "none is saved" : "saved: \(known.prefix(20).joined(separator: ", "))"
    return error(
      Diagnostic(
        code: "unknown-query", "no saved query `\(name)`", at: location,
        label: Suggestion.question(name, among: known),
        notes: [list, "looked for in: \(folders.isEmpty ? "no folder" : folders.joined(separator: ", "))"],
        help: "`\\save \(SavedQueries.isName(name) ? name : "NAME")` saves the last statement"))
  }

  static func notAName(_ text: String, at location: SourceLocation) -> SpellError {
    error(
      Diagnostic(
        code: "not-a-name", "`\(text)` is no name for a query", at: location,
        help: "names have letters, digits, _ and -"))
  }

  static func tooLarge(_ path: String, limit: Int, at location: SourceLocation?) -> SpellError {
    error(
      Diagnostic(
        code: "query-too-large", "`\(path)` is larger than \(Count.bytes(limit))", at: location,
        help: "run it as a script: `\\i \(path)`"))
  }

  // MARK: - Saving and dropping

  static func noFolder(_ owner: SavedQuery.Owner) -> SpellError {
    switch owner {
    case .user:
      error(
        Diagnostic(
          code: "no-folder", "there is no folder for saved queries: neither HOME nor XDG_DATA_HOME names one",
          help: "`--project` saves beside the metadata"))
    case .project:
      error(Diagnostic(code: "no-folder", "there is no metadata that a query could be saved beside"))
    }
  }

  static func noFolderMade(_ folder: String, code: Int32) -> SpellError {
    error(
      Diagnostic(
        code: "no-folder", "the folder `\(folder)` for saved queries cannot be made: \(SystemError.text(code))"))
  }

  static func nothingToSave(at location: SourceLocation) -> SpellError {
    error(
      Diagnostic(
        code: "nothing-to-save", "no statement has run that could be saved", at: location,
        help: "name one by its number in `\\history`, as in `\\save NAME 12`"))
  }

  static func unsoundStatement(at location: SourceLocation) -> SpellError {
    error(
      Diagnostic(
        code: "unsound-statement", "the statement cannot be parsed, so that it is not saved", at: location,
        help: "`\\edit` changes it"))
  }

  static func holdsSecret(at location: SourceLocation) -> SpellError {
    error(
      Diagnostic(
        code: "query-holds-secret", "the statement holds a password, so that it is not saved", at: location,
        help: "write a parameter in its place, as in :password"))
  }

  static func hiddenByProject(_ path: String, at location: SourceLocation) -> SpellError {
    error(
      Diagnostic(
        code: "query-of-project", "the project has a query of this name, which comes first: `\(path)`", at: location,
        help: "choose another name, or replace it with --project OVERWRITE"))
  }

  static func ofProject(_ path: String, at location: SourceLocation) -> SpellError {
    error(
      Diagnostic(
        code: "query-of-project", "the query belongs to the project: `\(path)`", at: location,
        help: "`--project` behind the name removes it"))
  }

  static func notRemoved(_ path: String, code: Int32) -> SpellError {
    error(
      Diagnostic(code: "query-not-removed", "`\(path)` cannot be removed: \(SystemError.text(code))"))
  }

  // MARK: - Parameters

  static func malformedArgument(_ text: String, at location: SourceLocation?) -> SpellError {
    error(
      Diagnostic(
        code: "malformed-parameter", "`\(text)` gives no parameter a value", at: location,
        label: "expected NAME=VALUE", help: "a value with blanks stands in quotes: city='New York'"))
  }

  static func unknownParameter(_ name: String, of query: SavedQuery, at location: SourceLocation?) -> SpellError {
    let known = query.parameters.map(\.name)
    return error(
      Diagnostic(
        code: "unknown-parameter", "query `\(query.name)` has no parameter `:\(name)`", at: location,
        label: Suggestion.question(name, among: known, prefix: ":"), notes: [parameters(of: query)]))
  }

  static func missingParameters(_ missing: [SavedQuery.Parameter], of query: SavedQuery, at location: SourceLocation?)
    -> SpellError
  {
    let names = missing.map { "`:\($0.name)`" }.joined(separator: ", ")
    let example = missing.map { "\($0.name)=…" }.joined(separator: " ")
    return error(
      Diagnostic(
        code: "missing-parameter", "query `\(query.name)` needs a value for \(names)", at: location,
        notes: [parameters(of: query)],
        help: location == nil
          ? "give it with " + missing.map { "--param \($0.name)=…" }.joined(separator: " ")
          : "`\\run \(query.name) \(example)`"))
  }

  static func unfitArgument(
    _ value: String, of parameter: SavedQuery.Parameter, at location: SourceLocation?
  ) -> SpellError {
    error(unfitValue(value, of: parameter, at: location))
  }

  static func unfitValue(
    _ value: String, of parameter: SavedQuery.Parameter, at location: SourceLocation?
  ) -> Diagnostic {
    Diagnostic(
      code: "invalid-parameter",
      "parameter `:\(parameter.name)` must be \(parameter.kind.expectation), and the value is `\(value)`",
      at: location)
  }

  /// `parameters: airport value, day moment = now`.
  static func parameters(of query: SavedQuery) -> String {
    query.parameters.isEmpty
      ? "it has no parameters" : "parameters: \(query.parameters.map(text).joined(separator: ", "))"
  }

  static func text(_ parameter: SavedQuery.Parameter) -> String {
    "\(parameter.name) \(parameter.kind.rawValue)\(parameter.standard.map { " = \($0)" } ?? "")"
  }

  // MARK: - Headers

  static func malformedParameter(at location: SourceLocation) -> Diagnostic {
    Diagnostic(
      code: "malformed-header", "this declares no parameter", at: location,
      help: "write `-- parameter NAME: KIND`, with ` = VALUE` behind it where one is usual")
  }

  static func unknownKind(_ text: String, at location: SourceLocation) -> Diagnostic {
    let kinds = ParameterKind.allCases.map(\.rawValue)
    return Diagnostic(
      code: "unknown-kind", "`\(text)` is no kind of parameter", at: location,
      label: Suggestion.question(text, among: kinds), notes: ["kinds: \(kinds.joined(separator: ", "))"])
  }

  static func repeatedParameter(_ name: String, at location: SourceLocation) -> Diagnostic {
    Diagnostic(code: "repeated-parameter", "parameter `:\(name)` is declared twice", at: location)
  }

  static func unusedParameter(_ name: String, used: [String], at location: SourceLocation) -> Diagnostic {
    Diagnostic(
      code: "unused-parameter", "parameter `:\(name)` is declared, and no statement names it", at: location,
      label: Suggestion.question(name, among: used, prefix: ":"),
      notes: [used.isEmpty ? "no parameters are named" : "named: \(used.map { ":\($0)" }.joined(separator: ", "))"])
  }

  private static func error(_ diagnostic: Diagnostic) -> SpellError { SpellError(.statement, diagnostic) }
}
