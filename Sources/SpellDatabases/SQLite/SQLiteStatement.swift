import CSQLite

/// A prepared statement and the only owner of its handle.
struct SQLiteStatement: ~Copyable {
  let pointer: OpaquePointer
  private let sql: String
  private let connection: SQLiteConnection

  /// Prepares exactly one statement, which must only read unless `mayWrite`.
  init(_ sql: String, on connection: SQLiteConnection, mayWrite: Bool = false) throws {
    self.sql = sql
    self.connection = connection
    pointer = try Self.prepare(sql, on: connection, mayWrite: mayWrite)
  }

  deinit { sqlite3_finalize(pointer) }

  private static func prepare(_ sql: String, on connection: SQLiteConnection, mayWrite: Bool) throws -> OpaquePointer {
    try sql.withCString { text in
      var prepared: OpaquePointer?
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(connection.handle, text, -1, &prepared, &tail)
      guard code == SQLITE_OK else { throw connection.failure(code, sql: sql) }
      guard let prepared else { throw SQLiteProblem.empty(sql: sql).error(database: connection.label) }
      // What follows the first statement may be blank or a comment, for which SQLite prepares nothing.
      var second: OpaquePointer?
      if let tail, tail.pointee != 0,
        sqlite3_prepare_v2(connection.handle, tail, -1, &second, nil) != SQLITE_OK
          || second != nil
      {
        sqlite3_finalize(second)
        sqlite3_finalize(prepared)
        throw SQLiteProblem.severalStatements(sql: sql).error(database: connection.label)
      }
      // A second lock behind the authorizer.
      if !mayWrite && sqlite3_stmt_readonly(prepared) == 0 {
        sqlite3_finalize(prepared)
        throw SQLiteProblem.writes(sql: sql).error(database: connection.label)
      }
      return prepared
    }
  }

  /// Moves to the next row; false at the end, after which it must not be called again.
  func step() throws -> Bool {
    let code = sqlite3_step(pointer)
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE { return false }
    throw connection.failure(code, sql: sql)
  }

  /// Makes the statement ready to run again; its parameters keep their values.
  func reset() { sqlite3_reset(pointer) }

  /// Gives a text to a parameter; the first is number 1.
  func bind(_ text: String, to parameter: Int32) {
    sqlite3_bind_text(pointer, parameter, text, -1, csqlite_transient())
  }

  /// Gives an integer to a parameter.
  func bind(_ number: Int64, to parameter: Int32) { sqlite3_bind_int64(pointer, parameter, number) }

  var columnCount: Int { Int(sqlite3_column_count(pointer)) }

  /// The text of a column of the current row, for names and the like; nil for NULL.
  func text(_ column: Int) -> String? {
    sqlite3_column_text(pointer, Int32(column)).map { String(cString: $0) }
  }

  func integer(_ column: Int) -> Int64 { sqlite3_column_int64(pointer, Int32(column)) }
}
