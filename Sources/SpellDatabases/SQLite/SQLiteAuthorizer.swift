import CSQLite
import Glibc

/// The allow-list of what SQL may do on a connection. It stops what a read-only file alone does not: `VACUUM INTO` and
/// ATTACH write other files, PRAGMA changes the connection.
enum SQLiteAuthorizer {
  private static let pragmas = [
    "table_xinfo", "table_list", "index_list", "index_xinfo", "foreign_key_list", "data_version",
  ]
  private static let deniedFunctions = ["load_extension", "fts3_tokenizer"]

  static func install(on handle: OpaquePointer) {
    sqlite3_set_authorizer(
      handle,
      { _, action, first, second, _, _ in
        SQLiteAuthorizer.allows(action, first: first, second: second) ? SQLITE_OK : SQLITE_DENY
      }, nil)
  }

  static func remove(from handle: OpaquePointer) { sqlite3_set_authorizer(handle, nil, nil) }

  private static func allows(_ action: Int32, first: UnsafePointer<CChar>?, second: UnsafePointer<CChar>?) -> Bool {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE, SQLITE_TRANSACTION: true
    case SQLITE_FUNCTION: !isOne(second, of: deniedFunctions)
    case SQLITE_PRAGMA: isOne(first, of: pragmas)
    // Asked for when an eponymous virtual table (json_each, pragma_table_xinfo) is connected; SQLite itself refuses a
    // real UPDATE of its schema.
    case SQLITE_UPDATE: isOne(first, of: ["sqlite_master"])
    default: false
    }
  }

  /// Whether SQLite would take a name for one of a list: letter case does not count.
  private static func isOne(_ name: UnsafePointer<CChar>?, of list: [String]) -> Bool {
    guard let name else { return false }
    return list.contains { strcasecmp($0, name) == 0 }
  }
}
