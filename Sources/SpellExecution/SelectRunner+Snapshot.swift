import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// One row per key, in the order of keys.
extension SelectRunner {
  func snapshot(to sink: any ResultSink) throws -> SelectOutcome {
    try serve(nil, to: sink) { runner in
      var run = SnapshotRun(runner: runner, plan: AccessPlanner.choose(runner.plan, demands: []), sink: sink)
      try run.run()
      return try run.finish()
    }
  }
}

/// A snapshot in progress.
private struct SnapshotRun {
  /// Keys of a part, where keys come in order: few enough for the processor's caches, more than a batch has rows.
  private static let partKeys = 1 << 13

  /// Keys and what is known of them: all of a snapshot, or those that are read while the others wait or are printed.
  private struct Part {
    let keys: KeyIndex
    let filter: KeyFilter?
    let folds: [Fold]

    var heldBytes: Int { folds.reduce(keys.byteCount) { $0 + $1.heldBytes } }
  }

  private let runner: SelectRunner
  private let plan: SelectPlan
  private let coding: AxisCoding
  private let moment: Int64
  private var counter: MatchCounter
  private var printer: CellPrinter
  private var cut: ResultCut
  private var measured = Measurement()
  private var clock = StageClock()
  private var folds: [Fold] = []

  init(runner: SelectRunner, plan: SelectPlan, sink: any ResultSink) {
    self.runner = runner
    self.plan = plan
    coding = AxisCoding(for: plan)
    var moment = Int64.max
    if case .constant(let point) = plan.cut.moment {
      moment = coding.code(point)
      if let offset = plan.cut.offset { moment = coding.move(moment, by: offset.length, isNegative: offset.isNegative) }
    }
    self.moment = moment
    counter = MatchCounter(plan: plan, cancellation: runner.cancellation)
    printer = CellPrinter(plan: plan, sink: sink, cancellation: runner.cancellation, progress: runner.progress)
    cut = ResultCut(plan: plan)
  }

  mutating func run() throws {
    guard let first = plan.uses.first else { preconditionFailure("a SELECT names at least one feature") }
    if first.access.isOrdered { return try runInOrder(first) }
    let part = try makePart()
    try runner.database.withSnapshot {
      for fold in part.folds {
        let keyBytes = part.keys.byteCount
        try runner.read(fold, sql: fold.use.access.sql) { columns, count, ids in
          insert(columns, rows: 0..<count, into: part, ids: ids)
        }
        let held = fold.heldBytes + part.keys.byteCount - keyBytes
        measured.uses.append(clock.stage(rows: fold.rowsRead, bytes: fold.bytesRead, heldBytes: held))
      }
    }
    try print(part)
  }

  mutating func finish() throws -> SelectOutcome {
    let rowCount = try printer.finish()
    measured.result.add(clock.stage(rows: 0))
    return SelectOutcome(
      rowCount: rowCount, report: counter.report, plan: plan.carriedOut(by: folds), measured: measured)
  }

  /// Prints a part of the keys when the next ones come.
  private mutating func runInOrder(_ use: GroupUse) throws {
    runner.progress.beginReading(use.group.name, estimate: use.access.estimatedRows)
    let ids = PlainBuffer<Int32>(filledWith: -1)
    let keyCount = use.keys.count
    var part = try makePart()
    var rowsRead = 0
    var bytesRead = 0
    var heldBytes = 0
    var firstOfPart = 0
    try runner.database.withSnapshot {
      try runner.read(use, sql: use.access.sql) { batch in
        ids.extend(to: batch.count)
        let columns = batch.columns[..<keyCount]
        var start = 0
        if part.keys.count >= Self.partKeys {
          // Only rows of the last key still belong to the part.
          part.keys.find(columns, count: batch.count, ids: ids.base)
          start = (0..<batch.count).first { ids.base[$0] < 0 } ?? batch.count
          (ids.base + start).update(repeating: -1, count: batch.count - start)
          try part.folds[0].add(batch, ids: ids.base)
          if start < batch.count {
            part.folds[0].rowsRead = rowsRead + start - firstOfPart
            firstOfPart = rowsRead + start
            heldBytes = max(heldBytes, part.heldBytes)
            try print(part)
            part = try makePart()
          }
          ids.base.update(repeating: -1, count: start)
        }
        if start < batch.count {
          insert(columns, rows: start..<batch.count, into: part, ids: ids.base)
          try part.folds[0].add(batch, ids: ids.base)
        }
        rowsRead += batch.count
        bytesRead += batch.cellBytes
      }
    }
    part.folds[0].rowsRead = rowsRead - firstOfPart
    heldBytes = max(heldBytes, part.heldBytes)
    measured.uses.append(clock.stage(rows: rowsRead, bytes: bytesRead, heldBytes: heldBytes))
    try print(part)
  }

  private func makePart() throws -> Part {
    let types = plan.uses[0].keys.map(\.type)
    let keys = KeyIndex(types: types, capacity: plan.uses[0].access.isOrdered ? Self.partKeys : 0)
    let filter = try plan.keyCondition.map { try KeyFilter($0, keys: keys, types: types, zone: runner.zone) }
    let folds = try plan.uses.map {
      try runner.fold($0, $0.isStatic ? .staticKeys : .keys(moment: moment), keys: keys, coding: coding)
    }
    return Part(keys: keys, filter: filter, folds: folds)
  }

  private func insert(
    _ columns: ArraySlice<Column>, rows: Range<Int>, into part: Part, ids: UnsafeMutablePointer<Int32>
  ) {
    part.keys.insert(columns, rows: rows, ids: ids)
    guard let filter = part.filter else { return }
    filter.judgeNewKeys()
    SelectRunner.mask(ids + rows.lowerBound, count: rows.count, asked: filter.asked)
  }

  private mutating func print(_ part: Part) throws {
    for fold in part.folds { try fold.finish(runner.cancellation) }
    let rows = ResultRows(plan: plan, base: .keys(part.keys), folds: part.folds, included: part.filter?.asked)
    try counter.add(rows)
    let candidates = PlainBuffer<Int32>(filledWith: 0)
    var point = CancellationPoint(runner.cancellation)
    let isInOrder = plan.uses[0].access.isOrdered
    let order =
      isInOrder
      ? Array(0..<Int32(part.keys.count)) : try KeyOrder.sorted(part.keys, cancellation: runner.cancellation)
    for row in order {
      try point.pass()
      if part.folds.indices.contains(where: { rows.winner(use: $0, row: Int(row)) >= 0 }) { candidates.append(row) }
    }
    let selection = RowSelection(rows: rows, zone: runner.zone, cancellation: runner.cancellation)
    let chosen = cut.cut(try selection.select(from: candidates))
    try printer.print(rows, selection: chosen)
    measured.result.add(clock.stage(rows: chosen.count))
    folds = part.folds
  }
}
