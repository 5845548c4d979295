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

  private func count(_ index: Int) throws -> MatchReport.Use {
    let fold = rows.folds[index]
    var use = MatchReport.Use(
      group: fold.use.group.name, strategy: fold.use.access.strategy, isStatic: fold.use.isStatic)
    use.rowsRead = fold.rowsRead
    use.invalidRows = fold.invalidRows
    use.withoutCreated = fold.rowsWithoutCreated
    var nulls = [Int](repeating: 0, count: fold.features.count)
    let ages = PlainBuffer<Int64>(filledWith: 0)
    let hasAges = rows.plan.axis == .time && !fold.use.isStatic
    var point = CancellationPoint(cancellation)
    for row in 0..<rows.count where isAsked(row) {
      try point.pass()
      use.asked += 1
      let winner = rows.winner(use: index, row: row)
      guard winner >= 0 else {
        use.unmatched[reason(fold, row: row, winner: winner).rawValue] += 1
        continue
      }
      let slot = Int(winner)
      use.matched += 1
      let flag = fold.flags.base[slot]
      if flag & Fold.Flag.tied != 0 { use.ties += 1 }
      if flag & Fold.Flag.invalid != 0 {
        try checkInvalid(fold, slot: slot, row: row)
        use.invalid += 1
      }
      for (position, column) in fold.features.enumerated() where column.state(slot) != .value { nulls[position] += 1 }
      if hasAges, let age = age(fold, slot: slot, row: row) { ages.append(age) }
    }
    use.nulls = zip(fold.use.features, nulls).map { ($0.feature.name, $1) }
    use.ages = MatchCounter.summary(ages)
    return use
  }

  private func isAsked(_ row: Int) -> Bool { rows.included.map { $0.base[row] != 0 } ?? true }

  private func reason(_ fold: Fold, row: Int, winner: Int32) -> MatchReport.Reason {
    if winner == Fold.expired { return .olderThanTTL }
    let key: Int
    switch rows.base {
    case .keys: key = row
    case .labels(let labels):
      key = Int(labels.mapping(of: fold.use).ids.base[row])
      if key < 0 { return .nullKey }
      if !fold.use.isStatic, labels.hasMoment.base[row] == 0 { return .nullMoment }
    }
    if fold.seen.base[key] == 0 { return .unknownKey }
    if fold.seen.base[key] & Fold.Seen.event == 0 { return .noEvent }
    guard !fold.known.takesAll, let moment = moment(of: row, fold) else { return .onlyInTheFuture }
    let earliest = fold.earliest.base[key]
    return (fold.isStrict ? earliest < moment : earliest <= moment) ? .notKnownYet : .onlyInTheFuture
  }

  private func moment(of row: Int, _ fold: Fold) -> Int64? {
    switch (rows.base, fold.placement) {
    case (.labels(let labels), _): labels.moments.base[row]
    case (.keys, .keys(let moment)): moment
    case (.keys, _): nil
    }
  }

  private func age(_ fold: Fold, slot: Int, row: Int) -> Int64? {
    guard let moment = moment(of: row, fold), Instant(microseconds: moment).isFinite,
      Instant(microseconds: fold.events.base[slot]).isFinite
    else { return nil }
    let (age, overflow) = moment.subtractingReportingOverflow(fold.events.base[slot])
    return overflow ? .max : age
  }

  private func checkInvalid(_ fold: Fold, slot: Int, row: Int) throws {
    guard fold.use.group.invalidValues == .error else { return }
    for (position, column) in fold.features.enumerated() where column.state(slot) == .invalid {
      let used = fold.use.features[position]
      let key =
        switch rows.base {
        case .keys: row
        case .labels(let labels): Int(labels.mapping(of: fold.use).ids.base[row])
        }
      throw StoredProblem.invalidStored(
        table: fold.use.group.tableText, column: used.feature.column, key: fold.keys.text(key),
        value: CellText.text(column, slot), type: used.type, role: "feature `\(used.feature.name)`"
      ).error
    }
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
