import CSQLite
import SpellCore
import SpellTables

/// Streams the rows of a query into the frames of an exchange.
enum SQLiteReading {
  static func read(
    _ request: ReadRequest, on connection: SQLiteConnection, into exchange: any FrameExchange
  ) throws {
    try connection.checkCancellation(sql: request.statement)
    let statement = try SQLiteStatement(request.statement, on: connection)
    guard statement.columnCount == request.columns.count, statement.columnCount > 0 else {
      throw SQLiteProblem.columnCount(
        expected: request.columns.count, found: statement.columnCount, sql: request.statement
      ).error(database: connection.label)
    }
    var hasMore = true
    while hasMore, let frame = exchange.emptyFrame() {
      let code = fill(frame, from: statement.pointer)
      guard code == SQLITE_ROW || code == SQLITE_DONE else { throw connection.failure(code, sql: request.statement) }
      hasMore = code == SQLITE_ROW
      try connection.checkCancellation(sql: request.statement)
      try exchange.deliver(frame)
    }
  }

  /// Steps until the batch is full, the rows end or the engine fails; returns the engine's last code.
  private static func fill(_ frame: BatchFrame, from statement: OpaquePointer) -> Int32 {
    let writers = frame.writers
    guard let first = writers.baseAddress else { return SQLITE_DONE }
    let columnCount = writers.count
    var row = 0
    var bytes = 0
    var code = SQLITE_ROW
    while row < BatchFrame.rows && bytes < frame.bytes {
      code = sqlite3_step(statement)
      if code != SQLITE_ROW { break }
      for index in 0..<columnCount {
        let value = sqlite3_column_value(statement, Int32(truncatingIfNeeded: index))
        bytes &+= SQLiteCellReader.read(value, row: row, by: first[index])
      }
      row &+= 1
    }
    frame.batch.count = row
    return code
  }
}
