import SpellCore

/// Chooses how each use of a group fetches its rows, once the labels are known.
package struct AccessPlanner {
  /// What the labels ask of a use.
  package struct Demand: Sendable {
    /// Distinct keys.
    package var keys: Int
    /// Labels with a key and a moment.
    package var labels: Int

    package init(keys: Int, labels: Int) {
      self.keys = keys
      self.labels = labels
    }
  }

  /// Rows of a table whose size nobody knows.
  private static let assumedRows = 1_000_000
  /// Rows of a key where nobody knows how many share one.
  private static let assumedDepth = 20.0
  /// How much of a key's history lies in a window: nobody knows how far the history goes back.
  private static let assumedShare = 1.0 / 8
  /// How much of a scan's cost may be spent on looking up before it is given up for the scan: what a wrong guess costs
  /// at most.
  private static let patience = 0.25

  let plan: SelectPlan
  let demands: [Demand]

  /// The plan with the best access for each use; `demands` are by use. Without labels there are none: the keys of a
  /// snapshot, or the rows of versions, are held, and there is memory for `mostHeld` of them.
  package static func choose(_ plan: SelectPlan, demands: [Demand] = [], mostHeld: Int = .max) -> SelectPlan {
    var plan = plan
    let held = AccessPlanner(plan: plan, demands: []).estimatedHeld
    for (index, access) in (OrderedScan.accesses(plan, held: held, most: mostHeld) ?? []).enumerated() {
      plan.uses[index].scan = access
    }
    let planner = AccessPlanner(plan: plan, demands: demands)
    for index in plan.uses.indices { plan.uses[index].access = planner.access(of: index) }
    return plan
  }

  private func access(of index: Int) -> AccessPlan {
    let use = plan.uses[index]
    let demand = demands.indices.contains(index) ? demands[index] : nil
    let ways =
      [scan(of: use), lookup(of: use, demand), seek(of: use, demand)]
      + (plan.server != nil || plan.strategy == .reduce ? [reduce(ofUse: index, demand)] : [])
    let serving = ways.filter { $0.obstacle == nil }
    let forced = ways.first { $0.access.strategy == plan.strategy }
    let isForced = forced.map { $0.obstacle == nil || $0.servesIfForced } ?? false
    guard let scan = serving.first, let best = serving.min(by: { $0.cost < $1.cost }) else { return use.scan }
    var chosen = (isForced ? forced : nil) ?? best
    if !isForced {
      // What a server finds by itself is as much as it should be.
      chosen.access.rowLimit =
        [.scan, .reduce].contains(chosen.access.strategy) ? nil : rowLimit(of: use, scanCost: scan.cost)
      chosen.access.note = forced?.obstacle.map { obstacle in
        let strategy = chosen.access.strategy
        let instead = strategy == .scan ? "the table is scanned" : "\(strategy.rawValue) is used"
        return "\(forced?.access.strategy.rawValue ?? "") \(obstacle), so that \(instead)"
      }
    }
    // A snapshot has no labels to go by, whatever is asked for.
    if demand != nil {
      chosen.access.alternatives = ways.filter { $0.access.strategy != chosen.access.strategy }.map { way in
        alternative(way, of: use, chosenCost: chosen.cost)
      }
    }
    return chosen.access
  }

  /// A strategy for a use, with what it would take.
  private struct Way {
    var access: AccessPlan
    /// What it fetches, as words that follow "of".
    var extent = ""
    /// Why it cannot serve, as words that follow its name.
    var obstacle: String?
    /// The index without which it cannot serve, where that is the obstacle: its columns.
    var lackedIndex: [String]?
    /// Whether it serves without the index too, if slowly.
    var servesIfForced = false

    var cost: Double { access.cost ?? .infinity }
  }

  private var costs: AccessCosts { plan.dialect.costs }

  /// What a statement costs with its way there and back.
  private var statement: Double { costs.statement + 2 * (plan.server?.link?.roundTrip ?? 0) }

  /// What rows of a use cost on the way from the engine.
  private func way(of rows: Double, _ use: GroupUse) -> Double {
    plan.server?.link?.milliseconds(rows * use.bytesPerRow) ?? 0
  }

  private func rowLimit(of use: GroupUse, scanCost: Double) -> Int {
    max(1000, EstimatedRows.whole(scanCost * Self.patience / (costs.foundRow + way(of: 1, use))))
  }

  private func scan(of use: GroupUse) -> Way {
    let rows = rowCount(of: use)
    var way = Way(access: use.scan, extent: "about \(Count.grouped(rows)) rows")
    way.access.cost = statement + Double(rows) * costs.scannedRow + self.way(of: Double(rows), use)
    return way
  }

  private func lookup(of use: GroupUse, _ demand: Demand?) -> Way {
    var way = Way(access: AccessPlan(strategy: .lookup, reason: "", sql: "", estimatedRows: nil))
    way.obstacle = LookupStrategy.obstacle(use, isJoin: demand != nil)
    guard way.obstacle == nil, let keys = demand?.keys else { return way }
    let found = Double(keys) * depth(use, rows: rowCount(of: use))
    way.extent = Count.text(keys, "key")
    way.access.sql = LookupStrategy(use, dialect: plan.dialect).sql(keyCount: keys)
    way.access.estimatedRows = EstimatedRows.whole(found)
    way.access.cost =
      Self.chunks(keys, of: LookupStrategy.chunkKeys) * statement + Double(keys) * costs.key
      + found * costs.foundRow + self.way(of: found, use) + sent(Double(keys), bytes: Self.bytesOfLiteral)
    way.servesIfForced = true
    let names = use.keys.map { "`\($0.column)`" }.joined(separator: ", ")
    search(&way, in: LookupStrategy.index(for: use), otherwise: "has no index that is led by \(names)", of: use)
    return way
  }

  private func seek(of use: GroupUse, _ demand: Demand?) -> Way {
    var way = Way(access: AccessPlan(strategy: .seek, reason: "", sql: "", estimatedRows: nil))
    way.obstacle = SeekStrategy.obstacle(use, isJoin: demand != nil, dialect: plan.dialect)
    guard way.obstacle == nil, let labels = demand?.labels else { return way }
    let strategy = SeekStrategy(use, isStrict: plan.cut.isStrict, dialect: plan.dialect)
    way.extent = Count.text(labels, "label")
    way.access.isOfMoments = true
    way.access.sql = strategy?.sql(labelCount: labels) ?? ""
    let inWindows =
      use.windows.isEmpty ? 0 : Double(labels) * depth(use, rows: rowCount(of: use)) * Self.assumedShare
    way.access.estimatedRows = max(labels, EstimatedRows.whole(inWindows))
    way.access.cost =
      Self.chunks(labels, of: SeekStrategy.chunkRanges) * statement + Double(labels) * costs.moment
      + inWindows * costs.foundRow + self.way(of: max(Double(labels), inWindows), use)
      + sent(Double(labels), bytes: 4 * Self.bytesOfLiteral)
    let names = (use.keys.map(\.column) + [use.event?.column ?? ""]).map { "`\($0)`" }.joined(separator: ", ")
    search(&way, in: SeekStrategy.index(for: use), otherwise: "has no index of \(names)", of: use)
    return way
  }

  private func reduce(ofUse index: Int, _ demand: Demand?) -> Way {
    let use = plan.uses[index]
    guard let demand else { return reduceSnapshot(of: use) }
    var way = Way(access: AccessPlan(strategy: .reduce, reason: "", sql: "", estimatedRows: nil))
    way.obstacle = ReduceStrategy.obstacle(use, server: plan.server)
    guard way.obstacle == nil else { return way }
    let reduction = Reduction(index, of: self, demand)
    let strategy = reduction.strategy
    let isOfMoments = strategy.ranges != nil
    let subject = isOfMoments ? Count.text(demand.labels, "label") : Count.text(demand.keys, "key")
    way.extent = "\(subject), \(strategy.sums.isEmpty ? "found" : "added up") by the server"
    way.access.reason = way.extent
    way.access.isOfMoments = isOfMoments
    way.access.sums = strategy.sums
    way.access.sql = strategy.sql
    way.access.estimatedRows = EstimatedRows.whole(reduction.returned)
    let found = isOfMoments ? SeekStrategy.index(for: use) : LookupStrategy.index(for: use)
    way.access.index = found?.name
    way.access.cost =
      Double(reduction.statements) * statement + work(of: reduction, use, isIndexed: found != nil)
      + self.way(of: reduction.returned, use) + sent(Double(reduction.asked), bytes: Self.bytesOfElements)
    return way
  }

  /// What a server is asked for a use, and how many rows it meets.
  private struct Reduction {
    let strategy: ReduceStrategy
    /// Keys, moments or ranges that are sent.
    var asked: Int
    /// Of the keys.
    let joined: Double
    /// Of those the ones that answer, or that are added up.
    var found: Double
    var returned: Double

    var statements: Int { (asked + ReduceStrategy.chunkLabels - 1) / ReduceStrategy.chunkLabels }

    init(_ index: Int, of planner: AccessPlanner, _ demand: Demand) {
      var use = planner.plan.uses[index]
      let rows = planner.rowCount(of: use)
      let depth = planner.depth(use, rows: rows)
      joined = min(Double(rows), Double(demand.keys) * depth)
      let share = use.longestWindow == nil ? 1 : AccessPlanner.assumedShare
      let inWindows = min(joined, Double(demand.labels) * depth * share)
      // Of rows that are in the same windows, where there are fewer of them than of rows.
      let ranges = demand.labels * (1 + use.windowLengths.count { $0 != nil })
      if Double(ranges) < inWindows { use.access.sums = planner.plan.sums(ofUse: index) }
      strategy = ReduceStrategy(use, isStrict: planner.plan.cut.isStrict, dialect: planner.plan.dialect)
      if !strategy.sums.isEmpty {
        (asked, found, returned) = (ranges, inWindows, Double(ranges))
      } else if strategy.ranges == nil {
        (asked, found, returned) = (demand.keys, joined, joined)
      } else {
        found = use.windows.isEmpty ? min(joined, Double(demand.labels)) : inWindows
        (asked, returned) = (demand.labels, found)
      }
    }
  }

  /// What a server takes to find rows: by an index, or with a look at every row.
  private func work(of reduction: Reduction, _ use: GroupUse, isIndexed: Bool) -> Double {
    let (asked, servers) = (Double(reduction.asked), use.servers)
    let isOfSums = !reduction.strategy.sums.isEmpty
    let looks = Double(reduction.statements * (isOfSums ? 2 : 1))
    let byLook =
      looks * (costs.look + Double(rowCount(of: use)) * costs.servedRow / servers)
      + reduction.joined * costs.joinedRow / servers + reduction.returned * costs.foundRow
    guard isIndexed else { return byLook }
    if reduction.strategy.ranges != nil, use.windows.isEmpty { return min(byLook, asked * costs.servedMoment) }
    let added = isOfSums ? reduction.found * costs.joinedRow : 0
    return min(byLook, asked * costs.key + added + reduction.returned * costs.foundRow)
  }

  private func reduceSnapshot(of use: GroupUse) -> Way {
    var way = Way(
      access: AccessPlan(
        strategy: .reduce, reason: "the latest rows of each key, found by the server", sql: "", estimatedRows: nil))
    way.obstacle = SnapshotReduction.obstacle(use, of: plan)
    guard way.obstacle == nil, let reduction = SnapshotReduction(use, of: plan) else { return way }
    let rows = Double(rowCount(of: use))
    let returned = rows / depth(use, rows: rowCount(of: use))
    way.access.sql = reduction.sql
    way.access.isOfMoments = true
    way.access.estimatedRows = EstimatedRows.whole(returned)
    // The server passes over the table twice, and sorts its keys into groups.
    way.access.cost =
      statement + 2 * costs.look + rows * (2 * costs.servedRow + costs.joinedRow) + returned * costs.foundRow
      + self.way(of: returned, use)
    return way
  }

  /// What a label's key, and its moment, take in a statement, about.
  private static let bytesOfLiteral = 12.0
  private static let bytesOfElements = 20.0

  /// What labels cost on the way to the engine; each statement that has them in its text is sent twice.
  private func sent(_ labels: Double, bytes: Double) -> Double { plan.server?.link?.milliseconds(labels * bytes) ?? 0 }

  /// Puts down the index that is searched, or that there is none.
  private func search(_ way: inout Way, in index: IndexFacts?, otherwise obstacle: String, of use: GroupUse) {
    way.access.index = index?.name
    way.access.reason = way.extent + (index.map { " in the index `\($0.name)`" } ?? "")
    guard index == nil else { return }
    way.obstacle = obstacle
    if use.facts.isStored { way.lackedIndex = use.keys.map(\.column) + [use.event?.column].compactMap { $0 } }
  }

  private static func chunks(_ count: Int, of size: Int) -> Double { Double((count + size - 1) / size) }

  /// A way that is not taken; an index that it lacks is named if it would be far better with that.
  private func alternative(_ way: Way, of use: GroupUse, chosenCost: Double) -> Alternative {
    var alternative = Alternative(strategy: way.access.strategy, extent: way.extent, obstacle: way.obstacle)
    var isKnown = way.obstacle == nil
    if let columns = way.lackedIndex, way.cost * 2 < chosenCost, case .table(let table) = use.group.source {
      alternative.missingIndex = plan.dialect.createIndex(on: table, columns: columns)
      isKnown = true
    }
    if isKnown {
      alternative.estimatedRows = way.access.estimatedRows
      alternative.cost = way.cost
    }
    return alternative
  }

  private func rowCount(of use: GroupUse) -> Int { use.facts.estimatedRows ?? Self.assumedRows }

  /// What of a group is held until it is printed: its keys in a snapshot, its rows for versions.
  private func held(of use: GroupUse) -> Double {
    let rows = rowCount(of: use)
    return plan.versions == nil ? Double(rows) / depth(use, rows: rows) : Double(rows)
  }

  /// How many keys a snapshot has, at least those of the group that has most, or how many versions there are.
  var estimatedHeld: Double { plan.uses.map(held).max() ?? 0 }

  /// How many rows a key has.
  private func depth(_ use: GroupUse, rows: Int) -> Double {
    if use.isStatic { return 1 }
    guard let index = LookupStrategy.index(for: use) else {
      let known = use.keys.compactMap { use.facts.column(named: $0.column)?.rowsPerValue }.min()
      return min(Double(rows), known ?? Self.assumedDepth)
    }
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

extension GroupUse {
  /// How many servers work on a statement at once.
  fileprivate var servers: Double {
    guard let placement = facts.placement, placement.isShared else { return 1 }
    return Double(max(1, placement.servers.count))
  }

  /// What a row takes on the wire, about: four bytes of length and eight of value, a few more of a text.
  fileprivate var bytesPerRow: Double {
    let types = keys.map(\.type) + features.map(\.type)
    let times = event == nil ? 0.0 : event?.createdColumn == nil ? 12.0 : 24.0
    return types.reduce(6 + times) { $0 + ([.str, .decimal, .bytes, .uuid].contains($1) ? 20 : 12) }
  }

  /// The scan that takes over where the chosen strategy met more rows than it may.
  package var scanAfterAll: AccessPlan {
    var scan = scan
    let most = access.rowLimit.map(Count.grouped) ?? ""
    scan.reason = "every row once, after \(access.strategy.rawValue) met more than \(most) rows"
    return scan
  }

  /// The scan that takes over where the engine refused the chosen strategy, in its own words.
  package func scanAfterRefusal(_ message: String) -> AccessPlan {
    var scan = scan
    scan.note = "the engine refused to \(access.strategy.rawValue), so that the table is scanned: \(message)"
    return scan
  }
}
