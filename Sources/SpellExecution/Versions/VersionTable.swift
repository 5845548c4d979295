import SpellCore
import SpellPlanning
import SpellTables

/// Stored rows of a group, held as they were read until they are printed in order.
final class VersionTable {
  /// In the order of `AccessPlan`: keys, event, created time if the group has one, features.
  let columns: [Column]
  private(set) var count = 0
  private let use: GroupUse

  init(_ use: GroupUse) {
    columns = use.readings.map { Column(type: $0.type, capacity: 0) }
    self.use = use
  }

  var keys: ArraySlice<Column> { columns[..<use.keys.count] }
  var features: ArraySlice<Column> { columns[use.firstFeature...] }
  private var event: Column { columns[use.keys.count] }

  /// Bytes that the rows occupy.
  var heldBytes: Int { columns.reduce(0) { $0 + $1.capacity * 9 + $1.arena.count } }

  /// The column that a column of the result shows.
  func cells(of origin: PlannedColumn.Origin) -> Column { use.column(of: origin, in: columns) }

  /// Adds a row of a batch of the same columns.
  func append(_ batch: RowBatch, _ row: Int) {
    for (column, source) in zip(columns, batch.columns) {
      column.reserve(count + 1)
      column.copy(count, from: source, row)
    }
    count += 1
  }

  /// Whether a row of a batch has the key of the row that was added last.
  func continuesLastKey(_ batch: RowBatch, _ row: Int) -> Bool {
    zip(keys, batch.columns).allSatisfy { $0.compare(count - 1, $1, row) == 0 }
  }

  func removeAll() {
    count = 0
    for column in columns { column.reset() }
  }

  /// The rows by key, event, created time with none first, and the tuple of features, as ties are decided.
  func sorted(_ cancellation: Cancellation) throws -> PlainBuffer<Int32> {
    var point = CancellationPoint(cancellation)
    var positions = Array(0..<Int32(count))
    try positions.sort { left, right in
      try point.pass()
      for (index, column) in columns.enumerated() {
        let order =
          index == use.keys.count ? compareEvents(Int(left), Int(right)) : column.compare(Int(left), column, Int(right))
        if order != 0 { return order < 0 }
      }
      return false
    }
    let rows = PlainBuffer<Int32>(filledWith: 0)
    for position in positions { rows.append(position) }
    return rows
  }

  /// The two zeros are one point of the axis.
  private func compareEvents(_ left: Int, _ right: Int) -> Int {
    guard event.type == .float else { return event.compare(left, event, right) }
    return CellOrder.compare(AxisCoding.code(event.double(left)), AxisCoding.code(event.double(right)))
  }
}
