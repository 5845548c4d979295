import CPostgres
import SpellCore
import SpellTables

/// A cursor of the server's, from which rows are fetched a batch at a time. The end of the transaction is its end.
final class PostgresCursor: RowCursor {
  /// Nobody knows how large rows are before some have come.
  private static let firstFetch = 16

  private let connection: PostgresConnection
  private let name: String
  private let sql: String
  private let isBinary: Bool
  private let frame: BatchFrame
  private let readers: [PostgresCellReader]
  private var rowsToFetch: Int
  private var hasMore = true

  /// Nil if the engine has no such thing for the query; the transaction goes on.
  init?(_ request: ReadRequest, types: [PostgresType], number: Int, on connection: PostgresConnection) throws {
    self.connection = connection
    name = "spellbook_\(number)"
    sql = request.statement
    isBinary = !types.contains(.other)
    let frame = BatchFrame(request.columns)
    self.frame = frame
    rowsToFetch = min(Self.firstFetch, frame.rows)
    readers = types.indices.map { PostgresCellReader(type: types[$0], writer: frame.writers[$0]) }
    // Released, for within a savepoint no snapshot can be given to further connections.
    let release = "RELEASE SAVEPOINT \(name)"
    do {
      try connection.execute(["SAVEPOINT \(name)", "DECLARE \(name) NO SCROLL CURSOR FOR \(sql)", release])
    } catch let failure as PostgresConnection.StatementFailure {
      guard failure.index > 0, case .server = failure.problem else { throw failure.problem }
      try connection.execute(["ROLLBACK TO SAVEPOINT \(name)", release])
      return nil
    }
  }

  func next() throws -> RowBatch? { try PostgresDatabase.speaking(connection.label, fetch) }

  private func fetch() throws -> RowBatch? {
    guard hasMore else { return nil }
    let fetch = "FETCH FORWARD \(rowsToFetch) FROM \(name)"
    try connection.send(PostgresConnection.Statement(sql: fetch, isBinary: isBinary))
    let result = try connection.onlyResult(sql: sql)
    frame.batch.reset()
    guard result.columnCount == readers.count, result.rowCount <= frame.rows else {
      throw PostgresProblem.malformed(sql: sql)
    }
    let bytes = try take(result)
    hasMore = result.rowCount == rowsToFetch
    // Twice a batch is as much as is held: what the server has sent, and what became of it.
    rowsToFetch = max(1, min(4 * rowsToFetch, frame.rows, rowsToFetch * frame.bytes / max(1, bytes)))
    return result.rowCount > 0 ? frame.batch : nil
  }

  /// Reads the values of all rows; returns how many bytes the cells hold beside their words.
  private func take(_ result: PostgresResult) throws -> Int {
    var bytes = 0
    for row in 0..<result.rowCount {
      for (column, reader) in readers.enumerated() {
        guard let held = reader.read(result, row, column, isBinary: isBinary, row: row) else {
          throw PostgresProblem.malformed(sql: sql)
        }
        bytes += held
      }
    }
    frame.batch.count = result.rowCount
    return bytes
  }
}

/// All rows of a query of an engine that has no cursors: they are held until they are asked for.
final class HeldRows: RowCursor, FrameExchange {
  private let readings: [ColumnReading]
  private var frames: [BatchFrame] = []
  private var position = 0

  init(_ readings: [ColumnReading]) { self.readings = readings }

  func emptyFrame() -> BatchFrame? { BatchFrame(readings) }

  func deliver(_ frame: BatchFrame) { if frame.batch.count > 0 { frames.append(frame) } }

  func next() -> RowBatch? {
    guard position < frames.count else { return nil }
    defer { position += 1 }
    return frames[position].batch
  }
}
