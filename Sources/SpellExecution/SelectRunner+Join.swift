import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// Joining features to labels, in consecutive chunks of labels that fit the memory.
extension SelectRunner {
  /// A point-in-time join. All parts see one state of the database.
  func join(_ source: LabelSource, to sink: any ResultSink) throws -> SelectOutcome {
    try serve(source, to: sink) { runner in
      switch source {
      case .file(let file): try runner.join(file, to: sink)
      case .table(let table): try runner.join(table, to: sink)
      }
    }
  }

  private func join(_ file: LabelFile, to sink: any ResultSink) throws -> SelectOutcome {
    var clock = StageClock()
    let printsRaw = sink.rawLabelDelimiter == file.delimiter
    var chunks = try labelReader(file, printsRaw: printsRaw)
    let labels = try firstLabels(&chunks)
    var join = JoinRun(runner: self, coding: chunks.coding)
    var printer = try JoinPrinter(
      plan: plan, labels: labels, file: file, sink: sink, printsRaw: printsRaw, cancellation: cancellation,
      progress: progress)
    let last = try database.withSnapshot {
      try join.run(&chunks, labels, &clock) { rows, selection in try printer.print(rows, selection: selection) }
    }
    // The database is free while the rest, which most often is all, is printed.
    let rows = try join.rows(last)
    try printer.print(rows, selection: join.selection(of: rows))
    let rowCount = try printer.finish()
    try file.source.checkUnchanged()
    return join.outcome(rowCount: rowCount, last, &clock)
  }

  private func join(_ table: LabelTablePlan, to sink: any ResultSink) throws -> SelectOutcome {
    var clock = StageClock()
    var printer = CellPrinter(plan: plan, sink: sink, cancellation: cancellation, progress: progress)
    func print(_ rows: ResultRows, _ selection: JoinRun.Selection?) throws {
      try printer.print(rows, selection: selection?.rows ?? rows.all)
    }
    var (join, last) = try database.withSnapshot {
      var chunks = try labelReader(table)
      let labels = try firstLabels(&chunks)
      var join = JoinRun(runner: self, coding: chunks.coding)
      let last = try join.run(&chunks, labels, &clock, print: print)
      return (join, last)
    }
    let rows = try join.rows(last)
    try print(rows, join.selection(of: rows))
    return join.outcome(rowCount: try printer.finish(), last, &clock)
  }

  /// The plan as one statement, or with the way in which each group is fetched, which the labels decide.
  package func chosenPlan(_ source: LabelSource?) throws -> SelectPlan {
    var runner = self
    runner.plan = try serverPlan(source, printsRaw: true).plan
    if runner.plan.statement != nil { return runner.plan }
    switch source {
    case nil: return runner.planWithoutLabels
    case .file(let file):
      var reader = try runner.labelReader(file, printsRaw: true)
      return runner.accessPlan(try runner.firstLabels(&reader))
    case .table(let table):
      return try database.withSnapshot {
        var reader = try runner.labelReader(table)
        return runner.accessPlan(try runner.firstLabels(&reader))
      }
    }
  }

  /// The plan with the best access for some labels, and with the column of their moments.
  func accessPlan(_ labels: LabelTable) -> SelectPlan {
    var plan = plan
    plan.server = database.server
    if let column = labels.momentColumn { plan.cut.moment = .column(column) }
    let demands = plan.uses.map { use in
      let mapping = labels.mapping(of: use)
      // Where nothing asks for moments, labels have none.
      let placed = use.isStatic ? 0 : labels.placedCount(mapping)
      return AccessPlanner.Demand(keys: mapping.askedCount, labels: placed)
    }
    return AccessPlanner.choose(plan, demands: demands)
  }

  private func labelReader(_ file: LabelFile, printsRaw: Bool) throws -> LabelReader {
    let request = labelRequest(
      file, printsRaw: printsRaw, keepsOffsets: !plan.order.isEmpty,
      memory: LabelMemory(plan, capturedColumns: capturedLabelColumns().count, bytes: memory))
    return try LabelReader(file, request, cancellation: cancellation, progress: progress)
  }

  private func labelReader(_ table: LabelTablePlan) throws -> TableLabelReader {
    try TableLabelReader(table, plan: plan, memory: memory, database: database, progress: progress)
  }

  func labelRequest(_ file: LabelFile, printsRaw: Bool, keepsOffsets: Bool, memory: LabelMemory) -> LabelRequest {
    let captured = capturedLabelColumns()
    let untyped = captured.filter { plan.columns[$0].type == nil }
    return LabelRequest(
      plan: plan, zone: zone,
      inferredColumns: printsRaw ? untyped : untyped.union(file.columnNames.indices), capturedColumns: captured,
      keepsOffsets: keepsOffsets, memory: memory)
  }

  private func firstLabels(_ chunks: inout some LabelChunks & ~Copyable) throws -> LabelTable {
    let labels = try chunks.first()
    if chunks.hasMore, !plan.order.isEmpty {
      throw LabelProblem.tooManyToSort(rows: labels.rowCount, memory: memory).error
    }
    try applyKeyCondition(to: labels)
    return labels
  }

  /// Label columns that conditions and ORDER BY read.
  func capturedLabelColumns() -> Set<Int> {
    let origins =
      (plan.keyCondition?.origins ?? []) + (plan.condition?.origins ?? []) + plan.order.map(\.origin)
    return Set(origins.compactMap { if case .label(let column) = $0 { column } else { nil } })
  }

