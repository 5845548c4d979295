import SpellCore
import SpellPlanning
import SpellTables

/// Counts the report of a result, and stops at values that do not fit where the answer depends on them.
struct MatchCounter {
  let rows: ResultRows
  let cancellation: Cancellation

  func report() throws -> MatchReport {
    let isSnapshot = if case .keys = rows.base { true } else { false }
    return MatchReport(uses: try rows.folds.indices.map { try count($0) }, isSnapshot: isSnapshot)
  }

  /// What was counted of a use so far.
  private struct Tally {
    var use: MatchReport.Use
    var nulls: [Int]
    let ages = PlainBuffer<Int64>(filledWith: 0)
    let hasAges: Bool
  }

  private func count(_ index: Int) throws -> MatchReport.Use {
    let fold = rows.folds[index]
    var tally = Tally(
      use: MatchReport.Use(
        group: fold.use.group.name, strategy: fold.use.access.strategy, isStatic: fold.use.isStatic),
      nulls: [Int](repeating: 0, count: fold.store.types.count),
      hasAges: rows.plan.axis == .time && !fold.use.isStatic)
    tally.use.rowsRead = fold.rowsRead
    tally.use.invalidRows = fold.invalidRows
    tally.use.withoutCreated = fold.rowsWithoutCreated
    if case (.labels(let labels), .labels(let slots)) = (rows.base, fold.placement) {
      try countSlots(slots, labels, index, &tally)
    } else {
      try countRows(index, &tally)
    }
    tally.use.nulls = zip(fold.use.features, tally.nulls).map { ($0.feature.name, $1) }
    tally.use.ages = MatchCounter.summary(tally.ages)
    return tally.use
  }

  /// In the order of slots, which is that of memory.
  private func countSlots(_ slots: SlotTable, _ labels: LabelTable, _ index: Int, _ tally: inout Tally) throws {
    let fold = rows.folds[index]
    var point = CancellationPoint(cancellation)
    for key in 0..<fold.keys.count {
      for slot in Int(slots.starts.base[key])..<Int(slots.starts.base[key + 1]) {
        try point.pass()
        let winner = fold.winners.base[slot]
        // Of several values that do not fit, the message names that of the first row.
        if try !count(winner, fold, key: key, moment: slots.moments.base[slot], &tally) {
          throw firstInvalid(index) ?? invalidStored(fold, slot: Int(winner), key: key)
        }
      }
    }
    let ids = labels.mapping(of: fold.use).ids.base
    for row in 0..<rows.count where slots.slotOfRow.base[row] < 0 && isAsked(row) {
      tally.use.asked += 1
      let reason = ids[row] < 0 ? MatchReport.Reason.nullKey : .nullMoment
      tally.use.unmatched[reason.rawValue] += 1
    }
  }

  private func countRows(_ index: Int, _ tally: inout Tally) throws {
    let fold = rows.folds[index]
    var point = CancellationPoint(cancellation)
    for row in 0..<rows.count where isAsked(row) {
      try point.pass()
      let key = key(of: row, fold)
      if key < 0 {
        tally.use.asked += 1
        tally.use.unmatched[MatchReport.Reason.nullKey.rawValue] += 1
        continue
      }
      let winner = rows.winner(use: index, row: row)
      let moment: Int64? = if case .keys(let moment) = fold.placement { moment } else { nil }
      if try !count(winner, fold, key: key, moment: moment, &tally) {
        throw invalidStored(fold, slot: Int(winner), key: key)
      }
    }
  }

