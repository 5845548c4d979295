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

  /// Bits of `flags`.
  struct Flag {
    static let occupied: UInt8 = 1
    /// Another row had the same event and created time.
    static let tied: UInt8 = 2
    /// The winner, or a row fully tied with it, holds a value that does not fit its type.
    static let invalid: UInt8 = 4
  }

  /// Bits of `seen`.
  struct Seen {
    /// The key has a row.
    static let row: UInt8 = 1
    /// The key has a row with an event.
    static let event: UInt8 = 2
  }

  /// Created time of a row that has none: before every other.
  static let noCreated = Int64.min

  let use: GroupUse
  let placement: Placement
  let coding: AxisCoding
  let isStrict: Bool
  let known: KnownRule
  let keys: KeyIndex

  // By slot.
  let events: PlainBuffer<Int64>
  let created: PlainBuffer<Int64>
  let flags: PlainBuffer<UInt8>
  /// The selected features, in metadata order.
  let features: [Column]
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
  /// Rows of asked keys whose event or created time does not fit, under `invalid: null`.
  var invalidRows = 0
  /// Rows of asked keys that KNOWN left out because they have no created time.
  var rowsWithoutCreated = 0

  private let availabilities = PlainBuffer<Int64>(filledWith: 0)

  init(
    use: GroupUse, placement: Placement, keys: KeyIndex, coding: AxisCoding, isStrict: Bool, known: KnownRule
  ) {
    self.use = use
    self.placement = placement
    self.keys = keys
    self.coding = coding
    self.isStrict = isStrict
    self.known = known
    let slotCount =
      if case .labels(let slots) = placement { slots.count } else { keys.count }
    events = PlainBuffer(count: use.isStatic ? 0 : slotCount, filledWith: 0)
    created = PlainBuffer(count: use.event?.createdColumn == nil ? 0 : slotCount, filledWith: Fold.noCreated)
    flags = PlainBuffer(count: slotCount, filledWith: 0)
    features = use.features.map { Column(type: $0.type, capacity: slotCount) }
    seen = PlainBuffer(count: keys.count, filledWith: 0)
    earliest = PlainBuffer(count: keys.count, filledWith: .max)
  }

  /// Takes the rows of a batch: columns in the order of `AccessPlan`, and the ids of their keys, -1 for rows of keys
  /// that nobody asked for.
  func add(_ batch: RowBatch, ids: UnsafePointer<Int32>) throws {
    rowsRead += batch.count
    makeRoom()
    guard !use.isStatic else { return try addStatic(batch, ids: ids) }
    try place(batch, ids: ids)
    let firstFeature = use.keys.count + (use.event?.createdColumn == nil ? 1 : 2)
    let lanes = Lanes(batch: batch, firstFeature: firstFeature, targets: features)
    let eventWords = batch.columns[use.keys.count].words
    let createdColumn = use.event?.createdColumn == nil ? nil : batch.columns[use.keys.count + 1]
    let slots = slotScratch.base
    for row in 0..<batch.count {
      let slot = Int(slots[row])
      if slot < 0 { continue }
      let event = eventWords[row]
      let createdTime = createdColumn.map { createdCode($0, row) } ?? Fold.noCreated
      let flag = flags.base[slot]
      if flag & Flag.occupied != 0 {
        let held = events.base[slot]
        if event < held { continue }
        if event == held {
          let heldCreated = createdColumn == nil ? Fold.noCreated : created.base[slot]
          if createdTime < heldCreated { continue }
          if createdTime == heldCreated {
            settleTie(slot, lanes: lanes, row: row)
            continue
          }
        }
      }
      events.base[slot] = event
      if createdColumn != nil { created.base[slot] = createdTime }
      flags.base[slot] = Flag.occupied | (lanes.hasInvalid(row) ? Flag.invalid : 0)
      lanes.copy(row, to: slot)
    }
  }

  private let slotScratch = PlainBuffer<Int32>(filledWith: -1)

  /// Keys appear while a snapshot is read, and with them slots.
  private func makeRoom() {
    guard case .labels = placement else {
      if !use.isStatic { events.extend(to: keys.count) }
      if use.event?.createdColumn != nil { created.extend(to: keys.count) }
      flags.extend(to: keys.count)
      for column in features { column.reserve(keys.count) }
      seen.extend(to: keys.count)
      earliest.extend(to: keys.count)
      return
    }
  }

  // MARK: - Placing

  /// Finds the slot of each row: -1 for rows that answer nothing.
  private func place(_ batch: RowBatch, ids: UnsafePointer<Int32>) throws {
    slotScratch.extend(to: batch.count)
    availabilities.extend(to: batch.count)
    try findAvailabilities(batch, ids: ids)
    let slots = slotScratch.base
    let available = availabilities.base
    switch placement {
    case .labels(let table):
      let starts = table.starts.base
      let moments = table.moments.base
      // For BEFORE, the slot's moment must be after the availability.
      let strict: Int64 = isStrict ? 1 : 0
      for row in 0..<batch.count where slots[row] >= 0 {
        let id = Int(slots[row])
        var low = Int(starts[id])
        var high = Int(starts[id + 1])
        let end = high
        let wanted = available[row]
        while low < high {
          let middle = (low + high) >> 1
          let isBefore = strict == 0 ? moments[middle] < wanted : moments[middle] <= wanted
          if isBefore { low = middle + 1 } else { high = middle }
        }
        slots[row] = low < end ? Int32(truncatingIfNeeded: low) : -1
      }
    case .keys(let moment):
      for row in 0..<batch.count where slots[row] >= 0 {
        if isStrict ? available[row] >= moment : available[row] > moment { slots[row] = -1 }
      }
    case .staticKeys: preconditionFailure("a static group has no events")
    }
  }

  /// Puts down when each row becomes available and, for rows that may answer, the id of its key; -1 for the others.
  private func findAvailabilities(_ batch: RowBatch, ids: UnsafePointer<Int32>) throws {
    let events = batch.columns[use.keys.count]
    let createdColumn = use.event?.createdColumn == nil ? nil : batch.columns[use.keys.count + 1]
    let words = events.words
    let states = events.states
    let slots = slotScratch.base
    let available = availabilities.base
    let isFloat = events.type == .float
    let isWholeAmongReals = events.type == .int && coding == .reals
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
        words[row] = try code(wholeNumber: words[row], key: Int(id))
      }
      var time = words[row]
      if let delay = use.delay { time = coding.move(time, by: delay, isNegative: false) }
      seen.base[Int(id)] |= Seen.event
      if time < earliest.base[Int(id)] { earliest.base[Int(id)] = time }
      if let createdColumn, case let rule = known, !rule.takesAll {
        let createdTime = createdCode(createdColumn, row)
        if createdTime == Fold.noCreated {
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

  /// The created time on the axis. What is stored as the axis' lowest point is moved up by one, so that it stays above
  /// no time at all.
  @inline(__always)
  private func createdCode(_ column: Column, _ row: Int) -> Int64 {
    guard column.states[row] == CellState.value.rawValue else { return Fold.noCreated }
    if column.type == .float { return column.double(row).isNaN ? Fold.noCreated : AxisCoding.code(column.double(row)) }
    if column.type == .int, coding == .reals { return AxisCoding.code(Double(column.words[row])) }
    return max(column.words[row], Fold.noCreated + 1)
  }

  /// A whole number among fractions that a double cannot hold would be compared wrongly.
  private func code(wholeNumber value: Int64, key: Int) throws -> Int64 {
    if let code = coding.code(wholeNumber: value) { return code }
    throw StoredProblem.inexactEvent(
      String(value), table: use.group.tableText, column: use.event?.column ?? "", key: keys.text(key)
    ).error
  }

  /// An event or created time that does not fit is an error, because the key is asked for, unless it reads as NULL.
  private func checkInvalidTimes(_ batch: RowBatch, row: Int, key: Int) throws {
    guard let event = use.event else { return }
    for (offset, name) in [event.column, event.createdColumn].enumerated() {
      guard let name else { continue }
      let column = batch.columns[use.keys.count + offset]
      guard column.state(row) == .invalid else { continue }
      guard use.group.invalidValues == .error else {
        invalidRows += 1
        return
      }
      throw StoredProblem.invalidStored(
        table: use.group.tableText, column: name, key: keys.text(key), value: CellText.text(column, row),
        type: column.type, role: offset == 0 ? "event timestamp" : "created timestamp"
      ).error
    }
  }

  // MARK: - Ties and static rows

  /// Two rows with the same event and created time: the greater tuple of features wins, whichever came first. If a
  /// value of either does not fit its type, the answer depends on it.
  private func settleTie(_ slot: Int, lanes: Lanes, row: Int) {
    let isInvalid = lanes.hasInvalid(row)
    let flag = flags.base[slot]
    flags.base[slot] = flag | Flag.tied | (isInvalid ? Flag.invalid : 0)
    // Under `invalid: error` the row that holds the invalid value is kept for the message.
    if use.group.invalidValues == .error, isInvalid != (flag & Flag.invalid != 0) {
      if isInvalid { lanes.copy(row, to: slot) }
      return
    }
    if lanes.compare(row, slot) > 0 { lanes.copy(row, to: slot) }
  }

  private func addStatic(_ batch: RowBatch, ids: UnsafePointer<Int32>) throws {
    let lanes = Lanes(batch: batch, firstFeature: use.keys.count, targets: features)
    for row in 0..<batch.count {
      let slot = Int(ids[row])
      if slot < 0 { continue }
      guard flags.base[slot] & Flag.occupied == 0 else {
        throw StoredProblem.secondStaticRow(
          table: use.group.tableText, key: keys.text(slot), group: use.group.name
        ).error
      }
      flags.base[slot] = Flag.occupied | (lanes.hasInvalid(row) ? Flag.invalid : 0)
      seen.base[slot] = Seen.row
      lanes.copy(row, to: slot)
    }
  }

  // MARK: - Finishing

  /// Carries winners forward and applies the ttl.
  func finish(_ cancellation: Cancellation) throws {
    var point = CancellationPoint(cancellation)
    makeRoom()
    winners = PlainBuffer(count: flags.count, filledWith: Fold.noRow)
    switch placement {
    case .labels(let table):
      for id in 0..<keys.count {
        var best = Fold.noRow
        for slot in Int(table.starts.base[id])..<Int(table.starts.base[id + 1]) {
          try point.pass()
          if flags.base[slot] & Flag.occupied != 0, best < 0 || beats(slot, Int(best)) { best = Int32(slot) }
          winners.base[slot] = best >= 0 && isExpired(Int(best), at: table.moments.base[slot]) ? Fold.expired : best
        }
      }
    case .keys(let moment):
      for slot in 0..<flags.count where flags.base[slot] & Flag.occupied != 0 {
        winners.base[slot] = isExpired(slot, at: moment) ? Fold.expired : Int32(slot)
      }
    case .staticKeys:
      for slot in 0..<flags.count where flags.base[slot] & Flag.occupied != 0 { winners.base[slot] = Int32(slot) }
    }
  }

  /// Rows of different slots never tie: the same event and created time become available together.
  private func beats(_ slot: Int, _ other: Int) -> Bool {
    let event = events.base[slot]
    let otherEvent = events.base[other]
    if event != otherEvent { return event > otherEvent }
    return use.event?.createdColumn != nil && created.base[slot] > created.base[other]
  }

  private func isExpired(_ slot: Int, at moment: Int64) -> Bool {
    guard let ttl = use.ttl else { return false }
    return events.base[slot] < coding.move(moment, by: ttl, isNegative: true)
  }
}

extension KnownRule {
  var takesAll: Bool { if case .all = self { true } else { false } }
}
