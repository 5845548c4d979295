import SpellCore
import SpellTables

/// A cell of a hand-made column.
enum Cell: Equatable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByNilLiteral, ExpressibleByBooleanLiteral
{
  case null
  case integer(Int64)
  case double(Double)
  case text(String)
  /// A stored value that does not fit, as a message shows it.
  case invalid(String)

  init(integerLiteral value: Int64) { self = .integer(value) }
  init(floatLiteral value: Double) { self = .double(value) }
  init(stringLiteral value: String) { self = .text(value) }
  init(booleanLiteral value: Bool) { self = .integer(value ? 1 : 0) }
  init(nilLiteral: ()) { self = .null }
}

extension Column {
  convenience init(_ type: ValueType, _ cells: [Cell]) {
    self.init(type: type, capacity: cells.count)
    for (row, cell) in cells.enumerated() { set(row, cell) }
  }

  func set(_ row: Int, _ cell: Cell) {
    switch cell {
    case .null: setNull(row)
    case .integer(let value): if type == .float { set(row, double: Double(value)) } else { set(row, integer: value) }
    case .double(let value): set(row, double: value)
    case .text(let text): withBytes(of: text) { set(row, bytes: $0) }
    case .invalid(let text): withBytes(of: text) { setInvalid(row, bytes: $0) }
    }
  }

  /// A cell as a message shows it.
  func text(_ row: Int) -> String { CellText.text(self, row) }
}

extension RowBatch {
  convenience init(types: [ValueType], rows: [[Cell]]) {
    self.init(types: types, capacity: rows.count)
    count = rows.count
    for (row, cells) in rows.enumerated() {
      for (column, cell) in zip(columns, cells) { column.set(row, cell) }
    }
  }
}
