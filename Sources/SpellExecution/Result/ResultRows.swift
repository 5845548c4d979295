import SpellCore
import SpellPlanning
import SpellTables

/// The rows of a result before they are filtered, sorted and printed: label rows of a join, keys of a snapshot. Holds
/// no cells of its own; columns are filled from the folds and the labels on demand.
struct ResultRows {
  enum Base {
    case labels(LabelTable)
    case keys(KeyIndex)
  }

  let plan: SelectPlan
  let base: Base
  let folds: [Fold]
  /// 1 for rows that take part; nil if all do. Rows that the key condition cuts were never asked for.
  let included: PlainBuffer<UInt8>?

  var count: Int {
    switch base {
    case .labels(let labels): labels.rowCount
    case .keys(let keys): keys.count
    }
  }

  /// The slot of the row that answers a row of the result, `Fold.noRow` or `Fold.expired`.
  func winner(use: Int, row: Int) -> Int32 {
    let fold = folds[use]
    switch (base, fold.placement) {
    case (.labels, .labels(let slots)):
      let slot = slots.slotOfRow.base[row]
      return slot < 0 ? Fold.noRow : fold.winners.base[Int(slot)]
    case (.labels(let labels), _):
      let id = labels.mapping(of: fold.use).ids.base[row]
      return id < 0 ? Fold.noRow : fold.winners.base[Int(id)]
    case (.keys, _): return fold.winners.base[row]
    }
  }

  /// The type of a column; label columns that nobody needed a type for are text.
  func type(of origin: PlannedColumn.Origin) -> ValueType {
    if let type = plan.columns.first(where: { $0.origin == origin })?.type { return type }
    switch (origin, base) {
    case (.label(let column), .labels(let labels)): return labels.inferredTypes[column] ?? .str
    case (.feature(let use, let feature), _): return plan.uses[use].features[feature].type
    default: return .str
    }
  }

  /// Fills a column with the cells of some rows. Label columns must have been captured.
  func fill(_ target: Column, from origin: PlannedColumn.Origin, rows: UnsafeBufferPointer<Int32>) {
    switch (origin, base) {
    case (.label(let column), .labels(let labels)):
      guard let cells = labels.captured[column] else { preconditionFailure("a label column was not captured") }
      for (index, row) in rows.enumerated() { target.copy(index, from: cells, Int(row)) }
    case (.key(let position), .keys(let keys)):
      let parts = keys.types.map { Column(type: $0, capacity: 1) }
      for (index, row) in rows.enumerated() {
        keys.write(Int(row), to: parts[...], row: 0)
        target.copy(index, from: parts[position], 0)
        for part in parts { part.reset() }
      }
    case (.feature(let use, let feature), _):
      fill(target, from: folds[use].features[feature], use: use, rows: rows)
    case (.timestamp(let use), _):
      fillTimestamps(target, use: use, rows: rows)
    case (.label, .keys), (.key, .labels):
      preconditionFailure("a column comes from elsewhere than the rows")
    }
  }

  private func fill(_ target: Column, from cells: Column, use: Int, rows: UnsafeBufferPointer<Int32>) {
    for (index, row) in rows.enumerated() {
      let slot = winner(use: use, row: Int(row))
      if slot < 0 || cells.states[Int(slot)] != CellState.value.rawValue {
        // An invalid value is still here under `invalid: null` only.
        target.setNull(index)
      } else {
        target.copy(index, from: cells, Int(slot))
      }
    }
  }

  private func fillTimestamps(_ target: Column, use: Int, rows: UnsafeBufferPointer<Int32>) {
    let fold = folds[use]
    for (index, row) in rows.enumerated() {
      let slot = winner(use: use, row: Int(row))
      if slot < 0 {
        target.setNull(index)
      } else if target.type == .float {
        let code = fold.events.base[Int(slot)]
        target.set(index, double: fold.coding == .reals ? AxisCoding.double(code) : Double(code))
      } else if target.type == .int, fold.coding == .reals {
        target.set(index, integer: Int64(AxisCoding.double(fold.events.base[Int(slot)])))
      } else {
        target.set(index, integer: fold.events.base[Int(slot)])
      }
    }
  }
}

/// Chooses the rows of the result and their order: WHERE, ORDER BY, LIMIT and OFFSET.
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
    if !plan.order.isEmpty { try sort(chosen) }
    guard plan.limit != nil || plan.offset > 0 else { return chosen }
    let start = min(plan.offset, chosen.count)
    let end = plan.limit.map { min(chosen.count, start + min($0, chosen.count)) } ?? chosen.count
    let cut = PlainBuffer<Int32>(filledWith: 0)
    for index in start..<max(start, end) { cut.append(chosen[index]) }
    return cut
  }

  private func filter(_ candidates: PlainBuffer<Int32>, by condition: PlannedCondition) throws -> PlainBuffer<Int32> {
    let program = try ConditionProgram(condition, zone: zone) { rows.type(of: $0) }
    let batch = RowBatch(types: program.types, capacity: RowSelection.chunk)
    let kept = PlainBuffer<Int32>(filledWith: 0)
    for start in stride(from: 0, to: candidates.count, by: RowSelection.chunk) {
      try cancellation.check()
      let count = min(RowSelection.chunk, candidates.count - start)
      let chunk = UnsafeBufferPointer(start: candidates.base + start, count: count)
      batch.reset()
      for (column, origin) in zip(batch.columns, program.origins) { rows.fill(column, from: origin, rows: chunk) }
      for row in 0..<count where program.matches(batch, row: row) { kept.append(chunk[row]) }
    }
    return kept
  }

  /// Sorts in place; rows that compare equal keep their order.
  private func sort(_ chosen: PlainBuffer<Int32>) throws {
    let count = chosen.count
    let all = UnsafeBufferPointer(start: chosen.base, count: count)
    let columns = rows.plan.order.map { term in
      let column = Column(type: rows.type(of: term.origin), capacity: max(1, count))
      rows.fill(column, from: term.origin, rows: all)
      return (column: column, isDescending: term.isDescending)
    }
    try cancellation.check()
    var positions = Array(0..<Int32(count))
    positions.sort { left, right in
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
