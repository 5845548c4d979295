import CSQLite
import SpellCore
import SpellTables

/// A query that is stepped through a frame at a time.
final class SQLiteReading {
  private let connection: SQLiteConnection
  private let sql: String
  private let statement: SQLiteStatement
  fileprivate private(set) var hasMore = true

  init(_ request: ReadRequest, on connection: SQLiteConnection) throws {
    self.connection = connection
    sql = request.statement
    try connection.checkCancellation(sql: sql)
    statement = try SQLiteStatement(sql, on: connection)
    guard statement.columnCount == request.columns.count, statement.columnCount > 0 else {
      throw SQLiteProblem.columnCount(expected: request.columns.count, found: statement.columnCount, sql: sql)
        .error(database: connection.label)
    }
  }

  /// Streams the rows of a query into the frames of an exchange.
  static func read(
    _ request: ReadRequest, on connection: SQLiteConnection, into exchange: any FrameExchange
  ) throws {
    let reading = try SQLiteReading(request, on: connection)
    while reading.hasMore, let frame = exchange.emptyFrame() {
      try reading.fill(frame)
      try exchange.deliver(frame)
    }
  }

  /// Steps until the frame is full or the rows end.
  fileprivate func fill(_ frame: BatchFrame) throws {
    let code = Self.fill(frame, from: statement.pointer)
    guard code == SQLITE_ROW || code == SQLITE_DONE else { throw connection.failure(code, sql: sql) }
    hasMore = code == SQLITE_ROW
    try connection.checkCancellation(sql: sql)
  }

  /// Steps until the batch is full, the rows end or the engine fails; returns the engine's last code.
  private static func fill(_ frame: BatchFrame, from statement: OpaquePointer) -> Int32 {
    let writers = frame.writers
    guard let first = writers.baseAddress else { return SQLITE_DONE }
    let columnCount = writers.count
    var row = 0
    var bytes = 0
    var code = SQLITE_ROW
    while row < frame.rows && bytes < frame.bytes {
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

/// A query that waits where it stands while nobody asks for rows.
final class SQLiteCursor: RowCursor {
  private let reading: SQLiteReading
  private let frame: BatchFrame

  init(_ request: ReadRequest, on connection: SQLiteConnection) throws {
    reading = try SQLiteReading(request, on: connection)
    frame = BatchFrame(request.columns)
  }

  func next() throws -> RowBatch? {
    guard reading.hasMore else { return nil }
    frame.batch.reset()
    try reading.fill(frame)
    return frame.batch.count > 0 ? frame.batch : nil
  }
}
