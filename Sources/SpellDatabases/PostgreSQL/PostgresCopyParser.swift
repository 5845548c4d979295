import SpellCore

/// Takes a binary copy apart into rows. Servers send a row at a time, but nothing says that they must: what is cut
/// somewhere else is put together again.
package struct PostgresCopyParser {
  /// A row as it stands in the stream: the columns' lengths and values are known to be whole.
  package struct Row {
    package var columnCount: Int
    /// The length of the first column.
    package var start: UnsafeRawPointer
  }

  private static let signature = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
  /// The signature, flags, and the length of an extension that follows.
  private static let headerBytes = 19

  private var hasHeader = false
  /// Whether the mark of the end was read.
  package private(set) var isAtEnd = false
  /// The start of something that is not whole yet.
  private var rest: [UInt8] = []

  package init() {}

  /// Takes the next bytes and gives whole rows to `body`, which says whether a row is as expected. False if the bytes
  /// are no copy.
  package mutating func take(
    _ bytes: UnsafeRawPointer, _ count: Int, _ body: (Row) throws -> Bool
  ) throws -> Bool {
    if rest.isEmpty {
      guard let used = try parse(bytes, count, body) else { return false }
      if used < count { rest += UnsafeRawBufferPointer(start: bytes + used, count: count - used) }
      return true
    }
    rest += UnsafeRawBufferPointer(start: bytes, count: count)
    let whole = rest
    guard let used = try whole.withUnsafeBytes({ try parse($0.baseAddress ?? bytes, $0.count, body) }) else {
      return false
    }
    rest.removeFirst(used)
    return true
  }

  /// Parses what is whole; returns the number of bytes used, or nil if they are no copy.
  private mutating func parse(_ bytes: UnsafeRawPointer, _ count: Int, _ body: (Row) throws -> Bool) throws -> Int? {
    var used = 0
    if !hasHeader {
      guard count >= Self.headerBytes else { return 0 }
      guard UnsafeRawBufferPointer(start: bytes, count: Self.signature.count).elementsEqual(Self.signature) else {
        return nil
      }
      let length = Self.integer(bytes + Self.headerBytes - 4)
      guard length >= 0 else { return nil }
      guard count - Self.headerBytes >= length else { return 0 }
      used = Self.headerBytes + length
      hasHeader = true
    }
    while used < count, !isAtEnd {
      guard let next = try parseRow(bytes, from: used, to: count, body) else { return nil }
      if next == used { break }
      used = next
    }
    return isAtEnd ? count : used
  }

  /// Parses one row; returns its end, or its start if it is not whole.
  @inline(__always)
  private mutating func parseRow(
    _ bytes: UnsafeRawPointer, from start: Int, to end: Int, _ body: (Row) throws -> Bool
  ) throws -> Int? {
    guard end - start >= 2 else { return start }
    let columnCount = Int(Int16(bigEndian: (bytes + start).loadUnaligned(as: Int16.self)))
    if columnCount < 0 {
      isAtEnd = columnCount == -1
      return isAtEnd ? start + 2 : nil
    }
    var cursor = start + 2
    for _ in 0..<columnCount {
      guard end - cursor >= 4 else { return start }
      let length = Self.integer(bytes + cursor)
      cursor += 4
      if length == -1 { continue }
      guard length >= 0 else { return nil }
      guard end - cursor >= length else { return start }
      cursor += length
    }
    return try body(Row(columnCount: columnCount, start: bytes + start + 2)) ? cursor : nil
  }

  @inline(__always)
  private static func integer(_ bytes: UnsafeRawPointer) -> Int {
    Int(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
  }
}
