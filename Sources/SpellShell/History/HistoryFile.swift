import Glibc
import SpellCore
import SpellTables
import Spellbook

/// The file that statements are kept in, a line for each: private, shared by all shells, and never half-written.
///
/// A line is appended by one `write` under a lock, so that shells interleave and a killed one loses nothing. What came
/// of a full disk or of another hand is one damaged line, which readers skip.
package struct HistoryFile {
  /// Lines beyond which the oldest are dropped, and those that are left then: a file is seldom rewritten.
  static let mostLines = 100_000
  static let keptLines = 90_000
  /// No line is shorter: a file of fewer bytes has not too many lines, and need not be read to know that.
  private static let shortestLine = 80
  /// Bytes of a line; a longer statement is not kept.
  static let longestLine = 256 << 10
  /// What a shell recalls: entries, and the bytes at the end of the file that they are looked for in.
  static let mostRecalled = 2000
  private static let recalledBytes = 1 << 20
  /// How long another process may hold the lock.
  private static let lockMilliseconds = 2000

  private let path: String
  /// Whether the folder holds nothing but the history, so that its mode is ours to set.
  private let ownsFolder: Bool

  package init(path: String, ownsFolder: Bool = false) {
    self.path = path
    self.ownsFolder = ownsFolder
  }

  /// `$SPELLBOOK_HISTORY`, else `history.jsonl` in the user's state folder; nil if there is no such folder.
  package static func usual(environment: (String) -> String?) -> HistoryFile? {
    if let path = environment("SPELLBOOK_HISTORY"), !path.isEmpty { return HistoryFile(path: path) }
    return UserFolder.state.path(environment: environment).map {
      HistoryFile(path: $0 + "/history.jsonl", ownsFolder: true)
    }
  }

  // MARK: - Writing

  /// Appends an entry, its time being now, unless it repeats the last one. Passwords are left out.
  package func append(_ entry: HistoryEntry) throws(HistoryProblem) {
    var entry = entry
    entry.text = HistoryEntry.withoutSecrets(entry.text)
    let (descriptor, status) = try openLocked()
    // Closing gives the lock back.
    defer { close(descriptor) }
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    let size = isRegular ? Int(status.st_size) : 0
    let last = lastLine(descriptor, size: size)
    if let previous = last.entry, previous.text == entry.text, previous.engine == entry.engine,
      previous.succeeded == entry.succeeded
    {
      return
    }
    // Under the lock, so that the order of the file is that of time.
    entry.time = Stopwatch.now
    let line = entry.line
    guard line.count <= Self.longestLine else { throw .tooLong(bytes: line.count) }
    let bytes = last.isOpen ? [UInt8(ascii: "\n")] + line : line
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count == bytes.count else {
      let code = count < 0 ? errno : ENOSPC
      if isRegular { ftruncate(descriptor, size) }
      throw .cannotWrite(path, code: code)
    }
  }

  /// Drops the oldest lines of a file that has too many. Readers and writers see the old file or the new one.
  package func trim() throws(HistoryProblem) {
    guard let status = regularStatus(), status.st_size > Self.mostLines * Self.shortestLine else { return }
    let (descriptor, _) = try openLocked()
    defer { close(descriptor) }
    let scan = try HistoryScan(path: path)
    var newestID = 0
    var count = 0
    try scan.forEachLine { line in
      newestID = line.id
      count += 1
    }
    guard count > Self.mostLines else { return }
    let lastDropped = newestID - Self.keptLines
    var start = 0
    try scan.forEachLine { if $0.id == lastDropped + 1 { start = $0.start } }
    do {
      let file = try OutputFile(path: path, overwrite: true)
      try withBytes(of: HistoryScan.head(dropped: lastDropped)) { try file.target.write($0) }
      try scan.withBytes(from: start) { try file.target.write($0) }
      try file.commit()
    } catch {
      throw .cannotWrite(path, code: errno)
    }
  }

  /// Opens the file under its lock; makes it, and its folder, if need be. A file that was replaced while the lock was
  /// waited for is opened again.
  private func openLocked() throws(HistoryProblem) -> (descriptor: Int32, status: stat) {
    while true {
      let descriptor = try openOrMake()
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        let code = errno
        close(descriptor)
        throw .cannotWrite(path, code: code)
      }
      // `/dev/null` is somebody's way to keep nothing.
      if status.st_mode & S_IFMT == S_IFCHR { return (descriptor, status) }
      guard status.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        throw .notRegular(path)
      }
      guard lock(descriptor) else {
        close(descriptor)
        throw .locked(path)
      }
      if let current = FileStamp(path: path), current.identity == FileIdentity(status) {
        if status.st_mode & 0o077 != 0, fchmod(descriptor, 0o600) != 0 {
          let code = errno
          close(descriptor)
          throw .notPrivate(path, code: code)
        }
        fstat(descriptor, &status)
        return (descriptor, status)
      }
      close(descriptor)
    }
  }

  private func openOrMake() throws(HistoryProblem) -> Int32 {
    let flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
    let folder = PathParts.split(path).folder
    if ownsFolder { tighten(folder: folder) }
    var descriptor = open(path, flags, 0o600)
    if descriptor < 0, errno == ENOENT {
      guard Folder.make(folder, mode: 0o700) else { throw .cannotWrite(path, code: errno) }
      descriptor = open(path, flags, 0o600)
    }
    guard descriptor >= 0 else { throw .cannotWrite(path, code: errno) }
    return descriptor
  }

  private func tighten(folder: String) {
    var status = stat()
    if stat(folder, &status) == 0, status.st_mode & 0o077 != 0 { chmod(folder, 0o700) }
  }

  /// Waits for the lock; false if another process keeps it. A file system that knows no locks must do without.
  private func lock(_ descriptor: Int32) -> Bool {
    let deadline = MonotonicClock.milliseconds + Self.lockMilliseconds
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { return true }
      if MonotonicClock.milliseconds > deadline { return false }
      usleep(5000)
    }
    return true
  }

  /// What the file ends with: its last entry, and whether its last line was never ended.
  private func lastLine(_ descriptor: Int32, size: Int) -> (entry: HistoryEntry?, isOpen: Bool) {
    let length = min(size, Self.longestLine + 1)
    guard length > 0 else { return (nil, false) }
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, length, size - length))
    }
    let isOpen = bytes.last != UInt8(ascii: "\n")
    let body = isOpen ? bytes[...] : bytes.dropLast()
    let start = body.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return (body[start...].withUnsafeBufferPointer { HistoryLine($0)?.entry }, isOpen)
  }

  // MARK: - Reading

  /// The entries that are asked for; none if there is no file.
  package func entries(_ query: HistoryQuery) throws(HistoryProblem) -> HistoryAnswer {
    var answer = HistoryAnswer()
    guard regularStatus() != nil else { return answer }
    let needle = HistoryNeedle(query.text)
    let limit = query.limit ?? .max
    try HistoryScan(path: path).forEachLine { line in
      if line.bytes?.isEmpty == true { return }
      guard let read = line.bytes.flatMap({ HistoryLine($0) }) else {
        answer.damagedCount += 1
        return
      }
      if query.failedOnly && read.succeeded { return }
      if let since = query.since, read.time < since { return }
      guard read.contains(needle), query.engine.map({ read.isOf(engine: $0) }) ?? true else { return }
      answer.entries.append((line.id, read.entry))
      // The oldest of too many go in one step, for a step costs as much as those that stay.
      if limit < Self.mostLines, answer.entries.count > 2 * limit + Self.mostRecalled {
        answer.entries.removeFirst(answer.entries.count - limit)
      }
    }
    answer.entries = Array(answer.entries.suffix(limit))
    return answer
  }

  /// The entry of a number, or nil.
  package func entry(id: Int) throws(HistoryProblem) -> HistoryEntry? {
    guard regularStatus() != nil else { return nil }
    var entry: HistoryEntry?
    try HistoryScan(path: path).forEachLine { line in
      if line.id == id { entry = line.bytes.flatMap { HistoryLine($0)?.entry } }
    }
    return entry
  }

  /// The texts that a shell recalls, the oldest first. Only the end of the file is read.
  package func recent() -> [String] {
    guard let size = regularStatus().map({ Int($0.st_size) }), size > 0, let file = try? ByteSource(path: path) else {
      return []
    }
    let length = min(size, Self.recalledBytes)
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      count = (try? file.read(at: size - length, into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
    }
    // The first line is whole only if it begins the file.
    var lines = bytes.split(separator: UInt8(ascii: "\n"))
    if length < size, !lines.isEmpty { lines.removeFirst() }
    return lines.suffix(Self.mostRecalled).compactMap { line in
      line.withUnsafeBufferPointer { HistoryLine($0)?.string }
    }
  }

  /// Nil unless there is a regular file.
  private func regularStatus() -> stat? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return status
  }
}
