import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// What a SELECT brought.
package struct SelectOutcome: Sendable {
  package var rowCount: Int
  package var report: MatchReport
  /// The plan as it was carried out.
  package var plan: SelectPlan
  package var measured: Measurement

  /// What the user should know of how the rows were fetched.
  package var notes: [String] {
    plan.uses.compactMap { use in use.access.note.map { "\(use.group.name): \($0)" } }
  }
}

/// Runs a planned SELECT: reads the labels, folds the rows of every group in one snapshot of the database, and gives
/// the result to a sink.
package struct SelectRunner {
  static let chunkCapacity = 4096

  private(set) var plan: SelectPlan
  let database: any Database
  /// The zone of naive labels and literals.
  let zone: Zone
  let cancellation: Cancellation
  let progress: any Progress

  package init(
    plan: SelectPlan, database: any Database, zone: Zone, cancellation: Cancellation, progress: any Progress
  ) {
    self.plan = plan
    self.database = database
    self.zone = zone
    self.cancellation = cancellation
    self.progress = progress
  }

  /// A point-in-time join.
  package func join(_ file: LabelFile, to sink: any ResultSink) throws -> SelectOutcome {
    let printsRaw = sink.rawLabelDelimiter == file.delimiter
    var clock = StageClock()
    let (labels, coding) = try readLabels(file, printsRaw: printsRaw)
    var runner = self
    runner.plan = AccessPlanner.choose(plan, demands: demands(labels))
    var measured = Measurement()
    measured.labels = clock.stage(rows: labels.rowCount)
    return try runner.join(file, labels, coding, measured, printsRaw: printsRaw, to: sink)
  }

  /// The plan with the way in which each group is fetched, which the labels decide.
  package func chosenPlan(_ file: LabelFile?) throws -> SelectPlan {
    guard let file else { return AccessPlanner.choose(plan, demands: []) }
    return AccessPlanner.choose(plan, demands: demands(try readLabels(file, printsRaw: true).labels))
  }

  private func demands(_ labels: LabelTable) -> [AccessPlanner.Demand] {
    plan.uses.map { AccessPlanner.Demand(keys: labels.mapping(of: $0).askedCount) }
  }

  private func readLabels(_ file: LabelFile, printsRaw: Bool) throws -> (labels: LabelTable, coding: AxisCoding) {
    let captured = capturedLabelColumns()
    let untyped = captured.filter { plan.columns[$0].type == nil }
    let request = LabelRequest(
      plan: plan, zone: zone,
      inferredColumns: printsRaw ? untyped : untyped.union(file.columnNames.indices), capturedColumns: captured,
      keepsOffsets: !plan.order.isEmpty)
    progress.beginReading("the labels", estimate: nil)
    let (labels, coding) = try LabelReader.read(file, request, cancellation: cancellation, progress: progress)
    try applyKeyCondition(to: labels)
    return (labels, coding)
  }

  private func join(
    _ file: LabelFile, _ labels: LabelTable, _ coding: AxisCoding, _ measured: Measurement, printsRaw: Bool,
    to sink: any ResultSink
  ) throws -> SelectOutcome {
    var measured = measured
    var clock = StageClock()
    var slots: [Int: SlotTable] = [:]
    let placements = try plan.uses.map { use -> Fold.Placement in
      if use.isStatic { return .staticKeys }
      let mapping = labels.mapping(of: use)
      let position = labels.mappings.firstIndex { $0 === mapping } ?? 0
      let table = try slots[position] ?? SlotTable(mapping: mapping, labels: labels, cancellation: cancellation)
      slots[position] = table
      return .labels(table)
    }
    let folds = try database.withSnapshot {
      try zip(plan.uses, placements).map { use, placement in
        let fold = try fetch(use, placement, mapping: labels.mapping(of: use), coding: coding)
        measured.uses.append(clock.stage(rows: fold.rowsRead))
        return fold
      }
    }
    for fold in folds { try fold.finish(cancellation) }
    let rows = ResultRows(plan: plan, base: .labels(labels), folds: folds, included: labels.included)
    let report = try MatchCounter(rows: rows, cancellation: cancellation).report()
    let printer = JoinPrinter(
      rows: rows, labels: labels, file: file, sink: sink, printsRaw: printsRaw, cancellation: cancellation,
      progress: progress)
    let rowCount = try printer.print(selection: try selection(of: rows))
    try file.source.checkUnchanged()
    measured.result = clock.stage(rows: rowCount)
    return SelectOutcome(rowCount: rowCount, report: report, plan: plan.carriedOut(by: folds), measured: measured)
  }

  /// One row per key.
  package func snapshot(to sink: any ResultSink) throws -> SelectOutcome {
    let plan = AccessPlanner.choose(plan, demands: [])
    var measured = Measurement()
    var clock = StageClock()
    let coding = AxisCoding(for: plan)
    var moment = Int64.max
    if case .constant(let point) = plan.cut.moment {
      moment = coding.code(point)
      if let offset = plan.cut.offset { moment = coding.move(moment, by: offset.length, isNegative: offset.isNegative) }
    }
    guard let first = plan.uses.first else { preconditionFailure("a SELECT names at least one feature") }
    let keys = KeyIndex(types: first.keys.map(\.type))
    let filter = try plan.keyCondition.map { try KeyFilter($0, keys: keys, types: first.keys.map(\.type), zone: zone) }
    let folds = plan.uses.map {
      fold($0, $0.isStatic ? .staticKeys : .keys(moment: moment), keys: keys, coding: coding)
    }
    try database.withSnapshot {
      for fold in folds {
        try read(fold, sql: fold.use.access.sql) { columns, count, ids in
          keys.insert(columns, count: count, ids: ids)
          guard let filter else { return }
          filter.judgeNewKeys()
          SelectRunner.mask(ids, count: count, asked: filter.asked)
        }
        measured.uses.append(clock.stage(rows: fold.rowsRead))
      }
    }
    for fold in folds { try fold.finish(cancellation) }
    let rows = ResultRows(plan: plan, base: .keys(keys), folds: folds, included: filter?.asked)
    let report = try MatchCounter(rows: rows, cancellation: cancellation).report()
    let candidates = PlainBuffer<Int32>(filledWith: 0)
    var point = CancellationPoint(cancellation)
    for row in try KeyOrder.sorted(keys, cancellation: cancellation) {
      try point.pass()
      if folds.indices.contains(where: { rows.winner(use: $0, row: Int(row)) >= 0 }) { candidates.append(row) }
    }
    let selection = try RowSelection(rows: rows, zone: zone, cancellation: cancellation).select(from: candidates)
    let rowCount = try SnapshotPrinter(rows: rows, sink: sink, cancellation: cancellation, progress: progress).print(
      selection)
    measured.result = clock.stage(rows: rowCount)
    return SelectOutcome(rowCount: rowCount, report: report, plan: plan.carriedOut(by: folds), measured: measured)
  }

  // MARK: - Steps

  /// Folds the rows of a use, fetched as planned.
  private func fetch(
    _ use: GroupUse, _ placement: Fold.Placement, mapping: LabelTable.KeyMapping, coding: AxisCoding
  ) throws -> Fold {
    func resolve(_ columns: ArraySlice<Column>, _ count: Int, _ ids: UnsafeMutablePointer<Int32>) {
      mapping.index.find(columns, count: count, ids: ids)
      if let asked = mapping.asked { SelectRunner.mask(ids, count: count, asked: asked) }
    }
    if use.access.strategy == .lookup {
      let fold = fold(use, placement, keys: mapping.index, coding: coding)
      if try lookUp(fold, mapping: mapping, resolve: resolve) { return fold }
    }
    var use = use
    if use.access.strategy != .scan { use.access = use.scan }
    let fold = fold(use, placement, keys: mapping.index, coding: coding)
    try read(fold, sql: use.access.sql, resolve: resolve)
    return fold
  }

  /// Reads the rows of the keys that are asked for; false if there were so many that a scan is better after all.
  private func lookUp(
    _ fold: Fold, mapping: LabelTable.KeyMapping,
    resolve: (ArraySlice<Column>, Int, UnsafeMutablePointer<Int32>) -> Void
  ) throws -> Bool {
    let strategy = LookupStrategy(fold.use, dialect: plan.dialect)
    var ids = (0..<mapping.index.count).filter { id in mapping.asked.map { $0.base[id] != 0 } ?? true }[...]
    while !ids.isEmpty {
      let keys = ids.prefix(LookupStrategy.chunkKeys).map { mapping.index.values($0) }
        .filter(LookupStrategy.isWritable)
      ids = ids.dropFirst(LookupStrategy.chunkKeys)
      if keys.isEmpty { continue }
      // One row more than may be: that it came tells that there are too many.
      let limit = fold.use.access.rowLimit.map { $0 - fold.rowsRead + 1 }
      try read(fold, sql: strategy.sql(keys: keys, limit: limit), resolve: resolve)
      if let most = fold.use.access.rowLimit, fold.rowsRead > most { return false }
    }
    return true
  }

  private func fold(_ use: GroupUse, _ placement: Fold.Placement, keys: KeyIndex, coding: AxisCoding) -> Fold {
    Fold(
      use: use, placement: placement, keys: keys, coding: coding, isStrict: plan.cut.isStrict, known: plan.known)
  }

  /// Reads rows of a use; `resolve` finds the ids of a batch's keys.
  private func read(
    _ fold: Fold, sql: String, resolve: (ArraySlice<Column>, Int, UnsafeMutablePointer<Int32>) -> Void
  ) throws {
    let ids = PlainBuffer<Int32>(filledWith: -1)
    let access = fold.use.access
    let request = ReadRequest(
      sql: sql, columns: fold.use.readings, estimatedRows: access.estimatedRows ?? 0,
      scannedTable: access.scannedTable)
    let keyCount = fold.use.keys.count
    if fold.rowsRead == 0 { progress.beginReading(fold.use.group.name, estimate: fold.use.access.estimatedRows) }
    do {
      try database.read(request) { batch in
        ids.extend(to: batch.count)
        resolve(batch.columns[..<keyCount], batch.count, ids.base)
        try fold.add(batch, ids: ids.base)
        progress.advance(to: fold.rowsRead)
        return .more
      }
    } catch let error as DatabaseError where error.kind == .statement && fold.use.group.isQuery {
      // What an engine says of a query while it runs is the metadata's fault, as what it says before.
      throw error.spellError.located(at: fold.use.group.location)
    }
  }

  /// Takes the ids away from rows whose key nobody asks for.
  private static func mask(_ ids: UnsafeMutablePointer<Int32>, count: Int, asked: PlainBuffer<UInt8>) {
    for row in 0..<count where ids[row] >= 0 && asked.base[Int(ids[row])] == 0 { ids[row] = -1 }
  }

  /// Label columns that conditions and ORDER BY read.
  func capturedLabelColumns() -> Set<Int> {
    let origins =
      (plan.keyCondition?.origins ?? []) + (plan.condition?.origins ?? []) + plan.order.map(\.origin)
    return Set(origins.compactMap { if case .label(let column) = $0 { column } else { nil } })
  }

  /// Marks the labels that the key condition lets through, and the keys that they name.
  private func applyKeyCondition(to labels: LabelTable) throws {
    guard let condition = plan.keyCondition else { return }
    let program = try ConditionProgram(condition, zone: zone) { origin in
      guard case .label(let column) = origin else { return nil }
      return plan.columns[column].type ?? labels.inferredTypes[column]
    }
    let batch = RowBatch(types: program.types, capacity: 1)
    let included = PlainBuffer<UInt8>(count: labels.rowCount, filledWith: 0)
    for row in 0..<labels.rowCount {
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

  /// The rows to print, in order; nil for all of them as they come.
  private func selection(of rows: ResultRows) throws -> (rows: PlainBuffer<Int32>, isOrdered: Bool)? {
    if plan.cutsLabelsFirst { return nil }
    let candidates = PlainBuffer<Int32>(filledWith: 0)
    for row in 0..<rows.count where rows.included.map({ $0.base[row] != 0 }) ?? true { candidates.append(Int32(row)) }
    let chosen = try RowSelection(rows: rows, zone: zone, cancellation: cancellation).select(from: candidates)
    return (chosen, !plan.order.isEmpty)
  }
}

/// Takes the time between stages.
private struct StageClock {
  private var last = MonotonicClock.nanoseconds

  /// The stage that ends here.
  mutating func stage(rows: Int) -> Measurement.Stage {
    let now = MonotonicClock.nanoseconds
    defer { last = now }
    return Measurement.Stage(rows: rows, nanoseconds: now - last)
  }
}

extension SelectPlan {
  /// The plan with the access that each fold was really fed by.
  fileprivate func carriedOut(by folds: [Fold]) -> SelectPlan {
    var plan = self
    plan.uses = folds.map(\.use)
    return plan
  }
}

extension GroupUse {
  /// How the columns of `access` are read.
  var readings: [ColumnReading] {
    var readings = keys.map { ColumnReading(type: $0.type, storage: $0.storage, zone: group.zone) }
    if let event {
      let storages = event.createdColumn == nil ? [event.storage] : [event.storage, event.createdStorage]
      readings += storages.map { ColumnReading(type: event.readingType, storage: $0, zone: group.zone) }
    }
    return readings + features.map { ColumnReading(type: $0.type, storage: $0.storage, zone: group.zone) }
  }
}
