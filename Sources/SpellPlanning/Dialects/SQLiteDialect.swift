import SpellCore

/// SQLite: collations belong to columns and can be overruled per comparison.
struct SQLiteDialect: Dialect {
  let name = "sqlite"
  let costs = AccessCosts(statement: 0.05, scannedRow: 0.0002, key: 0.003, foundRow: 0.0022, moment: 0.013)

  func comparableText(_ column: String) -> String? { "\(quoted(column)) COLLATE BINARY" }

  /// Numbers sort by their value, whatever kind of number each is, and before texts and blobs.
  func steps(of column: StoredColumn) -> MomentSteps? {
    func numbers(_ length: Int64) -> MomentSteps { MomentSteps(length: length, hasFractions: true) { String($0) } }
    return switch column.storage {
    case .unixSeconds: numbers(1_000_000)
    case .unixMilliseconds: numbers(1000)
    case .unixMicroseconds: numbers(1)
    case .iso8601, .julian, .number, .native: nil
    }
  }

  /// An index has a name, and is of the schema that its table is in.
  func createIndex(on table: TableName, columns: [String]) -> String {
    let name = table.parts.last ?? ""
    let list = columns.map(quoted).joined(separator: ", ")
    return "CREATE INDEX \(quoted(([name] + columns).joined(separator: "_"))) ON \(quoted(name)) (\(list))"
  }
}
