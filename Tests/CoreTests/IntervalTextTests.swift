import SpellCore
import TestSupport
import Testing

private func parse(_ text: String) -> Interval? { withBytes(of: text) { IntervalText.parse($0) } }

@Suite struct IntervalTextTests {
  @Test(arguments: [
    ("500ms", 500_000), ("90s", 90_000_000), ("15m", 900_000_000), ("12h", 43_200_000_000), ("7d", 604_800_000_000),
    ("2w", 1_209_600_000_000), ("0s", 0), ("007s", 7_000_000), ("9223372036854775ms", 9_223_372_036_854_775_000),
    ("15250284w", 9_223_371_763_200_000_000),
  ])
  func readsTimes(text: String, microseconds: Int64) { #expect(parse(text) == .time(microseconds: microseconds)) }

  @Test(arguments: [
    ("0", AxisNumber.int(0)), ("5", .int(5)), ("9223372036854775807", .int(.max)), ("0.5", .float(0.5)),
    (".5", .float(0.5)), ("1e3", .float(1000)), ("5.0", .float(5)),
  ])
  func readsNumbers(text: String, number: AxisNumber) { #expect(parse(text) == .number(number)) }

  @Test(arguments: [
    "", "ms", "d", "-7d", "+7d", "-5", "+5", "-0.5", "1.5h", "7 d", " 7d", "7d ", "7D", "7days", "7us", "7y", "1h30m",
    "1e3s",
    "9223372036854775808", "9223372036854776ms", "15250285w", "99999999999999999999s", "inf", "nan", "1e400", "7d\0",
  ])
  func refuses(text: String) { #expect(parse(text) == nil) }

  @Test(arguments: [
    (604_800_000_000, "7d"), (1_209_600_000_000, "2w"), (86_400_000_000, "1d"), (90_000_000, "90s"),
    (120_000_000, "2m"),
    (1_500_000, "1500ms"), (500_000, "500ms"), (1_000_000, "1s"), (172_800_000_000, "2d"), (129_600_000_000, "36h"),
    (0, "0s"),
    (-604_800_000_000, "-7d"), (10_800_000_000, "3h"), (864_000_000_000, "10d"), (7_257_600_000_000, "84d"),
    (9_072_000_000_000, "15w"),
  ])
  func shortestSpelling(microseconds: Int64, text: String) {
    #expect(IntervalText.text(.time(microseconds: microseconds)) == text)
  }

  @Test func numbersAreWritten() {
    #expect(IntervalText.text(.number(.int(5))) == "5")
    #expect(IntervalText.text(.number(.int(.min))) == "-9223372036854775808")
    #expect(IntervalText.text(.number(.float(5))) == "5.0")
    #expect(IntervalText.text(.number(.float(0.5))) == "0.5")
  }

  @Test func whatIsWrittenIsReadBack() {
    var generator = SeededRandom(seed: 8)
    for _ in 0..<5000 {
      let milliseconds =
        Int64.random(in: 0...9_223_372_036_854_775, using: &generator) >> Int64.random(in: 0...50, using: &generator)
      let interval = Interval.time(microseconds: milliseconds * 1000)
      #expect(parse(IntervalText.text(interval)) == interval)
    }
    #expect(IntervalText.text(.time(microseconds: .max)).hasSuffix("ms"))
    #expect(IntervalText.text(.time(microseconds: .min)).hasSuffix("ms"))
  }
}
