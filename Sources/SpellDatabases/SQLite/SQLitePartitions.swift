import CSQLite
import SpellCore

/// Parts of a table by ranges of its row numbers, for several readers.
struct SQLitePartitions: Sendable {
  private let rowNumber: String
  private let parts: ScanParts

  /// Nil for a view, or a table without row numbers that can be named; such a one is read in one piece.
  init?(of table: TableName, on connection: SQLiteConnection, readers: Int) throws {
    let facts = SQLiteFacts(connection: connection)
    guard let name = SQLiteFacts.plainName(table), let rowNumber = try facts.rowNumber(of: table) else { return nil }
    let quoted = QuotedText.name(name)
    // Two statements: each end is found at once, both together only by a scan.
    guard let first = try Self.end("min", rowNumber, quoted, connection),
      let last = try Self.end("max", rowNumber, quoted, connection),
      let parts = ScanParts(first...last, readers: readers)
    else { return nil }
    self.rowNumber = rowNumber
    self.parts = parts
  }

  private static func end(
    _ function: String, _ rowNumber: String, _ table: String, _ connection: SQLiteConnection
  ) throws -> Int64? {
    let statement = try SQLiteStatement("SELECT \(function)(\(rowNumber)) FROM \(table)", on: connection)
    guard try statement.step(), statement.text(0) != nil else { return nil }
    return statement.integer(0)
  }

  /// The condition of the next part; nil when all have been taken.
  func take() -> String? { parts.take().map { "\(rowNumber) BETWEEN \($0.lowerBound) AND \($0.upperBound)" } }
}
