import CSQLite

/// An SQLite file made by a test, and the connection that made it, which a test may keep open as a writer beside the
/// product.
public final class SQLiteFixture {
  /// The database file.
  public let path: String
  private var handle: OpaquePointer?

  /// Opens the file, creating it if it is missing.
  public init(_ path: String) throws {
    self.path = path
    let code = sqlite3_open_v2(
      path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nil)
    guard code == SQLITE_OK else { throw SQLiteFailure(path: path, message: "cannot open, code \(code)") }
    sqlite3_busy_timeout(handle, 5000)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs the statements of a script; answers of queries are dropped.
  public func run(_ script: String) throws {
    var message: UnsafeMutablePointer<CChar>?
    guard sqlite3_exec(handle, script, nil, nil, &message) == SQLITE_OK else {
      let text = message.map { String(cString: $0) } ?? "unknown"
      sqlite3_free(message)
      throw SQLiteFailure(path: path, message: "\(text) in: \(script.prefix(400))")
    }
  }

  /// The rows that a statement answers: numbers as Swift prints them, blobs as their bytes in UTF-8; NULL is nil.
  public func rows(_ statement: String) throws -> [[String?]] {
    var prepared: OpaquePointer?
    defer { sqlite3_finalize(prepared) }
    guard sqlite3_prepare_v2(handle, statement, -1, &prepared, nil) == SQLITE_OK else { throw failure(statement) }
    var rows: [[String?]] = []
    while true {
      switch sqlite3_step(prepared) {
      case SQLITE_ROW:
        rows.append((0..<sqlite3_column_count(prepared)).map { text(sqlite3_column_value(prepared, $0)) })
      case SQLITE_DONE: return rows
      default: throw failure(statement)
      }
    }
  }

  private func text(_ value: OpaquePointer?) -> String? {
    switch sqlite3_value_type(value) {
    case SQLITE_NULL: nil
    case SQLITE_INTEGER: "\(sqlite3_value_int64(value))"
    case SQLITE_FLOAT: "\(sqlite3_value_double(value))"
    default: sqlite3_value_text(value).map { String(cString: $0) }
    }
  }

  private func failure(_ statement: String) -> SQLiteFailure {
    SQLiteFailure(path: path, message: "\(String(cString: sqlite3_errmsg(handle))) in: \(statement.prefix(400))")
  }

  /// Runs a script in the file and closes it.
  public static func make(_ path: String, _ script: String) throws {
    let fixture = try SQLiteFixture(path)
    try fixture.run(script)
  }
}

/// A script of a test that SQLite refused.
public struct SQLiteFailure: Error, CustomStringConvertible {
  /// The database file.
  public let path: String
  /// SQLite's words.
  public let message: String
  /// File and words.
  public var description: String { "\(path): \(message)" }
}
