import SpellCore

/// A cell as a message shows it, NULL included.
package enum CellText {
  package static func text(_ column: Column, _ row: Int) -> String {
    switch column.state(row) {
    case .null: return "NULL"
    case .invalid: return String(bytes: column.bytes(row))
    case .value: break
    }
    switch column.type {
    case .int: return String(column.integer(row))
    case .float: return NumberText.floatText(column.double(row))
    case .bool: return column.integer(row) == 0 ? "false" : "true"
    case .datetime: return TimeText.text(column.integer(row))
    case .date: return TimeText.dateText(column.integer(row))
    case .decimal, .str, .uuid: return String(bytes: column.bytes(row))
    case .bytes:
      return "\\x" + column.bytes(row).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
  }
}
