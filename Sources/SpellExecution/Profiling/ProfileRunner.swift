import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// Runs a PROFILE: reads the rows of each group once, in one snapshot of the database, in bounded memory. Rows may come
/// in any order.
package struct ProfileRunner {
  private let plans: [SelectPlan]
  private let database: any Database
  private let zone: Zone
  private let now: Int64
  private let cancellation: Cancellation
  private let progress: any Progress

  /// `plans` are those of `Planner.plans(for:in:context:)`; `now` is in microseconds of UTC.
  package init(
    plans: [SelectPlan], database: any Database, zone: Zone, now: Int64, cancellation: Cancellation,
    progress: any Progress
  ) {
    self.plans = plans
    self.database = database
    self.zone = zone
    self.now = now
    self.cancellation = cancellation
    self.progress = progress
  }

  package func run() throws -> Profile {
    let groups = try database.withSnapshot { try plans.map(profile) }
    var moment: String?
    for plan in plans { if case .constant(let point) = plan.cut.moment { moment = AxisCoding.moved(point, plan).text } }
    return Profile(groups: groups, moment: moment, now: now)
  }

  private func profile(_ plan: SelectPlan) throws -> GroupProfile {
    let use = plan.uses[0]
    let filter = try StoredRowFilter(plan, zone: zone)
    let accumulator = GroupAccumulator(plan)
    progress.beginReading(use.group.name, estimate: use.scan.estimatedRows)
    // What is held has limits of its own.
    let runner = SelectRunner(
      plan: plan, database: database, zone: zone, memory: .max, cancellation: cancellation, progress: progress)
    var rowsRead = 0
    try runner.read(use, sql: use.scan.sql) { batch in
      try cancellation.check()
      accumulator.add(try filter?.rows(of: batch) ?? batch)
      rowsRead += batch.count
      progress.advance(to: rowsRead)
    }
    return accumulator.finish(now: now)
  }
}

extension AxisCoding {
  /// The point that a plan's offset makes of another.
  fileprivate static func moved(_ point: AxisPoint, _ plan: SelectPlan) -> AxisPoint {
    plan.cut.offset.map { point.moved(by: $0) } ?? point
  }
}

/// Chooses the stored rows that are available by a moment and pass WHERE.
private struct StoredRowFilter {
  private let use: GroupUse
  private let coding: AxisCoding
  private let limit: Int64?
  private let isStrict: Bool
  private let programs: [ConditionProgram]
  private let chosen: RowBatch

  /// Nil if every row counts.
  init?(_ plan: SelectPlan, zone: Zone) throws {
    let use = plan.uses[0]
    let coding = try AxisCoding(for: plan)
    self.use = use
    self.coding = coding
    isStrict = plan.cut.isStrict
    if case .constant(let point) = plan.cut.moment {
      limit = coding.move(coding.code(point), by: plan.cut.offset)
    } else {
      limit = nil
    }
    programs = try [plan.keyCondition, plan.condition].compactMap { $0 }.map { condition in
      try ConditionProgram(condition, zone: zone) { plan.type(of: $0) }
    }
    if limit == nil, programs.isEmpty { return nil }
    chosen = RowBatch(types: use.readings.map(\.type), capacity: 0)
  }

  /// The rows that count, until the next call.
  func rows(of batch: RowBatch) throws -> RowBatch {
    chosen.reset()
    for column in chosen.columns { column.reserve(batch.count) }
    let views = programs.map { program in
      RowBatch(of: program.origins.map { use.column(of: $0, in: batch.columns) }, count: batch.count)
    }
    for row in 0..<batch.count {
      guard try isAvailable(batch, row), zip(programs, views).allSatisfy({ $0.matches($1, row: row) }) else { continue }
      for (target, source) in zip(chosen.columns, batch.columns) { target.copy(chosen.count, from: source, row) }
      chosen.count += 1
    }
    return chosen
  }

  private func isAvailable(_ batch: RowBatch, _ row: Int) throws -> Bool {
    guard let limit, use.event != nil else { return true }
    let event = batch.columns[use.keys.count]
    guard event.state(row) == .value, let code = try use.code(ofEvent: event, row, coding, keys: batch) else {
      return false
    }
    let available = use.delay.map { coding.move(code, by: $0, isNegative: false) } ?? code
    return isStrict ? available < limit : available <= limit
  }
}

/// What is known of a group's rows so far.
private final class GroupAccumulator {
  /// Bytes of the keys that are told apart, at most.
  private static let mostKeyBytes = 64 << 20
  private static let hour: Int64 = 3_600_000_000

  private let use: GroupUse
  private let columns: [(position: Int, profile: ColumnProfile, accumulator: any ColumnAccumulator)]
  private var rows = 0
  /// The different keys and how many rows each has; nil once there are too many.
  private var keys: KeyIndex?
  private let rowsOfKey = PlainBuffer<Int>(filledWith: 0)
  private var keyEstimate = DistinctEstimate()
  private let ids = PlainBuffer<Int32>(filledWith: -1)
  /// Hours since 1970 in which there were events.
  private let hours = CountedCodes()
  private let scratch = PlainBuffer<Int64>(filledWith: 0)
  private var lastEvent: Int64?

