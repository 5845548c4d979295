import SpellCore

/// What a cell is. Raw values are the bytes of `Column.states`.
@usableFromInline
package enum CellState: UInt8, Sendable {
  case value = 0
  case null = 1
  /// A stored value that does not fit the column's type; its bytes hold the stored value's text for the message.
  case invalid = 2
}

/// Cells of one type in a row: a 64-bit word and a state each, and an arena for those that are bytes.
///
/// Loops take `words` and `states` once per batch and then touch plain memory. All numbers are row positions below
/// `capacity`; nothing is checked per cell, exclusive access included: no access of a cell calls anything that makes
/// another.
@usableFromInline
package final class Column {
  @usableFromInline package let type: ValueType
  @usableFromInline package private(set) var capacity: Int
  /// An `Int64`, the bits of a `Double`, or a place in `arena`, as `type.layout` says; a place for invalid cells.
  @exclusivity(unchecked) @usableFromInline package private(set) var words: UnsafeMutablePointer<Int64>
  /// Raw values of `CellState`.
  @exclusivity(unchecked) @usableFromInline package private(set) var states: UnsafeMutablePointer<UInt8>
  @exclusivity(unchecked) @usableFromInline package var arena = ByteArena()

  package init(type: ValueType, capacity: Int) {
    self.type = type
    self.capacity = capacity
    words = .allocate(capacity: max(1, capacity))
    states = .allocate(capacity: max(1, capacity))
    words.initialize(repeating: 0, count: capacity)
    states.initialize(repeating: CellState.null.rawValue, count: capacity)
  }

  deinit {
    words.deallocate()
    states.deallocate()
  }

  /// Makes room for more rows, which are NULL; pointers taken before are void afterwards.
  package func reserve(_ needed: Int) {
    guard needed > capacity else { return }
    let grown = max(needed, capacity * 2)
    let newWords = UnsafeMutablePointer<Int64>.allocate(capacity: grown)
    let newStates = UnsafeMutablePointer<UInt8>.allocate(capacity: grown)
    newWords.initialize(from: words, count: capacity)
    newStates.initialize(from: states, count: capacity)
    (newWords + capacity).initialize(repeating: 0, count: grown - capacity)
    (newStates + capacity).initialize(repeating: CellState.null.rawValue, count: grown - capacity)
    words.deallocate()
    states.deallocate()
    words = newWords
    states = newStates
    capacity = grown
  }

  /// Forgets the bytes of all cells, before a batch is filled anew.
  @inlinable package func reset() { arena.reset() }

  @inlinable
  package func state(_ row: Int) -> CellState { CellState(rawValue: states[row]).unsafelyUnwrapped }

  @inlinable package func integer(_ row: Int) -> Int64 { words[row] }

  @inlinable package func double(_ row: Int) -> Double { Double(bitPattern: UInt64(bitPattern: words[row])) }

  /// The bytes of a cell of byte layout, or of an invalid one; valid until the column changes.
  @inlinable package func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> { arena.bytes(at: words[row]) }

  @inlinable
  package func setNull(_ row: Int) { states[row] = CellState.null.rawValue }

  @inlinable
  package func set(_ row: Int, integer: Int64) {
    words[row] = integer
    states[row] = CellState.value.rawValue
  }

  @inlinable
  package func set(_ row: Int, double: Double) {
    words[row] = Int64(bitPattern: double.bitPattern)
    states[row] = CellState.value.rawValue
  }

  @inlinable
  package func set(_ row: Int, bytes: UnsafeBufferPointer<UInt8>) {
    words[row] = arena.append(bytes)
    states[row] = CellState.value.rawValue
  }

  /// Marks a cell as invalid; `bytes` is the stored value as a message should show it.
  @inlinable
  package func setInvalid(_ row: Int, bytes: UnsafeBufferPointer<UInt8>) {
    words[row] = arena.append(bytes)
    states[row] = CellState.invalid.rawValue
  }
}
