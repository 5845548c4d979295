import SpellCore

/// SQLite: collations belong to columns and can be overruled per comparison.
struct SQLiteDialect: Dialect {
  let name = "sqlite"
  let costs = AccessCosts(statement: 0.05, scannedRow: 0.0002, key: 0.003, foundRow: 0.0022)

  func comparableText(_ column: String) -> String? { "\(quoted(column)) COLLATE BINARY" }

  /// An index has a name, and is of the schema that its table is in.
  func createIndex(on table: TableName, columns: [String]) -> String {
    let name = table.parts.last ?? ""
    let list = columns.map(quoted).joined(separator: ", ")
    return "CREATE INDEX \(quoted(([name] + columns).joined(separator: "_"))) ON \(quoted(name)) (\(list))"
  }
}
