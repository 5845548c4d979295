import SpellCore
import SpellTables

/// Hashes of tuples: equal for tuples that are equal as keys.
enum RowHash {
  /// Nil if a component is NULL, unfit, or no number.
  static func of(_ columns: ArraySlice<Column>, _ row: Int, from start: UInt64 = 0) -> UInt64? {
    var hash = start
    for column in columns {
      guard column.state(row) == .value else { return nil }
      let part: UInt64
      if column.type.layout == .bytes {
        let bytes = column.bytes(row)
        part = KeyHash.of(column.type == .decimal ? DecimalText.key(ofCanonical: bytes) : bytes)
      } else if column.type == .float {
        guard !column.double(row).isNaN else { return nil }
        part = KeyHash.of(column.double(row) == 0 ? 0 : column.integer(row))
      } else {
        part = KeyHash.of(column.integer(row))
      }
      hash = KeyHash.of(Int64(bitPattern: hash &* 31 &+ part))
    }
    return hash
  }
}
