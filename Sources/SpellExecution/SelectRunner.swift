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
    (plan.note.map { [$0] } ?? []) + plan.uses.compactMap { use in use.access.note.map { "\(use.group.name): \($0)" } }
  }
}

/// Runs a planned SELECT: reads the labels, folds the rows of every group in one snapshot of the database, and gives
/// the result to a sink.
package struct SelectRunner {
  var plan: SelectPlan
  let database: any Database
  /// The zone of naive labels and literals.
  let zone: Zone
  /// Bytes that labels, or the keys of a snapshot, and what belongs to them may take.
  let memory: Int
  let cancellation: Cancellation
  let progress: any Progress

  package init(
    plan: SelectPlan, database: any Database, zone: Zone, memory: Int, cancellation: Cancellation,
    progress: any Progress
  ) {
    self.plan = plan
    self.database = database
    self.zone = zone
    self.memory = memory
    self.cancellation = cancellation
    self.progress = progress
  }

  /// Runs the SELECT: a join if there are labels, else versions or a snapshot.
  package func run(_ labels: LabelSource?, to sink: any ResultSink) throws -> SelectOutcome {
    if let labels { return try join(labels, to: sink) }
    return plan.versions == nil ? try snapshot(to: sink) : try versions(to: sink)
  }

  /// How many keys of a snapshot, or rows of versions, there is memory for.
  var mostHeld: Int { LabelMemory(plan, capturedColumns: 0, bytes: memory).rows() }

  /// The plan with the way in which each group is fetched where no labels decide it.
  var planWithoutLabels: SelectPlan {
    var plan = plan
    plan.server = database.server
    return AccessPlanner.choose(plan, mostHeld: mostHeld)
  }

  // MARK: - Steps

  /// Tells the database what it is asked first, as far as it is known before there is an answer.
  func expect(_ readings: [KeyedReading]) throws {
    let requests = readings.map { reading -> ReadRequest? in
      let use = reading.fold.use
      // What an engine may refuse is not asked together with anything else.
      guard let statement = reading.onlyReduction, !use.mayBeRefused else { return nil }
      return use.request(sql: statement.sql, statement.parameters)
    }
    try database.expect(requests.prefix { $0 != nil }.compactMap { $0 })
  }

  /// Folds the rows of a use, fetched as planned.
  func fetch(_ reading: KeyedReading, coding: AxisCoding) throws -> Fold {
    let (fold, mapping) = (reading.fold, reading.mapping)
    func read(_ sql: String, _ parameters: [String]) throws {
      try self.read(fold, sql: sql, parameters) { columns, count, ids in
        mapping.index.find(columns, count: count, ids: ids)
        if let asked = mapping.asked { SelectRunner.mask(ids, count: count, asked: asked) }
      }
    }
    var use = fold.use
    switch use.access.strategy {
    case .scan: try read(use.access.sql, [])
    case .server: preconditionFailure("one statement gives the whole result, and no use is fetched")
    case .lookup, .seek, .reduce:
      if let scan = try readByKeys(reading, read) {
        use.access = scan
        let fold = try self.fold(use, fold.placement, keys: mapping.index, coding: coding)
        return try fetch(KeyedReading(fold: fold, mapping: mapping, plan: plan), coding: coding)
      }
    }
    return fold
  }

  /// Reads rows by the keys of labels; what is to be done instead if that does not serve after all.
  private func readByKeys(_ reading: KeyedReading, _ read: KeyedReading.Read) throws -> AccessPlan? {
    let use = reading.fold.use
    var isEnough = true
    func run() throws { isEnough = try reading.run(read) }
    if use.mayBeRefused {
      if let refusal = try database.attempt(run) { return use.scanAfterRefusal(refusal.message) }
    } else {
      try run()
    }
    return isEnough ? nil : use.scanAfterAll
  }

  func fold(_ use: GroupUse, _ placement: Fold.Placement, keys: KeyIndex, coding: AxisCoding) throws -> Fold {
    try Fold(
      use: use, placement: placement, keys: keys, coding: coding, isStrict: plan.cut.isStrict, known: plan.known)
  }

  /// Reads rows of a use; `resolve` finds the ids of a batch's keys.
  func read(
    _ fold: Fold, sql: String, _ parameters: [String] = [],
    resolve: (ArraySlice<Column>, Int, UnsafeMutablePointer<Int32>) -> Void
  ) throws {
    let ids = PlainBuffer<Int32>(filledWith: -1)
    let keyCount = fold.use.keys.count
    if fold.rowsRead == 0 { progress.beginReading(fold.use.group.name, estimate: fold.use.access.estimatedRows) }
    try read(fold.use, sql: sql, parameters) { batch in
      ids.extend(to: batch.count)
      resolve(batch.columns[..<keyCount], batch.count, ids.base)
      fold.bytesRead += batch.cellBytes
      try fold.add(batch, ids: ids.base)
      progress.advance(to: fold.rowsRead)
    }
  }

  /// The rows of a use, read a batch at a time.
  func cursor(_ use: GroupUse) throws -> any RowCursor { try database.cursor(use.request(sql: use.access.sql)) }

  /// Reads rows of a use.
  func read(
    _ use: GroupUse, sql: String, _ parameters: [String] = [], onBatch: (RowBatch) throws -> Void
  ) throws {
    do {
      try database.read(use.request(sql: sql, parameters)) { batch in
        try onBatch(batch)
        return .more
      }
    } catch let error as DatabaseError where error.kind == .statement && use.group.isQuery {
      // What an engine says of a query while it runs is the metadata's fault, as what it says before.
      throw error.spellError.located(at: use.group.location)
    }
  }

  /// Takes the ids away from rows whose key nobody asks for.
  static func mask(_ ids: UnsafeMutablePointer<Int32>, count: Int, asked: PlainBuffer<UInt8>) {
    for row in 0..<count where ids[row] >= 0 && asked.base[Int(ids[row])] == 0 { ids[row] = -1 }
  }
}

