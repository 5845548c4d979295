import SpellCore
import SpellTables
import Testing

@testable import SpellExecution

@Suite struct CellComparisonTests {
  /// -1, 0 or 1, checked in both directions.
  private func order(_ left: (ValueType, Cell), _ right: (ValueType, Cell)) -> Int {
    let columns = (Column(left.0, [left.1]), Column(right.0, [right.1]))
    let order = CellComparison.order(columns.0, 0, columns.1, 0)
    #expect(CellComparison.order(columns.1, 0, columns.0, 0) == -order, "\(left) and \(right)")
    return order
  }

  @Test(
    "an int is held against a double exactly",
    arguments: [
      (1 << 53, 0x1p53, 0), ((1 << 53) + 1, 0x1p53, 1), ((1 << 53) - 1, 0x1p53, -1), ((1 << 53) + 1, 0x1p53 + 2, -1),
      (-(1 << 53) - 1, -0x1p53, -1), (.max, 0x1p63, -1), (.max, 0x1p63.nextDown, 1), (.min, -0x1p63, 0),
      (.min, (-0x1p63).nextDown, 1), (.min, (-0x1p63).nextUp, -1), (.max, .infinity, -1), (.min, -.infinity, 1),
      (.max, .nan, -1), (.min, .nan, -1), (0, -0.0, 0), (0, 0.0, 0), (0, .leastNonzeroMagnitude, -1),
      (0, -.leastNonzeroMagnitude, 1), (1, 0.5, 1),
      (-1, -0.5, -1), (-1, -1.5, 1), (3, 3.0, 0), (3, 3.5, -1),
    ] as [(Int64, Double, Int)])
  func intAgainstFloat(left: Int64, right: Double, expected: Int) {
    #expect(order((.int, .integer(left)), (.float, .double(right))) == expected)
  }

  @Test func floats() {
    #expect(order((.float, -0.0), (.float, 0.0)) == 0)
    #expect(order((.float, .double(.nan)), (.float, .double(.nan))) == 0)
    #expect(order((.float, .double(.nan)), (.float, .double(.infinity))) == 1)
    #expect(order((.float, 1.5), (.float, 1.25)) == 1)
  }

  @Test(
    "decimals compare by value, whatever their digits",
    arguments: [
      ("1.50", "1.5", 0), ("0.00", "0", 0), ("100", "100.0", 0), ("-1.0", "-1", 0), ("1.51", "1.5", 1),
      ("-2", "1", -1), ("10", "9", 1), ("123456789012345678901234567890.1", "123456789012345678901234567890.10", 0),
    ])
  func decimals(left: String, right: String, expected: Int) {
    #expect(order((.decimal, .text(left)), (.decimal, .text(right))) == expected)
  }

  @Test(
    arguments: [
      ("7.00", 7, 0), ("7.01", 7, 1), ("-7", 7, -1), ("9223372036854775807", .max, 0),
      ("9223372036854775808", .max, 1), ("-9223372036854775808.0", .min, 0), ("-9223372036854775809", .min, -1),
    ] as [(String, Int64, Int)])
  func decimalAgainstInt(left: String, right: Int64, expected: Int) {
    #expect(order((.decimal, .text(left)), (.int, .integer(right))) == expected)
  }

  @Test func decimalAgainstFloat() {
    #expect(order((.decimal, "0.1"), (.float, 0.1)) == 0)
    #expect(order((.decimal, "0.10"), (.float, 0.2)) == -1)
    let huge = "1" + String(repeating: "0", count: 400)
    #expect(order((.decimal, .text(huge)), (.float, .double(.greatestFiniteMagnitude))) == 1)
    #expect(order((.decimal, .text(huge)), (.float, .double(.nan))) == -1)
    #expect(order((.decimal, .text("-" + huge)), (.float, .double(-.greatestFiniteMagnitude))) == -1)
    #expect(order((.decimal, .text("-" + huge)), (.float, 0.0)) == -1)
  }

  @Test func othersCompareWithTheirOwnKind() {
    #expect(order((.str, "Z"), (.str, "a")) == -1)
    #expect(order((.str, "é"), (.str, "z")) == 1)
    #expect(order((.bool, false), (.bool, true)) == -1)
    #expect(order((.datetime, .integer(.min)), (.datetime, 0)) == -1)
    #expect(order((.bytes, "a"), (.bytes, "ab")) == -1)
  }
}
