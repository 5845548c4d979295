import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// Every stored version of a group in a time, by key and time.
extension SelectRunner {
  func versions(to sink: any ResultSink) throws -> SelectOutcome {
    try serve(nil, to: sink) { runner in
      var run = try VersionsRun(runner: runner, plan: runner.planWithoutLabels, sink: sink)
      try run.run()
      return try run.finish()
    }
  }
}

/// Versions in progress. Rows are held and sorted, all of them or, where keys come in order, a part of the keys after
/// the other.
private struct VersionsRun {
  /// Rows of a part; those of its last key are added, however many.
  private static let partRows = 1 << 15

  private let runner: SelectRunner
  private let plan: SelectPlan
  private let use: GroupUse
  private let coding: AxisCoding
  private let from: Int64
  private let to: Int64
  private let keyFilter: ConditionProgram?
  private let table: VersionTable
  private var report: MatchReport.Use
  private var printer: CellPrinter
  private var cut: ResultCut
  private var measured = Measurement()
  private var clock = StageClock()

  init(runner: SelectRunner, plan: SelectPlan, sink: any ResultSink) throws {
    guard let range = plan.versions else { preconditionFailure("the plan is not one for versions") }
    self.runner = runner
    self.plan = plan
    let use = plan.uses[0]
    self.use = use
    coding = try AxisCoding(for: plan)
    from = coding.code(range.from)
    to = coding.code(range.to)
    keyFilter = try plan.keyCondition.map {
      try ConditionProgram($0, zone: runner.zone) { if case .key(let key) = $0 { use.keys[key].type } else { nil } }
    }
    table = VersionTable(use)
    report = MatchReport.Use(group: use.group.name, strategy: use.access.strategy, isStatic: false)
    report.extent = .versions
    report.nulls = use.features.map { ($0.feature.name, 0) }
    printer = CellPrinter(plan: plan, sink: sink, cancellation: runner.cancellation, progress: runner.progress)
    cut = ResultCut(plan: plan)
  }

  mutating func run() throws {
    runner.progress.beginReading(use.group.name, estimate: use.access.estimatedRows)
    var bytes = 0
    var heldBytes = 0
    try runner.database.withSnapshot {
      try runner.read(use, sql: use.access.sql) { batch in
        report.rowsRead += batch.count
        bytes += batch.cellBytes
        let asked = keyFilter.map { filter in
          RowBatch(of: filter.origins.map { use.column(of: $0, in: batch.columns) }, count: batch.count)
        }
        // Half of the memory is for what this batch adds.
        var isFull = table.heldBytes > runner.memory / 2
        for row in 0..<batch.count where try isWanted(batch, row, asked: asked) {
          if use.access.isOrdered, isFull || table.count >= Self.partRows, !table.continuesLastKey(batch, row) {
            try print()
            isFull = false
          }
          table.append(batch, row)
        }
        heldBytes = max(heldBytes, table.heldBytes)
        if table.heldBytes > runner.memory { throw tooMany }
        runner.progress.advance(to: report.rowsRead)
      }
    }
    measured.uses = [clock.stage(rows: report.rowsRead, bytes: bytes, heldBytes: heldBytes)]
    try print()
  }

  mutating func finish() throws -> SelectOutcome {
    let rowCount = try printer.finish()
    measured.result.add(clock.stage(rows: rowCount))
    return SelectOutcome(rowCount: rowCount, report: MatchReport(uses: [report]), plan: plan, measured: measured)
  }

  private var tooMany: SpellError {
    VersionsProblem.beyondMemory(group: use.group.name, rows: table.count, memory: runner.memory).error
  }

  // MARK: - Choosing

  /// Whether a stored row is a version that is asked for. A time that does not fit is an error, as everywhere, in every
  /// row whose key is asked for. `asked` has the columns that the filter of keys reads.
  private mutating func isWanted(_ batch: RowBatch, _ row: Int, asked: RowBatch?) throws -> Bool {
    let keys = batch.columns[..<use.keys.count]
    guard keys.allSatisfy({ $0.state(row) == .value }) else { return false }
    if let keyFilter, let asked, !keyFilter.matches(asked, row: row) { return false }
    let event = batch.columns[use.keys.count]
    if let problem = use.invalidTime(batch, row, key: use.keyText(keys, row)) {
      if use.group.invalidValues == .error { throw problem.error }
      report.invalidRows += 1
    }
    guard event.state(row) == .value, let code = try use.code(ofEvent: event, row, coding, keys: batch) else {
      return false
    }
    guard code >= from, code < to else { return false }
    guard case .at(let point) = plan.known else { return true }
    let created = coding.code(ofCreated: batch.columns[use.keys.count + 1], row)
    if created == AxisCoding.noCreated { report.withoutCreated += 1 }
    return created != AxisCoding.noCreated && created <= coding.code(point)
  }

  // MARK: - Printing

  /// Prints what is held, and lets go of it.
  private mutating func print() throws {
    let sorted = try table.sorted(runner.cancellation)
    try count(sorted)
    let rows = ResultRows(plan: plan, base: .versions(table), folds: [], included: nil)
    let selection = RowSelection(rows: rows, zone: runner.zone, cancellation: runner.cancellation)
    let chosen = cut.cut(try selection.select(from: sorted))
    try printer.print(rows, selection: chosen)
    measured.result.add(clock.stage(rows: chosen.count))
    table.removeAll()
  }

  /// Counts versions, whatever WHERE cuts of them, and stops at values that do not fit where the metadata says so;
  /// others become NULL.
  private mutating func count(_ sorted: PlainBuffer<Int32>) throws {
    report.asked += table.count
    report.matched += table.count
    for index in 0..<sorted.count {
      let row = Int(sorted[index])
      var isInvalid = false
      for (position, cells) in table.features.enumerated() where cells.state(row) != .value {
        if cells.state(row) == .invalid {
          if use.group.invalidValues == .error { throw invalid(position, cells, row) }
          isInvalid = true
          cells.setNull(row)
        }
        report.nulls[position].count += 1
      }
      if isInvalid { report.invalid += 1 }
    }
  }

  private func invalid(_ position: Int, _ cells: Column, _ row: Int) -> SpellError {
    let used = use.features[position]
    return StoredProblem.invalidStored(
      table: use.group.tableText, column: used.feature.column, key: use.keyText(table.keys, row),
      value: CellText.text(cells, row), type: used.type, role: "feature `\(used.feature.name)`"
    ).error
  }
}
