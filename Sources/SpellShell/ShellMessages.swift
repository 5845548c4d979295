import Glibc
import SpellCatalog
import SpellCore
import Spellbook

/// The prose of the shell.
enum ShellMessages {
  /// Six lines of orientation.
  static let help = """
    A statement ends with ; and may take several lines. For example:
      SHOW ALL;                     every entity, group and feature of the metadata
      DESCRIBE name;                one of them in full
      SELECT FEATURES group.feature AS OF moment_column JOIN 'labels.csv' INTO 'training.csv';
    \\? lists the commands of the shell, \\h SELECT shows the grammar of a statement.
    Up recalls statements, Ctrl-C clears the line or stops what runs, Ctrl-D or quit ends the shell.

    """

  /// After a word of the shell's that became a part of a statement.
  static let openStatement = "A statement is open: end it with ; or drop it with Ctrl-C. \\q ends the shell.\n"

  /// What stands below a table of which a part is shown.
  static let wholeHint = "\\last shows all"

  // MARK: - What commands tell

  /// One screen.
  static func commandList(_ lines: [String]) -> String {
    lines.map { $0 + "\n" }.joined()
      + "A statement ends with ; and may take several lines. Bare help, exit, quit work.\n"
  }

  static func statementList(_ statements: [(name: String, summary: String)]) -> String {
    aligned(statements.map { ("\\h \($0.name)", $0.summary) })
  }

  static func examples(_ lines: [String]) -> String {
    if lines.isEmpty { return "\nThe metadata declares no group to make an example of.\n" }
    return "\n\(lines.count == 1 ? "Example" : "Examples"):\n" + lines.map { "  \($0)\n" }.joined()
  }

  static func connection(
    engine: String?, isWritable: Bool, isConnected: Bool, metadata paths: [String], catalog: Catalog
  ) -> String {
    aligned([
      ("database", engine ?? "none is named"),
      ("access", isWritable ? "writable: IMPORT is allowed" : "read-only"),
      ("connection", isConnected ? "open" : "not opened yet: the first statement that reads it does"),
      ("metadata", paths.isEmpty ? "none" : paths.joined(separator: ", ")),
      ("declares", metadata(catalog)),
    ])
  }

  /// `2 entities, 3 groups, 23 features, 1 set`.
  static func metadata(_ catalog: Catalog) -> String {
    func count(_ count: Int, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
    return [
      count(catalog.entities.count, "entity", "entities"), count(catalog.groups.count, "group", "groups"),
      count(catalog.groups.reduce(0) { $0 + $1.features.count }, "feature", "features"),
      count(catalog.featureSets.count, "set", "sets"),
    ].joined(separator: ", ")
  }

  static func formats(_ names: [String], current: String?) -> String {
    aligned([("format", current ?? ""), ("known", (["auto"] + names).joined(separator: ", "))])
  }

  static func settings(_ settings: [(name: String, value: String)]) -> String { aligned(settings) }

  static func setting(_ name: String, _ value: String?) -> String { "\(name) is \(value ?? "")\n" }

  static func resultsEnded(_ path: String, isKept: Bool) -> String {
    "\(VisibleText.escaped(path)): \(isKept ? "written" : "not written, since the script failed")\n"
  }

  static let metadataKept = Diagnostic(.note, code: "metadata-kept", "the metadata that was read before stays in use")

  /// Lines of a name and its value each.
  private static func aligned(_ lines: [(name: String, value: String)]) -> String {
    let width = lines.map { DisplayWidth.cells(of: $0.name) }.max() ?? 0
    return lines.map { name, value in
      let padding = String(repeating: " ", count: width - DisplayWidth.cells(of: name))
      return "\(VisibleText.escaped(name))\(padding)  \(VisibleText.escaped(value))\n"
    }.joined()
  }

  // MARK: - The editor

  static func noTemporaryFile(code: Int32) -> String {
    "no temporary file can be written for the editor: \(String(cString: strerror(code)))"
  }

  static func editorFailed(_ command: String, status: Int32) -> String {
    "the editor `\(VisibleText.escaped(command))` ended with status \(status), so that nothing is run"
  }

  static let editedNothing = "nothing was changed, so that nothing is run"

  // MARK: - Errors

  static func unknownCommand(_ name: String, at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "unknown-command", "no command `\\\(name)`", at: location,
        label: nearest(to: name, among: MetaCommands.all.flatMap(\.names), prefix: "\\"),
        help: "`\\?` lists the commands"))
  }

  static func missingArgument(of command: MetaCommand, at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "missing-argument", "`\\\(command.name)` needs an argument", at: location, label: usage(command)))
  }

  static func surplusArgument(of command: MetaCommand, at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "surplus-argument", "`\\\(command.name)` takes no further argument", at: location, label: usage(command),
        help: command.arguments.isEmpty ? nil : "a value with blanks stands in 'single quotes'"))
  }

  static func unknownArgument(_ text: String, expected: String, at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(code: "unknown-argument", "`\(text)` means nothing here", at: location, label: "expected \(expected)"))
  }

  static func notAName(_ text: String, at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "not-a-name", "`\(text)` is no name", at: location,
        help: "write name or group.feature, and \"quotes\" around what is no plain word"))
  }

  static func unknownStatement(_ text: String, at location: SourceLocation) -> SpellError {
    let names = StatementHelp.all.map(\.name)
    return SpellError(
      .statement,
      Diagnostic(
        code: "unknown-statement", "no statement `\(text)`", at: location, label: nearest(to: text, among: names),
        notes: ["statements: \(names.joined(separator: ", "))"]))
  }

  static func unknownParameter(_ name: String, given: [String], at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "unknown-parameter", "parameter `:\(name)` has no value", at: location,
        label: nearest(to: name, among: given, prefix: ":"), help: "write `\\set :\(name) VALUE`"))
  }

  static func notAParameter(_ text: String, at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "not-a-parameter", "`\(text)` is no name of a parameter", at: location,
        help: "after the colon stand letters, digits and _, as in :city"))
  }

  static func nestingTooDeep(_ path: String, at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "scripts-too-deep", "scripts run each other more than \(SessionRunner.deepestNesting) deep", at: location,
        help: "does `\(path)` run itself?"))
  }

  static func needsTerminal(at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "needs-terminal", "`\(location.source.text(location.span))` works only where it is typed, on a terminal",
        at: location,
        help: "remove it from the script"))
  }

  static func noLastResult(at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "no-last-result", "no result is kept", at: location,
        notes: [
          "kept is the last result shown here, up to \(Session.keptResultBytes >> 20) MB; not one in csv or tsv, "
            + "which is whole where it was shown"
        ], help: "run the statement again, with INTO where the result is large"))
  }

  private static func usage(_ command: MetaCommand) -> String {
    "expected `\\\(command.name)\(command.arguments.isEmpty ? "" : " ")\(command.arguments)`"
  }

  private static func nearest(to name: String, among names: [String], prefix: String = "") -> String? {
    Suggestion.nearest(to: name, among: names).map { "did you mean `\(prefix)\($0)`?" }
  }
}
