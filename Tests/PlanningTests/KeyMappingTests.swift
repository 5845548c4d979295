import SpellCore
import SpellPlanning
import Testing

/// ON, the keys of labels, and the keys of a snapshot.
@Suite struct KeyMappingTests {
  private let stage: PlanningStage

  init() throws { stage = try .flights() }

  private func labelColumns(_ text: String, labels: [String]) throws -> [[Int?]] {
    try stage.plan(text, labels: labels).uses.map { $0.keys.map(\.labelColumn) }
  }

  @Test func keysAreFoundByName() throws {
    let labels = ["at", "TAILNUM", "airport"]
    #expect(try labelColumns("SELECT FEATURES n, arr_delay AS OF at JOIN l", labels: labels) == [[2, 1], [1]])
  }

  @Test func keysAreMappedByOn() throws {
    let labels = ["at", "origin", "dest", "plane", "tailnum"]
    let text = "SELECT FEATURES n, arr_delay AS OF at JOIN l ON"
    #expect(try labelColumns("\(text) airport = origin", labels: labels) == [[1, 4], [4]])
    #expect(try labelColumns("\(text) Airport = DEST, tailnum.tailnum = plane", labels: labels) == [[2, 3], [3]])
    #expect(try labelColumns("\(text) AIRPORT.airport = dest", labels: labels) == [[2, 4], [4]])
    #expect(try labelColumns("\(text) airport = plane, tailnum = plane", labels: labels) == [[3, 3], [3]])
  }

  @Test(arguments: [
    ("SELECT FEATURES year JOIN l", ["[l] missing-label-column"]),
    ("SELECT FEATURES year JOIN l ON tailnum = plan", ["[plan] unknown-label-column"]),
    ("SELECT FEATURES year JOIN l ON tailnum = plane, tailnum = at", ["[tailnum] duplicate-mapping"]),
    ("SELECT FEATURES year JOIN l ON airport = at, tailnum = plane", ["[airport] unknown-entity-key"]),
    (
      "SELECT FEATURES year JOIN l ON airport.tailnum = plane",
      [
        "[l] missing-label-column", "[airport.tailnum] unknown-entity-key",
      ]
    ),
    ("SELECT FEATURES year JOIN l ON tailnum = id", ["[id] ambiguous-name"]),
    ("SELECT FEATURES year ON tailnum = plane", ["[tailnum] mapping-without-labels"]),
  ])
  func problems(text: String, problems: [String]) throws {
    let hasLabels = text.contains("JOIN")
    #expect(try stage.problems(text, labels: hasLabels ? ["plane", "at", "ID", "Id"] : nil) == problems)
  }

  @Test func keysOfOneNameAreToldApartByEntity() throws {
    let stage = try PlanningStage(
      sql: "CREATE TABLE moves (src TEXT, dst TEXT, n INTEGER)",
      metadata: """
        - {kind: entity, name: origin, keys: [{name: id, value_type: str}]}
        - {kind: entity, name: target, keys: [{name: id, value_type: str}]}
        - {kind: group, name: moves, entities: [origin, target], key_columns: {origin.id: src, target.id: dst},
           features: [{name: n, value_type: int}]}
        """)
    let labels = ["id", "a", "b"]
    func mapped(_ text: String) throws -> [[Int?]] {
      try stage.plan(text, labels: labels).uses.map { $0.keys.map(\.labelColumn) }
    }
    #expect(try mapped("SELECT FEATURES n JOIN l ON origin.id = a, Target.ID = b") == [[1, 2]])
    #expect(try mapped("SELECT FEATURES n JOIN l ON target.id = b") == [[0, 2]])
    let ambiguous = try #require(try stage.diagnostics("SELECT FEATURES n JOIN l ON id = a", labels: labels).first)
    #expect(ambiguous.code == "ambiguous-key" && ambiguous.help == "write one of `origin.id`, `target.id`")
    let plan = try stage.plan(
      "SELECT FEATURES n JOIN l ON origin.id = a, target.id = b WHERE origin.id = 'x' AND target.id = 'y'",
      labels: labels)
    #expect(
      plan.sql == [
        #"SELECT "src", "dst", "n" FROM "moves" "#
          + #"WHERE "src" COLLATE BINARY IN ('x') AND "dst" COLLATE BINARY IN ('y')"#
      ])
  }

  @Test func keysOfASnapshotFollowTheFirstGroup() throws {
    let plan = try stage.plan("SELECT FEATURES n, trips AS OF NOW")
    #expect(plan.names == ["airport", "tailnum", "n", "trips"])
    #expect(plan.uses.map { $0.keys.map(\.name) } == [["airport", "tailnum"], ["airport", "tailnum"]])
    #expect(
      plan.sql == [
        #"SELECT "airport", "tailnum", "at", "n" FROM "routes""#,
        #"SELECT "airport", "tailnum", "at", "n" FROM "routes""#,
      ])
    #expect(try stage.plan("SELECT FEATURES trips, n").names == ["tailnum", "airport", "trips", "n"])
  }

  @Test func groupsOfDifferentEntitiesNeedLabels() throws {
    #expect(try stage.problems("SELECT FEATURES year, humidity") == ["[year] different-entities"])
    #expect(
      try stage.problems("SELECT FEATURES n, year, humidity") == ["[n] different-entities", "[n] different-entities"])
    let labels = ["airport", "tailnum", "event_timestamp"]
    #expect(try stage.plan("SELECT FEATURES year, humidity JOIN l", labels: labels).uses.count == 2)
  }

  @Test func keysOfASnapshotHaveOneType() throws {
    let stage = try PlanningStage(
      sql: "CREATE TABLE a (k TEXT, v INTEGER); CREATE TABLE b (k INTEGER, w INTEGER)",
      metadata: """
        - {kind: group, name: a, entity: k, features: [{name: v}]}
        - {kind: group, name: b, entity: k, features: [{name: w}]}
        """)
    #expect(try stage.problems("SELECT FEATURES v, w") == ["[v] key-types-differ"])
    let plan = try stage.plan("SELECT FEATURES v, w JOIN l", labels: ["k"])
    #expect(plan.uses.map { $0.keys[0].type } == [.str, .int])
  }

  @Test("a label column that is the key of two groups is compared as the first one's type")
  func labelColumnOfTwoTypes() throws {
    let stage = try PlanningStage(
      sql: "CREATE TABLE a (id INTEGER, v INTEGER); CREATE TABLE b (code TEXT, w INTEGER)",
      metadata: """
        - {kind: entity, name: id, value_type: int}
        - {kind: entity, name: code, value_type: str}
        - {kind: group, name: a, entity: id, features: [{name: v, value_type: int}]}
        - {kind: group, name: b, entity: code, features: [{name: w, value_type: int}]}
        """)
    let text = "SELECT FEATURES v, w JOIN l ON code = id WHERE"
    // The label 007 is the int 7, so that b must be asked for '007' too.
    for condition in ["id = :p", "code.code = :p", "code = :p"] {
      let plan = try stage.plan("\(text) \(condition)", labels: ["id"], parameters: ["p": "7"])
      #expect(
        plan.sql == [
          #"SELECT "id", "v" FROM "a" WHERE "id" IN (7)"#, #"SELECT "code", "w" FROM "b""#,
        ], "\(condition)")
    }
    #expect(try stage.problems("\(text) code.code = '7'", labels: ["id"]) == ["['7'] bad-literal"])
  }
}
