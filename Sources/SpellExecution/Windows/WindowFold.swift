import CMemory
import SpellCore
import SpellPlanning
import SpellTables

/// Computes the windows of one use of a group: takes its rows in any order, after a fold has found the first slot that
/// each may answer.
///
/// A row is in the window of every slot from that one up to the first whose window begins after its event. Sums take it
/// in at the one and out at the other, and `finish` adds them up along the slots of a key; an `ExtremeStore` offers it
/// to all of them. Rows in no window cost a comparison for each length.
final class WindowFold {
  /// A row of the batch in the windows of some slots.
  private struct Entry {
    var row: Int32
    var first: Int32
    /// The slot behind the last one; -1 for all that the key has.
    var past: Int32
  }

  private let use: GroupUse
  private let placement: Fold.Placement
  private let keys: KeyIndex
  private let coding: AxisCoding
  private let isStrict: Bool
  private let layout: WindowLayout
  private let extremes: [ExtremeStore]
  private let filters: [ConditionProgram]
  private let memory: ZeroedMemory
  private var slotCount: Int
  /// Rows in windows, whose values do not fit and were read as NULL.
  private(set) var invalidRows = 0

  // Of the rows at hand.
  private let entries: [PlainBuffer<Entry>]
  private let taken = PlainBuffer(filledWith: Entry(row: 0, first: 0, past: 0))
  private let numbers = PlainBuffer<Double>(filledWith: 0)
  private let units = PlainBuffer<Int128>(filledWith: 0)
  /// What squares leave that are rounded to doubles.
  private let rests = PlainBuffer<Double>(filledWith: 0)
  private let passes: [PlainBuffer<UInt8>]
  private let isInvalid = PlainBuffer<UInt8>(filledWith: 0)

  init(use: GroupUse, placement: Fold.Placement, keys: KeyIndex, coding: AxisCoding, isStrict: Bool) throws {
    self.use = use
    self.placement = placement
    self.keys = keys
    self.coding = coding
    self.isStrict = isStrict
    let layout = WindowLayout(use)
    self.layout = layout
    slotCount = if case .labels(let slots) = placement { slots.count } else { keys.count }
    let nodeCount = if case .labels = placement { 2 * slotCount } else { slotCount }
    extremes = layout.extremes.map { function, rows in
      ExtremeStore(
        function, rows, type: use.features[rows.argument ?? 0].type, hasCreated: use.event?.createdColumn != nil,
        nodeCount: nodeCount)
    }
    filters = try layout.filters.map { try ConditionProgram($0.condition, zone: $0.zone) { use.type(of: $0) } }
    memory = ZeroedMemory(byteCount: slotCount * layout.stride)
    entries = layout.lengths.map { _ in PlainBuffer(filledWith: Entry(row: 0, first: 0, past: 0)) }
    passes = layout.filters.map { _ in PlainBuffer(filledWith: 0) }
  }

  /// Bytes that the windows of a use take at each slot.
  static func bytesPerSlot(_ use: GroupUse) -> Int {
    let layout = WindowLayout(use)
    return layout.stride + layout.extremes.count * 2 * SlotStore.mostBytes(featureCount: 1)
  }

  var heldBytes: Int {
    let aside = layout.series.flatMap(\.floatSums).reduce(0) { $0 + $1.byteCount }
    return slotCount * layout.stride + aside + extremes.reduce(0) { $0 + $1.byteCount }
  }

  /// Makes room for more slots, where keys come as they are read.
  func extend(to count: Int) {
    guard count > slotCount else { return }
    memory.extend(to: count * layout.stride)
    for extreme in extremes { extreme.extend(to: count) }
    slotCount = count
  }

  @inline(__always)
  private func record(_ slot: Int32) -> UnsafeMutableRawPointer { memory.base + Int(slot) * layout.stride }

  // MARK: - Taking rows

