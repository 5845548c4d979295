import SpellTables

// Memory of what one stage makes and later ones need, for EXPLAIN ANALYZE.

extension LabelTable {
  /// Keys, moments and what conditions and ORDER BY read; of a table all its cells.
  var heldBytes: Int {
    let buffers = moments.byteCount + hasMoment.byteCount + offsets.byteCount + (included?.byteCount ?? 0)
    let mapped = mappings.reduce(0) { $0 + $1.ids.byteCount + ($1.asked?.byteCount ?? 0) }
    return byteCount + buffers + mapped + captured.count * rowCount * (MemoryLayout<Int64>.stride + 1)
  }
}

extension SlotTable {
  var heldBytes: Int { starts.byteCount + moments.byteCount + slotOfRow.byteCount }
}

extension Fold {
  /// The slots of labels and the keys are counted elsewhere.
  var heldBytes: Int { store.byteCount + seen.byteCount + earliest.byteCount + (windows?.heldBytes ?? 0) }
}
