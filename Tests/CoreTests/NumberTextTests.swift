import SpellCore
import TestSupport
import Testing

private func parseInt(_ text: String) -> Int64? { withBytes(of: text) { NumberText.parseInt($0) } }
private func parseFloat(_ text: String) -> Double? { withBytes(of: text) { NumberText.parseFloat($0) } }

private func intText(_ value: Int64) -> String {
  String(unsafeUninitializedCapacity: NumberText.capacity) { buffer in
    buffer.baseAddress.map { NumberText.writeInt(value, to: $0) } ?? 0
  }
}

@Suite struct NumberTextTests {
  @Test(arguments: [
    ("0", 0), ("-0", 0), ("7", 7), ("007", 7), ("-007", -7), ("9223372036854775807", Int64.max),
    ("-9223372036854775808", Int64.min), ("0000000000000000000000000000000000000042", 42),
    ("999999999999999999", 999_999_999_999_999_999), ("1000000000000000000", 1_000_000_000_000_000_000),
  ])
  func readsInts(text: String, value: Int64) { #expect(parseInt(text) == value) }

  @Test(arguments: [
    "", "-", "+7", " 7", "7 ", "7.0", "1e3", "0x10", "1_000", "--7", "7-", "٧", "9223372036854775808",
    "-9223372036854775809", "99999999999999999999", "18446744073709551616", "18446744073709551623",
  ])
  func refusesInts(text: String) { #expect(parseInt(text) == nil) }

  @Test func writesInts() {
    for value in [0, 1, -1, 9, 10, 99, 100, 101, 999, 1000, -10, -100, Int64.max, .min, .min + 1] {
      #expect(intText(value) == String(value))
    }
    var generator = SeededRandom(seed: 4)
    for _ in 0..<20_000 {
      let value = Int64.random(in: .min ... .max, using: &generator) >> Int64.random(in: 0...63, using: &generator)
      guard intText(value) == String(value), parseInt(String(value)) == value else {
        Issue.record("\(value) is written as \(intText(value))")
        return
      }
    }
  }

  @Test(arguments: [
    ("1", 1), ("-1.5", -1.5), ("0.1", 0.1), (".5", 0.5), ("-.5", -0.5), ("5.", 5), ("1e3", 1000), ("1E+3", 1000),
    ("1e-3", 0.001), ("1.e1", 10), ("007.50", 7.5), ("1e22", 1e22), ("1e23", 1e23),
    ("123456789012345678", 123_456_789_012_345_680),
    ("0.000000000000000000000000000001", 1e-30), ("1.7976931348623157e308", Double.greatestFiniteMagnitude),
    ("2.2250738585072014e-308", Double.leastNormalMagnitude), ("4.9e-324", Double.leastNonzeroMagnitude),
    ("1e-400", 0), ("0e999999999999999999999", 0), ("inf", .infinity), ("-inf", -.infinity),
    ("9007199254740993", 9_007_199_254_740_992), ("9007199254740993.0000000000000000000001", 9_007_199_254_740_994),
  ])
  func readsFloats(text: String, value: Double) { #expect(parseFloat(text) == value) }

  @Test func readsSpecialFloats() {
    #expect(parseFloat("nan")?.isNaN == true)
    #expect(parseFloat("-0.0")?.sign == .minus)
    #expect(parseFloat("-0")?.sign == .minus)
    #expect(parseFloat("-1e-400")?.sign == .minus)
    #expect(parseFloat("1" + String(repeating: "0", count: 300)) == 1e300)
    #expect(parseFloat("0." + String(repeating: "0", count: 5000) + "1e5001") == 1)
  }

  @Test(arguments: [
    "", "-", ".", "-.", "+1", "1e", "1e+", "e5", ".e5", " 1", "1 ", "1,5", "1.5.5", "0x1p3", "1f", "infinity",
    "Infinity",
    "INF", "+inf", "NaN", "-nan", "nan(1)", "1_0", "1e5.5", "1e400", "-1e400", "--1", "1\0",
  ])
  func refusesFloats(text: String) { #expect(parseFloat(text) == nil) }

  @Test(arguments: [
    (955, "955.0"), (0, "0.0"), (-0.0, "-0.0"), (0.1, "0.1"), (-2.5, "-2.5"), (0.1 + 0.2, "0.30000000000000004"),
    (1e15, "1000000000000000.0"), (1e16, "1e+16"), (1e-4, "0.0001"), (1e-5, "1e-05"), (1e300, "1e+300"),
    (999_999_999_999_999, "999999999999999.0"), (123_456_789.123456, "123456789.123456"), (1.000001, "1.000001"),
    (Double.leastNonzeroMagnitude, "5e-324"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
    (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan"),
  ])
  func writesFloats(value: Double, text: String) { #expect(NumberText.floatText(value) == text) }

  /// The short path and the standard library give one form, and both read back as the same bits.
  @Test func oneFormThatReadsBack() {
    var generator = SeededRandom(seed: 5)
    for round in 0..<100_000 {
      var value = Double(bitPattern: generator.next())
      if round % 4 != 0 {
        let digits = Double(
          Int64.random(in: -999_999_999_999_999...999_999_999_999_999, using: &generator) >> (round % 45))
        value = digits / [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e9, 1e15][round % 10]
        if round % 8 == 1 { value = value.nextUp }
      }
      let text = NumberText.floatText(value)
      let back = parseFloat(text)
      guard text == value.description, back?.bitPattern == value.bitPattern || value.isNaN && text == "nan" else {
        Issue.record("\(value.bitPattern) is written as \(text)")
        return
      }
    }
  }

  /// The exact short path of reading rounds as the standard library does.
  @Test func readsTheNearestDouble() {
    var generator = SeededRandom(seed: 6)
    for _ in 0..<50_000 {
      let digits = UInt64.random(in: 0...UInt64.max, using: &generator) >> UInt64.random(in: 0...63, using: &generator)
      let text =
        "\(digits).\(UInt32.random(in: 0...99_999, using: &generator))e\(Int.random(in: -30...30, using: &generator))"
      guard parseFloat(text) == Double(text) else {
        Issue.record("\(text)")
        return
      }
    }
  }
}
