import Glibc
import SpellCore
import SpellTables

/// All lines of the history file, read at once.
struct HistoryLines {
  private let bytes: [UInt8]
  /// Where each line begins, and the end of the last.
  private let starts: [Int]
  /// Lines that stood before these once.
  let droppedCount: Int

  /// The first line of a file that lost others: their number, which keeps those of the rest as they were.
  static func head(dropped: Int) -> String { "{\"dropped\":\(dropped)}\n" }

  init(path: String) throws(HistoryProblem) {
    let read: [UInt8]
    do {
      read = try ByteSource(path: path).readAll()
    } catch {
      throw .cannotRead(path, code: errno)
    }
    bytes = read
    var starts = [0]
    read.withUnsafeBytes { HistoryLines.findLines(in: $0, &starts) }
    droppedCount = read.withUnsafeBufferPointer { HistoryLines.dropped(ByteSlice(rebasing: $0.prefix(64))) }
    if droppedCount > 0 { starts.removeFirst() }
    self.starts = starts
  }

  /// Appends where lines end. The last may lack its end.
  private static func findLines(in bytes: UnsafeRawBufferPointer, _ starts: inout [Int]) {
    guard let base = bytes.baseAddress else { return }
    starts.reserveCapacity(bytes.count / 128)
    var position = 0
    while position < bytes.count,
      let end = memchr(base + position, Int32(UInt8(ascii: "\n")), bytes.count - position)
    {
      position = UnsafeRawPointer(end) - base + 1
      starts.append(position)
    }
    if position < bytes.count { starts.append(bytes.count) }
  }

  /// The number in a head; 0 if the file has none.
  private static func dropped(_ beginning: ByteSlice) -> Int {
    let prefix = "{\"dropped\":"
    guard beginning.starts(with: prefix.utf8) else { return 0 }
    let digits = beginning.dropFirst(prefix.utf8.count).prefix { $0 != UInt8(ascii: "}") }
    return NumberText.parseInt(ByteSlice(rebasing: digits)).map { max(0, Int(clamping: $0)) } ?? 0
  }

  var count: Int { starts.count - 1 }

  /// Gives the bytes of all lines from one on.
  func withBytes(from index: Int, _ body: (ByteSlice) throws -> Void) rethrows {
    try bytes.withUnsafeBufferPointer { try body(ByteSlice(rebasing: $0[starts[index]...])) }
  }

  /// The entry of a number; nil if there is none, or its line is damaged.
  func entry(id: Int) -> HistoryEntry? {
    let index = id - 1 - droppedCount
    guard index >= 0, index < count else { return nil }
    return bytes.withUnsafeBufferPointer { line(index, of: $0)?.entry }
  }

  /// The newest entries that a query asks for. Lines older than those are counted if they are damaged, and not read
  /// further.
  func answer(_ query: HistoryQuery) -> HistoryAnswer {
    let needle = HistoryNeedle(query.text)
    var answer = HistoryAnswer()
    bytes.withUnsafeBufferPointer { bytes in
      for index in (0..<count).reversed() where starts[index + 1] - starts[index] > 1 {
        guard let line = line(index, of: bytes) else {
          answer.damagedCount += 1
          continue
        }
        if let limit = query.limit, answer.entries.count >= limit { continue }
        if query.failedOnly && line.succeeded { continue }
        if let since = query.since, line.time < since { continue }
        guard line.contains(needle), query.engine.map({ line.isOf(engine: $0) }) ?? true else { continue }
        answer.entries.append((droppedCount + index + 1, line.entry))
      }
    }
    answer.entries.reverse()
    return answer
  }

  private func line(_ index: Int, of bytes: ByteSlice) -> HistoryLine? {
    let end = starts[index + 1]
    let isEnded = end > starts[index] && bytes[end - 1] == UInt8(ascii: "\n")
    let length = (isEnded ? end - 1 : end) - starts[index]
    guard length <= HistoryFile.longestLine else { return nil }
    return HistoryLine(ByteSlice(rebasing: bytes[starts[index]..<starts[index] + length]))
  }
}
