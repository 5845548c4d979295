import CMemory
import SpellCore
import SpellPlanning
import SpellTables

/// Decides the answer of one use of a group: takes its rows in any order and keeps, for each slot, the row that wins.
///
/// A row goes to the first slot whose moment is not before the row's availability, where it is held against the row
/// that is there; `finish` then carries winners forward to later slots and applies the ttl. One row touches one slot.
final class Fold {
  /// Which slot a row goes to.
  enum Placement {
    /// A join on a timed group: the slots of labels.
    case labels(SlotTable)
    /// A snapshot: one slot per key, for rows available at a moment.
    case keys(moment: Int64)
    /// A static group: one slot per key, and one row.
    case staticKeys
  }

  /// Bits of `seen`.
  struct Seen {
    /// The key has a row.
    static let row: UInt8 = 1
    /// The key has a row with an event.
    static let event: UInt8 = 2
  }

  let use: GroupUse
  let placement: Placement
  let coding: AxisCoding
  let isStrict: Bool
  let known: KnownRule
  let keys: KeyIndex

  let store: SlotStore
  /// Nil where one row answers.
  let windows: WindowFold?
  // By key.
  /// Bits of `Seen`.
  let seen: PlainBuffer<UInt8>
  /// The earliest availability by event alone of a key's rows: tells "not known yet" from "only in the future".
  let earliest: PlainBuffer<Int64>
  /// By slot: the slot that holds the winning row, `noRow` or `expired`. Filled by `finish`.
  private(set) var winners = PlainBuffer<Int32>(filledWith: Fold.noRow)

  static let noRow: Int32 = -1
  static let expired: Int32 = -2

  var rowsRead = 0
  /// Bytes of the cells that came from the engine.
  var bytesRead = 0
  /// Rows of asked keys whose event or created time does not fit, under `invalid: null`.
  var invalidRows = 0
  /// Rows of asked keys that KNOWN left out because they have no created time.
  var rowsWithoutCreated = 0

  /// Rows that are placed together: few enough that what is fetched for them stays in the nearest caches.
  private static let strip = 512

  private let lanes: FeatureLanes
  /// How far back the windows go; nil where there are none, or all the way.
  private let horizon: Interval?
  // By row of a batch.
  private let availabilities = PlainBuffer<Int64>(filledWith: 0)
  private let slotScratch = PlainBuffer<Int32>(filledWith: -1)

  init(
    use: GroupUse, placement: Placement, keys: KeyIndex, coding: AxisCoding, isStrict: Bool, known: KnownRule
  ) throws {
    self.use = use
    self.placement = placement
    self.keys = keys
    self.coding = coding
    self.isStrict = isStrict
    self.known = known
    horizon = use.longestWindow
    let slotCount =
      if case .labels(let slots) = placement { slots.count } else { keys.count }
    let types = use.answeringFeatures.map(\.type)
    store = SlotStore(
      types: types, isTimed: !use.isStatic, hasCreated: use.event?.createdColumn != nil, count: slotCount)
    windows =
      use.windows.isEmpty
      ? nil : try WindowFold(use: use, placement: placement, keys: keys, coding: coding, isStrict: isStrict)
    lanes = FeatureLanes(types: types)
    seen = PlainBuffer(count: keys.count, filledWith: 0)
    earliest = PlainBuffer(count: keys.count, filledWith: .max)
  }

  /// Takes rows of a batch, all if `rows` does not tell: columns in the order of `AccessPlan`, and the ids of their
  /// keys, -1 for rows of keys that nobody asked for and for the rows that are not taken.
  func add(_ batch: RowBatch, rows: Range<Int>? = nil, ids: UnsafePointer<Int32>) throws {
    rowsRead += rows?.count ?? batch.count
    makeRoom()
    lanes.take(batch.columns[use.firstFeature...].prefix(lanes.count), rows: batch.count)
    if use.isStatic { return try addStatic(batch, ids: ids) }
    slotScratch.extend(to: batch.count)
    availabilities.extend(to: batch.count)
    try findAvailabilities(batch, ids: ids)
    for start in stride(from: 0, to: batch.count, by: Self.strip) {
      let rows = start..<min(start + Self.strip, batch.count)
      place(rows)
      try windows?.add(rows, of: batch, ids: ids, slots: slotScratch.base)
      hold(rows, of: batch)
    }
  }

  /// Keys appear while a snapshot is read, and with them slots.
  private func makeRoom() {
    if case .labels = placement { return }
    store.extend(to: keys.count)
    windows?.extend(to: keys.count)
    seen.extend(to: keys.count)
    earliest.extend(to: keys.count)
  }

