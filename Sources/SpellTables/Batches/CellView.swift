import SpellCore

/// A column of a batch as plain memory: what loops over cells touch, without a reference count in sight.
///
/// Valid until the column changes.
struct CellView {
  let type: ValueType
  private let words: UnsafeMutablePointer<Int64>
  private let states: UnsafeMutablePointer<UInt8>
  private let arena: UnsafeMutableRawPointer?

  init(_ column: Column) {
    type = column.type
    words = column.words
    states = column.states
    arena = column.arena.base
  }

  /// NULL and invalid cells have no value to print.
  @inline(__always)
  func hasValue(_ row: Int) -> Bool { states[row] == CellState.value.rawValue }

  @inline(__always)
  func integer(_ row: Int) -> Int64 { words[row] }

  @inline(__always)
  func double(_ row: Int) -> Double { Double(bitPattern: UInt64(bitPattern: words[row])) }

  /// The bytes of a cell of byte layout.
  @inline(__always)
  func bytes(_ row: Int) -> ByteSlice {
    guard let arena else { return ByteSlice(start: nil, count: 0) }
    let memory = arena + Int(words[row])
    let length = Int(memory.loadUnaligned(as: UInt32.self))
    return ByteSlice(start: (memory + 4).assumingMemoryBound(to: UInt8.self), count: length)
  }

  /// Appends the printed form of a cell that has a value, as every format spells it: nothing quoted or escaped.
  func append(_ row: Int, to output: inout OutputBuffer) throws {
    switch type {
    case .str, .decimal, .uuid: try output.append(bytes(row))
    case .int: try output.append(integer: integer(row))
    case .float: try output.append(float: double(row))
    case .datetime: try output.append(time: integer(row))
    case .date: try output.append(date: integer(row))
    case .bool: try output.append(bool: integer(row) != 0)
    case .bytes:
      try output.append("\\x")
      try output.append(hex: bytes(row))
    }
  }
}