  /// Takes some rows of a batch. `slots` has the first slot that each may answer, -1 for none, and `ids` their keys.
  func add(_ rows: Range<Int>, of batch: RowBatch, ids: UnsafePointer<Int32>, slots: UnsafePointer<Int32>) throws {
    // A row that is in no window of a length is in none of a shorter one.
    var wider: PlainBuffer<Entry>?
    for length in layout.lengthsFromLongest {
      find(rows, of: batch, ids: ids, slots: slots, length: layout.lengths[length], among: wider, into: entries[length])
      wider = entries[length]
      if wider?.count == 0 && length == layout.lengthsFromLongest[0] { return }
    }
    guard use.access.sums.isEmpty else { return addSums(of: batch) }
    try judge(rows, of: batch)
    for series in layout.series {
      try take(series.rows, of: batch)
      if taken.count > 0 { try add(to: series, of: batch) }
    }
    for extreme in extremes {
      try take(extreme.rows, of: batch)
      if taken.count > 0 { offer(to: extreme, of: batch, ids: ids) }
    }
    for row in 0..<isInvalid.count where isInvalid.base[row] != 0 { invalidRows += 1 }
    isInvalid.clear()
  }

  /// Finds the rows that are in a window of a length, and of which slots: among those of a longer one, if there is one.
  private func find(
    _ rows: Range<Int>, of batch: RowBatch, ids: UnsafePointer<Int32>, slots: UnsafePointer<Int32>, length: Interval?,
    among wider: PlainBuffer<Entry>?, into entries: PlainBuffer<Entry>
  ) {
    entries.clear()
    let events = batch.columns[use.keys.count].words
    func add(_ row: Int, _ first: Int32) {
      let past = length.map { self.past(first, key: ids[row], event: events[row], length: $0) } ?? -1
      if past == first { return }
      entries.append(Entry(row: Int32(row), first: first, past: past))
      if wider == nil { cmemory_prefetch(record(first)) }
      if past >= 0 { cmemory_prefetch(record(past)) }
    }
    if let wider {
      for index in 0..<wider.count { add(Int(wider.base[index].row), wider.base[index].first) }
    } else {
      for row in rows where slots[row] >= 0 { add(row, slots[row]) }
    }
  }

  /// The slot behind the last one in whose window a row is, -1 for all of the key, itself for none.
  @inline(__always)
  private func past(_ first: Int32, key: Int32, event: Int64, length: Interval) -> Int32 {
    switch placement {
    case .labels(let table):
      return table.past(first, key: key, event: event, length: length, coding: coding, isStrict: isStrict)
    case .keys(let moment):
      let earliest = coding.move(moment, by: length, isNegative: true)
      return (isStrict ? event >= earliest : event > earliest) ? -1 : first
    case .staticKeys: preconditionFailure("a static group has no windows")
    }
  }

  /// Asks the filters about the rows that are in a window.
  private func judge(_ rows: Range<Int>, of batch: RowBatch) throws {
    for (position, program) in filters.enumerated() {
      let columns = program.origins.map { use.column(of: $0, in: batch.columns) }
      let filtered = RowBatch(of: columns, count: batch.count)
      passes[position].extend(to: batch.count)
      for row in rows { passes[position].base[row] = 0 }
      for (length, entries) in entries.enumerated() where isAsked(filter: position, length: length) {
        for index in 0..<entries.count {
          let row = Int(entries.base[index].row)
          for (column, origin) in zip(columns, program.origins) where column.state(row) == .invalid {
            try reportInvalid(column, row, origin, batch)
          }
          passes[position].base[row] = program.matches(filtered, row: row) ? 1 : 0
        }
      }
    }
  }

  private func isAsked(filter: Int, length: Int) -> Bool {
    layout.series.contains { $0.rows.filter == filter && $0.rows.length == length }
      || layout.extremes.contains { $0.rows.filter == filter && $0.rows.length == length }
  }

  /// Gathers the entries of rows that pass the filter and have a value.
  private func take(_ rows: WindowRows, of batch: RowBatch) throws {
    let entries = entries[rows.length]
    let passes = rows.filter.map { self.passes[$0].base }
    let values = rows.argument.map { batch.columns[use.firstFeature + $0] }
    let states = values?.states
    taken.clear()
    for index in 0..<entries.count {
      let entry = entries.base[index]
      let row = Int(entry.row)
      if let passes, passes[row] == 0 { continue }
      if let states, states[row] != CellState.value.rawValue {
        if states[row] == CellState.invalid.rawValue, let values, let argument = rows.argument {
          try reportInvalid(values, row, .feature(use: 0, feature: argument), batch)
        }
        continue
      }
      taken.append(entry)
    }
  }

