/// What a naive time and digits beyond the microsecond mean: a label never moves forward, a stored row never backward,
/// so that nothing leaks.
package enum TimeReading: Sendable {
  /// A label's moment or a literal: further digits are cut off, a local time that occurs twice is the earlier instant.
  case label
  /// A stored value: further digits round up, a local time that occurs twice is the later instant.
  case stored
}

/// Why a text is no time.
package enum TimeProblem: Error, Sendable, Equatable {
  /// Not of the form `YYYY-MM-DD[( |T)HH:MM[:SS[.digits]][Z|±HH[[:]MM]]]`.
  case malformed
  /// Of the form, but no such day or time: `2024-02-30`, `24:00`.
  case impossible
  /// A local time that the zone skips.
  case skipped(zone: String)
  /// Not within the years 0001 to 9999, or past what microseconds hold.
  case outOfRange
}

/// The text form of instants and dates.
package enum TimeText {
  private static let microsecondsPerSecond: Int64 = 1_000_000
  private static let microsecondsPerDay: Int64 = 86_400_000_000
  /// 0001-01-01 00:00:00 of UTC.
  private static let firstMicrosecond: Int64 = -62_135_596_800_000_000
  /// 9999-12-31 23:59:59.999999 of UTC.
  private static let lastMicrosecond: Int64 = 253_402_300_799_999_999

  /// Reads a time: microseconds of UTC, or why it is none. `infinity` and `-infinity` are taken.
  package static func parse(_ text: ByteSlice, zone: Zone, reading: TimeReading) -> Result<Int64, TimeProblem> {
    guard let date = civilDate(text) else { return infinity(text) }
    var clock = ClockTime()
    if text.count > 10, !clock.read(text) { return .failure(.malformed) }
    guard date.year >= 1 else { return .failure(.outOfRange) }
    guard date.isValid, clock.isValid else { return .failure(.impossible) }

    let local = date.days &* microsecondsPerDay &+ clock.seconds &* microsecondsPerSecond &+ clock.microseconds
    var instant: Int64
    if clock.hasOffset {
      instant = local &- clock.offsetSeconds &* microsecondsPerSecond
    } else {
      switch zone.resolve(localMicroseconds: local) {
      case .unique(let moment): instant = moment
      case .ambiguous(let earlier, let later): instant = reading == .label ? earlier : later
      case .skipped: return .failure(.skipped(zone: zone.name))
      }
    }
    // Rounded after the zone is settled: the fraction belongs to the second before a gap, not to the gap.
    if clock.hasFurtherDigits, reading == .stored { instant &+= 1 }
    guard instant >= firstMicrosecond, instant <= lastMicrosecond else { return .failure(.outOfRange) }
    return .success(instant)
  }

  /// Reads exactly `YYYY-MM-DD`: days since 1970-01-01.
  package static func parseDate(_ text: ByteSlice) -> Result<Int64, TimeProblem> {
    guard text.count == 10, let date = civilDate(text) else { return .failure(.malformed) }
    guard date.year >= 1 else { return .failure(.outOfRange) }
    guard date.isValid else { return .failure(.impossible) }
    return .success(date.days)
  }

  /// The most bytes that `write` and `writeDate` put down.
  package static let capacity = 40

  /// Writes `2024-01-31 12:00:00[.ffffff]+00:00` (or `infinity`, `-infinity`); returns the number of bytes. Years
  /// outside 0000 to 9999, which no text is read as, get a sign or further digits.
  package static func write(_ microseconds: Int64, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
    if let count = writeInfinity(microseconds, to: bytes) { return count }
    var (days, rest) = microseconds.quotientAndRemainder(dividingBy: microsecondsPerDay)
    if rest < 0 {
      days -= 1
      rest += microsecondsPerDay
    }
    let fraction = Int(rest % microsecondsPerSecond)
    let seconds = Int(rest / microsecondsPerSecond)
    var count = writeDate(days, to: bytes)
    bytes[count] = UInt8(ascii: " ")
    NumberText.writePair(seconds / 3600, to: bytes + count + 1)
    bytes[count + 3] = UInt8(ascii: ":")
    NumberText.writePair(seconds / 60 % 60, to: bytes + count + 4)
    bytes[count + 6] = UInt8(ascii: ":")
    NumberText.writePair(seconds % 60, to: bytes + count + 7)
    count += 9
    if fraction != 0 {
      bytes[count] = UInt8(ascii: ".")
      NumberText.writePair(fraction / 10_000, to: bytes + count + 1)
      NumberText.writePair(fraction / 100 % 100, to: bytes + count + 3)
      NumberText.writePair(fraction % 100, to: bytes + count + 5)
      count += 7
    }
    return count + NumberText.writeText("+00:00", to: bytes + count)
  }

  /// Writes `2024-01-31` (or `infinity`, `-infinity`); returns the number of bytes.
  package static func writeDate(_ days: Int64, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
    if let count = writeInfinity(days, to: bytes) { return count }
    let date = CivilDate(days: days)
    var count = 0
    if date.year < 0 {
      bytes[0] = UInt8(ascii: "-")
      count = 1
    }
    let year = date.year.magnitude
    if year <= 9999 {
      NumberText.writePair(Int(year) / 100, to: bytes + count)
      NumberText.writePair(Int(year) % 100, to: bytes + count + 2)
      count += 4
    } else {
      count += NumberText.writeInt(Int64(year), to: bytes + count)
    }
    bytes[count] = UInt8(ascii: "-")
    NumberText.writePair(date.month, to: bytes + count + 1)
    bytes[count + 3] = UInt8(ascii: "-")
    NumberText.writePair(date.day, to: bytes + count + 4)
    return count + 6
  }

  package static func text(_ microseconds: Int64) -> String {
    String(unsafeUninitializedCapacity: capacity) { buffer in
      buffer.baseAddress.map { write(microseconds, to: $0) } ?? 0
    }
  }

  package static func dateText(_ days: Int64) -> String {
    String(unsafeUninitializedCapacity: capacity) { buffer in
      buffer.baseAddress.map { writeDate(days, to: $0) } ?? 0
    }
  }

  /// The parts of `YYYY-MM-DD` at the start of a text, whether or not they name a day; nil for any other form.
  private static func civilDate(_ text: ByteSlice) -> CivilDate? {
    guard text.count >= 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else { return nil }
    let century = NumberText.pair(text, at: 0)
    let year = NumberText.pair(text, at: 2)
    let month = NumberText.pair(text, at: 5)
    let day = NumberText.pair(text, at: 8)
    guard century | year | month | day >= 0 else { return nil }
    return CivilDate(year: century * 100 + year, month: month, day: day)
  }

  /// The two ends of 64 bits; nil for any other number.
  @inline(__always)
  private static func writeInfinity(_ value: Int64, to bytes: UnsafeMutablePointer<UInt8>) -> Int? {
    if value == .max { return NumberText.writeText("infinity", to: bytes) }
    return value == .min ? NumberText.writeText("-infinity", to: bytes) : nil
  }

  private static func infinity(_ text: ByteSlice) -> Result<Int64, TimeProblem> {
    if text.elementsEqual("infinity".utf8) { return .success(.max) }
    if text.elementsEqual("-infinity".utf8) { return .success(.min) }
    return .failure(.malformed)
  }
}

