import SpellCore
import SpellTables

/// What the first rows of a table show of a column.
struct ColumnSample {
  /// Seconds since 1970 at the starts of 1990 and 2100: numbers between them, in some unit, may well be moments.
  private static let plausibleSeconds: ClosedRange<Double> = 631_152_000...4_102_444_800
  /// The same as Julian days.
  private static let plausibleDays: ClosedRange<Double> = 2_447_892.5...2_488_069.5
  private static let day: Int64 = 86_400_000_000

  /// Values that are not NULL.
  private(set) var values = 0
  /// Those that do not fit the column's type.
  private(set) var unfit = 0
  /// Texts that are times, or moments of the engine's own.
  private(set) var times = 0
  private(set) var naiveTimes = 0
  private(set) var dates = 0
  private(set) var dayStarts = 0
  private var least = Double.infinity
  private var greatest = -Double.infinity

  /// Takes the cells of a batch, read as what they are by nature.
  mutating func add(_ column: Column, count: Int) {
    for row in 0..<count where column.state(row) != .null {
      values += 1
      guard column.state(row) == .value else {
        unfit += 1
        add(text: column.bytes(row))
        continue
      }
      switch column.type {
      case .int: add(Double(column.integer(row)))
      case .float: add(column.double(row))
      case .str: add(text: column.bytes(row))
      case .datetime: add(moment: column.integer(row))
      case .date: dates += 1
      case .decimal, .bool, .uuid, .bytes: break
      }
    }
  }

  /// Counts what the text of a moment's column says of its zone.
  mutating func addForms(_ column: Column, count: Int) {
    for row in 0..<count where column.state(row) == .value {
      if TimeForm(column.bytes(row))?.isNaive == true { naiveTimes += 1 }
    }
  }

  private mutating func add(_ number: Double) {
    least = min(least, number)
    greatest = max(greatest, number)
  }

  private mutating func add(text: ByteSlice) {
    if case .success(let moment) = TimeText.parse(text, zone: .utc, reading: .stored), let form = TimeForm(text) {
      add(moment: moment)
      if form.isNaive { naiveTimes += 1 }
      if form.isDate { dates += 1 }
    } else if let number = NumberText.parseFloat(text) {
      add(number)
    }
  }

  private mutating func add(moment: Int64) {
    times += 1
    if moment % Self.day == 0 { dayStarts += 1 }
  }

  var areAllTimes: Bool { values > 0 && times == values }
  var areAllDates: Bool { values > 0 && dates == values }

  /// How the numbers could be moments; nil where they could not, or there are none.
  var numberStorage: TimestampStorage? {
    guard times == 0, least <= greatest else { return nil }
    func lie(in range: ClosedRange<Double>, times unit: Double) -> Bool {
      range.contains(least / unit) && range.contains(greatest / unit)
    }
    if lie(in: Self.plausibleSeconds, times: 1) { return .unixSeconds }
    if lie(in: Self.plausibleSeconds, times: 1e3) { return .unixMilliseconds }
    if lie(in: Self.plausibleSeconds, times: 1e6) { return .unixMicroseconds }
    return lie(in: Self.plausibleDays, times: 1) ? .julian : nil
  }
}
