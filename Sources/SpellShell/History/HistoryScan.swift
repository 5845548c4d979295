import Glibc
import SpellCore
import SpellTables

/// Goes through the lines of the history file, the oldest first, in memory of one block.
struct HistoryScan {
  struct Line {
    /// By which `\rerun` takes it. Lines that were dropped once count.
    var id: Int
    /// The place of its first byte.
    var start: Int
    /// Without its end; nil for a line that is too long to be one of ours.
    var bytes: ByteSlice?
  }

  private static let blockBytes = 1 << 20

  private let file: ByteSource
  private let path: String

  init(path: String) throws(HistoryProblem) {
    self.path = path
    do {
      file = try ByteSource(path: path)
    } catch {
      throw .cannotRead(path, code: errno)
    }
  }

  /// The first line of a file that lost others: their number, which keeps those of the rest as they were.
  static func head(dropped: Int) -> String { "{\"dropped\":\(dropped)}\n" }

  /// The number in such a line; nil for any other.
  private static func dropped(_ line: ByteSlice) -> Int? {
    let prefix = "{\"dropped\":"
    guard line.starts(with: prefix.utf8), line.last == UInt8(ascii: "}") else { return nil }
    let digits = ByteSlice(rebasing: line[prefix.utf8.count..<line.count - 1])
    return NumberText.parseInt(digits).flatMap { $0 >= 0 && $0 < .max / 2 ? Int($0) : nil }
  }

  /// Calls the body for each line; what it gets is valid during the call.
  func forEachLine(_ body: (Line) -> Void) throws(HistoryProblem) {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockBytes, alignment: 1)
    defer { block.deallocate() }
    var walk = Walk()
    while true {
      let count = try read(
        at: walk.offset + walk.filled, into: UnsafeMutableRawBufferPointer(rebasing: block[walk.filled...]))
      if count == 0 { break }
      walk.filled += count
      walk.lines(of: UnsafeRawBufferPointer(rebasing: block[..<walk.filled]), body)
      if walk.used == 0, walk.filled == Self.blockBytes { walk.dropOverlong() }
      // The beginning of a line goes to the front.
      block.copyMemory(from: UnsafeRawBufferPointer(rebasing: block[walk.used..<walk.filled]))
      walk.advance()
    }
    walk.end(UnsafeRawBufferPointer(rebasing: block[..<walk.filled]), body)
  }

  /// Gives the bytes from a place to the end.
  func withBytes(from start: Int, _ body: (ByteSlice) throws -> Void) throws {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.blockBytes, alignment: 1)
    defer { block.deallocate() }
    var offset = start
    while true {
      let count = try file.read(at: offset, into: block)
      if count == 0 { return }
      try body(UnsafeRawBufferPointer(rebasing: block[..<count]).assumingMemoryBound(to: UInt8.self))
      offset += count
    }
  }

  private func read(at offset: Int, into block: UnsafeMutableRawBufferPointer) throws(HistoryProblem) -> Int {
    do {
      return try file.read(at: offset, into: block)
    } catch {
      throw .cannotRead(path, code: errno)
    }
  }

  /// How far the file is read.
  private struct Walk {
    /// The place of the block in the file, the bytes in it, and those of them that are dealt with.
    var offset = 0
    var filled = 0
    var used = 0
    private var id = 0
    /// A line that began before the block and fills it.
    private var isWithinOverlong = false

    mutating func lines(of block: UnsafeRawBufferPointer, _ body: (Line) -> Void) {
      used = 0
      while let base = block.baseAddress, used < filled,
        let end = memchr(base + used, Int32(UInt8(ascii: "\n")), filled - used)
      {
        let place = UnsafeRawPointer(end) - base
        give(block, upTo: place, body)
        used = place + 1
      }
    }

    mutating func dropOverlong() {
      isWithinOverlong = true
      used = filled
    }

    mutating func advance() {
      offset += used
      filled -= used
      used = 0
    }

    /// What follows the last line end is a line too.
    mutating func end(_ block: UnsafeRawBufferPointer, _ body: (Line) -> Void) {
      if filled > 0 || isWithinOverlong { give(block, upTo: filled, body) }
    }

    private mutating func give(_ block: UnsafeRawBufferPointer, upTo end: Int, _ body: (Line) -> Void) {
      let line = UnsafeRawBufferPointer(rebasing: block[used..<end]).assumingMemoryBound(to: UInt8.self)
      if id == 0, offset + used == 0, let dropped = HistoryScan.dropped(line) {
        id = dropped
        return
      }
      id += 1
      let isTooLong = isWithinOverlong || line.count > HistoryFile.longestLine
      isWithinOverlong = false
      body(Line(id: id, start: offset + used, bytes: isTooLong ? nil : line))
    }
  }
}
