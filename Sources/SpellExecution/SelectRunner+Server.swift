import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// Strategy `server`: the engine does all of the work in one statement, whose rows are handed on as they come.
extension SelectRunner {
  /// Runs the SELECT so where the user or the planner wants it and it can be; else `fetch` runs it as it always is,
  /// with a note in its plan.
  func serve(
    _ source: LabelSource?, to sink: any ResultSink, else fetch: (SelectRunner) throws -> SelectOutcome
  ) throws -> SelectOutcome {
    var runner = self
    func tryToServe() throws -> SelectOutcome? {
      var clock = StageClock()
      let (plan, labels) = try serverPlan(source, printsRaw: source?.printsRaw(to: sink) ?? false)
      runner.plan = plan
      guard let statement = plan.statement else { return nil }
      var run = ServerRun(runner: runner, statement: statement, labels: labels, sink: sink)
      if let labels {
        run.measured.labels = clock.stage(
          rows: labels.table.rowCount, bytes: labels.file.source.size, heldBytes: labels.table.heldBytes)
      }
      do {
        return try run.run(&clock)
      } catch let error as DatabaseError where error.kind == .statement && !run.hasBegun {
        // Nothing was lost yet, and what the engine cannot do the fold may.
        runner.plan = ServerStrategy.plan(self.plan, without: .refused("\(error.engine): \(error.message)"))
        return nil
      }
    }
    // A file is read before the snapshot begins; which column of a table holds the moments is found in it.
    let isTable = if case .table = source { true } else { false }
    if let outcome = try isTable ? database.withSnapshot(tryToServe) : tryToServe() { return outcome }
    return try fetch(runner)
  }

  /// The plan as one statement and the labels that it carries; or the plan as it was, with a note if the user wants
  /// what cannot be.
  func serverPlan(_ source: LabelSource?, printsRaw: Bool) throws -> (plan: SelectPlan, labels: ServedLabels?) {
    let isForced = plan.strategy == .server
    let reason =
      isForced
      ? nil : ServerStrategy.reason(plan, most: mostHeld)
    guard isForced || reason != nil else { return (plan, nil) }
    switch source {
    case .file(let file):
      let carried: CarriedLabels
      do {
        carried = try carriedLabels(file, printsRaw: printsRaw, mostRows: StatementLabels.mostRows)
      } catch let label as UnwritableLabel {
        let obstacle = ServerObstacle.unwritableLabel(column: label.column, place: label.place)
        return (ServerStrategy.plan(plan, without: obstacle), nil)
      }
      if carried.labels.rows == nil { return (ServerStrategy.plan(plan, without: .manyLabels), nil) }
      let served = ServerStrategy.plan(
        plan, labels: carried.labels, comparesReals: carried.comparesReals, zone: zone, reason: reason)
      return (served, ServedLabels(file: file, table: carried.table, printsRaw: printsRaw))
    case .table, nil:
      let read = try source.map { try statementLabels($0) }
      let served = ServerStrategy.plan(
        plan, labels: read?.labels, comparesReals: try read?.comparesReals ?? comparesReals, zone: zone, reason: reason)
      return (served, nil)
    }
  }
}

extension LabelSource {
  /// Whether a sink takes the records as raw bytes.
  func printsRaw(to sink: any ResultSink) -> Bool {
    if case .file(let file) = self { sink.rawLabelDelimiter == file.delimiter } else { false }
  }
}

/// Labels of a file that a statement carries; their bytes are taken from there again.
struct ServedLabels {
  let file: LabelFile
  let table: LabelTable
  let printsRaw: Bool
}

/// A SELECT that the engine carries out.
private struct ServerRun {
  private let runner: SelectRunner
  private let plan: SelectPlan
  private let statement: ServerStatement
  private let labels: ServedLabels?
  private let sink: any ResultSink
  private var uses: [MatchReport.Use]
  private var rowCount = 0
  /// Whether the sink has got anything.
  private(set) var hasBegun = false
  var measured = Measurement()

