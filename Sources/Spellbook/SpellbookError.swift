import SpellCore

/// What went wrong: a text for people, and the kind of failure.
public struct SpellbookError: Error, Sendable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Kind: Sendable {
    /// A statement failed.
    case statement
    /// Wrong usage, or invalid metadata.
    case usage
    /// The database cannot be opened or reached.
    case connection
    /// The call was cancelled.
    case cancelled
  }

  /// The kind of failure.
  public let kind: Kind
  /// Every problem, with its place, what was expected and one thing to do.
  public let description: String

  init(_ error: SpellError) {
    kind =
      switch error.kind {
      case .statement, .closedPipe: .statement
      case .usage: .usage
      case .connection: .connection
      case .interrupted: .cancelled
      }
    let renderer = DiagnosticRenderer(colour: false)
    description = error.diagnostics.map { renderer.render($0) }.joined()
  }
}