  /// A value that an answer depends on does not fit: an error, or NULL.
  private func reportInvalid(_ column: Column, _ row: Int, _ origin: PlannedColumn.Origin, _ batch: RowBatch) throws {
    if use.group.invalidValues == .null {
      isInvalid.extend(to: batch.count)
      isInvalid.base[row] = 1
      return
    }
    guard case .feature(_, let feature) = origin else { return }
    let used = use.features[feature]
    throw StoredProblem.invalidStored(
      table: use.group.tableText, column: used.feature.column, key: use.keyText(batch.columns[..<use.keys.count], row),
      value: CellText.text(column, row), type: used.type, role: "feature `\(used.feature.name)`"
    ).error
  }

  // MARK: - Sums

  /// Adds the rows that were taken.
  private func add(to series: WindowSeries, of batch: RowBatch) throws {
    forEach { record, _, _, isTakenOut in
      let count = record.load(fromByteOffset: series.countOffset, as: Int64.self)
      record.storeBytes(of: count &+ (isTakenOut ? -1 : 1), toByteOffset: series.countOffset, as: Int64.self)
    }
    guard let argument = series.rows.argument else { return }
    let values = batch.columns[use.firstFeature + argument]
    if let offset = series.wholeOffset {
      if values.type == .decimal { try readUnits(values, argument, batch) } else { readIntegers(values) }
      add(units, to: offset, carry: series.carryOffset)
    }
    guard let floats = series.floats else { return }
    readNumbers(values)
    add(numbers, to: floats)
    guard let squares = series.squares else { return }
    rests.extend(to: taken.count)
    for index in 0..<taken.count {
      let root = numbers.base[index]
      let square = root * root
      rests.base[index] = square.isFinite ? (-square).addingProduct(root, root) : 0
      numbers.base[index] = square
    }
    add(numbers, to: squares.high)
    add(rests, to: squares.low)
  }

  /// Adds what an engine added up: each row stands for those of a range, which are in the same windows.
  private func addSums(of batch: RowBatch) {
    for series in layout.series {
      let filter = series.rows.filter.map { layout.filters[$0] }
      guard let (count, sum) = use.sumColumns(argument: series.rows.argument, filter: filter) else { continue }
      taken.clear()
      let entries = entries[series.rows.length]
      for index in 0..<entries.count { taken.append(entries.base[index]) }
      let taken = taken.base
      let counts = batch.columns[count].words
      forEach { record, index, _, isTakenOut in
        let number = counts[Int(taken[index].row)]
        let held = record.load(fromByteOffset: series.countOffset, as: Int64.self)
        record.storeBytes(
          of: isTakenOut ? held &- number : held &+ number, toByteOffset: series.countOffset, as: Int64.self)
      }
      guard let offset = series.wholeOffset, let sum else { continue }
      readSums(batch.columns[sum])
      add(units, to: offset, carry: nil)
    }
  }

  /// Adds numbers of the rows that were taken to sums that lie at an offset of records; those of whole numbers of 64
  /// bits always fit.
  private func add(_ units: PlainBuffer<Int128>, to offset: Int, carry: Int?) {
    let units = units.base
    guard let carry else {
      return forEach { record, index, _, isTakenOut in
        let sum = record.load(fromByteOffset: offset, as: Int128.self)
        record.storeBytes(
          of: isTakenOut ? sum &- units[index] : sum &+ units[index], toByteOffset: offset, as: Int128.self)
      }
    }
    forEach { record, index, _, isTakenOut in
      // No value is the least number, whose negative would not fit.
      DecimalSum.add(isTakenOut ? -units[index] : units[index], to: record, at: offset, carry: carry)
    }
  }

  /// Sums of whole numbers, which come as decimals; NULL is that of none.
  private func readSums(_ sums: Column) {
    units.extend(to: taken.count)
    for index in 0..<taken.count {
      let row = Int(taken.base[index].row)
      units.base[index] = sums.states[row] == CellState.value.rawValue ? DecimalSum.whole(sums.bytes(row)) : 0
    }
  }

  private func add(_ numbers: PlainBuffer<Double>, to sums: FloatSums) {
    sums.prepare(UnsafeBufferPointer(start: numbers.base, count: taken.count))
    let numbers = numbers.base
    forEach { record, index, slot, isTakenOut in
      sums.add(numbers[index], to: record, slot: slot, isTakenOut: isTakenOut)
    }
  }