  init(runner: SelectRunner, statement: ServerStatement, labels: ServedLabels?, sink: any ResultSink) {
    self.runner = runner
    plan = runner.plan
    self.statement = statement
    self.labels = labels
    self.sink = sink
    uses = plan.uses.indices.map { [plan] index in
      let use = plan.uses[index]
      var counted = MatchReport.Use(group: use.title, strategy: .server, isStatic: use.isStatic)
      counted.extent = runner.plan.countsMatches ? .matches : .nothing
      counted.nulls = plan.answerNames(ofUse: index).map { ($0, 0) }
      return counted
    }
  }

  mutating func run(_ clock: inout StageClock) throws -> SelectOutcome {
    runner.progress.beginReading("the answer of the database", estimate: nil)
    let estimate = plan.labels.map { $0.table?.estimatedRows } ?? plan.uses[0].facts.estimatedRows
    let request = ReadRequest(sql: statement.sql, columns: statement.outputs.map(reading), estimatedRows: estimate ?? 0)
    try runner.database.read(request) { batch in
      try take(batch)
      return .more
    }
    try begin()
    try sink.finish()
    try labels?.file.source.checkUnchanged()
    measured.result = clock.stage(rows: rowCount)
    for use in uses.indices where uses[use].extent == .matches {
      uses[use].unmatched[MatchReport.Reason.noMatch.rawValue] = uses[use].asked - uses[use].matched
    }
    return SelectOutcome(
      rowCount: rowCount, report: MatchReport(uses: uses), plan: plan, measured: measured)
  }

  private func reading(_ output: ServerStatement.Output) -> ColumnReading {
    guard case .column(let index) = output else { return ColumnReading(type: .int) }
    return ColumnReading(type: plan.type(of: plan.columns[index].origin), storage: plan.dialect.printedMoments)
  }

  /// Not before there are answers: a statement that fails leaves no trace.
  private mutating func begin() throws {
    if hasBegun { return }
    hasBegun = true
    runner.progress.beginWriting(estimate: 0)
    try sink.begin(
      labels.map { plan.resultColumns($0.table, of: $0.file, printsRaw: $0.printsRaw) } ?? plan.resultColumns)
  }

  private mutating func take(_ batch: RowBatch) throws {
    try checkFit(batch)
    count(batch)
    try begin()
    let cells = zip(statement.outputs, batch.columns).compactMap { output, cells in
      if case .column = output { cells } else { nil }
    }
    if let labels {
      let fields = try fields(of: labels, batch)
      if labels.printsRaw {
        try sink.write(RowBatch(of: cells, count: batch.count), rawLabels: fields[0])
      } else {
        try sink.write(RowBatch(of: fields + cells, count: batch.count), rawLabels: nil)
      }
    } else {
      try sink.write(RowBatch(of: cells, count: batch.count), rawLabels: nil)
    }
    rowCount += batch.count
    runner.progress.advance(to: rowCount)
  }

  // MARK: - Labels of a file

  /// The position of a row's label among those that were read.
  private func position(_ row: Int, in batch: RowBatch) -> Int {
    Int(batch.columns[0].integer(row)) - 1 - LabelCut(plan: plan).start
  }

  /// The fields of the labels as cells of text, or as one column of raw records.
  private func fields(of labels: ServedLabels, _ batch: RowBatch) throws -> [Column] {
    let file = labels.file
    let columns =
      labels.printsRaw
      ? [Column(type: .bytes, capacity: batch.count)]
      : file.columnNames.map { _ in Column(type: .str, capacity: batch.count) }
    for row in 0..<batch.count {
      var reader = file.makeReader(at: labels.table.offsets[position(row, in: batch)])
      guard try reader.next() else { continue }
      if labels.printsRaw {
        columns[0].set(row, bytes: reader.rawRecord)
        continue
      }
      for (index, column) in columns.enumerated() where !file.isNull(reader.field(index)) {
        column.set(row, bytes: reader.value(of: index))
      }
    }
    return columns
  }

