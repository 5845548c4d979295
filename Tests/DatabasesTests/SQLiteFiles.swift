import CSQLite
import Glibc
import Synchronization
import TestSupport
import Testing

/// What SQLite refused to a test.
struct SQLiteFailure: Error { let message: String }

/// Runs statements on a file through a connection of its own that may write.
func writeSQLite(_ path: String, _ sql: String) throws {
  var handle: OpaquePointer?
  defer { sqlite3_close_v2(handle) }
  guard sqlite3_open(path, &handle) == SQLITE_OK, sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
    throw SQLiteFailure(message: String(cString: sqlite3_errmsg(handle)))
  }
}

/// The paths of all files that this process holds open.
func openFiles() throws -> [String] {
  try folderNames("/proc/self/fd").compactMap { name in
    var target = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/fd/\(name)", &target, target.count)
    return count > 0 ? String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }
}

/// The names in a folder, in order.
func folderNames(_ path: String) throws -> [String] {
  let folder = try #require(opendir(path))
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// All that can be seen of a folder: names, contents, and when each and the folder itself changed.
struct FolderState: Equatable {
  private var contents: [String: [UInt8]] = [:]
  private var changes: [String: [Int]] = [:]
  var names: [String] { contents.keys.sorted() }

  init(_ path: String) throws {
    for name in try folderNames(path) { contents[name] = try readFile("\(path)/\(name)") }
    for name in contents.keys + ["."] {
      var status = stat()
      #expect(stat("\(path)/\(name)", &status) == 0)
      changes[name] = [Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }
  }
}

/// Another process at work on a database: the `sqlite3` shell. Locks of one process do not hold against itself, so a
/// writer in the test's own would show nothing.
final class ForeignWriter {
  private let process: pid_t
  private let input: Int32
  private let output: Int32
  private var isRunning = true

  init(_ path: String) throws {
    (process, input, output) = try Self.start.withLock { _ in try Self.spawn(path) }
  }

  /// Taken while a child starts: it must not inherit the pipes of another, which would then stay open.
  private static let start = Mutex(())

  private static func spawn(_ path: String) throws -> (pid_t, Int32, Int32) {
    var toChild: [Int32] = [0, 0]
    var fromChild: [Int32] = [0, 0]
    #expect(pipe(&toChild) == 0 && pipe(&fromChild) == 0)
    for descriptor in toChild + fromChild { #expect(fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
    posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
    posix_spawn_file_actions_adddup2(&actions, fromChild[1], 2)
    let words: [String] = ["sqlite3", "-batch", path]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, "sqlite3", &actions, nil, &arguments, environ)
    close(toChild[0])
    close(fromChild[1])
    try #require(code == 0, "the sqlite3 shell is needed")
    return (child, toChild[1], fromChild[0])
  }

  /// Runs SQL; returns what was printed.
  @discardableResult
  func run(_ sql: String) throws -> String {
    let mark = "--done--\n"
    let text = Array("\(sql)\n.print \(mark)".utf8)
    #expect(write(input, text, text.count) == text.count)
    var printed: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = read(output, &block, block.count)
      guard count > 0 else { throw SQLiteFailure(message: "the sqlite3 shell ended") }
      printed += block[..<count]
      let all = String(decoding: printed, as: UTF8.self)
      if all.hasSuffix(mark) { return String(all.dropLast(mark.count)) }
    }
  }

  /// Ends the shell, which closes the database.
  func finish() { end(signal: nil) }

  /// Ends it as a crash would.
  func crash() { end(signal: SIGKILL) }

  deinit { end(signal: SIGKILL) }

  private func end(signal: Int32?) {
    if !isRunning { return }
    isRunning = false
    if let signal { kill(process, signal) }
    close(input)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    close(output)
  }
}

/// The number that `count` gives after the first row of a query on a connection without any settings.
func spilledFiles(_ sql: String, count: () throws -> Int) throws -> Int {
  var handle: OpaquePointer?
  var statement: OpaquePointer?
  defer {
    sqlite3_finalize(statement)
    sqlite3_close_v2(handle)
  }
  #expect(sqlite3_open(":memory:", &handle) == SQLITE_OK)
  #expect(sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
  return try count()
}
