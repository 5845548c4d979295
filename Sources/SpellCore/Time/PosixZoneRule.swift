/// The rule for the future at the end of a TZif file, such as `EST5EDT,M3.2.0,M11.1.0` (POSIX TZ, with the wider hours
/// of TZif version 3).
struct PosixZoneRule: Sendable {
  /// Seconds east of UTC.
  let standardOffset: Int64
  /// Summer time; nil where clocks stay.
  let daylight: Daylight?

  /// When clocks change each year, and between which offsets.
  struct Daylight: Sendable {
    let standardOffset: Int64
    let daylightOffset: Int64
    fileprivate let start: YearlyMoment
    fileprivate let end: YearlyMoment

    /// The changes of some years in ascending order: seconds of UTC and the offset from then on.
    func transitions(years: ClosedRange<Int>) -> [(time: Int64, offset: Int64)] {
      var result: [(time: Int64, offset: Int64)] = []
      for year in years {
        let forward = (time: start.localSecond(year: year) - standardOffset, offset: daylightOffset)
        let back = (time: end.localSecond(year: year) - daylightOffset, offset: standardOffset)
        result += forward.time < back.time ? [forward, back] : [back, forward]
      }
      // Where summer time lasts all year, its end and the next start coincide: the later one of the list counts.
      var unique: [(time: Int64, offset: Int64)] = []
      for transition in result {
        while let last = unique.last, last.time >= transition.time { unique.removeLast() }
        unique.append(transition)
      }
      return unique
    }
  }

  /// Reads a whole rule; nil if it is malformed.
  init?(_ text: ArraySlice<UInt8>) {
    var cursor = RuleCursor(text)
    guard cursor.skipName(), let standard = cursor.offset() else { return nil }
    standardOffset = standard
    if cursor.isAtEnd {
      daylight = nil
      return
    }
    guard cursor.skipName() else { return nil }
    var summer = standard + 3600
    if !cursor.isAtEnd, !cursor.isNext(",") {
      guard let offset = cursor.offset() else { return nil }
      summer = offset
    }
    guard cursor.take(","), let start = cursor.moment(), cursor.take(","), let end = cursor.moment(), cursor.isAtEnd
    else { return nil }
    daylight = Daylight(standardOffset: standard, daylightOffset: summer, start: start, end: end)
  }
}

/// A day and time of every year.
private struct YearlyMoment: Sendable {
  enum Day: Sendable {
    /// The n-th (5: the last) weekday (0: Sunday) of a month.
    case weekday(month: Int, week: Int, weekday: Int)
    /// 1 to 365; 29 February is never counted.
    case dayWithoutLeapDay(Int)
    /// 0 to 365.
    case dayOfYear(Int)
  }

  let day: Day
  /// Seconds after midnight; may lie outside the day.
  let time: Int64

  /// Seconds since 1970-01-01 00:00 of the local clock.
  func localSecond(year: Int) -> Int64 { days(year: year) * 86_400 + time }

  private func days(year: Int) -> Int64 {
    let newYear = CivilDate(year: year, month: 1, day: 1).days
    switch day {
    case .dayOfYear(let number): return newYear + Int64(number)
    case .dayWithoutLeapDay(let number):
      return newYear + Int64(number - 1 + (CivilDate.isLeap(year) && number >= 60 ? 1 : 0))
    case .weekday(let month, let week, let weekday):
      let first = CivilDate(year: year, month: month, day: 1).days
      // 1970-01-01 was a Thursday.
      let firstWeekday = ((first + 4) % 7 + 7) % 7
      var number = Int((Int64(weekday) - firstWeekday + 7) % 7) + (week - 1) * 7
      while number >= CivilDate.length(ofMonth: month, year: year) { number -= 7 }
      return first + Int64(number)
    }
  }
}

/// Walks the bytes of a rule.
private struct RuleCursor {
  private let text: ArraySlice<UInt8>
  private var index: Int

  init(_ text: ArraySlice<UInt8>) {
    self.text = text
    index = text.startIndex
  }

  var isAtEnd: Bool { index == text.endIndex }

  func isNext(_ character: Unicode.Scalar) -> Bool { !isAtEnd && text[index] == UInt8(ascii: character) }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard isNext(character) else { return false }
    index += 1
    return true
  }

  /// Passes over `EST` or `<+03>`.
  mutating func skipName() -> Bool {
    let start = index
    if take("<") {
      while !isAtEnd, !isNext(">") { index += 1 }
      return take(">")
    }
    while !isAtEnd, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(text[index] | 0x20) { index += 1 }
    return index > start
  }

  /// Reads an offset, which POSIX counts west of UTC: seconds east.
  mutating func offset() -> Int64? {
    guard let seconds = signedTime(), abs(seconds) < OffsetHistory.farthestOffset else { return nil }
    return -seconds
  }

  /// Reads `M3.2.0`, `J60` or `59`, each optionally with `/time`; without it the change is at 02:00.
  mutating func moment() -> YearlyMoment? {
    guard let day = day() else { return nil }
    guard take("/") else { return YearlyMoment(day: day, time: 7200) }
    return signedTime().map { YearlyMoment(day: day, time: $0) }
  }

  private mutating func day() -> YearlyMoment.Day? {
    if take("M") {
      guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6)
      else { return nil }
      return .weekday(month: month, week: week, weekday: weekday)
    }
    if take("J") { return number(1...365).map { .dayWithoutLeapDay($0) } }
    return number(0...365).map { .dayOfYear($0) }
  }

  /// Reads `[+-]hh[:mm[:ss]]`.
  private mutating func signedTime() -> Int64? {
    let isNegative = take("-")
    if !isNegative { _ = take("+") }
    guard let hours = number(0...167) else { return nil }
    var seconds = hours * 3600
    if take(":") {
      guard let minutes = number(0...59) else { return nil }
      seconds += minutes * 60
      if take(":") {
        guard let rest = number(0...59) else { return nil }
        seconds += rest
      }
    }
    return Int64(isNegative ? -seconds : seconds)
  }

  /// Reads at most three digits.
  private mutating func number(_ range: ClosedRange<Int>) -> Int? {
    var value = 0
    let start = index
    while !isAtEnd, index < start + 3, text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") {
      value = value * 10 + Int(text[index] - UInt8(ascii: "0"))
      index += 1
    }
    return index > start && range.contains(value) ? value : nil
  }
}