/// The clock's part of a time text, from the separator on.
private struct ClockTime {
  private var hour = 0
  private var minute = 0
  private var second = 0
  /// The first six digits of the fraction.
  private(set) var microseconds: Int64 = 0
  /// Whether a digit other than 0 follows the sixth.
  private(set) var hasFurtherDigits = false
  private(set) var hasOffset = false
  private var offsetHours = 0
  private var offsetMinutes = 0
  private var isOffsetNegative = false

  var isValid: Bool { hour < 24 && minute < 60 && second < 60 && offsetHours < 24 && offsetMinutes < 60 }

  /// Seconds since midnight.
  var seconds: Int64 { Int64(hour &* 3600 &+ minute &* 60 &+ second) }

  /// East of UTC.
  var offsetSeconds: Int64 {
    let magnitude = Int64(offsetHours &* 3600 &+ offsetMinutes &* 60)
    return isOffsetNegative ? -magnitude : magnitude
  }

  /// Reads `( |T)HH:MM[:SS[.digits]][Z|±HH[[:]MM]]` from byte 10 to the end; false for any other form.
  mutating func read(_ text: ByteSlice) -> Bool {
    let count = text.count
    guard count >= 16, text[10] == UInt8(ascii: "T") || text[10] == UInt8(ascii: " "), text[13] == UInt8(ascii: ":")
    else { return false }
    hour = NumberText.pair(text, at: 11)
    minute = NumberText.pair(text, at: 14)
    guard hour | minute >= 0 else { return false }
    var index = 16
    if index < count, text[index] == UInt8(ascii: ":") {
      guard count >= 19 else { return false }
      second = NumberText.pair(text, at: 17)
      guard second >= 0 else { return false }
      index = 19
      if index < count, text[index] == UInt8(ascii: ".") {
        index = readFraction(text, from: 20)
        guard index > 20 else { return false }
      }
    }
    return index == count || readOffset(text, from: index)
  }

  /// Reads digits; returns the index after the last one.
  private mutating func readFraction(_ text: ByteSlice, from start: Int) -> Int {
    var index = start
    var scale: Int64 = 100_000
    while index < text.count {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      microseconds &+= Int64(digit) &* scale
      if scale == 0, digit != 0 { hasFurtherDigits = true }
      scale /= 10
      index += 1
    }
    return index
  }

  /// Reads `Z`, `±HH`, `±HHMM` or `±HH:MM` up to the end.
  private mutating func readOffset(_ text: ByteSlice, from start: Int) -> Bool {
    hasOffset = true
    switch text[start] {
    case UInt8(ascii: "Z"): return text.count == start + 1
    case UInt8(ascii: "+"): break
    case UInt8(ascii: "-"): isOffsetNegative = true
    default: return false
    }
    guard text.count >= start + 3 else { return false }
    offsetHours = NumberText.pair(text, at: start + 1)
    switch text.count - start {
    case 3: break
    case 5: offsetMinutes = NumberText.pair(text, at: start + 3)
    case 6 where text[start + 3] == UInt8(ascii: ":"): offsetMinutes = NumberText.pair(text, at: start + 4)
    default: return false
    }
    return offsetHours | offsetMinutes >= 0
  }
}
