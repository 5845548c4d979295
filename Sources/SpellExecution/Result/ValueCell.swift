import SpellCore
import SpellTables

/// A single value as a column of one cell.
enum ValueCell {
  static func column(_ value: Value) -> Column {
    func bytes(_ type: ValueType, _ text: String) -> Column {
      let column = Column(type: type, capacity: 1)
      withBytes(of: text) { column.set(0, bytes: $0) }
      return column
    }
    func integer(_ type: ValueType, _ word: Int64) -> Column {
      let column = Column(type: type, capacity: 1)
      column.set(0, integer: word)
      return column
    }
    switch value {
    case .null: return Column(type: .str, capacity: 1)
    case .int(let value): return integer(.int, value)
    case .bool(let value): return integer(.bool, value ? 1 : 0)
    case .datetime(let value): return integer(.datetime, value.microseconds)
    case .date(let value): return integer(.date, value)
    case .decimal(let text): return bytes(.decimal, text)
    case .str(let text): return bytes(.str, text)
    case .uuid(let text): return bytes(.uuid, text)
    case .float(let value):
      let column = Column(type: .float, capacity: 1)
      column.set(0, double: value)
      return column
    case .bytes(let value):
      let column = Column(type: .bytes, capacity: 1)
      value.withUnsafeBufferPointer { column.set(0, bytes: $0) }
      return column
    }
  }
}