  init(_ plan: SelectPlan) {
    let use = plan.uses[0]
    self.use = use
    keys = KeyIndex(types: use.keys.map(\.type))
    var profiles = use.keys.map { ColumnProfile(name: $0.name, role: .key, type: $0.type) }
    if let event = use.event {
      profiles.append(ColumnProfile(name: event.column, role: .event, type: event.readingType))
    }
    columns =
      profiles.enumerated().map { ($0, $1, Self.accumulator($1.type)) }
      + use.features.enumerated().map { position, used in
        let profile = ColumnProfile(
          name: used.feature.name, role: .feature, type: used.type, description: used.feature.description)
        return (use.firstFeature + position, profile, Self.accumulator(used.type))
      }
  }

  private static func accumulator(_ type: ValueType) -> any ColumnAccumulator {
    switch type {
    case .int, .float, .decimal, .bool, .datetime, .date: NumberAccumulator(type: type)
    case .str, .uuid, .bytes: TextAccumulator(type: type)
    }
  }

  func add(_ batch: RowBatch) {
    rows += batch.count
    addKeys(batch)
    if use.event?.readingType == .datetime { addHours(batch.columns[use.keys.count], count: batch.count) }
    for column in columns { column.accumulator.add(batch.columns[column.position], count: batch.count) }
  }

  private func addKeys(_ batch: RowBatch) {
    let columns = batch.columns[..<use.keys.count]
    guard let keys else { return estimateKeys(columns, count: batch.count) }
    ids.extend(to: batch.count)
    keys.insert(columns, count: batch.count, ids: ids.base)
    rowsOfKey.extend(to: keys.count)
    for row in 0..<batch.count where ids.base[row] >= 0 { rowsOfKey.base[Int(ids.base[row])] += 1 }
    guard keys.byteCount > Self.mostKeyBytes else { return }
    let parts = use.keys.map { Column(type: $0.type, capacity: 1) }
    for id in 0..<keys.count {
      for part in parts { part.reset() }
      keys.write(id, to: parts[...], row: 0)
      estimateKeys(parts[...], count: 1)
    }
    self.keys = nil
  }

  private func estimateKeys(_ columns: ArraySlice<Column>, count: Int) {
    for row in 0..<count {
      if let hash = RowHash.of(columns, row) { keyEstimate.add(Int64(bitPattern: hash)) }
    }
  }

  private func addHours(_ events: Column, count: Int) {
    scratch.extend(to: count)
    var taken = 0
    for row in 0..<count where events.state(row) == .value {
      let event = events.integer(row)
      guard Instant(microseconds: event).isFinite else { continue }
      scratch.base[taken] = (event >= 0 ? event : event - Self.hour + 1) / Self.hour
      taken += 1
      lastEvent = max(lastEvent ?? event, event)
    }
    hours.add(UnsafeBufferPointer(start: scratch.base, count: taken))
    if hours.isFull { hours.coarsen() }
  }

  func finish(now: Int64) -> GroupProfile {
    let group = use.group
    var profile = GroupProfile(
      name: group.name, table: group.tableText, description: group.description, isStatic: use.isStatic)
    profile.rows = rows
    profile.areKeysExact = keys != nil
    profile.keys = keys?.count ?? keyEstimate.count
    if let keys, keys.count > 0 {
      let counts = UnsafeBufferPointer(start: rowsOfKey.base, count: keys.count).sorted()
      profile.rowsPerKey = (counts[0], counts[(counts.count - 1) / 2], counts[counts.count - 1])
    }
    profile.freshness = lastEvent.flatMap { Instant(microseconds: $0).isFinite ? now - $0 : nil }
    profile.columns = columns.map { column in
      var found = column.profile
      column.accumulator.finish(&found)
      // Of a key that is one column, every value is told apart.
      if found.role == .key, use.keys.count == 1, let keys {
        found.distinct = keys.count
        found.isDistinctExact = true
      }
      return found
    }
    addPeriods(to: &profile)
    return profile
  }

  /// Events by the longest period that leaves some of them.
  private func addPeriods(to profile: inout GroupProfile) {
    let counted = hours.sorted()
    guard let first = counted.first?.code, let last = counted.last?.code else { return }
    let period: GroupProfile.Period =
      last - first < 72 ? .hour : last - first < 24 * 120 ? .day : last - first < 24 * 366 * 10 ? .month : .year
    var counts: [Int64: Int] = [:]
    for (hour, count) in counted { counts[period.start(ofHour: hour), default: 0] += count }
    profile.period = period
    var start = period.start(ofHour: first)
    let end = period.start(ofHour: last)
    while start <= end {
      profile.periods.append((start * Self.hour, counts[start] ?? 0))
      start = period.next(after: start)
    }
  }
}

extension GroupProfile.Period {
  private static func day(_ hour: Int64) -> Int64 { (hour >= 0 ? hour : hour - 23) / 24 }

  /// The hour since 1970 with which the period of an hour begins.
  fileprivate func start(ofHour hour: Int64) -> Int64 {
    let date = CivilDate(days: Self.day(hour))
    return switch self {
    case .hour: hour
    case .day: Self.day(hour) * 24
    case .month: CivilDate(year: date.year, month: date.month, day: 1).days * 24
    case .year: CivilDate(year: date.year, month: 1, day: 1).days * 24
    }
  }

  fileprivate func next(after start: Int64) -> Int64 {
    switch self {
    case .hour: start + 1
    case .day: start + 24
    // Any day of the next month, or year.
    case .month: self.start(ofHour: start + 24 * 31)
    case .year: self.start(ofHour: start + 24 * 366)
    }
  }
}
