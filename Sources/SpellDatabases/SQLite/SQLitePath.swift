import Glibc
import SpellCore

/// What stands at a path, looked at before the engine is asked, whose own words name neither reason nor remedy.
enum SQLitePath {
  /// The path without links, if a regular file is there that may be read; nil if nothing is there.
  static func resolve(_ path: String) throws -> String? {
    // A path ends at a NUL in C: a longer one would silently mean another file.
    if path.utf8.contains(0) || path.isEmpty { throw SQLiteProblem.missing.error(database: path) }
    guard let resolved = realpath(path, nil) else {
      if errno == ENOENT { return nil }
      throw SQLiteProblem.unreachable(reason: SystemError.text(errno)).error(database: path)
    }
    defer { free(resolved) }
    var status = stat()
    guard stat(resolved, &status) == 0 else {
      throw SQLiteProblem.unreachable(reason: SystemError.text(errno)).error(database: path)
    }
    if status.st_mode & S_IFMT == S_IFDIR { throw SQLiteProblem.folder.error(database: path) }
    if status.st_mode & S_IFMT != S_IFREG { throw SQLiteProblem.notAFile.error(database: path) }
    if access(resolved, R_OK) != 0 { throw SQLiteProblem.permission(toWrite: false).error(database: path) }
    return String(cString: resolved)
  }
}
