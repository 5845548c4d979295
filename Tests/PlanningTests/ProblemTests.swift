import SpellCore
import SpellPlanning
import Testing

/// What the database says of the metadata's tables, and how problems are told together.
@Suite struct ProblemTests {
  private func stage(_ sql: String, _ groups: String) throws -> PlanningStage {
    try PlanningStage(sql: sql, metadata: "- {kind: entity, name: k, value_type: int}\n" + groups)
  }

  @Test func missingTablesAndColumns() throws {
    let stage = try stage(
      "CREATE TABLE orders (K INTEGER, at TEXT, Total REAL)",
      """
      - {kind: group, name: a, table: order, entity: k, features: [{name: v}]}
      - {kind: group, name: b, table: orders, entity: k, event_timestamp_column: ats, create_timestamp_column: made,
         features: [{name: total}, {name: w, column: tota}]}
      """)
    #expect(
      try stage.problems("SELECT FEATURES b.*, v") == [
        "line 2 [a] unknown-table", "line 3 [b] unknown-column", "line 3 [b] unknown-column",
        "line 4 [w] unknown-column",
      ])
    let found = try stage.diagnostics("SELECT FEATURES w, v")
    #expect(found.map(\.label) == ["did you mean `orders`?", "did you mean `at`?", nil, "did you mean `Total`?"])
    #expect(found.first?.notes == ["the database has: orders"])
    #expect(found.last?.message == "`orders` has no column `tota` for the feature `w`")
  }

  @Test func columnsDifferInCase() throws {
    let stage = try stage(
      "CREATE TABLE g (K INTEGER, \"Total\" REAL)",
      "- {kind: group, name: g, entity: k, features: [{name: v, column: TOTAL}]}")
    #expect(try stage.plan("SELECT FEATURES v").sql == [#"SELECT "K", "Total" FROM "g""#])
  }

  @Test(
    "a stored type that never fits is an error before anything is read",
    arguments: [
      ("TEXT", "int", "type-never-fits"), ("TEXT", "bool", "type-never-fits"), ("REAL", "int", "type-never-fits"),
      ("INTEGER", "str", "type-never-fits"), ("INTEGER", "datetime", "not-an-event-column"),
      ("REAL", "datetime", "not-an-event-column"), ("TEXT", "datetime", nil), ("INTEGER", "bool", nil),
      ("INTEGER", "decimal", nil), ("BLOB", "int", nil), ("REAL", "float", nil), ("NUMERIC", "str", nil),
    ])
  func types(stored: String, declared: String, code: String?) throws {
    let stage = try stage(
      "CREATE TABLE g (k INTEGER, v \(stored))",
      "- {kind: group, name: g, entity: k, features: [{name: v, value_type: \(declared)}]}")
    #expect(try stage.diagnostics("SELECT FEATURES v").map(\.code) == [code].compactMap { $0 })
  }

  @Test func keysAndEventsAreHeldAgainstTheTableToo() throws {
    let stage = try stage(
      "CREATE TABLE g (k TEXT, at BOOLEAN, made INTEGER, v TEXT)",
      """
      - {kind: group, name: g, entity: k, event_timestamp_column: v, create_timestamp_column: made,
         features: [{name: v}]}
      """)
    #expect(try stage.diagnostics("SELECT FEATURES v").map(\.code) == ["type-never-fits"])
    #expect(
      try stage.diagnostics("SELECT FEATURES v").first?.message
        == "column `k` of `g` is TEXT, which never holds the int that the key `k` is")
  }

  @Test func storageIsDeclaredOrNatural() throws {
    let stage = try PlanningStage(
      sql: "CREATE TABLE g (k TEXT, at INTEGER, made INTEGER, seen INTEGER, v REAL)",
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: g, entity: k, event_timestamp_column: at, create_timestamp_column: made,
           timestamp_storage: unix_s, features: [{name: seen, value_type: datetime}, {name: v}]}
        - {kind: group, name: h, table: g, entity: k, event_timestamp_column: at, features: [{name: w, column: v}]}
        - {kind: group, name: i, table: g, entity: k, event_timestamp_column: v, features: [{name: x, column: v}]}
        """)
    let use = try stage.plan("SELECT FEATURES g.*").uses[0]
    #expect(use.event?.storage == .unixSeconds)
    #expect(use.features.map(\.storage) == [.unixSeconds, .unixSeconds])
    #expect(use.features.map(\.type) == [.datetime, .float])
    let ints = try stage.plan("SELECT FEATURES w AS OF 5 WITH TIMESTAMPS")
    #expect(ints.axis == .number && ints.uses[0].event?.isFractional == false)
    #expect(ints.columns.last?.type == .int)
    let reals = try stage.plan("SELECT FEATURES x AS OF 5 WITH TIMESTAMPS")
    #expect(reals.uses[0].event?.isFractional == true && reals.columns.last?.type == .float)
  }

  @Test("all problems of the select list and the tables come in one throw, the statement's first, in order")
  func orderOfProblems() throws {
    let stage = try stage(
      "CREATE TABLE g (k INTEGER, v INTEGER)",
      """
      - {kind: group, name: h, table: hh, entity: k, features: [{name: w}]}
      - {kind: group, name: g, entity: k, features: [{name: v}, {name: gone}, {name: lost}]}
      """)
    #expect(
      try stage.problems("SELECT FEATURES nope, lost, v EXCEPT (v), gone, w, never, h.x") == [
        "[nope] unknown-feature", "[v] except-on-feature", "[never] unknown-feature",
        "[x] unknown-feature", "line 2 [h] unknown-table", "line 3 [gone] unknown-column",
        "line 3 [lost] unknown-column",
      ])
  }

  @Test("all problems of the clauses come in one throw, in the order of the text")
  func orderOfClauses() throws {
    let stage = try PlanningStage.flights()
    let text =
      "SELECT FEATURES arr_delay, humidity ORDER BY nix WHERE humidity = 'x' AND price < oops WITHIN 1h KNOWN "
      + "ON tailnum = plan JOIN l AS OF yesterday"
    let found = try stage.problems(text, labels: ["airport", "tailnum", "price"])
    #expect(
      found == [
        "[nix] unknown-column", "['x'] bad-literal", "[oops] unknown-column", "[1h] within-not-above-delay",
        "[KNOWN] no-created-column", "[plan] unknown-label-column", "[yesterday] unknown-label-column",
      ])
  }
}
