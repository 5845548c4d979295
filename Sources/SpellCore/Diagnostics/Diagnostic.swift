/// Something to tell about a text or a statement: what is wrong, where, what exists nearby and one thing to do.
///
/// Stages report problems as enum cases that carry facts; each module turns its own into diagnostics in the one file
/// that holds its prose (`…Messages.swift`). `DiagnosticRenderer` prints them.
package struct Diagnostic: Sendable {
  package enum Severity: String, Sendable { case error, warning, note }

  package var severity: Severity
  /// A stable name in kebab case, such as `unknown-feature`.
  package var code: String
  /// One sentence without a full stop that names the thing.
  package var message: String
  /// Where; nil for what has no text, such as a database that cannot be opened.
  package var location: SourceLocation?
  /// What stands after the caret: "did you mean `avg_spend`?".
  package var label: String?
  /// Further facts, one line each.
  package var notes: [String]
  /// One thing to do.
  package var help: String?

  package init(
    _ severity: Severity = .error, code: String, _ message: String, at location: SourceLocation? = nil,
    label: String? = nil, notes: [String] = [], help: String? = nil
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.location = location
    self.label = label
    self.notes = notes
    self.help = help
  }
}

/// What ends a statement or a start: at least one diagnostic, and the kind of failure, which decides the exit code.
package struct SpellError: Error, Sendable {
  package enum Kind: Sendable {
    /// A statement failed: exit code 1.
    case statement
    /// Wrong usage or invalid metadata: exit code 2.
    case usage
    /// The database cannot be opened or reached: exit code 3.
    case connection
    /// Cancelled by the user: exit code 130.
    case interrupted
    /// The reader of standard output went away: ends quietly.
    case closedPipe
  }

  package var kind: Kind
  package var diagnostics: [Diagnostic]

  /// What ends a cancelled statement.
  package static let interrupted = SpellError(
    .interrupted, Diagnostic(code: "interrupted", "the statement was interrupted"))

  /// Whether nothing further should run, even if failures are to be passed over.
  package var endsRun: Bool { kind == .interrupted || kind == .closedPipe }

  /// The same problem as one of usage: an option of the command line that cannot be taken.
  package var asUsage: SpellError { SpellError(.usage, diagnostics) }

  /// The same problem, with the place in the statement for what has none of its own.
  package func located(at location: SourceLocation) -> SpellError {
    var error = self
    for index in error.diagnostics.indices where error.diagnostics[index].location == nil {
      error.diagnostics[index].location = location
    }
    return error
  }

  package init(_ kind: Kind, _ diagnostics: [Diagnostic]) {
    self.kind = kind
    self.diagnostics = diagnostics
  }

  package init(_ kind: Kind, _ diagnostic: Diagnostic) { self.init(kind, [diagnostic]) }
}
