import SpellCore

/// Reads the table of a snapshot, or of versions, in the order of its keys, so that a key is printed as soon as the
/// next one comes: what would be held needs no memory, and is in order already.
enum OrderedScan {
  /// Fewer keys or versions than this are held and sorted sooner.
  private static let fewest = 500_000.0

  /// The scan in order; nil if it cannot be, or the memory for what would be held is the smaller evil.
  static func access(_ plan: SelectPlan, held: Double) -> AccessPlan? {
    guard plan.labels == nil, plan.uses.count == 1, held >= fewest, isInKeyOrder(plan) else { return nil }
    let use = plan.uses[0]
    let columns = use.keys.map(\.column)
    // Numbers sort alike everywhere; texts do not.
    guard use.scan.scannedTable != nil, use.keys.allSatisfy({ $0.type == .int }),
      use.keys.allSatisfy({ key in use.facts.column(named: key.column)?.naturalType == .int }),
      let index = use.facts.indexes.first(where: {
        $0.isClustered && Array($0.columns.prefix(columns.count)) == columns
      })
    else { return nil }
    var access = use.scan
    access.order = RowOrder(columns: columns)
    access.reason = "in the order of the index `\(index.name)`, which is about that of the table: a key at a time"
    if plan.dialect.readsKeyRangesAtOnce { access.reason += ", in ranges of keys that are read side by side" }
    return access
  }

  /// Whether the result is to be in the order of the keys, as it is unless ORDER BY says otherwise.
  private static func isInKeyOrder(_ plan: SelectPlan) -> Bool {
    plan.order.enumerated().allSatisfy { position, term in term.origin == .key(position) && !term.isDescending }
  }
}
