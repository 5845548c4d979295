import SpellCore

/// Takes a binary copy apart into rows. What comes is gathered in memory of its own until `forgetRows`, so that the
/// cells of many rows can be read a column at a time, and a row may be cut anywhere.
package struct PostgresCopyParser: ~Copyable {
  /// Where the cells of a column are: each a length of 4 bytes, -1 for NULL, and so many bytes, all there.
  package struct ColumnCells {
    fileprivate let base: UnsafeRawPointer
    fileprivate let places: UnsafePointer<Int>
    fileprivate let stride: Int

    /// The length of the cell in a row.
    @inline(__always)
    package subscript(row: Int) -> UnsafeRawPointer { base + places[row * stride] }
  }

  private static let signature = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
  /// The signature, flags, and the length of an extension that follows.
  private static let headerBytes = 19
  /// Few enough rows and bytes that all of them stay in the nearest caches until their cells are read.
  private static let mostRows = 128
  private static let mostBytes = 16 << 10
  /// Memory for a large row is given back.
  private static let mostKeptBytes = 1 << 20

  private let columnCount: Int
  private var hasHeader = false
  /// Whether the mark of the end was read.
  package private(set) var isAtEnd = false
  /// Whole rows that are not forgotten.
  package private(set) var rowCount = 0
  private var bytes = UnsafeMutableRawPointer.allocate(byteCount: mostBytes, alignment: 8)
  private var capacity = mostBytes
  /// How many bytes there are, and how many of them belong to whole rows.
  private var count = 0
  private var parsed = 0
  /// Where the cells are, row after row.
  private let places: UnsafeMutablePointer<Int>

  /// For a copy of so many columns.
  package init(columnCount: Int) {
    self.columnCount = columnCount
    places = .allocate(capacity: max(1, Self.mostRows * columnCount))
  }

  deinit {
    bytes.deallocate()
    places.deallocate()
  }

  /// Whether the rows should be read and forgotten before more is taken.
  package var isFull: Bool { rowCount == Self.mostRows || parsed >= Self.mostBytes }

  /// The cells of a column.
  package func cells(of column: Int) -> ColumnCells {
    ColumnCells(base: bytes, places: places + column, stride: columnCount)
  }

  /// Takes the next bytes, and looks for rows in them until it is full. False if they are no copy of so many columns.
  package mutating func take(_ piece: UnsafeRawBufferPointer) -> Bool {
    if count + piece.count > capacity { setCapacity(max(2 * capacity, count + piece.count)) }
    if let start = piece.baseAddress { (bytes + count).copyMemory(from: start, byteCount: piece.count) }
    count += piece.count
    return findRows()
  }

  /// Forgets the rows that were found, and looks for those that follow. False if the bytes are no copy.
  package mutating func forgetRows() -> Bool {
    count -= parsed
    // Most often nothing: servers send a row at a time, but nothing says that they must.
    if count > 0 { bytes.copyMemory(from: bytes + parsed, byteCount: count) }
    parsed = 0
    rowCount = 0
    if capacity > Self.mostKeptBytes, count <= Self.mostBytes { setCapacity(Self.mostBytes) }
    return findRows()
  }

  private mutating func setCapacity(_ newCapacity: Int) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 8)
    memory.copyMemory(from: bytes, byteCount: count)
    bytes.deallocate()
    bytes = memory
    capacity = newCapacity
  }

  private mutating func findRows() -> Bool {
    guard hasHeader || findHeader() else { return false }
    guard hasHeader else { return true }
    while !isAtEnd, !isFull {
      guard let end = endOfRow() else { return false }
      if end == parsed { return true }
      parsed = end
    }
    if isAtEnd { count = parsed }
    return true
  }

  private mutating func findHeader() -> Bool {
    guard count >= Self.headerBytes else { return true }
    guard UnsafeRawBufferPointer(start: bytes, count: Self.signature.count).elementsEqual(Self.signature) else {
      return false
    }
    let length = integer(at: Self.headerBytes - 4)
    guard length >= 0 else { return false }
    if count - Self.headerBytes >= length {
      parsed = Self.headerBytes + length
      hasHeader = true
    }
    return true
  }

  /// Notes the cells of a row; returns its end, its start if it is not whole, or nil if it is none of the copy.
  @inline(__always)
  private mutating func endOfRow() -> Int? {
    guard count - parsed >= 2 else { return parsed }
    let columns = Int(Int16(bigEndian: (bytes + parsed).loadUnaligned(as: Int16.self)))
    var cursor = parsed + 2
    if columns == -1 {
      isAtEnd = true
      return cursor
    }
    guard columns == columnCount else { return nil }
    let places = places + rowCount * columnCount
    for column in 0..<columnCount {
      guard count - cursor >= 4 else { return parsed }
      let length = integer(at: cursor)
      places[column] = cursor
      cursor += 4
      if length == -1 { continue }
      guard length >= 0 else { return nil }
      guard count - cursor >= length else { return parsed }
      cursor += length
    }
    rowCount += 1
    return cursor
  }

  @inline(__always)
  private func integer(at place: Int) -> Int { Int(Int32(bigEndian: (bytes + place).loadUnaligned(as: Int32.self))) }
}