  // MARK: - Placing

  /// Finds the slots of rows: -1 for those that answer nothing.
  private func place(_ rows: Range<Int>) {
    let slots = slotScratch.base
    let available = availabilities.base
    switch placement {
    case .labels(let table): table.find(rows, available: available, isStrict: isStrict, slots: slots)
    case .keys(let moment):
      for row in rows where slots[row] >= 0 {
        if isStrict ? available[row] >= moment : available[row] > moment { slots[row] = -1 }
      }
    case .staticKeys: preconditionFailure("a static group has no events")
    }
    for row in rows where slots[row] >= 0 { cmemory_prefetch(store.base + Int(slots[row]) * store.stride) }
  }

  /// Holds rows against what their slots hold, and keeps the greater.
  private func hold(_ rows: Range<Int>, of batch: RowBatch) {
    let store = store
    let lanes = lanes
    let slots = slotScratch.base
    let eventWords = batch.columns[use.keys.count].words
    let createdColumn = use.event?.createdColumn == nil ? nil : batch.columns[use.keys.count + 1]
    for row in rows {
      let slot = Int(slots[row])
      if slot < 0 { continue }
      let event = eventWords[row]
      let createdTime = createdColumn.map { coding.code(ofCreated: $0, row) } ?? AxisCoding.noCreated
      let record = store.base + slot * store.stride
      if record.load(as: UInt8.self) & SlotStore.Flag.occupied != 0 {
        let held = record.load(fromByteOffset: store.eventOffset, as: Int64.self)
        if event < held { continue }
        if event == held {
          let heldCreated = createdColumn == nil ? AxisCoding.noCreated : store.created(slot)
          if createdTime < heldCreated { continue }
          if createdTime == heldCreated {
            settleTie(slot, record, row: row)
            continue
          }
        }
      }
      record.storeBytes(of: event, toByteOffset: store.eventOffset, as: Int64.self)
      if createdColumn != nil { record.storeBytes(of: createdTime, toByteOffset: store.createdOffset, as: Int64.self) }
      store.occupy(record, with: row, of: lanes)
    }
  }

  /// Puts down when each row becomes available and, for rows that may answer, the id of its key; -1 for the others.
  private func findAvailabilities(_ batch: RowBatch, ids: UnsafePointer<Int32>) throws {
    let events = batch.columns[use.keys.count]
    let isPlain =
      use.event?.createdColumn == nil && use.delay == nil && events.type != .float
      && !(events.type == .int && coding == .reals) && known.takesAll && events.hasOnlyValues(batch.count)
    guard isPlain else { return try findAvailabilitiesRowByRow(batch, ids: ids) }
    let seen = seen.base
    slotScratch.base.update(from: ids, count: batch.count)
    availabilities.base.update(from: events.words, count: batch.count)
    for row in 0..<batch.count where ids[row] >= 0 { seen[Int(ids[row])] = Seen.row | Seen.event }
  }

  private func findAvailabilitiesRowByRow(_ batch: RowBatch, ids: UnsafePointer<Int32>) throws {
    let events = batch.columns[use.keys.count]
    let createdColumn = use.event?.createdColumn == nil ? nil : batch.columns[use.keys.count + 1]
    let words = events.words
    let states = events.states
    let slots = slotScratch.base
    let available = availabilities.base
    let isFloat = events.type == .float
    let isWholeAmongReals = events.type == .int && coding == .reals
    let isWholeCreatedAmongReals = createdColumn?.type == .int && coding == .reals
    for row in 0..<batch.count {
      slots[row] = -1
      let id = ids[row]
      if id < 0 { continue }
      seen.base[Int(id)] |= Seen.row
      if states[row] != CellState.value.rawValue || (createdColumn?.states[row] == CellState.invalid.rawValue) {
        try checkInvalidTimes(batch, row: row, key: Int(id))
        if states[row] != CellState.value.rawValue { continue }
      }
      if isFloat {
        if events.double(row).isNaN { continue }
        words[row] = AxisCoding.code(events.double(row))
      } else if isWholeAmongReals {
        words[row] = try code(wholeNumber: words[row], of: use.event?.column, key: Int(id))
      }
      if let createdColumn, isWholeCreatedAmongReals, createdColumn.states[row] == CellState.value.rawValue {
        _ = try code(wholeNumber: createdColumn.words[row], of: use.event?.createdColumn, key: Int(id))
      }
      var time = words[row]
      if let delay = use.delay { time = coding.move(time, by: delay, isNegative: false) }
      seen.base[Int(id)] |= Seen.event
      if time < earliest.base[Int(id)] { earliest.base[Int(id)] = time }
      if let createdColumn, case let rule = known, !rule.takesAll {
        let createdTime = coding.code(ofCreated: createdColumn, row)
        if createdTime == AxisCoding.noCreated {
          rowsWithoutCreated += 1
          continue
        }
        switch rule {
        case .at(let point): if createdTime > coding.code(point) { continue }
        case .byMoment: time = max(time, createdTime)
        case .all: break
        }
      }
      available[row] = time
      slots[row] = id
    }
  }

