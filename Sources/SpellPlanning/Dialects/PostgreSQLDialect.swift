import SpellCore

/// PostgreSQL, and engines that speak its protocol.
struct PostgreSQLDialect: Dialect {
  let name = "postgresql"

  /// As text also what is an enum, a UUID or of another type that takes no text of ours. A collation that is coarser
  /// than bytes finds rows too many.
  func comparableText(_ column: String) -> String? { "\(quoted(column))::text" }
}