  /// Counts one answer; false if it depends on a value that does not fit and must not be passed over.
  @inline(__always)
  private func count(
    _ winner: Int32, _ fold: Fold, key: Int, moment: Int64?, _ tally: inout Tally
  ) throws -> Bool {
    tally.use.asked += 1
    guard winner >= 0 else {
      tally.use.unmatched[reason(fold, key: key, moment: moment, winner: winner).rawValue] += 1
      return true
    }
    let slot = Int(winner)
    tally.use.matched += 1
    let flags = fold.store.flags(slot)
    if flags & SlotStore.Flag.tied != 0 { tally.use.ties += 1 }
    if flags & SlotStore.Flag.invalid != 0 {
      if fold.use.group.invalidValues == .error { return false }
      tally.use.invalid += 1
    }
    for feature in tally.nulls.indices where fold.store.state(slot, feature) != CellState.value.rawValue {
      tally.nulls[feature] += 1
    }
    if tally.hasAges, let moment, let age = MatchCounter.age(of: fold.store.event(slot), at: moment) {
      tally.ages.append(age)
    }
    return true
  }

  private func isAsked(_ row: Int) -> Bool { rows.included.map { $0.base[row] != 0 } ?? true }

  /// The id of a row's key, -1 if there is none.
  private func key(of row: Int, _ fold: Fold) -> Int {
    switch rows.base {
    case .keys: row
    case .labels(let labels): Int(labels.mapping(of: fold.use).ids.base[row])
    }
  }

  private func reason(_ fold: Fold, key: Int, moment: Int64?, winner: Int32) -> MatchReport.Reason {
    if winner == Fold.expired { return .olderThanTTL }
    if fold.seen.base[key] == 0 { return .unknownKey }
    if fold.seen.base[key] & Fold.Seen.event == 0 { return .noEvent }
    guard !fold.known.takesAll, let moment else { return .onlyInTheFuture }
    let earliest = fold.earliest.base[key]
    return (fold.isStrict ? earliest < moment : earliest <= moment) ? .notKnownYet : .onlyInTheFuture
  }

  private static func age(of event: Int64, at moment: Int64) -> Int64? {
    guard Instant(microseconds: moment).isFinite, Instant(microseconds: event).isFinite else { return nil }
    let (age, overflow) = moment.subtractingReportingOverflow(event)
    return overflow ? .max : age
  }

  /// The error of the first row whose answer depends on a value that does not fit.
  private func firstInvalid(_ index: Int) -> SpellError? {
    let fold = rows.folds[index]
    for row in 0..<rows.count where isAsked(row) {
      let winner = rows.winner(use: index, row: row)
      if winner >= 0, fold.store.flags(Int(winner)) & SlotStore.Flag.invalid != 0 {
        return invalidStored(fold, slot: Int(winner), key: key(of: row, fold))
      }
    }
    return nil
  }

  private func invalidStored(_ fold: Fold, slot: Int, key: Int) -> SpellError {
    let feature = fold.use.features.indices.first { fold.store.state(slot, $0) == CellState.invalid.rawValue } ?? 0
    let used = fold.use.features[feature]
    let cell = Column(type: used.type, capacity: 1)
    fold.store.copy(slot, feature, to: cell, row: 0)
    return StoredProblem.invalidStored(
      table: fold.use.group.tableText, column: used.feature.column, key: fold.keys.text(key),
      value: CellText.text(cell, 0), type: used.type, role: "feature `\(used.feature.name)`"
    ).error
  }

  private static func summary(_ ages: PlainBuffer<Int64>) -> MatchReport.Ages? {
    guard ages.count > 0 else { return nil }
    let values = UnsafeMutableBufferPointer(start: ages.base, count: ages.count)
    let median = select(values, rank: (ages.count - 1) / 2)
    guard let least = values.min(), let greatest = values.max() else { return nil }
    return MatchReport.Ages(least: least, median: median, greatest: greatest)
  }

  /// The element that would stand at a rank if the values were sorted (Hoare's selection); reorders them.
  private static func select(_ values: UnsafeMutableBufferPointer<Int64>, rank: Int) -> Int64 {
    var low = 0
    var high = values.count - 1
    while low < high {
      let pivot = values[low + (high - low) / 2]
      var left = low
      var right = high
      while left <= right {
        while values[left] < pivot { left += 1 }
        while values[right] > pivot { right -= 1 }
        if left <= right {
          values.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if rank <= right { high = right } else if rank >= left { low = left } else { break }
    }
    return values[rank]
  }
}
