import SpellCore
import SpellTables

/// Turns what an engine has stored into the cells of one result column, by the column's reading. What does not fit
/// becomes an invalid cell.
///
/// Plain memory without references, so that the loop over rows neither counts them nor allocates: its column and zone
/// are kept alive by `CellWriters`. Each `set` returns the number of bytes that the cell holds beside its word.
package struct CellWriter {
  /// What the cells are to be.
  enum Form {
    case int, float, decimal, str, bool, date, uuid, bytes
    /// Moments by storage; `time` where the engine has a type for them.
    case timeText, unixTime, julianDay, time
    /// No value fits: a time whose storage is a number axis.
    case nothing
  }

  let form: Form
  /// Microseconds in the unit of `unixTime`.
  let unit: Int64
  let words: UnsafeMutablePointer<Int64>
  let states: UnsafeMutablePointer<UInt8>
  let column: Unmanaged<Column>
  let zone: UnsafePointer<Zone>
  let times: TimeReading

  init(_ reading: ColumnReading, column: Column, zone: UnsafePointer<Zone>) {
    (form, unit) = Self.form(of: reading)
    words = column.words
    states = column.states
    self.column = Unmanaged.passUnretained(column)
    self.zone = zone
    times = reading.times
  }

  private static func form(of reading: ColumnReading) -> (Form, Int64) {
    switch reading.type {
    case .int: (.int, 1)
    case .float: (.float, 1)
    case .decimal: (.decimal, 1)
    case .str: (.str, 1)
    case .bool: (.bool, 1)
    case .date: (.date, 1)
    case .uuid: (.uuid, 1)
    case .bytes: (.bytes, 1)
    case .datetime:
      switch reading.storage {
      case .native: (.time, 1)
      case .iso8601: (.timeText, 1)
      case .unixSeconds: (.unixTime, 1_000_000)
      case .unixMilliseconds: (.unixTime, 1000)
      case .unixMicroseconds: (.unixTime, 1)
      case .julian: (.julianDay, 1)
      case .number: (.nothing, 1)
      }
    }
  }

  @inline(__always)
  package func setNull(_ row: Int) -> Int {
    states[row] = CellState.null.rawValue
    return 0
  }

  // MARK: - Numbers

  /// A stored whole number.
  @inline(__always)
  func set(_ row: Int, integer: Int64) -> Int {
    switch form {
    case .int: return put(row, integer)
    case .unixTime:
      guard let moment = StoredTime.unix(integer, unit: unit) else { break }
      return put(row, moment)
    case .float:
      // A double holds such a number exactly along with its neighbours.
      guard integer.magnitude <= 1 << 53 else { break }
      return put(row, Int64(bitPattern: Double(integer).bitPattern))
    default: return setRarely(row, integer: integer)
    }
    return refuse(row, integer: integer)
  }

  @inline(never)
  private func setRarely(_ row: Int, integer: Int64) -> Int {
    switch form {
    case .bool where integer == 0 || integer == 1: return put(row, integer)
    case .decimal: return withText(of: integer) { put(row, $0) }
    case .julianDay:
      guard let moment = StoredTime.julian(Double(integer)) else { break }
      return put(row, moment)
    default: break
    }
    return refuse(row, integer: integer)
  }

  /// A stored floating-point number.
  @inline(__always)
  func set(_ row: Int, double: Double) -> Int {
    if form == .float { return put(row, Int64(bitPattern: double.bitPattern)) }
    return setRarely(row, double: double)
  }

  @inline(never)
  private func setRarely(_ row: Int, double: Double) -> Int {
    let moment: Int64? =
      switch form {
      case .unixTime: StoredTime.unix(double, unit: unit)
      case .julianDay: StoredTime.julian(double)
      default: nil
      }
    if let moment { return put(row, moment) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberText.capacity) { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return refuse(row, ByteSlice(start: start, count: NumberText.writeFloat(double, to: start)))
    }
  }

  /// A stored exact decimal, in its canonical text; also `NaN`, `Infinity` and `-Infinity`, which only floats have.
  @inline(never)
  func set(_ row: Int, decimal: ByteSlice) -> Int {
    guard let last = decimal.last, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last) else {
      guard form == .float, let double = StoredNumber.named(decimal) else { return refuse(row, decimal) }
      return put(row, Int64(bitPattern: double.bitPattern))
    }
    switch form {
    case .decimal: return put(row, decimal)
    case .float:
      // Beyond the greatest double there is no nearest one.
      guard let double = NumberText.parseFloat(decimal) else { break }
      return put(row, Int64(bitPattern: double.bitPattern))
    case .int:
      guard let integer = NumberText.parseInt(decimal) else { break }
      return put(row, integer)
    default: break
    }
    return refuse(row, decimal)
  }

  @inline(__always)
  func set(_ row: Int, bool: Bool) -> Int {
    if form == .bool { return put(row, bool ? 1 : 0) }
    return refuse(row, bool ? "true" : "false")
  }

  // MARK: - Texts and bytes

  /// A stored text, which need not be UTF-8.
  @inline(__always)
  func set(_ row: Int, text: ByteSlice) -> Int {
    switch form {
    case .str:
      guard StoredText.isUTF8(text) else { break }
      return put(row, text)
    case .timeText:
      guard case .success(let moment) = TimeText.parse(text, zone: zone.pointee, reading: times) else { break }
      return put(row, moment)
    default: return setRarely(row, text: text)
    }
    return refuse(row, text)
  }

  @inline(never)
  private func setRarely(_ row: Int, text: ByteSlice) -> Int {
    switch form {
    case .decimal:
      if StoredText.isPlainDecimal(text) { return put(row, text) }
      guard let canonical = DecimalText.canonical(text) else { break }
      return canonical.withUnsafeBufferPointer { put(row, $0) }
    case .date:
      guard case .success(let day) = TimeText.parseDate(text) else { break }
      return put(row, day)
    case .uuid:
      return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { buffer in
        guard let start = buffer.baseAddress, ByteText.writeUUID(text, to: start) else { return refuse(row, text) }
        return put(row, ByteSlice(start: start, count: 36))
      }
    default: break
    }
    return refuse(row, text)
  }

  @inline(never)
  func set(_ row: Int, blob: ByteSlice) -> Int {
    if form == .bytes { return put(row, blob) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: StoredText.shownBytes) { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return refuse(row, ByteSlice(start: start, count: StoredText.writeBlob(blob, to: start)))
    }
  }

  /// A stored UUID, as its 16 bytes.
  @inline(never)
  func set(_ row: Int, uuid: ByteSlice) -> Int {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      StoredText.writeUUID(uuid, to: start)
      let text = ByteSlice(start: start, count: 36)
      return form == .uuid || form == .str ? put(row, text) : refuse(row, text)
    }
  }

  // MARK: - Times of the engine's own

  /// Microseconds of UTC since 1970, or one of the infinities of `Instant`.
  @inline(__always)
  func set(_ row: Int, instant: Int64) -> Int {
    if form == .time, StoredTime.isReadable(instant) { return put(row, instant) }
    return refuse(row, time: instant)
  }

  /// Microseconds since 1970-01-01 00:00 of the clock in the column's zone, or one of the infinities.
  @inline(__always)
  func set(_ row: Int, localTime: Int64) -> Int {
    if localTime == .min || localTime == .max { return set(row, instant: localTime) }
    switch zone.pointee.resolve(localMicroseconds: localTime) {
    case .unique(let instant): return set(row, instant: instant)
    case .ambiguous(let earlier, let later): return set(row, instant: times == .label ? earlier : later)
    case .skipped: return refuse(row, time: localTime)
    }
  }

  /// Days since 1970-01-01, or one of the infinities of `Instant`: as a moment, the start of the day.
  @inline(__always)
  func set(_ row: Int, days: Int64) -> Int {
    let isFinite = days != .min && days != .max
    if form == .time {
      return set(row, localTime: isFinite ? days &* StoredTime.microsecondsPerDay : days)
    }
    if form == .date, StoredTime.isReadable(days: days) { return put(row, days) }
    return refuse(row, time: isFinite ? days &* StoredTime.microsecondsPerDay : days)
  }

  // MARK: - Cells

  @inline(__always)
  private func put(_ row: Int, _ word: Int64) -> Int {
    words[row] = word
    states[row] = CellState.value.rawValue
    return 0
  }

  @inline(__always)
  private func put(_ row: Int, _ bytes: ByteSlice) -> Int {
    column._withUnsafeGuaranteedRef { $0.set(row, bytes: bytes) }
    return bytes.count
  }

  private func withText(of integer: Int64, _ body: (ByteSlice) -> Int) -> Int {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberText.capacity) { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return body(ByteSlice(start: start, count: NumberText.writeInt(integer, to: start)))
    }
  }

  @inline(never)
  private func refuse(_ row: Int, integer: Int64) -> Int { withText(of: integer) { refuse(row, $0) } }

  @inline(never)
  private func refuse(_ row: Int, time: Int64) -> Int {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: TimeText.capacity) { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return refuse(row, ByteSlice(start: start, count: TimeText.write(time, to: start)))
    }
  }

  private func refuse(_ row: Int, _ text: StaticString) -> Int {
    refuse(row, ByteSlice(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Makes the cell an invalid one that shows a text.
  @inline(never)
  func refuse(_ row: Int, _ text: ByteSlice) -> Int {
    let shown = StoredText.shown(text)
    column._withUnsafeGuaranteedRef { $0.setInvalid(row, bytes: shown) }
    return shown.count
  }
}

/// The writers of all columns of a result, and what they point to.
final class CellWriters {
  let writers: UnsafeMutableBufferPointer<CellWriter>
  private let zones: UnsafeMutableBufferPointer<Zone>
  private let batch: RowBatch

  init(_ readings: [ColumnReading], batch: RowBatch) {
    self.batch = batch
    zones = .allocate(capacity: readings.count)
    writers = .allocate(capacity: readings.count)
    for (index, reading) in readings.enumerated() {
      zones.initializeElement(at: index, to: reading.zone)
      guard let zone = zones.baseAddress else { continue }
      writers.initializeElement(
        at: index, to: CellWriter(reading, column: batch.columns[index], zone: UnsafePointer(zone + index)))
    }
  }

  deinit {
    writers.deallocate()
    zones.deinitialize()
    zones.deallocate()
  }
}
