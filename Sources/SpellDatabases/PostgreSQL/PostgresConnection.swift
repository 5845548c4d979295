import CPostgres
import Glibc
import SpellCore

/// The one owner of a connection to a server. Waits for the server in `poll`, where a cancellation is seen.
final class PostgresConnection {
  private let library: PostgresLibrary
  let handle: OpaquePointer
  /// The database as messages name it; never a secret.
  let label: String
  /// What stops the wait for the server.
  var cancellation: Cancellation
  /// Whether it can no longer be used.
  private(set) var isBroken = false
  /// What a wait heeds in place of the cancellation.
  private var deadline: Int?
  /// How many pipelines nobody has read to their ends yet; in the last of them is what somebody reads.
  private var openPipelines = 0
  /// Statements that were sent, in order, and whose results nobody has asked for yet.
  private var ahead: [Statement] = []
  /// What begins a transaction and goes out with the first statement in it.
  private var beginning: [String] = []
  /// Whether a transaction was begun so before.
  private(set) var hasBegun = false
  /// The statement that the server has parsed last, and was not asked for since.
  private var parsed: String?

  /// How long the server may take to stop a statement before the connection is given up.
  private static let patienceMilliseconds = 80
  /// Bytes of a copy that are given to libpq at a time.
  private static let chunkBytes = 1 << 20

  /// Connects to a server, of a list of hosts to the given one. Throws a `PostgresProblem` of a server that cannot be
  /// reached or refuses.
  init(_ conninfo: String, host: PostgresHost? = nil, label: String, cancellation: Cancellation) throws {
    library = try PostgresLibrary.load()
    self.label = label
    self.cancellation = cancellation
    handle = try PostgresConnecting.connect(conninfo, host: host, library: library, cancellation: cancellation)
    guard libpq.PQstatus(handle) == CONNECTION_OK else {
      throw PostgresProblem.unreachable(
        message: lastMessage, needsPassword: libpq.PQconnectionNeedsPassword(handle) != 0,
        usedPassword: libpq.PQconnectionUsedPassword(handle) != 0)
    }
    _ = libpq.PQsetnonblocking(handle, 1)
    // Notices of the server have no place in the output.
    _ = libpq.PQsetNoticeProcessor(handle, { _, _ in }, nil)
  }

  deinit { libpq.PQfinish(handle) }

  var libpq: postgres_functions { library.functions }

  /// The database that the server has connected to.
  var databaseName: String? { libpq.PQdb(handle).map { String(cString: $0) } }

  /// A setting that the server tells of by itself; nil for another one, or from an older server.
  func setting(_ name: String) -> String? { libpq.PQparameterStatus(handle, name).map { String(cString: $0) } }

