import SpellCore

/// Copying, comparing and taking out cells.
extension Column {
  /// Copies a cell of a column of the same type.
  @inlinable
  package func copy(_ row: Int, from source: Column, _ sourceRow: Int) {
    let state = source.states[sourceRow]
    states[row] = state
    if state == CellState.null.rawValue { return }
    if type.layout == .bytes || state == CellState.invalid.rawValue {
      words[row] = arena.append(source.bytes(sourceRow))
    } else {
      words[row] = source.words[sourceRow]
    }
  }

  /// Whether the first so many cells are all values.
  package func hasOnlyValues(_ count: Int) -> Bool {
    var union: UInt8 = 0
    for row in 0..<count { union |= states[row] }
    return union == CellState.value.rawValue
  }

  /// The order of the cells of a type: NULL least, and invalid values, which are read as NULL; false before true;
  /// numbers by value with NaN greatest; text and bytes bytewise. Equal values that print differently (`-0.0` and
  /// `0.0`, `1.5` and `1.50`) have an order too, so that ties are decided alike everywhere. Returns -1, 0 or 1.
  package func compare(_ row: Int, _ other: Column, _ otherRow: Int) -> Int {
    let isValue = state(row) == .value
    guard isValue, other.state(otherRow) == .value else {
      return isValue ? 1 : other.state(otherRow) == .value ? -1 : 0
    }
    switch type {
    case .int, .bool, .datetime, .date: return CellOrder.compare(words[row], other.words[otherRow])
    case .float: return CellOrder.compare(double(row), other.double(otherRow))
    case .decimal: return DecimalText.compare(bytes(row), other.bytes(otherRow))
    case .str, .uuid, .bytes: return CellOrder.compare(bytes(row), other.bytes(otherRow))
    }
  }

  /// A cell as a value; NULL for an invalid one.
  package func value(_ row: Int) -> Value {
    guard state(row) == .value else { return .null }
    switch type {
    case .int: return .int(integer(row))
    case .float: return .float(double(row))
    case .decimal: return .decimal(String(bytes: bytes(row)))
    case .str: return .str(String(bytes: bytes(row)))
    case .bool: return .bool(integer(row) != 0)
    case .datetime: return .datetime(Instant(microseconds: integer(row)))
    case .date: return .date(integer(row))
    case .uuid: return .uuid(String(bytes: bytes(row)))
    case .bytes: return .bytes(Array(bytes(row)))
    }
  }
}

/// Total orders of what cells hold; each function returns -1, 0 or 1.
package enum CellOrder {
  package static func compare(_ left: Int64, _ right: Int64) -> Int { left == right ? 0 : left < right ? -1 : 1 }

  /// By value with NaN greatest; of the two zeros the negative one is less.
  package static func compare(_ left: Double, _ right: Double) -> Int {
    if left < right { return -1 }
    if left > right { return 1 }
    if left.isNaN || right.isNaN { return left.isNaN ? (right.isNaN ? 0 : 1) : -1 }
    if left == 0, left.sign != right.sign { return left.sign == .minus ? -1 : 1 }
    return 0
  }

  package static func compare(_ left: ByteSlice, _ right: ByteSlice) -> Int {
    let shared = min(left.count, right.count)
    for index in 0..<shared where left[index] != right[index] { return left[index] < right[index] ? -1 : 1 }
    return left.count == right.count ? 0 : left.count < right.count ? -1 : 1
  }
}
