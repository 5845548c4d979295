import CPostgres
import SpellCore
import SpellTables

/// Streams the rows of a query into the frames of an exchange: as a binary copy where the server has it and every
/// column's type is decoded here, else row by row as texts.
final class PostgresReading {
  private let request: ReadRequest
  private let connection: PostgresConnection
  private let exchange: any FrameExchange
  private let types: [PostgresType]
  /// The frame that is filled; nil if nobody wants more rows.
  private var frame: BatchFrame?
  /// Of the frame.
  private let readers: UnsafeMutableBufferPointer<PostgresCellReader>
  private var rowCount = 0
  private var bytesOfBatch = 0
  private var mostRows = 0
  private var mostBytes = 0

  init(
    _ request: ReadRequest, types: [PostgresType], connection: PostgresConnection, into exchange: any FrameExchange
  ) {
    self.request = request
    self.connection = connection
    self.exchange = exchange
    self.types = types
    readers = .allocate(capacity: types.count)
    takeFrame()
  }

  deinit { readers.deallocate() }

  /// Begins a new batch.
  private func takeFrame() {
    frame = exchange.emptyFrame()
    rowCount = 0
    bytesOfBatch = 0
    guard let frame else { return }
    mostRows = frame.rows
    mostBytes = frame.bytes
    for (index, type) in types.enumerated() {
      readers.initializeElement(at: index, to: PostgresCellReader(type: type, writer: frame.writers[index]))
    }
  }

  private var isStopped: Bool { frame == nil }

  /// Reads the query, as a copy if the server has it. A copy takes no parameters.
  func read(copies: Bool) throws {
    let isBinary = copies && !types.contains(.other)
    if isBinary && request.parameters.isEmpty { try copy() } else { try rows(isBinary: isBinary) }
  }

  /// Reads a query that was not described, in the binary form: in one round trip. False, and nothing was read, if a
  /// type of it is not known yet or has no such form.
  static func readUndescribed(
    _ request: ReadRequest, knowing abilities: PostgresAbilities, connection: PostgresConnection,
    into exchange: any FrameExchange
  ) throws -> Bool {
    let first = try firstResult(statement(request, isBinary: true), on: connection)
    if let first, let problem = connection.problem(in: first, sql: request.statement) {
      try connection.skipResults()
      throw problem
    }
    let types = abilities.knownTypes(of: first?.columns.map(\.type) ?? [])
    guard types.count == request.columns.count, !types.contains(.other) else {
      try connection.skipResults()
      return false
    }
    try PostgresReading(request, types: types, connection: connection, into: exchange).rows(from: first, isBinary: true)
    return true
  }

  // MARK: - Copy

  /// Reads the query as a binary copy.
  private func copy() throws {
    let sql = "COPY (\(request.statement)\n) TO STDOUT (FORMAT binary)"
    try connection.send(PostgresConnection.Statement(sql: sql))
    guard let start = try connection.nextResult(sql: request.statement) else { throw refusal() }
    if let problem = connection.problem(in: start, sql: request.statement) {
      try connection.skipResults()
      throw problem
    }
    guard start.status == PGRES_COPY_OUT else { throw refusal() }
    var parser = PostgresCopyParser(columnCount: readers.count)
    let libpq = connection.libpq
    let handle = connection.handle
    while true {
      var data: UnsafeMutablePointer<CChar>?
      let count = Int(libpq.PQgetCopyData(handle, &data, 1))
      if count > 0, let data {
        defer { libpq.PQfreemem(data) }
        guard parser.take(UnsafeRawBufferPointer(start: data, count: count)) else { throw refusal() }
        while parser.isFull { try addRows(of: &parser) }
        if isStopped { return connection.stopStatement() }
      } else if count == 0 {
        try connection.waitForInput(sql: request.statement)
      } else if count == -1 {
        break
      } else {
        throw connection.lost(sql: request.statement)
      }
    }
    try addRows(of: &parser)
    try finish()
    if isStopped { return }
    guard parser.isAtEnd else { throw refusal() }
    try deliver(isLast: true)
  }

  /// Adds the rows that the parser has found, a column at a time.
  private func addRows(of parser: inout PostgresCopyParser) throws {
    var next = 0
    while next < parser.rowCount, !isStopped {
      let rows = next..<min(parser.rowCount, next + mostRows - rowCount)
      for column in 0..<readers.count {
        guard let held = readers[column].read(parser.cells(of: column), rows: rows, into: rowCount) else {
          throw refusal()
        }
        bytesOfBatch &+= held
      }
      next = rows.upperBound
      rowCount += rows.count
      if rowCount == mostRows || bytesOfBatch >= mostBytes { try deliver() }
    }
    guard parser.forgetRows() else { throw refusal() }
  }

  // MARK: - Rows

  /// Reads the query row by row, as texts or in the binary form.
  private func rows(isBinary: Bool) throws {
    let first = try Self.firstResult(Self.statement(request, isBinary: isBinary), on: connection)
    try rows(from: first, isBinary: isBinary)
  }

  /// What is sent for rows that come one by one.
  static func statement(_ request: ReadRequest, isBinary: Bool) -> PostgresConnection.Statement {
    PostgresConnection.Statement(sql: request.statement, parameters: request.parameters, isBinary: isBinary)
  }

  private static func firstResult(
    _ statement: PostgresConnection.Statement, on connection: PostgresConnection
  ) throws -> PostgresResult? {
    try connection.send(statement)
    guard connection.libpq.PQsetSingleRowMode(connection.handle) == 1 else { throw connection.lost(sql: statement.sql) }
    return try connection.nextResult(sql: statement.sql)
  }

  private func rows(from first: PostgresResult?, isBinary: Bool) throws {
    var next = first
    while !isStopped, let result = try next ?? connection.nextResult(sql: request.statement) {
      next = nil
      if result.status == PGRES_SINGLE_TUPLE {
        try add(result, isBinary: isBinary)
      } else if let problem = connection.problem(in: result, sql: request.statement) {
        try connection.skipResults()
        throw problem
      }
    }
    if isStopped { connection.stopStatement() } else { try deliver(isLast: true) }
  }

  private func add(_ result: PostgresResult, isBinary: Bool) throws {
    let target = rowCount
    for index in 0..<readers.count {
      guard let held = readers[index].read(result, 0, index, isBinary: isBinary, row: target) else { throw refusal() }
      bytesOfBatch &+= held
    }
    rowCount = target + 1
    if rowCount == mostRows || bytesOfBatch >= mostBytes { try deliver() }
  }

  // MARK: - Batches

  /// Hands the rows so far on and begins a new batch, unless it is the last.
  private func deliver(isLast: Bool = false) throws {
    if connection.cancellation.isCancelled {
      connection.stopStatement()
      throw PostgresProblem.interrupted(sql: request.statement)
    }
    guard let frame else { return }
    frame.batch.count = rowCount
    do {
      try exchange.deliver(frame)
    } catch {
      connection.stopStatement()
      throw error
    }
    if isLast { self.frame = nil } else { takeFrame() }
  }

  /// Takes what follows the last row: the outcome of the statement.
  private func finish() throws {
    var failure: PostgresProblem?
    while let result = try connection.nextResult(sql: request.statement) {
      failure = failure ?? connection.problem(in: result, sql: request.statement)
    }
    if let failure { throw failure }
  }

  /// Stops a statement whose bytes make no sense.
  private func refusal() -> PostgresProblem {
    connection.stopStatement()
    return .malformed(sql: request.statement)
  }
}