  // MARK: - Values

  /// Stops at values that do not fit where the metadata says so; others become NULL.
  private func checkFit(_ batch: RowBatch) throws {
    for (output, cells) in zip(statement.outputs, batch.columns) {
      guard case .column(let index) = output else { continue }
      for row in 0..<batch.count where cells.states[row] == CellState.invalid.rawValue {
        if let problem = problem(plan.columns[index].origin, value: CellText.text(cells, row), row, batch) {
          throw problem.error
        }
        cells.setNull(row)
      }
    }
  }

  /// Nil for a value that reads as NULL.
  private func problem(
    _ origin: PlannedColumn.Origin, value: String, _ row: Int, _ batch: RowBatch
  ) -> StoredProblem? {
    let type = plan.type(of: origin)
    func stored(_ use: GroupUse, _ column: String, role: String) -> StoredProblem? {
      if use.group.invalidValues != .error { return nil }
      return .invalidStored(
        table: use.group.tableText, column: column, key: key(of: use, row, batch), value: value, type: type, role: role)
    }
    switch origin {
    case .feature(let use, let feature):
      let feature = plan.uses[use].features[feature].feature
      return stored(plan.uses[use], feature.column, role: "feature `\(feature.name)`")
    case .window(let use, let window):
      guard let argument = plan.uses[use].windows[window].argument else { return nil }
      let feature = plan.uses[use].features[argument].feature
      return stored(plan.uses[use], feature.column, role: "feature `\(feature.name)`")
    case .timestamp(let use): return stored(plan.uses[use], plan.uses[use].event?.column ?? "", role: "event timestamp")
    case .key(let position):
      let key = plan.uses[0].keys[position]
      return .invalidStored(
        table: plan.uses[0].group.tableText, column: key.column, key: value, value: value, type: type,
        role: "key `\(key.name)`")
    case .label(let column):
      return .invalidLabel(
        table: plan.labels?.table?.name.description ?? "", column: plan.columns[column].name, value: value, type: type,
        role: "column")
    }
  }

  /// The key of a row as messages show it.
  private func key(of use: GroupUse, _ row: Int, _ batch: RowBatch) -> String {
    if let labels {
      let mapping = labels.table.mapping(of: use)
      return mapping.index.text(Int(mapping.ids[position(row, in: batch)]))
    }
    let parts = use.keys.enumerated().map { position, key in
      let origin = key.labelColumn.map { PlannedColumn.Origin.label($0) } ?? .key(position)
      let place = plan.columns.firstIndex { $0.origin == origin } ?? 0
      return CellText.text(batch.columns[place], row)
    }
    return KeyIndex.text(of: parts)
  }

  // MARK: - The report

  /// Counts what the rows of a batch tell, whose values all fit.
  private mutating func count(_ batch: RowBatch) {
    for (output, places) in zip(statement.outputs, batch.columns) {
      guard case .place(let use) = output else { continue }
      uses[use].asked += batch.count
      for row in 0..<batch.count where places.state(row) == .value { uses[use].matched += 1 }
      for (output, cells) in zip(statement.outputs, batch.columns) {
        guard case .column(let index) = output, let answer = plan.columns[index].origin.answer(ofUse: use) else {
          continue
        }
        for row in 0..<batch.count where places.state(row) == .value && cells.state(row) != .value {
          uses[use].nulls[answer].count += 1
        }
      }
    }
  }
}

extension PlannedColumn.Origin {
  /// Which of the features, or of the windows, of a use it is; nil if it is none.
  fileprivate func answer(ofUse use: Int) -> Int? {
    switch self {
    case .feature(use, let feature): feature
    case .window(use, let window): window
    default: nil
    }
  }
}
