import SpellCore
import SpellLanguage
import SpellPlanning
import Testing

/// WHERE and ORDER BY: names, types, and what of WHERE the engine applies.
@Suite struct ConditionTests {
  private let stage: PlanningStage
  private let labels = ["airport", "tailnum", "at", "price"]

  init() throws { stage = try .flights() }

  /// The conditions of the SQL that reads the groups, after WHERE.
  private func pushed(_ text: String, parameters: [String: String] = [:]) throws -> [String] {
    let plan = try stage.plan(text, labels: text.contains("JOIN") ? labels : nil, parameters: parameters)
    return plan.sql.map { sql in sql.split(separator: " WHERE ").dropFirst().joined() }
  }

  @Test func equalitiesOfKeysArePushed() throws {
    let text = "SELECT FEATURES humidity WHERE"
    let asked = #""airport" COLLATE BINARY IN"#
    #expect(try pushed("\(text) airport = 'JFK'") == ["\(asked) ('JFK')"])
    #expect(try pushed("\(text) 'JFK' = airport") == ["\(asked) ('JFK')"])
    #expect(try pushed("\(text) Airport.AIRPORT IN ('a', 'it''s')") == ["\(asked) ('a', 'it''s')"])
    #expect(
      try pushed("\(text) airport = :p", parameters: ["p": "a'; DROP TABLE x"]) == [
        "\(asked) ('a''; DROP TABLE x')"
      ])
    #expect(
      try pushed("\(text) airport = 'a' AND humidity = 3 AND airport IN ('b')") == [
        "\(asked) ('a') AND \(asked) ('b')"
      ])
    #expect(try pushed("SELECT FEATURES taken WHERE number IN (1, -2)") == [#""number" IN (1, -2)"#])
    #expect(try pushed("SELECT FEATURES taken WHERE number = :p", parameters: ["p": "7"]) == [#""number" IN (7)"#])
  }

  @Test(
    "nothing is pushed whose meaning the engine might see otherwise",
    arguments: [
      "airport <> 'a'", "airport < 'a'", "airport BETWEEN 'a' AND 'b'", "airport LIKE 'a%'", "airport NOT IN ('a')",
      "NOT airport = 'a'", "airport = 'a' OR airport = 'b'", "airport = 'a' OR humidity = 1", "airport IN ('a', NULL)",
      "airport = NULL", "airport IS NULL", "airport = airport", "airport IN ('a', airport)", "humidity = 1",
      "airport = note",
    ])
  func staysHere(condition: String) throws {
    #expect(try pushed("SELECT FEATURES humidity, note WHERE \(condition)") == [""])
  }

  @Test func textThatWouldEndTheSQLIsNotPushed() throws {
    #expect(try pushed("SELECT FEATURES note WHERE airport = :p", parameters: ["p": "a\u{0}b"]) == [""])
  }

  @Test func fractionsBesideIntsAreNotPushed() throws {
    #expect(try pushed("SELECT FEATURES taken WHERE number = 1.0") == [""])
    #expect(try pushed("SELECT FEATURES taken WHERE number IN (1, 2.5)") == [""])
    #expect(try pushed("SELECT FEATURES taken WHERE number = 99999999999999999999") == [""])
  }

  @Test func keysOfAJoinArePushedToTheGroupsThatHaveThem() throws {
    let text = "SELECT FEATURES n, arr_delay, year AS OF at JOIN l WHERE"
    #expect(
      try pushed("\(text) tailnum = 'N1'") == [
        #""tailnum" COLLATE BINARY IN ('N1')"#, #""tail_no" COLLATE BINARY IN ('N1')"#,
        #""tailnum" COLLATE BINARY IN ('N1')"#,
      ])
    #expect(try pushed("\(text) airport = 'JFK'") == [#""airport" COLLATE BINARY IN ('JFK')"#, "", ""])
    #expect(try pushed("\(text) at = 'JFK' AND price = 5") == ["", "", ""])
    let plan = try stage.plan("\(text) tailnum = 'N1' AND price > 5", labels: labels)
    #expect(plan.keyCondition?.conjuncts.count == 1 && plan.condition?.conjuncts.count == 1)
    let either = try stage.plan("\(text) tailnum = 'N1' OR airport > 'K' AND price > 5", labels: labels)
    #expect(either.keyCondition == nil && either.condition != nil)
  }

  @Test(arguments: [
    ("humidty > 5", ["[humidty] unknown-column"]),
    ("weather.humidty > 5 AND nope.x = 1", ["[weather.humidty] unknown-column", "[nope.x] unknown-column"]),
    ("humidity = 'five'", ["['five'] bad-literal"]),
    ("humidity = true", ["[true] bad-literal"]),
    ("humidity IN (1, NULL, 'x', 2.5)", ["['x'] bad-literal"]),
    ("humidity BETWEEN '1' AND false", ["['1'] bad-literal", "[false] bad-literal"]),
    ("note = 5", ["[5] bad-literal"]),
    ("note > temp", ["[temp] different-types"]),
    ("humidity < temp", []),
    ("airport = note", []),
    ("seen > '2024-01-31'", []),
    ("seen > '2024-02-30'", ["['2024-02-30'] bad-literal"]),
    ("seen > 5", ["[5] bad-literal"]),
    ("seen = note", ["[note] different-types"]),
    ("humidity LIKE '5%'", ["[humidity] like-on-other"]),
    ("note LIKE 5", ["[5] like-on-other"]),
    ("note LIKE NULL", []),
    ("note LIKE airport", []),
    ("note NOT LIKE temp", ["[temp] like-on-other"]),
    ("true LIKE 'a'", ["[true] like-on-other"]),
    ("'a' = true", ["[true] different-types"]),
    ("1 = 'a'", ["['a'] different-types"]),
    ("1 = 1.5 AND 'a' < 'b' AND true = false AND NULL = 5", []),
    ("'2024-01-31' IN (note, seen)", []),
    ("'x' IN (note, seen)", ["['x'] bad-literal"]),
    ("5 IN (humidity, true)", ["[true] different-types"]),
    ("1e999 = temp", ["[1e999] bad-literal"]),
    ("NOT (humidty > 5 OR note = 5)", ["[humidty] unknown-column", "[5] bad-literal"]),
  ])
  func types(condition: String, problems: [String]) throws {
    let text = "SELECT FEATURES weather.* WHERE \(condition)"
    #expect(try stage.problems(text) == problems)
  }

  @Test(arguments: [("7", []), ("7.5", []), ("x", ["[:p] bad-literal"]), ("", ["[:p] bad-literal"])])
  func parametersTakeTheTypeOfTheirPlace(value: String, problems: [String]) throws {
    for condition in ["humidity = :p", "humidity IN (1, :p)", "temp BETWEEN 1 AND :p"] {
      let found = try stage.problems("SELECT FEATURES weather.* WHERE \(condition)", parameters: ["p": value])
      #expect(found == problems, "\(condition)")
    }
    #expect(try stage.problems("SELECT FEATURES note WHERE note LIKE :p", parameters: ["p": value]) == [])
  }

  @Test func typesOfLabelColumnsAreNotKnownYet() throws {
    #expect(try stage.problems("SELECT FEATURES year JOIN l WHERE price > 'x' AND price < 5", labels: labels) == [])
    #expect(
      try stage.problems("SELECT FEATURES year JOIN l WHERE price LIKE '5%' OR price = year", labels: labels) == [])
    #expect(try stage.problems("SELECT FEATURES year JOIN l WHERE tailnum = 5", labels: labels) == ["[5] bad-literal"])
  }

  @Test func orderIsOverColumnsKeysAndLabels() throws {
    let plan = try stage.plan(
      "SELECT FEATURES weather.temp AS t, year AS OF at JOIN l ON airport = AT "
        + "ORDER BY T DESC, weather.temp, airport, price ASC, weather__event_timestamp WITH TIMESTAMPS "
        + "LIMIT 3 OFFSET 4",
      labels: ["tailnum", "at", "price"])
    #expect(
      plan.order.map(\.origin) == [
        .feature(use: 0, feature: 0), .feature(use: 0, feature: 0), .label(1), .label(2), .timestamp(use: 0),
      ])
    #expect(plan.order.map(\.isDescending) == [true, false, false, false, false])
    #expect(plan.limit == 3 && plan.offset == 4)
    #expect(
      try stage.problems("SELECT FEATURES year ORDER BY yeer, Model") == [
        "[yeer] unknown-column", "[Model] unknown-column",
      ])
    let snapshot = try stage.plan("SELECT FEATURES year ORDER BY tailnum.TAILNUM DESC")
    #expect(snapshot.order.map(\.origin) == [.key(0)])
  }

  @Test func numbersCompareByValueAndOthersWithTheirOwnKind() {
    for left in ValueType.allCases {
      for right in ValueType.allCases {
        let expected = left == right || (left.isNumeric && right.isNumeric)
        #expect(ConditionTypes.areComparable(left, right) == expected, "\(left) \(right)")
      }
    }
  }

  @Test(arguments: [
    (Literal.Value.number("007"), ValueType.int, Value.int(7)), (.number("1.50"), .int, .decimal("1.50")),
    (.number("1e3"), .int, .float(1000)), (.number("9223372036854775808"), .int, .decimal("9223372036854775808")),
    (.untyped("nan"), .float, .float(.infinity)), (.number("1"), .bool, .bool(true)),
    (.untyped("false"), .bool, .bool(false)),
    (.null, .uuid, .null), (.text("2024-01-31"), .date, .date(19753)), (.untyped("x"), .str, .str("x")),
    (.text("\\x00ff"), .bytes, .bytes([0, 255])),
    (.text("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"), .uuid, .uuid("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
  ])
  func literals(literal: Literal.Value, type: ValueType, value: Value) {
    let found = ConditionTypes.value(of: literal, type: type, zone: .utc)
    if case .untyped("nan") = literal {
      guard case .float(let number) = found else { return #expect(Bool(false)) }
      #expect(number.isNaN)
    } else {
      #expect(found == value)
    }
  }

  @Test(arguments: [
    (Literal.Value.number("1"), ValueType.str), (.number("2"), .bool), (.number("20240131"), .date),
    (.number("1e999"), .float), (.text("1"), .int), (.text("true"), .bool), (.bool(true), .int), (.bool(false), .str),
    (.untyped(" 1"), .int), (.untyped("yes"), .bool), (.text("2024-1-5"), .date), (.text("24:00"), .datetime),
    (.text("xyz"), .uuid), (.text("00ff"), .bytes), (.text("2024-01-31 00:00"), .date),
  ])
  func literalsThatMeanNothing(literal: Literal.Value, type: ValueType) {
    #expect(ConditionTypes.value(of: literal, type: type, zone: .utc) == nil)
  }
}