  /// Calls with the record where each row that was taken enters, and with that where it leaves.
  @inline(__always)
  private func forEach(
    _ body: (_ record: UnsafeMutableRawPointer, _ index: Int, _ slot: Int32, _ isTakenOut: Bool) -> Void
  ) {
    let taken = taken.base
    let base = memory.base
    let stride = layout.stride
    for index in 0..<self.taken.count {
      let entry = taken[index]
      body(base + Int(entry.first) * stride, index, entry.first, false)
      if entry.past >= 0 { body(base + Int(entry.past) * stride, index, entry.past, true) }
    }
  }

  private func readIntegers(_ values: Column) {
    units.extend(to: taken.count)
    for index in 0..<taken.count { units.base[index] = Int128(values.words[Int(taken.base[index].row)]) }
  }

  private func readUnits(_ values: Column, _ argument: Int, _ batch: RowBatch) throws {
    units.extend(to: taken.count)
    for index in 0..<taken.count {
      let row = Int(taken.base[index].row)
      guard let number = DecimalSum.units(values.bytes(row)) else {
        throw WindowSumProblem.decimalTooLong(
          CellText.text(values, row), feature: use.features[argument].feature.name,
          key: use.keyText(batch.columns[..<use.keys.count], row)
        ).error
      }
      units.base[index] = number
    }
  }

  private func readNumbers(_ values: Column) {
    numbers.extend(to: taken.count)
    for index in 0..<taken.count {
      let row = Int(taken.base[index].row)
      numbers.base[index] =
        switch values.type {
        case .float: values.double(row)
        case .decimal: NumberText.nearestFloat(ofDecimal: values.bytes(row))
        default: Double(values.words[row])
        }
    }
  }

  // MARK: - Extremes

  private func offer(to extreme: ExtremeStore, of batch: RowBatch, ids: UnsafePointer<Int32>) {
    guard let argument = extreme.rows.argument else { return }
    extreme.take(batch.columns[use.firstFeature + argument], rows: batch.count)
    let events = batch.columns[use.keys.count].words
    let createdColumn = use.event?.createdColumn == nil ? nil : batch.columns[use.keys.count + 1]
    for index in 0..<taken.count {
      let entry = taken.base[index]
      let row = Int(entry.row)
      let created = createdColumn.map { coding.code(ofCreated: $0, row) } ?? AxisCoding.noCreated
      guard case .labels(let table) = placement else {
        extreme.offer(row, event: events[row], created: created, to: Int(entry.first))
        continue
      }
      let start = Int(table.starts.base[Int(ids[row])])
      let end = Int(table.starts.base[Int(ids[row]) + 1])
      let past = entry.past < 0 ? end : Int(entry.past)
      extreme.offer(
        row, event: events[row], created: created, to: (Int(entry.first) - start)..<(past - start), start: start,
        slotCount: end - start)
    }
  }

  // MARK: - Finishing

  /// Adds up the sums along the slots of each key. Throws for a sum that does not fit its type.
  func finish(_ cancellation: Cancellation) throws {
    var point = CancellationPoint(cancellation)
    let floatSums = layout.series.flatMap(\.floatSums)
    for sums in floatSums { sums.sortAside() }
    var running = floatSums.map { FloatSums.Running($0) }
    for key in 0..<keyCount {
      let slots = self.slots(of: key)
      for position in running.indices { running[position].begin() }
      for slot in slots {
        try point.pass()
        let record = record(Int32(slot))
        if slot > slots.lowerBound { addWhole(record - layout.stride, to: record) }
        for position in running.indices { running[position].finish(record, slot: Int32(slot)) }
        try checkSums(record, key: key)
      }
      if case .labels = placement {
        for extreme in extremes { extreme.finish(start: slots.lowerBound, end: slots.upperBound) }
      }
    }
  }

  private var keyCount: Int { if case .labels = placement { keys.count } else { slotCount } }

  private func slots(of key: Int) -> Range<Int> {
    guard case .labels(let table) = placement else { return key..<key + 1 }
    return Int(table.starts.base[key])..<Int(table.starts.base[key + 1])
  }