  /// What it was connected with, by libpq's keywords: a list of hosts is whole.
  var parameters: [String: String] {
    guard let options = libpq.PQconninfo(handle) else { return [:] }
    defer { libpq.PQconninfoFree(options) }
    var found: [String: String] = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { found[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    return found
  }

  // MARK: - Statements

  /// Begins a transaction with what is sent next, if anything is, in the same round trip. Where the server refuses the
  /// beginning, what is sent throws `BeginningRefused`. A copy cannot be the first.
  func beginWithNext(_ statements: [String]) { beginning = statements }

  /// The server does not take what begins a transaction, and nothing of what came after it.
  struct BeginningRefused: Error {}

  /// A statement as it is sent. Its results come as texts, or in the engine's binary form.
  struct Statement: Equatable {
    var sql: String
    var parameters: [String] = []
    var isBinary = false
  }

  /// Runs statements one after the other in one round trip; the first that fails ends it. Throws `StatementFailure`.
  func execute(_ statements: [String]) throws {
    _ = try inOneRoundTrip(statements) { start(Statement(sql: statements[$0])) }
  }

  /// Sends what belongs to each statement and returns the results, one for each.
  private func inOneRoundTrip(_ statements: [String], _ send: (Int) -> Int32) throws -> [PostgresResult] {
    do {
      try sendPipeline(sql: statements.first) {
        for (index, sql) in statements.enumerated() where send(index) != 1 { throw lost(sql: sql) }
      }
      var results: [PostgresResult] = []
      var failure: StatementFailure?
      for (index, sql) in statements.enumerated() {
        while let result = try nextResult(sql: sql) {
          if failure == nil, let problem = problem(in: result, sql: sql) {
            failure = StatementFailure(index: index, problem: problem)
          }
          results.append(result)
        }
      }
      if let failure { throw failure }
      return results
    } catch let error where !(error is StatementFailure || error is BeginningRefused) {
      // What is left in a pipeline is not worth sorting out.
      isBroken = true
      throw error
    }
  }

  /// Sends what begins a transaction, if one begins, and then what `body` does, all at once and right behind what was
  /// sent before. Whoever reads the results of `body` need not read the end of the pipeline.
  private func sendPipeline(sql: String?, _ body: () throws -> Void) throws {
    guard libpq.PQenterPipelineMode(handle) == 1 else { throw lost(sql: sql) }
    openPipelines += 1
    let beginning = beginning
    if !beginning.isEmpty { (self.beginning, hasBegun) = ([], true) }
    for sql in beginning where start(Statement(sql: sql)) != 1 { throw lost(sql: sql) }
    try body()
    guard libpq.PQpipelineSync(handle) == 1 else { throw lost(sql: sql) }
    try flush(sql: sql)
    try closePipelines(butLast: 1)
    if let refusal = try refusal(of: beginning) { throw refusal }
  }

  /// Takes what the server says to the beginning of a transaction.
  private func refusal(of beginning: [String]) throws -> BeginningRefused? {
    var refusal: BeginningRefused?
    for sql in beginning {
      while let result = try nextResult(sql: sql) {
        guard refusal == nil, let problem = problem(in: result, sql: sql) else { continue }
        guard case .server = problem else { throw problem }
        refusal = BeginningRefused()
      }
    }
    return refusal
  }

  /// Which of several statements failed.
  struct StatementFailure: Error {
    var index: Int
    var problem: PostgresProblem
  }

  /// Whether the server takes a statement, a copy perhaps.
  func accepts(_ sql: String) throws -> Bool {
    try send(Statement(sql: sql))
    var isAccepted = true
    while let result = try nextResult(sql: sql) {
      if let problem = problem(in: result, sql: sql) {
        guard case .server = problem else { throw problem }
        isAccepted = false
      }
      if result.status == PGRES_COPY_OUT {
        try skipCopy {
          try waitForInput(sql: sql)
          return true
        }
      }
    }
    return isAccepted
  }

  /// Runs one statement to its end and throws if it fails.
  func execute(_ sql: String) throws { _ = try query(sql) }

  /// The rows of a small result, as texts.
  func query(_ sql: String, _ parameters: [String] = []) throws -> [[String?]] {
    try send(Statement(sql: sql, parameters: parameters))
    return try onlyResult(sql: sql).texts
  }

  /// The rows of small results of statements that have the same parameters, in one round trip.
  func query(_ statements: [String], _ parameters: [String]) throws -> [[[String?]]] {
    do {
      let results = try inOneRoundTrip(statements) { start(Statement(sql: statements[$0], parameters: parameters)) }
      return results.map(\.texts)
    } catch let failure as StatementFailure {
      throw failure.problem
    }
  }

  /// A column of a statement's result.
  struct ResultColumn {
    var name: String
    var type: Oid
    /// What the declaration says beside the type; -1 if nothing.
    var modifier: Int
  }

  /// What a statement takes and gives.
  struct Description {
    /// None if it has no result.
    var columns: [ResultColumn]
    var parameterCount: Int
  }

  /// Lets the server parse a statement. Nothing is executed.
  func describe(_ sql: String) throws -> Description {
    do {
      return try describe([sql], asking: []).descriptions[0]
    } catch let failure as StatementFailure {
      throw failure.problem
    }
  }

  /// Describes statements, and has the rows of small ones, in one round trip. Throws `StatementFailure` with the index
  /// of the question, or a negative one.
  func describe(
    _ statements: [String], asking questions: [Statement]
  ) throws -> (descriptions: [Description], answers: [[[String?]]]) {
    // Parsing and describing are two requests.
    let heads = statements.flatMap { [$0, $0] }
    parsed = nil
    do {
      let results = try inOneRoundTrip(heads + questions.map(\.sql)) { index in
        guard index < heads.count else { return start(questions[index - heads.count]) }
        return index % 2 == 0
          ? libpq.PQsendPrepare(handle, "", heads[index], 0, nil) : libpq.PQsendDescribePrepared(handle, "")
      }
      guard results.count == heads.count + questions.count else { throw lost(sql: statements.first) }
      if questions.isEmpty { parsed = statements.last }
      let descriptions = stride(from: 1, to: heads.count, by: 2).map { index in
        Description(
          columns: results[index].columns, parameterCount: Int(libpq.PQnparams(results[index].pointer)))
      }
      return (descriptions, results[heads.count...].map(\.texts))
    } catch var failure as StatementFailure {
      failure.index -= heads.count
      throw failure
    }
  }

  /// Sends one statement. One that was sent ahead, and is the next of them, is not sent again.
  func send(_ statement: Statement) throws {
    if statement == ahead.first {
      ahead.removeFirst()
      return
    }
    if !beginning.isEmpty { return try sendPipeline([statement]) }
    try closePipelines()
    guard start(statement) == 1 else { throw lost(sql: statement.sql) }
    try flush(sql: statement.sql)
  }

  /// Sends statements in one round trip before their results are wanted, for which `send` is called in the same order.
  /// Anything else that is sent meanwhile makes them be forgotten.
  func sendAhead(_ statements: [Statement]) throws {
    try sendPipeline(statements)
    ahead = statements
  }

  private func sendPipeline(_ statements: [Statement]) throws {
    try sendPipeline(sql: statements.first?.sql) {
      for statement in statements where start(statement) != 1 { throw lost(sql: statement.sql) }
    }
  }

  /// Gives a statement to libpq; 1 if it has taken it.
  private func start(_ statement: Statement) -> Int32 {
    let copies = statement.parameters.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    let values = copies.map { UnsafePointer($0) }
    let (count, format) = (Int32(values.count), Int32(statement.isBinary ? 1 : 0))
    defer { parsed = nil }
    // One that was just described need not be parsed again.
    return parsed == statement.sql
      ? libpq.PQsendQueryPrepared(handle, "", count, values, nil, nil, format)
      : libpq.PQsendQueryParams(handle, statement.sql, count, nil, values, nil, nil, format)
  }

  /// Runs a copy into a table with these bytes.
  func copyIn(_ sql: String, _ bytes: [UInt8]) throws {
    try send(Statement(sql: sql))
    guard let start = try nextResult(sql: sql) else { throw lost(sql: sql) }
    if start.status == PGRES_COPY_IN {
      for chunk in stride(from: 0, to: bytes.count, by: Self.chunkBytes) {
        let sent = bytes[chunk..<min(bytes.count, chunk + Self.chunkBytes)].withUnsafeBytes { buffer in
          libpq.PQputCopyData(handle, buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count))
        }
        guard sent == 1 else { throw lost(sql: sql) }
        try flush(sql: sql)
      }
      guard libpq.PQputCopyEnd(handle, nil) == 1 else { throw lost(sql: sql) }
      try flush(sql: sql)
    }
    var failure = problem(in: start, sql: sql)
    while let result = try nextResult(sql: sql) { failure = failure ?? problem(in: result, sql: sql) }
    if let failure { throw failure }
  }

  /// The result of a statement that has one; throws if it failed.
  func onlyResult(sql: String?) throws -> PostgresResult {
    var last: PostgresResult?
    var failure: PostgresProblem?
    while let result = try nextResult(sql: sql) {
      failure = failure ?? problem(in: result, sql: sql)
      last = result
    }
    if let failure { throw failure }
    guard let last else { throw lost(sql: sql) }
    return last
  }

  /// The next result of what was sent; nil at the end.
  func nextResult(sql: String?) throws -> PostgresResult? {
    while libpq.PQisBusy(handle) != 0 { try waitForInput(sql: sql) }
    return libpq.PQgetResult(handle).map { PostgresResult($0, library) }
  }

  /// Takes what is left of results that nobody needs.
  func skipResults() throws {
    while try nextResult(sql: nil) != nil {}
  }

  /// What a result says is wrong; nil if it is fine.
  func problem(in result: PostgresResult, sql: String?) -> PostgresProblem? {
    switch result.status {
    case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR: break
    default: return nil
    }
    // A server that ends the connection says so in its last error, if it still can.
    if libpq.PQstatus(handle) == CONNECTION_BAD { isBroken = true }
    guard let code = result.field(POSTGRES_SQLSTATE) else {
      isBroken = true
      return .lost(message: lastMessage)
    }
    let error = PostgresProblem.ServerError(
      code: code, message: result.field(POSTGRES_MESSAGE) ?? "no message",
      detail: result.field(POSTGRES_DETAIL), hint: result.field(POSTGRES_HINT),
      context: result.field(POSTGRES_CONTEXT))
    if code.hasPrefix("57P") || code.hasPrefix("08") {
      isBroken = true
      return .lost(message: error.message)
    }
    if code == "57014", cancellation.isCancelled { return .interrupted(sql: sql) }
    return .server(error, sql: sql)
  }

  // MARK: - Waiting

  /// Waits for bytes of the server and takes them.
  func waitForInput(sql: String?) throws {
    try wait(for: Int16(POLLIN), sql: sql)
    guard libpq.PQconsumeInput(handle) == 1 else { throw lost(sql: sql) }
  }

  /// Gives everything that was sent to the server.
  func flush(sql: String?) throws {
    while true {
      let rest = libpq.PQflush(handle)
      if rest == 0 { return }
      guard rest == 1 else { throw lost(sql: sql) }
      // A server that cannot send cannot take either: what it says is read meanwhile.
      let ready = try wait(for: Int16(POLLIN | POLLOUT), sql: sql)
      if ready & Int16(POLLIN) != 0, libpq.PQconsumeInput(handle) != 1 { throw lost(sql: sql) }
    }
  }

  /// Waits for the socket, looking at the cancellation; returns what it is ready for.
  @discardableResult
  private func wait(for events: Int16, sql: String?) throws -> Int16 {
    var waiting = pollfd(fd: libpq.PQsocket(handle), events: events, revents: 0)
    while true {
      if let deadline {
        if MonotonicClock.milliseconds > deadline { throw lost(sql: sql) }
      } else if cancellation.isCancelled {
        stopStatement()
        throw PostgresProblem.interrupted(sql: sql)
      }
      guard waiting.fd >= 0 else { throw lost(sql: sql) }
      if poll(&waiting, 1, 20) > 0 { return waiting.revents }
    }
  }

  /// Ends the transaction. Only after a cancellation is there a wait, up to a deadline, for the server to have done it;
  /// else the next statement has that wait.
  func rollBack() throws {
    if !beginning.isEmpty {
      beginning = []
      return
    }
    guard cancellation.isCancelled else {
      return try sendPipeline([Statement(sql: "ROLLBACK")])
    }
    deadline = MonotonicClock.milliseconds + Self.patienceMilliseconds
    defer { deadline = nil }
    try execute("ROLLBACK")
  }

  /// Reads pipelines to their ends, but for the last ones.
  private func closePipelines(butLast count: Int = 0) throws {
    ahead = []
    var failure: PostgresProblem?
    var isBetweenStatements = false
    while openPipelines > count {
      guard let result = try nextResult(sql: nil) else {
        // Each statement has one end: after two in a row nothing more comes.
        if isBetweenStatements { throw lost(sql: nil) }
        isBetweenStatements = true
        continue
      }
      isBetweenStatements = false
      noteEnd(result)
      let problem = problem(in: result, sql: nil)
      failure = failure ?? problem
      if let failure, isBroken { throw failure }
    }
    if let failure { throw failure }
  }

  /// The end of a pipeline is a result of its own.
  private func noteEnd(_ result: PostgresResult) {
    guard result.status == PGRES_PIPELINE_SYNC else { return }
    openPipelines -= 1
    if openPipelines == 0 { _ = libpq.PQexitPipelineMode(handle) }
  }

  /// Nothing more is sent on the connection: the server finds nobody there, and ends what still runs.
  func giveUp() {
    isBroken = true
    let socket = libpq.PQsocket(handle)
    if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
  }

  /// The error of a connection that is no more.
  func lost(sql: String?) -> PostgresProblem {
    isBroken = true
    return .lost(message: lastMessage)
  }

  /// What libpq says is wrong.
  private var lastMessage: String { libpq.PQerrorMessage(handle).map { String(cString: $0) } ?? "" }

  // MARK: - Stopping

  /// Asks the server to stop what runs and waits until it has; a connection on which that takes too long is given up,
  /// and the server ends the statement when it finds nobody there.
  func stopStatement() {
    let deadline = MonotonicClock.milliseconds + Self.patienceMilliseconds
    ahead = []
    isBroken = isBroken || !requestStop(until: deadline) || !skipResults(until: deadline)
  }

  /// The request goes over a connection of its own, which may hang as any other.
  private func requestStop(until deadline: Int) -> Bool {
    guard let request = libpq.PQgetCancel(handle) else { return false }
    let bits = UInt(bitPattern: request)
    let call = BackgroundCall { [library] in
      let request = OpaquePointer(bitPattern: bits)
      _ = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
        library.functions.PQcancel(request, message.baseAddress, Int32(message.count))
      }
      library.functions.PQfreeCancel(request)
    }
    return call?.wait(milliseconds: deadline - MonotonicClock.milliseconds) ?? false
  }

