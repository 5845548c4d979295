import CSQLite
import SpellCore
import SpellTables

/// Streams the rows of a query into one batch that is filled again and again.
enum SQLiteReading {
  static let batchRows = 4096
  /// A batch ends early when its texts and blobs reach this size, so that large ones do not pile up in memory.
  private static let batchBytes = 8 << 20

  static func read(
    _ request: ReadRequest, on connection: SQLiteConnection, onBatch: (RowBatch) throws -> ReadControl
  ) throws {
    try connection.checkCancellation(sql: request.sql)
    let statement = try SQLiteStatement(request.sql, on: connection)
    guard statement.columnCount == request.columns.count, statement.columnCount > 0 else {
      throw SQLiteProblem.columnCount(
        expected: request.columns.count, found: statement.columnCount, sql: request.sql
      ).error(database: connection.label)
    }
    let batch = RowBatch(types: request.columns.map(\.type), capacity: batchRows)
    let writers = CellWriters(request.columns, batch: batch)
    var hasMore = true
    while hasMore {
      batch.reset()
      let code = fill(batch, from: statement.pointer, into: writers.writers)
      guard code == SQLITE_ROW || code == SQLITE_DONE else { throw connection.failure(code, sql: request.sql) }
      hasMore = code == SQLITE_ROW
      try connection.checkCancellation(sql: request.sql)
      if batch.count > 0, case .stop = try onBatch(batch) { return }
    }
  }

  /// Steps until the batch is full, the rows end or the engine fails; returns the engine's last code.
  private static func fill(
    _ batch: RowBatch, from statement: OpaquePointer, into writers: UnsafeMutableBufferPointer<CellWriter>
  ) -> Int32 {
    guard let first = writers.baseAddress else { return SQLITE_DONE }
    let columnCount = writers.count
    var row = 0
    var bytes = 0
    var code = SQLITE_ROW
    while row < batchRows && bytes < batchBytes {
      code = sqlite3_step(statement)
      if code != SQLITE_ROW { break }
      for index in 0..<columnCount {
        let value = sqlite3_column_value(statement, Int32(truncatingIfNeeded: index))
        bytes &+= SQLiteCellReader.read(value, row: row, by: first[index])
      }
      row &+= 1
    }
    batch.count = row
    return code
  }
}
