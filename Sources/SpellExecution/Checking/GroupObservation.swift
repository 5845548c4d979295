import SpellCore
import SpellPlanning
import SpellTables

/// What the rows of a group show, in one pass and in any order: faults are counted, and the first of each is kept.
final class GroupObservation {
  /// The year 1971 begins: what lies before was probably a number in another unit, or a default.
  static let earliestPlausible: Int64 = 31_536_000_000_000
  /// So many events that all are starts of days are taken for days, whatever their type.
  static let fewestDayStarts = 10
  private static let day: Int64 = 86_400_000_000

  let rows: CheckedRows
  private let now: Int64
  private let mostRows: Int
  private(set) var rowCount = 0
  /// Whether every row of the group was seen.
  private(set) var isWhole = true

  /// By position among the columns of the use.
  private(set) var nulls: [Tally]
  private(set) var unfit: [Tally]
  /// By position, where times are stored as text.
  private(set) var forms: [Int: [TimeForm: Tally]] = [:]
  private(set) var future = Tally()
  private(set) var early = Tally()
  private(set) var createdFirst = Tally()
  private(set) var repeated = Tally()
  private(set) var eventCount = 0
  /// Events that are the start of a day.
  private(set) var dayStarts = 0
  private(set) var oldest: Int64?
  private(set) var newest: Int64?
  /// Whether an index led to the oldest and the newest event of all rows.
  private(set) var hasExtremes = false
  let seen: SeenRows
  private(set) var gaps = VersionGaps()

  private let keyCount: Int
  private let eventPosition: Int?
  private let createdPosition: Int?
  private let isTime: Bool

  /// Takes so many rows at most.
  init(_ rows: CheckedRows, now: Int64, mostRows: Int, memory: Int) {
    self.rows = rows
    self.now = now
    self.mostRows = mostRows
    seen = SeenRows(memory: memory)
    let use = rows.use
    keyCount = use.keys.count
    eventPosition = use.event == nil ? nil : keyCount
    createdPosition = use.event?.createdColumn == nil ? nil : keyCount + 1
    isTime = use.event.map { $0.storage != .number } ?? false
    let count = use.readings.count
    nulls = Array(repeating: Tally(), count: count)
    unfit = Array(repeating: Tally(), count: count)
  }

  func add(_ batch: RowBatch) {
    let count = min(batch.count, mostRows - rowCount)
    if count < batch.count { isWhole = false }
    rowCount += count
    for position in nulls.indices where !batch.columns[position].hasOnlyValues(count) {
      observeStates(batch, position, count)
    }
    for moment in rows.moments {
      if let text = moment.textPosition { observeForms(batch, moment.position, text: batch.columns[text], count) }
    }
    if isTime, let eventPosition { observeEvents(batch, batch.columns[eventPosition], count) }
    if let eventPosition, let createdPosition {
      let event = batch.columns[eventPosition]
      let created = batch.columns[createdPosition]
      for row in 0..<count
      where event.state(row) == .value && created.state(row) == .value && created.compare(row, event, row) < 0 {
        createdFirst.add(place(batch, row))
      }
    }
    observeKeys(batch, count)
  }

  /// An event that an index led to.
  func add(extreme event: Int64) {
    hasExtremes = true
    widen(to: event)
  }

  private func widen(to event: Int64) {
    oldest = min(oldest ?? event, event)
    newest = max(newest ?? event, event)
  }

  // MARK: - Columns

  private func observeStates(_ batch: RowBatch, _ position: Int, _ count: Int) {
    let column = batch.columns[position]
    for row in 0..<count {
      switch column.state(row) {
      case .value: break
      case .null: nulls[position].add()
      case .invalid: unfit[position].add(CellText.text(column, row))
      }
    }
  }

  private func observeForms(_ batch: RowBatch, _ position: Int, text: Column, _ count: Int) {
    let moments = batch.columns[position]
    for row in 0..<count where moments.state(row) == .value && text.state(row) == .value {
      guard let form = TimeForm(text.bytes(row)) else { continue }
      forms[position, default: [:]][form, default: Tally()].add(CellText.text(text, row))
    }
  }

  private func observeEvents(_ batch: RowBatch, _ event: Column, _ count: Int) {
    let zone = rows.use.group.zone
    for row in 0..<count where event.state(row) == .value {
      let moment = event.integer(row)
      // As soon as one event is none, nobody asks for the others.
      if dayStarts == eventCount, Self.isStartOfDay(moment, in: zone) { dayStarts += 1 }
      eventCount += 1
      widen(to: moment)
      if moment > now { future.add() }
      if moment < Self.earliestPlausible { early.add() }
    }
  }

  private static func isStartOfDay(_ moment: Int64, in zone: Zone) -> Bool {
    guard moment != .min, moment != .max else { return false }
    if let offset = zone.fixedOffsetSeconds { return (moment &+ offset * 1_000_000) % day == 0 }
    return zone.localTime(storedFor: moment).map { $0 % day == 0 } ?? false
  }

  // MARK: - Keys

  private func observeKeys(_ batch: RowBatch, _ count: Int) {
    let keys = batch.columns[..<keyCount]
    // Of a static group the key is all.
    let event = batch.columns[keyCount..<(eventPosition == nil ? keyCount : keyCount + 1)]
    let created = createdPosition.map { batch.columns[$0...$0] }
    for row in 0..<count {
      guard let key = RowHash.of(keys, row), let version = RowHash.of(event, row, from: key) else { continue }
      // Rows that were created nobody knows when tie as well.
      let whole = created.flatMap { RowHash.of($0, row, from: version) } ?? version
      if seen.insert(whole) { repeated.add(place(batch, row)) }
      if isTime, let eventPosition { gaps.add(key: key, event: batch.columns[eventPosition].integer(row)) }
    }
  }

  /// `key N14228 at 2013-01-12 10:00:00+00:00`
  private func place(_ batch: RowBatch, _ row: Int) -> String {
    let key = rows.use.keyText(batch.columns[..<keyCount], row)
    return "key \(key)" + (eventPosition.map { " at \(CellText.text(batch.columns[$0], row))" } ?? "")
  }
}
