import SpellCore
import SpellTables

/// Gives keys dense ids, from 0 in order of first appearance. A key is a typed tuple: equal if every component is.
///
/// Tuples of one 64-bit component go to an integer table; all others are encoded without ambiguity (fixed width, or a
/// length and the bytes) and go to a table of bytes.
final class KeyIndex {
  private enum Table {
    case integers(IntegerKeyTable)
    case bytes(ByteKeyTable)
  }

  let types: [ValueType]
  private let table: Table
  /// The encoded key at hand.
  private let scratch = PlainBuffer<UInt8>(filledWith: 0)

  /// With room for about so many keys.
  init(types: [ValueType], capacity: Int = 0) {
    self.types = types
    table =
      types.count == 1 && types[0].layout != .bytes
      ? .integers(IntegerKeyTable(capacity: capacity)) : .bytes(ByteKeyTable())
  }

  var count: Int {
    switch table {
    case .integers(let table): table.keys.count
    case .bytes(let table): table.count
    }
  }

  /// Bytes that the index occupies.
  var byteCount: Int {
    switch table {
    case .integers(let table): table.byteCount
    case .bytes(let table): table.byteCount
    }
  }

  /// The ids of the keys of a batch; -1 for keys that are not in the index, NULL, or unfit for their type.
  func find(_ columns: ArraySlice<Column>, count: Int, ids: UnsafeMutablePointer<Int32>) {
    resolve(columns, rows: 0..<count, ids: ids, inserts: false)
  }

  /// As `find`, but keys that are new get an id.
  func insert(_ columns: ArraySlice<Column>, count: Int, ids: UnsafeMutablePointer<Int32>) {
    insert(columns, rows: 0..<count, ids: ids)
  }

  /// As `insert`, for some rows of a batch; `ids` is by row of the batch.
  func insert(_ columns: ArraySlice<Column>, rows: Range<Int>, ids: UnsafeMutablePointer<Int32>) {
    resolve(columns, rows: rows, ids: ids, inserts: true)
  }

  private func resolve(
    _ columns: ArraySlice<Column>, rows: Range<Int>, ids: UnsafeMutablePointer<Int32>, inserts: Bool
  ) {
    switch table {
    case .integers(let table):
      resolve(columns[columns.startIndex], in: table, rows: rows, ids: ids, inserts: inserts)
    case .bytes(let table):
      for row in rows {
        guard let key = encode(columns, row) else {
          ids[row] = -1
          continue
        }
        let hash = KeyHash.of(key)
        ids[row] = inserts ? table.insert(key, hash: hash) : table.find(key, hash: hash)
      }
    }
  }

  private func resolve(
    _ column: Column, in table: IntegerKeyTable, rows: Range<Int>, ids: UnsafeMutablePointer<Int32>, inserts: Bool
  ) {
    if types[0] == .float { normalise(column, rows: rows) }
    let words = column.words
    let states = column.states
    if inserts {
      let first = rows.lowerBound
      return table.insert(words + first, states: states + first, count: rows.count, ids: ids + first)
    }
    table.find(words + rows.lowerBound, count: rows.count, ids: ids + rows.lowerBound)
    if column.hasOnlyValues(rows.upperBound) { return }
    for row in rows where states[row] != CellState.value.rawValue { ids[row] = -1 }
  }

  /// Makes the two zeros one key, and NaN none.
  private func normalise(_ column: Column, rows: Range<Int>) {
    for row in rows where column.states[row] == CellState.value.rawValue {
      let value = column.double(row)
      if value.isNaN { column.setNull(row) } else if value == 0 { column.set(row, double: 0) }
    }
  }

  /// The bytes that stand for a row's key; nil if a component is NULL or unfit.
  private func encode(_ columns: ArraySlice<Column>, _ row: Int) -> ByteSlice? {
    if columns.count == 1, let column = columns.first {
      guard column.states[row] == CellState.value.rawValue else { return nil }
      let bytes = column.bytes(row)
      return column.type == .decimal ? DecimalText.key(ofCanonical: bytes) : bytes
    }
    scratch.clear()
    for column in columns {
      guard column.states[row] == CellState.value.rawValue else { return nil }
      if column.type.layout == .bytes {
        let bytes = column.type == .decimal ? DecimalText.key(ofCanonical: column.bytes(row)) : column.bytes(row)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count)) { scratch.append(contentsOf: $0) }
        scratch.append(contentsOf: UnsafeRawBufferPointer(bytes))
      } else {
        if column.type == .float, column.double(row).isNaN { return nil }
        let word = column.type == .float && column.double(row) == 0 ? 0 : column.words[row]
        withUnsafeBytes(of: word) { scratch.append(contentsOf: $0) }
      }
    }
    return ByteSlice(start: scratch.base, count: scratch.count)
  }

  /// Fills a column with one component of some keys.
  func fill(_ target: Column, component: Int, of ids: UnsafeBufferPointer<Int32>) {
    if case .integers(let table) = table {
      let keys = table.keys.base
      for (row, id) in ids.enumerated() { target.set(row, integer: keys[Int(id)]) }
      return
    }
    let parts = types.map { Column(type: $0, capacity: 1) }
    for (row, id) in ids.enumerated() {
      write(Int(id), to: parts[...], row: 0)
      target.copy(row, from: parts[component], 0)
      for part in parts { part.reset() }
    }
  }

  /// Writes the components of a key into a row of as many columns.
  func write(_ id: Int, to columns: ArraySlice<Column>, row: Int) {
    switch table {
    case .integers(let table):
      columns[columns.startIndex].set(row, integer: table.keys[id])
    case .bytes(let table):
      let key = table.key(id)
      guard types.count > 1 else { return columns[columns.startIndex].set(row, bytes: key) }
      var offset = 0
      let raw = UnsafeRawBufferPointer(key)
      for (column, type) in zip(columns, types) {
        if type.layout == .bytes {
          let length = Int(raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
          column.set(row, bytes: ByteSlice(rebasing: key[(offset + 4)..<(offset + 4 + length)]))
          offset += 4 + length
        } else {
          column.set(row, integer: raw.loadUnaligned(fromByteOffset: offset, as: Int64.self))
          offset += 8
        }
      }
    }
  }

  /// The components of a key.
  func values(_ id: Int) -> [Value] {
    let columns = types.map { Column(type: $0, capacity: 1) }
    write(id, to: columns[...], row: 0)
    return columns.map { $0.value(0) }
  }

  /// A key as a message shows it: `N14228`, or `(7, 'a')`.
  func text(_ id: Int) -> String {
    let columns = types.map { Column(type: $0, capacity: 1) }
    write(id, to: columns[...], row: 0)
    return Self.text(of: columns.map { CellText.text($0, 0) })
  }

  static func text(of parts: [String]) -> String {
    parts.count == 1 ? parts[0] : "(\(parts.joined(separator: ", ")))"
  }
}
