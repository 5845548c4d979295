import CPostgres
import Glibc

/// One connection of a test to a PostgreSQL server, beside those of the product. It changes no setting of the session:
/// dates and numbers come as the server is configured to write them. Notices are dropped.
public final class PostgreSQLFixture {
  private let connection: OpaquePointer
  private let library: PostgreSQLLibrary

  /// Connects; the URL is one of libpq. Throws `PostgreSQLFailure`.
  public init(_ url: String) throws {
    let library = try PostgreSQLLibrary.loaded.get()
    let opened = "dbname".withCString { keyword in
      url.withCString { library.functions.PQconnectdbParams([keyword, nil], [$0, nil], 1) }
    }
    guard let opened else { throw PostgreSQLFailure(state: nil, message: "out of memory") }
    self.library = library
    connection = opened
    guard library.functions.PQstatus(connection) == CONNECTION_OK else {
      throw PostgreSQLFailure(state: nil, message: words)
    }
    _ = library.functions.PQsetNoticeProcessor(connection, { _, _ in }, nil)
  }

  deinit { library.functions.PQfinish(connection) }

  /// Runs the statements of a script, in one transaction unless it has its own; answers of queries are dropped. Throws
  /// `PostgreSQLFailure`.
  public func run(_ script: String) throws { try withResult(script) { _ in } }

  /// The rows that the last statement of a script answers, as text; NULL is nil. Throws `PostgreSQLFailure`.
  public func rows(_ script: String) throws -> [[String?]] {
    let functions = library.functions
    return try withResult(script) { result in
      (0..<functions.PQntuples(result)).map { row in
        (0..<functions.PQnfields(result)).map { column in
          guard functions.PQgetisnull(result, row, column) == 0 else { return nil }
          return functions.PQgetvalue(result, row, column).map { String(cString: $0) }
        }
      }
    }
  }

  /// The first field of the first row that a script answers; nil for NULL, and if there is no row. Throws
  /// `PostgreSQLFailure`.
  public func value(_ script: String) throws -> String? { try rows(script).first?.first ?? nil }

  /// Waits, for ever if need be, until the server ends the connection, or says something on its own account.
  func waitForEnd() {
    var input = pollfd(fd: library.functions.PQsocket(connection), events: Int16(POLLIN), revents: 0)
    while poll(&input, 1, -1) < 0 && errno == EINTR {}
  }

  private func withResult<Answer>(_ script: String, _ body: (OpaquePointer?) throws -> Answer) throws -> Answer {
    let result = library.execute(connection, script)
    defer { library.functions.PQclear(result) }
    let status = library.functions.PQresultStatus(result)
    guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY].contains(status) else {
      let state = library.functions.PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
      throw PostgreSQLFailure(state: state, message: "\(words) in: \(script.prefix(400))")
    }
    return try body(result)
  }

  /// What the server or libpq said last.
  private var words: String {
    let message = library.functions.PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    return message.last == "\n" ? String(message.dropLast()) : message
  }
}

/// What a server refused, or a connection that could not be made.
public struct PostgreSQLFailure: Error, CustomStringConvertible {
  /// The SQLSTATE, if a server gave one to a statement.
  public let state: String?
  /// The words of the server or of libpq.
  public let message: String
  /// State and words.
  public var description: String { state.map { "\($0): \(message)" } ?? message }
}

/// The loaded libpq: the functions of the product, and the one that only tests need.
private struct PostgreSQLLibrary: Sendable {
  let functions: postgres_functions
  /// `PQexec`, the one way to send several statements at once.
  let execute: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> OpaquePointer?

  static let loaded = Result { try PostgreSQLLibrary() }

  init() throws {
    var table = postgres_functions()
    if let problem = postgres_load(&table) { throw ServerFailure(description: String(cString: problem)) }
    functions = table
    guard let symbol = dlsym(dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL), "PQexec") else {
      throw ServerFailure(description: "libpq has no PQexec")
    }
    execute = unsafeBitCast(symbol, to: (@convention(c) (OpaquePointer?, UnsafePointer<CChar>?) -> OpaquePointer?).self)
  }
}
