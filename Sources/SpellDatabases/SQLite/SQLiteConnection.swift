import CSQLite
import SpellCore

/// The one owner of an SQLite handle: what is installed on it lives and goes with it.
final class SQLiteConnection {
  let handle: OpaquePointer
  /// What messages call the database: the path as it was given.
  let label: String
  private let interruption: SQLiteInterruption

  /// Opens a handle without reading the file.
  ///
  /// `name` is a path, or a URI if `flags` say so. Errors are of kind `connection`.
  init(name: String, flags: Int32, label: String, interruption: SQLiteInterruption) throws {
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard code == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
      sqlite3_close_v2(opened)
      throw SQLiteProblem.engine(code: code, message: message, sql: nil).error(database: label).whileOpening(label)
    }
    handle = opened
    self.label = label
    self.interruption = interruption
    interruption.install(on: opened)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Takes settings that the authorizer would refuse, then installs it: sorts stay in memory, no file is left anywhere.
  func restrict() throws {
    try execute("PRAGMA temp_store = MEMORY")
    SQLiteAuthorizer.install(on: handle)
  }

  /// Runs one statement to its end.
  func execute(_ sql: String, mayWrite: Bool = false) throws {
    let statement = try SQLiteStatement(sql, on: self, mayWrite: mayWrite)
    while try statement.step() {}
  }

  var isCancelled: Bool { interruption.cancellation.isCancelled }

  func checkCancellation(sql: String? = nil) throws {
    if isCancelled { throw SQLiteProblem.interrupted(sql: sql).error(database: label) }
  }

  /// What the engine said last, as an error.
  func failure(_ code: Int32, sql: String) -> DatabaseError {
    let primary = code & 0xFF
    if primary == SQLITE_INTERRUPT || (primary == SQLITE_BUSY && isCancelled) {
      return SQLiteProblem.interrupted(sql: sql).error(database: label)
    }
    let message = String(cString: sqlite3_errmsg(handle))
    return SQLiteProblem.engine(code: code, message: message, sql: sql).error(database: label)
  }
}