  /// Marks the labels that the key condition lets through, and the keys that they name.
  fileprivate func applyKeyCondition(to labels: LabelTable) throws {
    guard let condition = plan.keyCondition else { return }
    let program = try ConditionProgram(condition, zone: zone) { origin in
      guard case .label(let column) = origin else { return nil }
      return plan.columns[column].type ?? labels.inferredTypes[column]
    }
    let batch = RowBatch(types: program.types, capacity: 1)
    let included = PlainBuffer<UInt8>(count: labels.rowCount, filledWith: 0)
    for row in 0..<labels.rowCount {
      // Conditions may be long.
      if row & 0xFF == 0 { try cancellation.check() }
      batch.reset()
      for (column, origin) in zip(batch.columns, program.origins) {
        guard case .label(let position) = origin, let cells = labels.captured[position] else { continue }
        column.copy(0, from: cells, row)
      }
      if program.matches(batch, row: 0) { included[row] = 1 }
    }
    labels.included = included
    for mapping in labels.mappings {
      let asked = PlainBuffer<UInt8>(count: mapping.index.count, filledWith: 0)
      for row in 0..<labels.rowCount where included[row] != 0 && mapping.ids[row] >= 0 {
        asked[Int(mapping.ids[row])] = 1
      }
      mapping.asked = asked
    }
  }
}

/// What a join has done so far.
private struct JoinRun {
  /// Rows to print; `isOrdered` tells if they are in another order than the labels.
  typealias Selection = (rows: PlainBuffer<Int32>, isOrdered: Bool)
  /// Labels and what answers them.
  typealias Answers = (labels: LabelTable, folds: [Fold])

  let runner: SelectRunner
  let coding: AxisCoding
  var counter: MatchCounter
  var measured = Measurement()
  private var cut: ResultCut
  /// As of the last labels.
  private var plan: SelectPlan

  init(runner: SelectRunner, coding: AxisCoding) {
    self.runner = runner
    self.coding = coding
    counter = MatchCounter(plan: runner.plan, cancellation: runner.cancellation)
    cut = ResultCut(plan: runner.plan)
    plan = runner.plan
    measured.uses = runner.plan.uses.map { _ in Measurement.Stage(rows: 0, bytes: 0, nanoseconds: 0) }
  }

  /// Folds the rows of every group for each chunk of labels and prints them all but those of the last chunk, which are
  /// returned.
  mutating func run(
    _ chunks: inout some LabelChunks & ~Copyable, _ first: LabelTable, _ clock: inout StageClock,
    print: (ResultRows, Selection?) throws -> Void
  ) throws -> Answers {
    var labels = first
    measured.labels = clock.stage(rows: labels.rowCount)
    while true {
      let answers = (labels, try fetch(labels, &clock))
      measured.labels?.bytes = chunks.bytesRead
      guard chunks.hasMore else { return answers }
      let rows = try rows(answers)
      try print(rows, selection(of: rows))
      measured.result.add(clock.stage(rows: 0))
      labels = try chunks.next(after: labels)
      try runner.applyKeyCondition(to: labels)
      measured.labels?.add(clock.stage(rows: labels.rowCount))
    }
  }

  /// Folds the rows of every group for some labels.
  private mutating func fetch(_ labels: LabelTable, _ clock: inout StageClock) throws -> [Fold] {
    plan = runner.accessPlan(labels)
    var slots: [Int: SlotTable] = [:]
    let readings = try plan.uses.map { use in
      let mapping = labels.mapping(of: use)
      var placement = Fold.Placement.staticKeys
      if !use.isStatic {
        let position = labels.mappings.firstIndex { $0 === mapping } ?? 0
        let table =
          try slots[position] ?? SlotTable(mapping: mapping, labels: labels, cancellation: runner.cancellation)
        slots[position] = table
        placement = .labels(table)
      }
      let fold = try runner.fold(use, placement, keys: mapping.index, coding: coding)
      return KeyedReading(fold: fold, mapping: mapping, plan: plan)
    }
    try runner.expect(readings)
    var folds: [Fold] = []
    for (index, reading) in readings.enumerated() {
      let fold = try runner.fetch(reading, coding: coding)
      measured.uses[index].add(
        clock.stage(rows: fold.rowsRead, bytes: fold.bytesRead, heldBytes: fold.heldBytes))
      folds.append(fold)
    }
    let slotBytes = slots.values.reduce(0) { $0 + $1.heldBytes }
    measured.labels?.add(Measurement.Stage(rows: 0, bytes: 0, nanoseconds: 0, heldBytes: labels.heldBytes + slotBytes))
    return folds
  }

  /// Finishes and counts what the folds answer.
  mutating func rows(_ answers: Answers) throws -> ResultRows {
    for fold in answers.folds { try fold.finish(runner.cancellation) }
    let rows = ResultRows(
      plan: runner.plan, base: .labels(answers.labels), folds: answers.folds, included: answers.labels.included)
    try counter.add(rows)
    return rows
  }

  /// The rows to print, in order; nil for all of them as they come.
  mutating func selection(of rows: ResultRows) throws -> Selection? {
    if runner.plan.cutsLabelsFirst { return nil }
    let candidates = PlainBuffer<Int32>(filledWith: 0)
    for row in 0..<rows.count where rows.included.map({ $0.base[row] != 0 }) ?? true { candidates.append(Int32(row)) }
    let selection = RowSelection(rows: rows, zone: runner.zone, cancellation: runner.cancellation)
    return (cut.cut(try selection.select(from: candidates)), !runner.plan.order.isEmpty)
  }

  /// What the join brought, of which these answers are the last.
  mutating func outcome(rowCount: Int, _ answers: Answers, _ clock: inout StageClock) -> SelectOutcome {
    measured.result.add(clock.stage(rows: rowCount))
    return SelectOutcome(
      rowCount: rowCount, report: counter.report, plan: plan.carriedOut(by: answers.folds), measured: measured)
  }
}
