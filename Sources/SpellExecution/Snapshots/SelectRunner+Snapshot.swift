import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// One row per key, in the order of keys.
extension SelectRunner {
  func snapshot(to sink: any ResultSink) throws -> SelectOutcome {
    try serve(nil, to: sink) { runner in
      var run = try SnapshotRun(runner: runner, plan: runner.planWithoutLabels, sink: sink)
      try run.run()
      return try run.finish()
    }
  }
}

/// A snapshot in progress.
private struct SnapshotRun {
  /// Most keys of a part, where keys come in order: few enough for the processor's caches, more than a batch has rows.
  private static let mostPartKeys = 1 << 13

  /// Keys and what is known of them: all of a snapshot, or those that are read while the others wait or are printed.
  private struct Part {
    let keys: KeyIndex
    let filter: KeyFilter?
    let folds: [Fold]
  }

  private let runner: SelectRunner
  private let plan: SelectPlan
  private let coding: AxisCoding
  private let moment: Int64
  private let partKeys: Int
  private var counter: MatchCounter
  private var printer: CellPrinter
  private var cut: ResultCut
  private var measured = Measurement()
  private var clock = StageClock()
  private var folds: [Fold] = []
  /// By row of a batch.
  private let ids = PlainBuffer<Int32>(filledWith: -1)

  init(runner: SelectRunner, plan: SelectPlan, sink: any ResultSink) throws {
    self.runner = runner
    self.plan = plan
    coding = try AxisCoding(for: plan)
    var moment = Int64.max
    if case .constant(let point) = plan.cut.moment {
      moment = coding.code(point)
      if let offset = plan.cut.offset { moment = coding.move(moment, by: offset.length, isNegative: offset.isNegative) }
    }
    self.moment = moment
    partKeys = min(Self.mostPartKeys, runner.mostHeld)
    counter = MatchCounter(plan: plan, cancellation: runner.cancellation)
    printer = CellPrinter(plan: plan, sink: sink, cancellation: runner.cancellation, progress: runner.progress)
    cut = ResultCut(plan: plan)
  }

  mutating func run() throws {
    var part = try makePart()
    try runner.database.withSnapshot {
      if !isInOrder {
        try readAll(into: part)
      } else if plan.uses.count == 1 {
        try readInOrder(into: &part)
      } else {
        try readSideBySide(into: &part)
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

  /// Whether the keys come in order, so that those before the ones at hand can be printed.
  private var isInOrder: Bool { plan.uses.allSatisfy(\.access.isOrdered) }

  /// Reads one group after the other.
  private mutating func readAll(into part: Part) throws {
    for fold in part.folds {
      let keyBytes = part.keys.byteCount
      try runner.read(fold, sql: fold.use.access.sql) { columns, count, ids in
        insert(columns, rows: 0..<count, into: part, ids: ids)
      }
      let held = fold.heldBytes + part.keys.byteCount - keyBytes
      measured.uses.append(clock.stage(rows: fold.rowsRead, bytes: fold.bytesRead, heldBytes: held))
    }
  }

  /// Reads the only group; a part of the keys is printed when the next ones come.
  private mutating func readInOrder(into part: inout Part) throws {
    let use = plan.uses[0]
    runner.progress.beginReading(use.group.name, estimate: use.access.estimatedRows)
    measured.uses = [clock.stage(rows: 0)]
    var bound: KeyBound?
    try runner.read(use, sql: use.access.sql) { batch in
      var rows = 0..<batch.count
      let keys = batch.columns[..<use.keys.count]
      if part.keys.count >= partKeys {
        // Only rows of the last key still belong to the part.
        let end = KeyBound.end(of: rows, in: keys, through: bound)
        try add(rows.lowerBound..<end, of: batch, use: 0, to: part)
        rows = end..<batch.count
        if !rows.isEmpty { try begin(&part) }
      }
      try add(rows, of: batch, use: 0, to: part)
      bound = KeyBound(lastOf: rows, in: keys) ?? bound
      runner.progress.advance(to: measured.uses[0].rows)
    }
    count(part)
  }

  /// Reads all groups up to the same key, again and again; a part of the keys is printed when there are enough.
  private mutating func readSideBySide(into part: inout Part) throws {
    let names = plan.uses.map(\.group.name).joined(separator: ", ")
    runner.progress.beginReading(names, estimate: plan.uses.compactMap(\.access.estimatedRows).reduce(0, +))
    measured.uses = plan.uses.map { _ in clock.stage(rows: 0) }
    let readers = try plan.uses.map { try OrderedRows(runner.cursor($0), of: $0) }
    while readers.contains(where: \.hasMore) {
      if part.keys.count >= partKeys { try begin(&part) }
      let bound = KeyBound.least(readers.filter(\.hasMore).map(\.bound))
      for (index, reader) in readers.enumerated() {
        try reader.take(through: bound) { try add($1, of: $0, use: index, to: part) }
        measured.uses[index].add(clock.stage(rows: 0))
      }
      runner.progress.advance(to: measured.uses.reduce(0) { $0 + $1.rows })
    }
    count(part)
  }

  /// Adds rows of a use, in the order of keys.
  private mutating func add(_ rows: Range<Int>, of batch: RowBatch, use: Int, to part: Part) throws {
    if rows.isEmpty { return }
    let fold = part.folds[use]
    ids.extend(to: batch.count)
    ids.base.update(repeating: -1, count: batch.count)
    insert(batch.columns[..<fold.use.keys.count], rows: rows, into: part, ids: ids.base)
    try fold.add(batch, rows: rows, ids: ids.base)
    measured.uses[use].rows += rows.count
    // A batch of which only a part is taken now is counted with its end.
    if rows.upperBound == batch.count { measured.uses[use].bytes += batch.cellBytes }
  }

  /// Prints a part and begins the next one.
  private mutating func begin(_ part: inout Part) throws {
    count(part)
    try print(part)
    part = try makePart()
  }

  /// Puts down what a part of the keys took.
  private mutating func count(_ part: Part) {
    for (use, fold) in part.folds.enumerated() {
      let heldBytes = fold.heldBytes + (use == 0 ? part.keys.byteCount : 0)
      measured.uses[use].add(clock.stage(rows: 0, heldBytes: heldBytes))
    }
  }

  private func makePart() throws -> Part {
    let types = plan.uses[0].keys.map(\.type)
    let keys = KeyIndex(types: types, capacity: isInOrder ? partKeys : 0)
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
    // The keys of one group come in order already.
    let order =
      isInOrder && plan.uses.count == 1
      ? Array(0..<Int32(part.keys.count)) : try KeyOrder.sorted(part.keys, cancellation: runner.cancellation)
    let answers = part.folds.indices.map { rows.answers(use: $0) }
    for row in order {
      try point.pass()
      if answers.contains(where: { $0.winner(Int(row)) >= 0 }) { candidates.append(row) }
    }
    let selection = RowSelection(rows: rows, zone: runner.zone, cancellation: runner.cancellation)
    let chosen = cut.cut(try selection.select(from: candidates))
    try printer.print(rows, selection: chosen)
    measured.result.add(clock.stage(rows: chosen.count))
    folds = part.folds
  }
}
