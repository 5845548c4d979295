import SpellCore

/// Reads the tables of a snapshot, or of versions, in the order of their keys, so that a key is printed as soon as the
/// next one comes: what would be held needs no memory, and is in order already.
enum OrderedScan {
  /// Fewer keys or versions than this are held and sorted sooner.
  private static let fewest = 500_000.0

  /// The scans in order, by use; nil if they cannot be, or the memory for what would be `held` is the smaller evil: an
  /// order that is not that of the table is paid for only where more would be held than the `most` that there is memory
  /// for.
  static func accesses(_ plan: SelectPlan, held: Double, most: Int) -> [AccessPlan]? {
    guard plan.labels == nil, isInKeyOrder(plan) else { return nil }
    let accesses = plan.uses.compactMap { use in
      (held >= fewest ? inTableOrder(use, of: plan) : nil)
        ?? (held > Double(most) ? sorted(use, of: plan, held: held) : nil)
    }
    return accesses.count == plan.uses.count ? accesses : nil
  }

  /// The scan of a table whose rows lie in about the order of the keys.
  private static func inTableOrder(_ use: GroupUse, of plan: SelectPlan) -> AccessPlan? {
    guard let index = index(of: use, where: \.isClustered) else { return nil }
    var reason = "in the order of the index `\(index.name)`, which is about that of the table: a key at a time"
    if plan.uses.count > 1 {
      reason += ", beside the other groups"
    } else if plan.dialect.readsKeyRangesAtOnce {
      reason += ", in ranges of keys that are read side by side"
    }
    return access(use, reason: reason)
  }

  /// The scan of a table that an index, or the engine on its disks, sorts.
  private static func sorted(_ use: GroupUse, of plan: SelectPlan, held: Double) -> AccessPlan? {
    let what = Count.text(EstimatedRows.whole(held), plan.versions == nil ? "key" : "row")
    let why = "as about \(what) would not fit the memory"
    if plan.dialect.sortsOnDisk { return access(use, reason: "sorted by the database on its own disks, \(why)") }
    guard let index = index(of: use, where: { _ in true }) else { return nil }
    return access(use, reason: "in the order of the index `\(index.name)`, \(why)")
  }

  private static func index(of use: GroupUse, where isFit: (IndexFacts) -> Bool) -> IndexFacts? {
    let columns = use.keys.map(\.column)
    return use.facts.indexes.first { isFit($0) && Array($0.columns.prefix(columns.count)) == columns }
  }

  private static func access(_ use: GroupUse, reason: String) -> AccessPlan? {
    guard use.scan.scannedTable != nil, use.keys.allSatisfy({ sortsAsWeDo($0, of: use) }) else { return nil }
    var access = use.scan
    access.order = RowOrder(columns: use.keys.map(\.column))
    access.reason = reason
    return access
  }

  /// Numbers sort alike everywhere; texts do not.
  private static func sortsAsWeDo(_ key: GroupUse.Key, of use: GroupUse) -> Bool {
    guard let column = use.facts.column(named: key.column), column.naturalType == key.type else { return false }
    return key.type == .int || key.type == .str && column.sortsByBytes
  }

  /// Whether the result is to be in the order of the keys, as it is unless ORDER BY says otherwise.
  private static func isInKeyOrder(_ plan: SelectPlan) -> Bool {
    plan.order.enumerated().allSatisfy { position, term in term.origin == .key(position) && !term.isDescending }
  }
}