  /// Adds the numbers and whole sums of a slot to those of the next one.
  private func addWhole(_ record: UnsafeMutableRawPointer, to next: UnsafeMutableRawPointer) {
    for series in layout.series {
      let count = record.load(fromByteOffset: series.countOffset, as: Int64.self)
      let own = next.load(fromByteOffset: series.countOffset, as: Int64.self)
      next.storeBytes(of: own &+ count, toByteOffset: series.countOffset, as: Int64.self)
      guard let offset = series.wholeOffset else { continue }
      let sum = record.load(fromByteOffset: offset, as: Int128.self)
      if let carry = series.carryOffset {
        DecimalSum.add(sum, to: next, at: offset, carry: carry)
        let carried = record.load(fromByteOffset: carry, as: Int64.self)
        next.storeBytes(
          of: next.load(fromByteOffset: carry, as: Int64.self) + carried, toByteOffset: carry, as: Int64.self)
        continue
      }
      let ownSum = next.load(fromByteOffset: offset, as: Int128.self)
      next.storeBytes(of: ownSum &+ sum, toByteOffset: offset, as: Int128.self)
    }
  }

  private func checkSums(_ record: UnsafeMutableRawPointer, key: Int) throws {
    for (window, source) in zip(use.windows, layout.sources) {
      guard case .series(let index) = source, let offset = layout.series[index].wholeOffset,
        let argument = window.argument
      else { continue }
      if let carry = layout.series[index].carryOffset, record.load(fromByteOffset: carry, as: Int64.self) != 0 {
        throw WindowSumProblem.decimalSumTooGreat(
          feature: use.features[argument].feature.name, key: keys.text(key)
        ).error
      }
      guard window.function == .sum, window.type == .int else { continue }
      let sum = record.load(fromByteOffset: offset, as: Int128.self)
      guard Int64(exactly: sum) == nil else { continue }
      throw WindowSumProblem.sumTooGreat(
        String(sum), feature: use.features[argument].feature.name, key: keys.text(key)
      ).error
    }
  }

  // MARK: - Reading

  /// Whether a window has no value at a slot.
  func isNull(_ window: Int, slot: Int) -> Bool {
    switch layout.sources[window] {
    case .extreme(let index): return extremes[index].isNull(slot)
    case .series(let index):
      let count = record(Int32(slot)).load(fromByteOffset: layout.series[index].countOffset, as: Int64.self)
      return count < use.windows[window].function.fewestRows
    }
  }

  /// Fills a column with the values of a window at some slots; -1 stands for no rows at all.
  func gather(_ window: Int, slots: UnsafePointer<Int32>, count: Int, into target: Column) {
    switch layout.sources[window] {
    case .extreme(let index): extremes[index].gather(slots, count: count, into: target)
    case .series(let index):
      let series = layout.series[index]
      let function = use.windows[window].function
      for row in 0..<count {
        if function == .count {
          let counted = slots[row] < 0 ? 0 : record(slots[row]).load(fromByteOffset: series.countOffset, as: Int64.self)
          target.set(row, integer: counted)
        } else if slots[row] < 0 || isNull(window, slot: Int(slots[row])) {
          target.setNull(row)
        } else {
          fill(target, row, function, series, record(slots[row]))
        }
      }
    }
  }

  private func fill(
    _ target: Column, _ row: Int, _ function: AggregateFunction, _ series: WindowSeries,
    _ record: UnsafeMutableRawPointer
  ) {
    let count = record.load(fromByteOffset: series.countOffset, as: Int64.self)
    let isDecimal = series.rows.argument.map { use.features[$0].type == .decimal } ?? false
    switch function {
    case .variance, .stddev:
      let variance = SampleVariance.of(series, record, count: Double(count))
      target.set(row, double: function == .variance ? variance : variance.squareRoot())
    case .sum, .avg:
      if let offset = series.wholeOffset {
        let sum = record.load(fromByteOffset: offset, as: Int128.self)
        if function == .avg {
          let units = isDecimal ? DecimalSum.unitsOfOne : 1
          target.set(row, double: Mean.nearestFloat(sum, dividedBy: UInt128(count) * units))
        } else if isDecimal {
          DecimalSum.text(sum).withUnsafeBufferPointer { target.set(row, bytes: $0) }
        } else {
          target.set(row, integer: Int64(truncatingIfNeeded: sum))
        }
      } else if let floats = series.floats {
        let sum = record.load(fromByteOffset: floats.offset, as: Double.self)
        let rest = record.load(fromByteOffset: floats.offset + 8, as: Double.self)
        target.set(
          row, double: function == .avg ? Mean.nearestFloat(ofSum: sum, rest, count: Double(count)) : sum)
      }
    case .count, .min, .max, .first, .last: preconditionFailure("no sum is asked for")
    }
  }
}

extension WindowSeries {
  fileprivate var floatSums: [FloatSums] { [floats, squares?.high, squares?.low].compactMap { $0 } }
}
