import SpellCore
import SpellPlanning
import SpellTables

/// Chooses the rows of the result and their order: WHERE and ORDER BY.
struct RowSelection {
  private static let chunk = 4096

  let rows: ResultRows
  let zone: Zone
  let cancellation: Cancellation

  /// The rows in the order in which they are printed.
  func select(from candidates: PlainBuffer<Int32>) throws -> PlainBuffer<Int32> {
    let plan = rows.plan
    var chosen = candidates
    if let condition = plan.condition { chosen = try filter(chosen, by: condition) }
    if !isInOrder { try sort(chosen) }
    return chosen
  }

  /// Whether candidates come in the order that is asked for: keys of a snapshot, and versions, come in the order of
  /// their keys.
  private var isInOrder: Bool {
    if case .labels = rows.base { return rows.plan.order.isEmpty }
    return rows.plan.order.enumerated().allSatisfy { $1.origin == .key($0) && !$1.isDescending }
  }

  private func filter(_ candidates: PlainBuffer<Int32>, by condition: PlannedCondition) throws -> PlainBuffer<Int32> {
    let program = try ConditionProgram(condition, zone: zone) { rows.knownType(of: $0) }
    let batch = RowBatch(types: program.types, capacity: RowSelection.chunk)
    let kept = PlainBuffer<Int32>(filledWith: 0)
    for start in stride(from: 0, to: candidates.count, by: RowSelection.chunk) {
      try cancellation.check()
      let count = min(RowSelection.chunk, candidates.count - start)
      let chunk = UnsafeBufferPointer(start: candidates.base + start, count: count)
      batch.reset()
      rows.fill(batch.columns[...], from: program.origins, rows: chunk)
      for row in 0..<count where program.matches(batch, row: row) { kept.append(chunk[row]) }
    }
    return kept
  }

  /// Sorts in place; rows that compare equal keep their order.
  private func sort(_ chosen: PlainBuffer<Int32>) throws {
    let count = chosen.count
    let all = UnsafeBufferPointer(start: chosen.base, count: count)
    let cells = rows.plan.order.map { Column(type: rows.type(of: $0.origin), capacity: max(1, count)) }
    rows.fill(cells[...], from: rows.plan.order.map(\.origin), rows: all)
    let columns = zip(cells, rows.plan.order).map { (column: $0, isDescending: $1.isDescending) }
    var point = CancellationPoint(cancellation)
    var positions = Array(0..<Int32(count))
    try positions.sort { left, right in
      try point.pass()
      for (column, isDescending) in columns {
        let order = RowSelection.compare(column, Int(left), Int(right))
        if order != 0 { return isDescending ? order > 0 : order < 0 }
      }
      return left < right
    }
    let sorted = positions.map { chosen[Int($0)] }
    for (index, row) in sorted.enumerated() { chosen[index] = row }
  }

  /// NULL is greatest: last when ascending, first when descending.
  private static func compare(_ column: Column, _ left: Int, _ right: Int) -> Int {
    let leftIsNull = column.state(left) != .value
    let rightIsNull = column.state(right) != .value
    if leftIsNull || rightIsNull { return leftIsNull == rightIsNull ? 0 : leftIsNull ? 1 : -1 }
    return CellComparison.order(column, left, column, right)
  }
}
