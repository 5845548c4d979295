import SpellPlanning

/// What OFFSET and LIMIT still leave of the rows of the result, which come in one piece or in several.
struct ResultCut {
  private var offset: Int
  private var limit: Int?

  init(plan: SelectPlan) {
    offset = plan.offset
    limit = plan.limit
  }

  /// The rows that are left of the next ones.
  mutating func cut(_ rows: PlainBuffer<Int32>) -> PlainBuffer<Int32> {
    guard limit != nil || offset > 0 else { return rows }
    let start = min(offset, rows.count)
    let count = min(limit ?? .max, rows.count - start)
    offset -= start
    limit = limit.map { $0 - count }
    let left = PlainBuffer<Int32>(filledWith: 0)
    for index in start..<start + count { left.append(rows[index]) }
    return left
  }
}
