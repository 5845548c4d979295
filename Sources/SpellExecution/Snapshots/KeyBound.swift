import SpellCore
import SpellTables

/// A key up to which rows are taken, of rows that come in the order of keys. Rows without a key may be anywhere; no
/// bound, nil, is one before all keys.
struct KeyBound {
  private let key: RowBatch

  /// The last key among rows; nil if none of them has one.
  init?(lastOf rows: Range<Int>, in keys: ArraySlice<Column>) {
    guard let row = rows.last(where: { KeyBound.hasKey(keys, $0) }) else { return nil }
    key = RowBatch(types: keys.map(\.type), capacity: 1)
    for (column, cells) in zip(key.columns, keys) { column.copy(0, from: cells, row) }
  }

  /// The least of bounds.
  static func least(_ bounds: [KeyBound?]) -> KeyBound? {
    bounds.min { left, right in right.map { left.map($0.isAfter) ?? true } ?? false } ?? nil
  }

  /// The first of these rows whose key comes after a bound; the end of the rows if none does.
  static func end(of rows: Range<Int>, in keys: ArraySlice<Column>, through bound: KeyBound?) -> Int {
    rows.first { row in hasKey(keys, row) && bound.map { $0.isBefore(keys, row) } ?? true } ?? rows.upperBound
  }

  private static func hasKey(_ keys: ArraySlice<Column>, _ row: Int) -> Bool {
    keys.allSatisfy { $0.state(row) == .value }
  }

  private func isAfter(_ other: KeyBound) -> Bool { other.isBefore(key.columns[...], 0) }

  private func isBefore(_ keys: ArraySlice<Column>, _ row: Int) -> Bool {
    for (column, cells) in zip(key.columns, keys) {
      let order = column.compare(0, cells, row)
      if order != 0 { return order < 0 }
    }
    return false
  }
}
