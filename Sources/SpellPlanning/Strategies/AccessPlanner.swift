import SpellCore

/// Chooses how each use of a group fetches its rows, once the labels are known.
package struct AccessPlanner {
  /// What the labels ask of a use.
  package struct Demand: Sendable {
    /// Distinct keys.
    package var keys: Int

    package init(keys: Int) { self.keys = keys }
  }

  /// Rows of a table whose size nobody knows.
  private static let assumedRows = 1_000_000
  /// Rows of a key where nobody knows how many share one.
  private static let assumedDepth = 20.0
  /// How much of a scan's cost may be spent on looking up before it is given up for the scan: what a wrong guess costs
  /// at most.
  private static let patience = 0.25

  let plan: SelectPlan
  let demands: [Demand]

  /// The plan with the best access for each use; `demands` are by use, none for a snapshot.
  package static func choose(_ plan: SelectPlan, demands: [Demand]) -> SelectPlan {
    let planner = AccessPlanner(plan: plan, demands: demands)
    var plan = plan
    for index in plan.uses.indices { plan.uses[index].access = planner.access(of: index) }
    return plan
  }

  private func access(of index: Int) -> AccessPlan {
    let use = plan.uses[index]
    var scan = use.scan
    let rows = use.facts.estimatedRows ?? Self.assumedRows
    let costs = plan.dialect.costs
    let scanCost = costs.statement + Double(rows) * costs.scannedRow
    scan.cost = scanCost
    if demands.isEmpty, var ordered = OrderedScan.access(plan, keys: Double(rows) / depth(use, rows: rows)) {
      ordered.cost = scanCost
      return ordered
    }
    if let obstacle = LookupStrategy.obstacle(use, isJoin: demands.indices.contains(index)) {
      return withObstacle(scan, obstacle)
    }
    let keys = demands[index].keys
    let found = Double(keys) * depth(use, rows: rows)
    let chunks = Double((keys + LookupStrategy.chunkKeys - 1) / LookupStrategy.chunkKeys)
    let lookupCost = chunks * costs.statement + Double(keys) * costs.key + found * costs.foundRow
    let searched = LookupStrategy.index(for: use)
    let statement = LookupStrategy(use, dialect: plan.dialect).sql(keyCount: keys)
    var lookup = AccessPlan(
      strategy: .lookup, reason: "\(Count.text(keys, "key"))", sql: statement, estimatedRows: Int(found))
    lookup.cost = lookupCost
    lookup.index = searched?.name
    if plan.strategy == .lookup { return lookup }
    guard let searched else {
      scan.alternatives = [withoutIndex(lookup, of: use, isWorthwhile: lookupCost * 2 < scanCost)]
      return scan
    }
    if plan.strategy == .scan || scanCost <= lookupCost {
      scan.alternatives = [
        Alternative(
          strategy: .lookup, extent: Count.text(keys, "key"), estimatedRows: Int(found), cost: lookupCost)
      ]
      return scan
    }
    lookup.reason += " in the index `\(searched.name)`"
    lookup.alternatives = [
      Alternative(
        strategy: .scan, extent: "about \(Count.grouped(rows)) rows", estimatedRows: rows, cost: scanCost)
    ]
    lookup.rowLimit = max(1000, Int(scanCost * Self.patience / costs.foundRow))
    return lookup
  }

  /// A lookup that no index serves, and the one that would, if that is worth its making.
  private func withoutIndex(_ lookup: AccessPlan, of use: GroupUse, isWorthwhile: Bool) -> Alternative {
    let names = use.keys.map { "`\($0.column)`" }.joined(separator: ", ")
    var alternative = Alternative(strategy: .lookup, obstacle: "has no index that is led by \(names)")
    if isWorthwhile, use.facts.isStored, case .table(let table) = use.group.source {
      alternative.estimatedRows = lookup.estimatedRows
      alternative.cost = lookup.cost
      alternative.missingIndex = plan.dialect.createIndex(
        on: table, columns: use.keys.map(\.column) + [use.event?.column].compactMap { $0 })
    }
    return alternative
  }

  private func withObstacle(_ scan: AccessPlan, _ obstacle: String) -> AccessPlan {
    var scan = scan
    if plan.strategy == .lookup { scan.note = "lookup \(obstacle), so that the table is scanned" }
    if !demands.isEmpty { scan.alternatives = [Alternative(strategy: .lookup, obstacle: obstacle)] }
    return scan
  }

  /// How many rows a key has.
  private func depth(_ use: GroupUse, rows: Int) -> Double {
    if use.isStatic { return 1 }
    guard let index = LookupStrategy.index(for: use) else { return Self.assumedDepth }
    if index.isUnique, index.columns.count == use.keys.count { return 1 }
    return min(Double(rows), index.rowsPerLeadingValue ?? Self.assumedDepth)
  }

  /// `0.4 ms`, `12 ms`, `2.6 s`: an estimate, with as many digits as it deserves.
  static func text(_ milliseconds: Double) -> String {
    if milliseconds >= 1000 { return "\(NumberText.floatText((milliseconds / 100).rounded() / 10)) s" }
    if milliseconds >= 10 { return "\(Int(milliseconds.rounded())) ms" }
    return "\(NumberText.floatText((milliseconds * 10).rounded() / 10)) ms"
  }
}
