import SpellCore

/// What an engine said, with its own code and words. Holds no secret and may be printed anywhere.
package struct DatabaseError: Error, Sendable {
  package enum Kind: Sendable {
    /// Cannot be opened or reached, or went away.
    case connection
    /// The statement failed.
    case statement
    /// Cancelled through the `Cancellation`.
    case interrupted
  }

  package var kind: Kind
  /// The engine's name, for the message.
  package var engine: String
  /// The engine's own code, such as `SQLITE_BUSY (5)` or `42P01`.
  package var code: String
  package var message: String
  package var sql: String?
  /// One thing to do, where the driver knows one.
  package var help: String?

  package init(
    _ kind: Kind, engine: String, code: String, message: String, sql: String? = nil, help: String? = nil
  ) {
    self.kind = kind
    self.engine = engine
    self.code = code
    self.message = message
    self.sql = sql
    self.help = help
  }
}
