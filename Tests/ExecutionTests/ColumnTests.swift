import SpellCore
import SpellTables
import TestSupport
import Testing

/// Copying and ordering cells.
@Suite struct ColumnTests {
  @Test func copyingTakesEveryKindOfCell() {
    for (type, cells, texts) in [
      (ValueType.int, [5, nil, .invalid("x")] as [Cell], ["5", "NULL", "x"]),
      (.float, [-0.0, .double(.nan), nil], ["-0.0", "nan", "NULL"]),
      (.str, ["", "é", .invalid("")], ["", "é", ""]),
      (.bool, [true, false, nil], ["true", "false", "NULL"]),
    ] {
      let source = Column(type, cells)
      let target = Column(type: type, capacity: 3)
      for row in 0..<3 { target.copy(2 - row, from: source, row) }
      #expect((0..<3).map { target.text(2 - $0) } == texts)
      #expect((0..<3).map { target.state(2 - $0) } == (0..<3).map { source.state($0) })
    }
  }

  @Test func roomIsMadeWithNulls() {
    let column = Column(.str, ["a", "b"])
    column.reserve(1)
    #expect(column.capacity == 2)
    column.reserve(3)
    #expect(column.capacity == 4 && (0..<4).map { column.text($0) } == ["a", "b", "NULL", "NULL"])
    let empty = Column(type: .int, capacity: 0)
    empty.reserve(1)
    #expect(empty.text(0) == "NULL")
  }

  @Test(
    "the order that decides ties, least first",
    arguments: [
      (ValueType.int, [nil, .integer(.min), -1, 0, 1, .integer(.max)] as [Cell]),
      (
        .float,
        [
          nil, .double(-.infinity), -1.5, .double(-.leastNonzeroMagnitude), -0.0, 0.0,
          .double(.leastNonzeroMagnitude), 1.5, .double(.infinity),
          .double(.nan),
        ]
      ),
      (.bool, [nil, false, true]),
      (.str, [nil, "", "A", "B", "Z", "a", "ab", "b", "é", "日"]),
      (.bytes, [nil, "", "\u{0}", "\u{0}\u{0}", "\u{1}", "a"]),
      (
        .decimal,
        [nil, "-10", "-9.5", "-1.5", "-1.50", "0", "0.0", "0.01", "1", "1.0", "1.5", "1.50", "2", "10", "100"]
      ),
      (.datetime, [nil, .integer(.min), -5, 5, .integer(.max)]),
      (.date, [nil, -1, 0, 19753]),
    ])
  func totalOrder(type: ValueType, cells: [Cell]) {
    let column = Column(type, cells)
    for left in cells.indices {
      for right in cells.indices {
        let expected = (left - right).signum()
        #expect(column.compare(left, column, right) == expected, "\(column.text(left)) and \(column.text(right))")
      }
    }
  }

  @Test func whatDoesNotFitIsInTheOrderOfNull() {
    let column = Column(.int, [nil, .invalid("a"), .invalid("b"), .integer(.min)])
    for left in 0..<3 {
      for right in 0..<3 { #expect(column.compare(left, column, right) == 0) }
      #expect(column.compare(left, column, 3) == -1 && column.compare(3, column, left) == 1)
    }
  }
}
