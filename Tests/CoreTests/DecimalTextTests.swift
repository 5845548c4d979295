import SpellCore
import TestSupport
import Testing

private func canonical(_ text: String) -> String? {
  withBytes(of: text) { DecimalText.canonical($0).map { String(decoding: $0, as: UTF8.self) } }
}

private func key(_ text: String) -> String { withBytes(of: text) { String(bytes: DecimalText.key(ofCanonical: $0)) } }

private func compare(_ left: String, _ right: String) -> Int {
  withBytes(of: left) { left in withBytes(of: right) { DecimalText.compare(left, $0) } }
}

@Suite struct DecimalTextTests {
  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("+0", "0"), ("-0.00", "0.00"), ("000", "0"), ("007", "7"), ("-007.50", "-7.50"),
    ("+1.0", "1.0"), ("0.5", "0.5"), ("00.5", "0.5"), ("-0.001", "-0.001"), ("100", "100"),
    ("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
  ])
  func canonicalForms(text: String, expected: String) { #expect(canonical(text) == expected) }

  @Test(arguments: [
    "", "-", "+", ".", ".5", "5.", "1e3", " 1", "1 ", "1,5", "--1", "+-1", "1.2.3", "1.-2", "inf", "NaN", "١",
  ])
  func otherForms(text: String) { #expect(canonical(text) == nil) }

  @Test(arguments: [
    ("0", "0"), ("0.00", "0"), ("1.50", "1.5"), ("1.0", "1"), ("100", "100"), ("100.00", "100"), ("-7.10", "-7.1"),
    ("0.001", "0.001"), ("10", "10"),
  ])
  func keys(text: String, expected: String) { #expect(key(text) == expected) }

  /// Each is less than the next.
  @Test func order() {
    let sorted = [
      "-100", "-99.999", "-10", "-9.5000000000000000000001", "-9.5", "-9.50", "-9", "-0.5", "-0.05", "0", "0.0", "0.00",
      "0.05", "0.050", "0.5", "0.51", "1", "1.0", "1.00", "1.000000000000000000000000000001", "1.5", "9", "10", "99",
      "100",
      "123456789012345678901234567890", "123456789012345678901234567891",
    ]
    for (row, left) in sorted.enumerated() {
      for (column, right) in sorted.enumerated() {
        #expect(compare(left, right) == (row - column).signum(), "\(left) and \(right)")
      }
    }
  }

  @Test func intsCompareAsInts() {
    var generator = SeededRandom(seed: 7)
    for _ in 0..<10_000 {
      let left = Int.random(in: -2000...2000, using: &generator)
      let right = Int.random(in: -2000...2000, using: &generator)
      guard compare(String(left), String(right)) == (left - right).signum() else {
        Issue.record("\(left) and \(right)")
        return
      }
    }
  }
}
