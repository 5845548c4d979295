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

  private struct Entry {
    var moment: Int64
    var row: Int32
  }

  init(mapping: LabelTable.KeyMapping, labels: LabelTable, cancellation: Cancellation) throws {
    let rows = labels.rowCount
    let ids = mapping.ids.base
    let hasMoment = labels.hasMoment
    let included = labels.included?.base
    func takesPart(_ row: Int) -> Bool {
      ids[row] >= 0 && hasMoment.base[row] != 0 && (included == nil || included?[row] != 0)
    }
    // Counting sort by key, then each key's slots by moment.
    starts = PlainBuffer(count: mapping.index.count + 1, filledWith: 0)
    slotOfRow = PlainBuffer(count: rows, filledWith: -1)
    for row in 0..<rows where takesPart(row) { starts.base[Int(ids[row]) + 1] += 1 }
    for id in 0..<mapping.index.count { starts.base[id + 1] += starts.base[id] }
    let total = Int(starts[mapping.index.count])
    let entries = PlainBuffer(count: total, filledWith: Entry(moment: 0, row: 0))
    let next = PlainBuffer<Int32>(count: mapping.index.count, filledWith: 0)
    next.base.update(from: starts.base, count: mapping.index.count)
    for row in 0..<rows where takesPart(row) {
      let id = Int(ids[row])
      entries[Int(next[id])] = Entry(moment: labels.moments[row], row: Int32(row))
      next[id] += 1
    }
    var point = CancellationPoint(cancellation)
    for id in 0..<mapping.index.count {
      let start = Int(starts[id])
      try SlotTable.sort(
        UnsafeMutableBufferPointer(start: entries.base + start, count: Int(starts[id + 1]) - start), &point)
    }
    moments = PlainBuffer(count: total, filledWith: 0)
    for slot in 0..<total {
      moments.base[slot] = entries.base[slot].moment
      slotOfRow.base[Int(entries.base[slot].row)] = Int32(slot)
    }
  }

  /// Most keys have few labels, and most files are in order already.
  private static func sort(_ entries: UnsafeMutableBufferPointer<Entry>, _ point: inout CancellationPoint) throws {
    var isSorted = true
    for index in entries.indices.dropFirst() where entries[index].moment < entries[index - 1].moment {
      isSorted = false
      break
    }
    var entries = entries
    if isSorted { return try point.pass() }
    try entries.sort { left, right in
      try point.pass()
      return (left.moment, left.row) < (right.moment, right.row)
    }
  }
}
