import CPostgres
import SpellCore
import SpellTables

/// Streams the rows of a query into one batch that is filled again and again: as a binary copy where the server has it
/// and every column's type is decoded here, else row by row as texts.
final class PostgresReading {
  static let batchRows = 4096
  /// A batch ends early when its texts and blobs reach this size, so that large ones do not pile up in memory.
  private static let batchBytes = 8 << 20

  private let request: ReadRequest
  private let connection: PostgresConnection
  private let batch: RowBatch
  private let writers: CellWriters
  private let readers: UnsafeMutableBufferPointer<PostgresCellReader>
  private let onBatch: (RowBatch) throws -> ReadControl
  private var bytesOfBatch = 0

  init(
    _ request: ReadRequest, types: [PostgresType], connection: PostgresConnection,
    onBatch: @escaping (RowBatch) throws -> ReadControl
  ) {
    self.request = request
    self.connection = connection
    self.onBatch = onBatch
    batch = RowBatch(types: request.columns.map(\.type), capacity: Self.batchRows)
    writers = CellWriters(request.columns, batch: batch)
    readers = .allocate(capacity: types.count)
    for (index, type) in types.enumerated() {
      readers.initializeElement(at: index, to: PostgresCellReader(type: type, writer: writers.writers[index]))
    }
  }

  deinit { readers.deallocate() }

  // MARK: - Copy

  /// Reads the query as a binary copy.
  func copy() throws {
    let sql = "COPY (\(request.sql)\n) TO STDOUT (FORMAT binary)"
    try connection.send(sql)
    guard let start = try connection.nextResult(sql: request.sql) else { throw malformed }
    if let problem = connection.problem(in: start, sql: request.sql) {
      try connection.skipResults()
      throw problem
    }
    guard start.status == PGRES_COPY_OUT else { throw malformed }
    var parser = PostgresCopyParser()
    let libpq = connection.libpq
    let handle = connection.handle
    while true {
      var data: UnsafeMutablePointer<CChar>?
      let count = Int(libpq.PQgetCopyData(handle, &data, 1))
      if count > 0, let data {
        defer { libpq.PQfreemem(data) }
        guard try parser.take(UnsafeRawPointer(data), count, { try add($0) }) else { throw malformed }
        if isStopped { return connection.stopStatement() }
      } else if count == 0 {
        try connection.waitForInput(sql: request.sql)
      } else if count == -1 {
        break
      } else {
        throw connection.lost(sql: request.sql)
      }
    }
    try finish()
    if isStopped { return }
    guard parser.isAtEnd else { throw malformed }
    try deliver()
  }

  /// Adds a row of the copy: for each column its length, -1 for NULL, and the value. False if it is no such row.
  @inline(__always)
  private func add(_ row: PostgresCopyParser.Row) throws -> Bool {
    if isStopped { return true }
    guard row.columnCount == readers.count, let first = readers.baseAddress else { return false }
    let target = batch.count
    var cursor = row.start
    for index in 0..<row.columnCount {
      let count = Int(Int32(bigEndian: cursor.loadUnaligned(as: Int32.self)))
      cursor += 4
      if count < 0 {
        _ = first[index].writer.setNull(target)
      } else {
        guard let held = first[index].read(binary: cursor, count: count, row: target) else { return false }
        bytesOfBatch &+= held
        cursor += count
      }
    }
    batch.count = target + 1
    if batch.count == Self.batchRows || bytesOfBatch >= Self.batchBytes { try deliver() }
    return true
  }

  // MARK: - Rows

  /// Reads the query row by row, as texts.
  func rows() throws {
    try connection.send(request.sql)
    _ = connection.libpq.PQsetSingleRowMode(connection.handle)
    while !isStopped, let result = try connection.nextResult(sql: request.sql) {
      if result.status == PGRES_SINGLE_TUPLE {
        try add(result)
      } else if let problem = connection.problem(in: result, sql: request.sql) {
        try connection.skipResults()
        throw problem
      }
    }
    if isStopped { connection.stopStatement() } else { try deliver() }
  }

  private func add(_ result: PostgresResult) throws {
    let target = batch.count
    for index in 0..<readers.count {
      bytesOfBatch &+= result.withBytes(0, index) { text in
        guard let text else { return readers[index].writer.setNull(target) }
        return readers[index].read(text: text, row: target)
      }
    }
    batch.count = target + 1
    if batch.count == Self.batchRows || bytesOfBatch >= Self.batchBytes { try deliver() }
  }

  // MARK: - Batches

  private var isStopped = false

  /// Gives the rows so far to the caller and begins a new batch.
  private func deliver() throws {
    if connection.cancellation.isCancelled {
      connection.stopStatement()
      throw PostgresProblem.interrupted(sql: request.sql)
    }
    if batch.count == 0 || isStopped { return }
    do {
      if case .stop = try onBatch(batch) { isStopped = true }
    } catch {
      connection.stopStatement()
      throw error
    }
    batch.reset()
    bytesOfBatch = 0
  }

  /// Takes what follows the last row: the outcome of the statement.
  private func finish() throws {
    var failure: PostgresProblem?
    while let result = try connection.nextResult(sql: request.sql) {
      failure = failure ?? connection.problem(in: result, sql: request.sql)
    }
    if let failure { throw failure }
  }

  private var malformed: PostgresProblem {
    connection.stopStatement()
    return .malformed(sql: request.sql)
  }
}
