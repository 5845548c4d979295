import CSQLite
import SpellCore
import Synchronization

/// Parts of a table by ranges of its row numbers, taken one after the other by whoever has time.
final class SQLitePartitions: Sendable {
  /// More parts than readers, so that none waits long for the slowest.
  private static let partsPerReader: Int64 = 8

  private let rowNumber: String
  private let first: Int64
  private let last: Int64
  private let step: Int64
  private let next: Atomic<Int64>

  /// Nil for a view, or a table without row numbers that can be named; such a one is read in one piece.
  init?(of table: TableName, on connection: SQLiteConnection, readers: Int) throws {
    let facts = SQLiteFacts(connection: connection)
    guard let name = SQLiteFacts.plainName(table), let rowNumber = try facts.rowNumber(of: table) else { return nil }
    let quoted = QuotedText.name(name)
    // Two statements: each end is found at once, both together only by a scan.
    guard let first = try Self.end("min", rowNumber, quoted, connection),
      let last = try Self.end("max", rowNumber, quoted, connection)
    else { return nil }
    self.rowNumber = rowNumber
    self.first = first
    self.last = last
    let (span, overflow) = last.subtractingReportingOverflow(first)
    guard !overflow, span >= Int64(readers) * Self.partsPerReader else { return nil }
    step = span / (Int64(readers) * Self.partsPerReader) + 1
    next = Atomic(0)
  }

  private static func end(
    _ function: String, _ rowNumber: String, _ table: String, _ connection: SQLiteConnection
  ) throws -> Int64? {
    let statement = try SQLiteStatement("SELECT \(function)(\(rowNumber)) FROM \(table)", on: connection)
    guard try statement.step(), statement.text(0) != nil else { return nil }
    return statement.integer(0)
  }

  /// The condition of the next part; nil when all have been taken.
  func take() -> String? {
    let index = next.add(1, ordering: .relaxed).oldValue
    let (distance, overflow) = index.multipliedReportingOverflow(by: step)
    guard !overflow, distance <= last - first else { return nil }
    let start = first + distance
    let end = last - start < step ? last : start + step - 1
    return "\(rowNumber) BETWEEN \(start) AND \(end)"
  }
}