  /// A whole number among fractions that a double cannot hold would be compared wrongly.
  private func code(wholeNumber value: Int64, of column: String?, key: Int) throws -> Int64 {
    if let code = coding.code(wholeNumber: value) { return code }
    throw use.inexactTime(value, of: column, key: keys.text(key)).error
  }

  /// An event or created time that does not fit is an error, because the key is asked for, unless it reads as NULL.
  private func checkInvalidTimes(_ batch: RowBatch, row: Int, key: Int) throws {
    guard let problem = use.invalidTime(batch, row, key: keys.text(key)) else { return }
    if use.group.invalidValues == .error { throw problem.error }
    invalidRows += 1
  }

  // MARK: - Ties and static rows

  /// Two rows with the same event and created time: the greater tuple of features wins, whichever came first. If a
  /// value of either does not fit its type, the answer depends on it.
  private func settleTie(_ slot: Int, _ record: UnsafeMutableRawPointer, row: Int) {
    let isInvalid = lanes.hasInvalid(row)
    let flags = store.flags(slot)
    record.storeBytes(
      of: flags | SlotStore.Flag.tied | (isInvalid ? SlotStore.Flag.invalid : 0), as: UInt8.self)
    // Under `invalid: error` the row that holds the invalid value is kept for the message.
    if use.group.invalidValues == .error, isInvalid != (flags & SlotStore.Flag.invalid != 0) {
      if isInvalid { store.write(row, of: lanes, to: record) }
      return
    }
    if lanes.compare(row, store, slot) > 0 { store.write(row, of: lanes, to: record) }
  }

  private func addStatic(_ batch: RowBatch, ids: UnsafePointer<Int32>) throws {
    for row in 0..<batch.count {
      let slot = Int(ids[row])
      if slot < 0 { continue }
      guard !store.isOccupied(slot) else {
        throw StoredProblem.secondStaticRow(
          table: use.group.tableText, key: keys.text(slot), group: use.group.name
        ).error
      }
      let record = store.base + slot * store.stride
      seen.base[slot] = Seen.row
      store.occupy(record, with: row, of: lanes)
    }
  }

  // MARK: - Finishing

  /// Carries winners forward and applies the ttl.
  func finish(_ cancellation: Cancellation) throws {
    try windows?.finish(cancellation)
    var point = CancellationPoint(cancellation)
    makeRoom()
    winners = PlainBuffer(count: store.count, filledWith: Fold.noRow)
    switch placement {
    case .labels(let table):
      for id in 0..<keys.count {
        var best = Fold.noRow
        for slot in Int(table.starts.base[id])..<Int(table.starts.base[id + 1]) {
          try point.pass()
          if store.isOccupied(slot), best < 0 || beats(slot, Int(best)) { best = Int32(slot) }
          winners.base[slot] = best >= 0 && isExpired(Int(best), at: table.moments.base[slot]) ? Fold.expired : best
        }
      }
    case .keys(let moment):
      for slot in 0..<store.count where store.isOccupied(slot) {
        winners.base[slot] = isExpired(slot, at: moment) ? Fold.expired : Int32(slot)
      }
    case .staticKeys:
      for slot in 0..<store.count where store.isOccupied(slot) { winners.base[slot] = Int32(slot) }
    }
  }

  /// Rows of different slots never tie: the same event and created time become available together.
  private func beats(_ slot: Int, _ other: Int) -> Bool {
    let event = store.event(slot)
    let otherEvent = store.event(other)
    if event != otherEvent { return event > otherEvent }
    return use.event?.createdColumn != nil && store.created(slot) > store.created(other)
  }

  /// Whether the row is too old to answer: the latest one is in a window if any is.
  private func isExpired(_ slot: Int, at moment: Int64) -> Bool {
    if let longest = horizon {
      let earliest = coding.move(moment, by: longest, isNegative: true)
      return isStrict ? store.event(slot) < earliest : store.event(slot) <= earliest
    }
    guard let ttl = use.ttl else { return false }
    return store.event(slot) < coding.move(moment, by: ttl, isNegative: true)
  }
}

extension KnownRule {
  var takesAll: Bool { if case .all = self { true } else { false } }
}