  /// Reads what is left of the running statement; false if that takes too long.
  private func skipResults(until deadline: Int) -> Bool {
    while true {
      while libpq.PQisBusy(handle) != 0 {
        guard takeInput(until: deadline) else { return false }
      }
      guard let pointer = libpq.PQgetResult(handle) else {
        if openPipelines > 0, MonotonicClock.milliseconds < deadline { continue }
        return openPipelines == 0
      }
      let result = PostgresResult(pointer, library)
      noteEnd(result)
      if result.status == PGRES_COPY_OUT, !skipCopy({ takeInput(until: deadline) }) { return false }
      if result.status == PGRES_COPY_IN { _ = libpq.PQputCopyEnd(handle, "stopped") }
    }
  }

  /// Reads the rest of a copy without a look; false if `takeInput` gives up.
  @discardableResult
  private func skipCopy(_ takeInput: () throws -> Bool) rethrows -> Bool {
    while true {
      var data: UnsafeMutablePointer<CChar>?
      let count = libpq.PQgetCopyData(handle, &data, 1)
      if count < 0 { return true }
      if count > 0 { libpq.PQfreemem(data) } else if try !takeInput() { return false }
    }
  }

  private func takeInput(until deadline: Int) -> Bool {
    var waiting = pollfd(fd: libpq.PQsocket(handle), events: Int16(POLLIN), revents: 0)
    let rest = deadline - MonotonicClock.milliseconds
    return rest > 0 && poll(&waiting, 1, Int32(rest)) > 0 && libpq.PQconsumeInput(handle) == 1
  }
}
