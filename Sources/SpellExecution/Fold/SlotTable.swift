import CMemory
import SpellCore

/// The slots into which a fold puts rows: one per label that has a key and a moment, sorted by key and then by moment,
/// so that the labels a row can answer first are found by binary search.
final class SlotTable {
  /// Where the slots of a key begin; one more entry than keys.
  let starts: PlainBuffer<Int32>
  /// By slot, ascending within a key.
  let moments: PlainBuffer<Int64>
  /// By label row; -1 for a label without key or moment.
  let slotOfRow: PlainBuffer<Int32>

  var count: Int { moments.count }

  init(mapping: LabelTable.KeyMapping, labels: LabelTable, cancellation: Cancellation) throws {
    let rows = labels.rowCount
    let ids = mapping.ids.base
    let hasMoment = labels.hasMoment
    let included = labels.included?.base
    func takesPart(_ row: Int) -> Bool {
      ids[row] >= 0 && hasMoment.base[row] != 0 && (included == nil || included?[row] != 0)
    }
    // Any of the loops may take long.
    var point = CancellationPoint(cancellation)
    // Counting sort by key, then each key's slots by moment.
    starts = PlainBuffer(count: mapping.index.count + 1, filledWith: 0)
    slotOfRow = PlainBuffer(count: rows, filledWith: -1)
    for row in 0..<rows {
      try point.pass()
      if takesPart(row) { starts.base[Int(ids[row]) + 1] += 1 }
    }
    for id in 0..<mapping.index.count { starts.base[id + 1] += starts.base[id] }
    let total = Int(starts[mapping.index.count])
    let entries = PlainBuffer(count: total, filledWith: LabelSort.Entry(moment: 0, row: 0))
    let next = PlainBuffer<Int32>(count: mapping.index.count, filledWith: 0)
    next.base.update(from: starts.base, count: mapping.index.count)
    for row in 0..<rows where takesPart(row) {
      try point.pass()
      let id = Int(ids[row])
      entries[Int(next[id])] = LabelSort.Entry(moment: labels.moments[row], row: Int32(row))
      next[id] += 1
    }
    let sorter = LabelSort(cancellation)
    for id in 0..<mapping.index.count {
      try point.pass()
      let start = Int(starts[id])
      try sorter.sort(entries.base + start, count: Int(starts[id + 1]) - start)
    }
    moments = PlainBuffer(count: total, filledWith: 0)
    for slot in 0..<total {
      try point.pass()
      moments.base[slot] = entries.base[slot].moment
      slotOfRow.base[Int(entries.base[slot].row)] = Int32(slot)
    }
  }

  // MARK: - Finding

  /// Puts in place of the key id of each row, -1 for none, the first slot of the key whose moment is not before the
  /// row's availability, or with `isStrict` after it; -1 if there is none.
  ///
  /// Two passes, so that the moments are on their way when they are searched.
  func find(
    _ rows: Range<Int>, available: UnsafePointer<Int64>, isStrict: Bool, slots: UnsafeMutablePointer<Int32>
  ) {
    let starts = starts.base
    let moments = moments.base
    for row in rows where slots[row] >= 0 {
      let id = Int(slots[row])
      cmemory_prefetch(moments + Int(starts[id] + starts[id + 1]) / 2)
    }
    for row in rows where slots[row] >= 0 {
      let id = Int(slots[row])
      var low = Int(starts[id])
      let end = Int(starts[id + 1])
      var count = end - low
      let wanted = available[row]
      while count > 0 {
        let half = count >> 1
        let moment = moments[low + half]
        // Without a branch: which way the search goes cannot be foretold.
        let goesOn = isStrict ? moment <= wanted : moment < wanted
        low = goesOn ? low + half + 1 : low
        count = goesOn ? count - half - 1 : half
      }
      slots[row] = low < end ? Int32(truncatingIfNeeded: low) : -1
    }
  }

  /// The first slot of a key, after one that a row may answer, whose window begins after the row's event; -1 if there
  /// is none. Windows are of a length, and begin behind the moment so long before theirs, or with `isStrict` at it.
  @inline(__always)
  func past(
    _ first: Int32, key: Int32, event: Int64, length: Interval, coding: AxisCoding, isStrict: Bool
  ) -> Int32 {
    func isIn(_ slot: Int) -> Bool {
      let earliest = coding.move(moments.base[slot], by: length, isNegative: true)
      return isStrict ? event >= earliest : event > earliest
    }
    let end = Int(starts.base[Int(key) + 1])
    var low = Int(first)
    // Most rows are in the windows of few slots.
    var step = 1
    while low < end, isIn(min(low + step, end) - 1) {
      low = min(low + step, end)
      step *= 2
    }
    var count = min(step - 1, end - low)
    while count > 0 {
      let half = count >> 1
      if isIn(low + half) {
        low += half + 1
        count -= half + 1
      } else {
        count = half
      }
    }
    return low < end ? Int32(truncatingIfNeeded: low) : -1
  }
}