/// Takes the time between stages.
struct StageClock {
  private var last = MonotonicClock.nanoseconds

  /// The stage that ends here.
  mutating func stage(rows: Int, bytes: Int = 0, heldBytes: Int? = nil) -> Measurement.Stage {
    let now = MonotonicClock.nanoseconds
    defer { last = now }
    return Measurement.Stage(rows: rows, bytes: bytes, nanoseconds: now - last, heldBytes: heldBytes)
  }
}

extension SelectPlan {
  /// The plan with the access that each fold was really fed by.
  func carriedOut(by folds: [Fold]) -> SelectPlan {
    var plan = self
    plan.uses = folds.map(\.use)
    return plan
  }
}

extension GroupUse {
  /// Whether an engine may refuse to read it by keys, because it gives statements out to others.
  fileprivate var mayBeRefused: Bool { facts.placement?.isShared ?? false }

  /// What reads rows of the group.
  fileprivate func request(sql: String, _ parameters: [String] = []) -> ReadRequest {
    ReadRequest(
      sql: sql, parameters: parameters, columns: readings,
      comesAsText: features.contains { facts.column(named: $0.feature.column)?.comesAsText ?? false },
      estimatedRows: access.estimatedRows ?? 0, scannedTable: access.scannedTable, keyColumn: keys.first?.column,
      order: access.order)
  }

  /// How the columns of `access` are read.
  var readings: [ColumnReading] {
    var readings = keys.map { ColumnReading(type: $0.type, storage: $0.storage, zone: group.zone) }
    if let event {
      let storages = event.createdColumn == nil ? [event.storage] : [event.storage, event.createdStorage]
      readings += storages.map { ColumnReading(type: event.readingType, storage: $0, zone: group.zone) }
    }
    for sum in access.sums {
      let types: [ValueType] = sum.isSummed ? [.int, .decimal] : [.int]
      readings += types.map { ColumnReading(type: $0, storage: .native, zone: group.zone) }
    }
    guard access.sums.isEmpty else { return readings }
    return readings + features.map { ColumnReading(type: $0.type, storage: $0.storage, zone: group.zone) }
  }
}
