/// The text form of lengths on an axis.
package enum IntervalText {
  /// The units of time in microseconds, the smallest first.
  private static let units: [(name: StaticString, microseconds: Int64)] = [
    ("ms", 1000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000), ("d", 86_400_000_000),
    ("w", 604_800_000_000),
  ]

  /// Reads `500ms 90s 15m 12h 7d 2w`, or a bare number without a sign; nil for any other form and on overflow.
  package static func parse(_ text: ByteSlice) -> Interval? {
    var end = 0
    while end < text.count, text[end] >= UInt8(ascii: "0"), text[end] <= UInt8(ascii: "9") { end += 1 }
    if end == text.count { return NumberText.parseInt(text).map { .number(.int($0)) } }
    let rest = text[end...]
    if end > 0, let unit = units.first(where: { $0.name.withUTF8Buffer { rest.elementsEqual($0) } }) {
      guard let count = NumberText.parseInt(ByteSlice(rebasing: text[..<end])) else { return nil }
      let (microseconds, overflow) = count.multipliedReportingOverflow(by: unit.microseconds)
      return overflow ? nil : .time(microseconds: microseconds)
    }
    guard text[0] != UInt8(ascii: "-"), let number = NumberText.parseFloat(text), number.isFinite else { return nil }
    return .number(.float(number))
  }

  /// The shortest exact spelling: `7d`, `90s`, `1500ms`, or the number; of two equally short ones that of the smaller
  /// unit. Microseconds that no unit divides never occur; they would be cut off.
  package static func text(_ interval: Interval) -> String {
    switch interval {
    case .number(.int(let number)): return String(number)
    case .number(.float(let number)): return NumberText.floatText(number)
    case .time(let microseconds):
      let spellings = units.filter { microseconds % $0.microseconds == 0 }
        .map { "\(microseconds / $0.microseconds)\($0.name)" }
      let shortest = spellings.min { $0.utf8.count < $1.utf8.count }
      return shortest ?? "\(microseconds / units[0].microseconds)\(units[0].name)"
    }
  }
}
