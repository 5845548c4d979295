import SpellCore
import SpellTables

/// The order of a snapshot: by key value, component by component.
enum KeyOrder {
  static func sorted(_ keys: KeyIndex, cancellation: Cancellation) throws -> [Int32] {
    let columns = keys.types.map { Column(type: $0, capacity: max(1, keys.count)) }
    var point = CancellationPoint(cancellation)
    for id in 0..<keys.count {
      try point.pass()
      keys.write(id, to: columns[...], row: id)
    }
    return try (0..<Int32(keys.count)).sorted { left, right in
      try point.pass()
      for column in columns {
        let order = column.compare(Int(left), column, Int(right))
        if order != 0 { return order < 0 }
      }
      return false
    }
  }
}
