import SpellCore
import SpellPlanning
import SpellTables

/// What was counted of a use so far.
struct MatchTally {
  var use: MatchReport.Use
  /// NULL values by feature.
  var nulls: [Int]
  /// Nil where ages say nothing.
  let ages: AgeSummary?
  private let features: [String]

  /// Of a use of a plan.
  init(_ index: Int, of plan: SelectPlan) {
    let use = plan.uses[index]
    self.use = MatchReport.Use(group: use.title, strategy: use.access.strategy, isStatic: use.isStatic)
    features = plan.answerNames(ofUse: index)
    nulls = [Int](repeating: 0, count: features.count)
    ages = plan.axis == .time && !use.isStatic ? AgeSummary() : nil
  }

  var report: MatchReport.Use {
    var use = use
    use.nulls = zip(features, nulls).map { ($0, $1) }
    use.ages = ages?.ages
    return use
  }
}

/// Counts the answers that one use gives to rows of the result.
struct UseCounter {
  private let rows: ResultRows
  private let fold: Fold
  /// Of the use.
  private let index: Int
  private let cancellation: Cancellation

  init(rows: ResultRows, index: Int, cancellation: Cancellation) {
    self.rows = rows
    self.index = index
    self.cancellation = cancellation
    fold = rows.folds[index]
  }

  func count(into tally: inout MatchTally) throws {
    tally.ages?.beginPart()
    tally.use.strategy = fold.use.access.strategy
    tally.use.rowsRead += fold.rowsRead
    tally.use.invalidRows += fold.invalidRows + (fold.windows?.invalidRows ?? 0)
    tally.use.withoutCreated += fold.rowsWithoutCreated
    if case (.labels(let labels), .labels(let slots)) = (rows.base, fold.placement) {
      try countSlots(slots, labels, &tally)
    } else {
      try countRows(&tally)
    }
  }

  /// In the order of slots, which is that of memory.
  private func countSlots(_ slots: SlotTable, _ labels: LabelTable, _ tally: inout MatchTally) throws {
    var point = CancellationPoint(cancellation)
    let (starts, moments, winners) = (slots.starts.base, slots.moments.base, fold.winners.base)
    for key in 0..<fold.keys.count {
      for slot in Int(starts[key])..<Int(starts[key + 1]) {
        try point.pass()
        let winner = winners[slot]
        // Of several values that do not fit, the message names that of the first row.
        if try !count(winner, slot: slot, key: key, moment: moments[slot], &tally) {
          throw firstInvalid() ?? invalidStored(slot: Int(winner), key: key)
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

  private func countRows(_ tally: inout MatchTally) throws {
    var point = CancellationPoint(cancellation)
    let answers = rows.answers(use: index)
    let moment: Int64? = if case .keys(let moment) = fold.placement { moment } else { nil }
    for row in 0..<rows.count where isAsked(row) {
      try point.pass()
      let key = answers.place(row)
      if key < 0 {
        tally.use.asked += 1
        tally.use.unmatched[MatchReport.Reason.nullKey.rawValue] += 1
        continue
      }
      let winner = answers.winner(row)
      if try !count(winner, slot: row, key: key, moment: moment, &tally) {
        throw invalidStored(slot: Int(winner), key: key)
      }
    }
  }

  /// Counts one answer; false if it depends on a value that does not fit and must not be passed over.
  @inline(__always)
  private func count(
    _ winner: Int32, slot asked: Int, key: Int, moment: Int64?, _ tally: inout MatchTally
  ) throws -> Bool {
    tally.use.asked += 1
    guard winner >= 0 else {
      tally.use.unmatched[reason(winner, key: key, moment: moment).rawValue] += 1
      return true
    }
    let slot = Int(winner)
    tally.use.matched += 1
    let flags = fold.store.flags(slot)
    if let windows = fold.windows {
      for window in tally.nulls.indices where windows.isNull(window, slot: asked) { tally.nulls[window] += 1 }
    } else {
      if flags & SlotStore.Flag.tied != 0 { tally.use.ties += 1 }
      for feature in tally.nulls.indices where fold.store.state(slot, feature) != CellState.value.rawValue {
        tally.nulls[feature] += 1
      }
    }
    if flags & SlotStore.Flag.invalid != 0 {
      if fold.use.group.invalidValues == .error { return false }
      tally.use.invalid += 1
    }
    guard let moment else { return true }
    let event = fold.store.event(slot)
    if event == moment { tally.use.atMoment += 1 }
    if fold.use.event?.createdColumn != nil, isLater(fold.store.created(slot), than: moment) {
      tally.use.createdLater += 1
    }
    if let ages = tally.ages, let age = Self.age(of: event, at: moment) { ages.append(age) }
    return true
  }

  /// As KNOWN would say it.
  private func isLater(_ created: Int64, than moment: Int64) -> Bool {
    fold.isStrict ? created >= moment : created > moment
  }

  private func isAsked(_ row: Int) -> Bool { rows.included.map { $0.base[row] != 0 } ?? true }

  /// The id of a row's key, -1 if there is none.
  private func key(of row: Int) -> Int {
    switch rows.base {
    case .keys: row
    case .labels(let labels): Int(labels.mapping(of: fold.use).ids.base[row])
    case .versions: preconditionFailure("versions are counted as they are printed")
    }
  }

  private func reason(_ winner: Int32, key: Int, moment: Int64?) -> MatchReport.Reason {
    if winner == Fold.expired { return fold.windows == nil ? .olderThanTTL : .beforeWindows }
    if fold.use.access.isOfMoments { return .noMatch }
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
  private func firstInvalid() -> SpellError? {
    for row in 0..<rows.count where isAsked(row) {
      let winner = rows.winner(use: index, row: row)
      if winner >= 0, fold.store.flags(Int(winner)) & SlotStore.Flag.invalid != 0 {
        return invalidStored(slot: Int(winner), key: key(of: row))
      }
    }
    return nil
  }

  private func invalidStored(slot: Int, key: Int) -> SpellError {
    let feature = fold.use.features.indices.first { fold.store.state(slot, $0) == CellState.invalid.rawValue } ?? 0
    let used = fold.use.features[feature]
    let cell = Column(type: used.type, capacity: 1)
    fold.store.copy(slot, feature, to: cell, row: 0)
    return StoredProblem.invalidStored(
      table: fold.use.group.tableText, column: used.feature.column, key: fold.keys.text(key),
      value: CellText.text(cell, 0), type: used.type, role: "feature `\(used.feature.name)`"
    ).error
  }
}
