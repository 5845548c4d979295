import SpellCore

/// SQLite: collations belong to columns and can be overruled per comparison.
struct SQLiteDialect: Dialect {
  let name = "sqlite"

  func comparableText(_ column: String) -> String? { "\(quoted(column)) COLLATE BINARY" }
}
