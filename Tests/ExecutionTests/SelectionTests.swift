import SpellCore
import Testing

/// WHERE, ORDER BY, LIMIT and OFFSET over real results.
@Suite struct SelectionTests {
  private let stage: ExecutionStage

  init() throws {
    stage = try ExecutionStage(
      sql: """
        CREATE TABLE g (k TEXT, t TEXT, v REAL, s TEXT);
        INSERT INTO g VALUES ('a', '2024-01-01', 2.5, 'x'), ('b', '2024-01-02', NULL, 'Y'), ('c', '2024-01-03', -1, ''),
          ('d', '2024-01-04', 2.5, NULL), ('e', '2024-01-05', 9e999, 'é'), ('f', '2024-01-06', 10, 'x');
        CREATE TABLE codes (code INTEGER, w INTEGER);
        INSERT INTO codes VALUES (7, 70), (10, 100), (-1, 1);
        CREATE TABLE names (name TEXT, w2 INTEGER);
        INSERT INTO names VALUES ('7', 70), ('007', 7), ('10', 100);
        """,
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: entity, name: code, value_type: int}
        - {kind: entity, name: name, value_type: str}
        - {kind: group, name: g, entity: k, event_timestamp_column: t,
           features: [{name: v, value_type: float}, {name: s, value_type: str}]}
        - {kind: group, name: codes, entity: code, features: [{name: w, value_type: int}]}
        - {kind: group, name: names, entity: name, features: [{name: w2, value_type: int}]}
        """)
  }

  /// The keys of the rows of a snapshot, in order.
  private func keys(_ clauses: String, parameters: [String: String] = [:]) throws -> String {
    try stage.rows("SELECT FEATURES g.* AS OF '2024-02-01' \(clauses)", parameters: parameters)
      .map { String($0.prefix { $0 != "," }) }.joined()
  }

  @Test func snapshotsAreInTheOrderOfTheKey() throws {
    #expect(
      try stage.rows("SELECT FEATURES g.* AS OF '2024-01-03'") == ["a,2.5,x", "b,NULL,Y", "c,-1.0,"])
    #expect(try stage.rows("SELECT FEATURES w") == ["-1,1", "7,70", "10,100"])
    #expect(try stage.rows("SELECT FEATURES w2") == ["007,7", "10,100", "7,70"])
  }

  @Test func nullsAreLastAscendingAndFirstDescending() throws {
    #expect(try keys("ORDER BY v, k") == "cadfeb")
    #expect(try keys("ORDER BY v DESC, k") == "befadc")
    #expect(try keys("ORDER BY s, k DESC") == "cbfaed")
    #expect(try keys("ORDER BY s DESC") == "deafbc")
    #expect(try keys("ORDER BY g.v DESC, K DESC") == "befdac")
    #expect(
      try stage.rows("SELECT FEATURES g.v AS OF '2024-01-02' ORDER BY g__event_timestamp DESC WITH TIMESTAMPS") == [
        "b,NULL,2024-01-02 00:00:00+00:00", "a,2.5,2024-01-01 00:00:00+00:00",
      ])
  }

  @Test(
    "LIMIT and OFFSET, up to the greatest count",
    arguments: [
      ("LIMIT 2", "ab"), ("LIMIT 0", ""), ("LIMIT 6", "abcdef"), ("LIMIT 7", "abcdef"), ("LIMIT 2 OFFSET 5", "f"),
      ("LIMIT 2 OFFSET 6", ""), ("LIMIT 2 OFFSET 1", "bc"), ("LIMIT 9223372036854775807", "abcdef"),
      ("LIMIT 9223372036854775807 OFFSET 9223372036854775807", ""), ("LIMIT 9223372036854775807 OFFSET 4", "ef"),
      ("LIMIT 1 OFFSET 9223372036854775807", ""), ("WHERE v IS NOT NULL LIMIT 2 OFFSET 1", "cd"),
      ("ORDER BY k DESC LIMIT 2 OFFSET 1", "ed"), ("WHERE k > 'b' ORDER BY v LIMIT 9223372036854775807 OFFSET 3", "e"),
      ("WHERE k = 'zz' ORDER BY v", ""),
    ])
  func limits(clauses: String, expected: String) throws { #expect(try keys(clauses) == expected) }

  @Test func parametersMayStandAnywhere() throws {
    let parameters = ["k": "c", "n": "2", "m": "1", "like": "_", "t": "2024-01-04"]
    #expect(
      try keys("WHERE k >= :k AND k LIKE :like ORDER BY v LIMIT :n OFFSET :m", parameters: parameters) == "df")
    #expect(
      try stage.rows(
        "SELECT FEATURES s AS OF :t WITHIN :w WHERE k IN (:k, :n)",
        parameters: parameters.merging(["w": "1d"]) { $1 }) == ["c,"])
  }

  // MARK: Joins

  private func join(_ labels: String, _ clauses: String, features: String = "v") throws -> [String] {
    try stage.folder.write("l.csv", labels)
    return try stage.rows("SELECT FEATURES \(features) JOIN l.csv \(clauses)")
  }

  private let labels = "k,n,at\na,10,2024-02-01\nb,9,2024-02-01\nc,,2024-02-01\na,9,2024-02-01\nzz,-1,\n"

  @Test func labelsKeepTheirOrderUnlessAskedOtherwise() throws {
    #expect(
      try join(labels, "AS OF at WHERE n >= 9") == ["a,10,2024-02-01,2.5", "b,9,2024-02-01,NULL", "a,9,2024-02-01,2.5"])
    // Numbers, not text; equal rows stay as they were, and an empty field is NULL.
    #expect(try join(labels, "AS OF at ORDER BY n").map { $0.prefix(4) } == ["zz,-", "b,9,", "a,9,", "a,10", "c,NU"])
    #expect(
      try join(labels, "AS OF at ORDER BY n DESC").map { $0.prefix(4) } == ["c,NU", "a,10", "b,9,", "a,9,", "zz,-"])
    #expect(
      try join(labels, "AS OF at ORDER BY v DESC, k DESC LIMIT 3").map { $0.prefix(4) } == ["zz,-", "b,9,", "a,10"])
    #expect(try join(labels, "AS OF at WHERE k = 'a' LIMIT 1 OFFSET 1") == ["a,9,2024-02-01,2.5"])
    #expect(try join(labels, "AS OF at WHERE v IS NULL AND at IS NOT NULL") == ["b,9,2024-02-01,NULL"])
  }

  @Test func limitAloneCutsTheLabels() throws {
    #expect(try join(labels, "AS OF at LIMIT 2 OFFSET 1").map { $0.prefix(2) } == ["b,", "c,"])
    #expect(try join(labels, "AS OF at LIMIT 0") == [])
    #expect(try join(labels, "AS OF at OFFSET 4").map { $0.prefix(2) } == ["zz"])
    #expect(try join(labels, "AS OF at OFFSET 9223372036854775807") == [])
    #expect(
      try join(labels, "AS OF at LIMIT 9223372036854775807 OFFSET 1").map { $0.prefix(2) } == ["b,", "c,", "a,", "zz"])
    #expect(try join(labels, "AS OF at LIMIT 1 OFFSET 9223372036854775807") == [])
    #expect(try stage.run("SELECT FEATURES v AS OF at JOIN l.csv LIMIT 2").report.uses[0].asked == 2)
    #expect(try stage.run("SELECT FEATURES v AS OF at JOIN l.csv ORDER BY k LIMIT 2").report.uses[0].asked == 5)
    #expect(try stage.run("SELECT FEATURES v AS OF at JOIN l.csv WHERE k = 'a'").report.uses[0].asked == 2)
    #expect(try stage.run("SELECT FEATURES v AS OF at JOIN l.csv WHERE n = 10").report.uses[0].asked == 5)
  }

  @Test("a key is compared and sorted as its own type, whatever the file spells")
  func labelColumnsThatAreKeys() throws {
    let labels = "code\n10\n007\n7\n-1\n\n"
    #expect(try join("code\n10\n007\n-1\n", "ORDER BY code", features: "w") == ["-1,1", "007,70", "10,100"])
    #expect(try join(labels, "WHERE code = 7", features: "w") == ["007,70", "7,70"])
    #expect(try join("name\n10\n007\n7\n", "ORDER BY name", features: "w2") == ["007,7", "10,100", "7,70"])
    #expect(try join("name\n10\n007\n7\n", "WHERE name > '1'", features: "w2") == ["10,100", "7,70"])
  }

  @Test("a label column that is the key of two groups of different types")
  func labelColumnOfTwoTypes() throws {
    let labels = "id\n007\n7\n10\n"
    let both = ["007,70,7", "7,70,70", "10,100,100"]
    let on = "ON code = id, name = id"
    #expect(try join(labels, on, features: "w, w2") == both)
    #expect(try join(labels, "\(on) WHERE id = 7", features: "w, w2") == Array(both.prefix(2)))
    let text = "SELECT FEATURES w, w2 JOIN l.csv \(on) WHERE id = :p"
    #expect(try stage.rows(text, parameters: ["p": "7"]) == Array(both.prefix(2)))
    #expect(try join(labels, "\(on) WHERE id = '7'", features: "w2, w") == ["7,70,70"])
    #expect(try join(labels, "\(on) ORDER BY id", features: "w2, w") == ["007,7,70", "10,100,100", "7,70,70"])
  }

  @Test func typesOfLabelColumnsComeFromTheWholeFile() throws {
    #expect(try join("k,n\na,5\nb,x\n", "AS OF '2024-02-01' WHERE n = '5'") == ["a,5,2.5"])
    let labels = "k,n\na,5\nb,4.5\n"
    #expect(try join(labels, "AS OF '2024-02-01' WHERE n < 5") == ["b,4.5,NULL"])
    #expect(try stage.problem("SELECT FEATURES v AS OF '2024-02-01' JOIN l.csv WHERE n = '5'")?.code == "bad-literal")
    #expect(
      try stage.problem("SELECT FEATURES v AS OF '2024-02-01' JOIN l.csv WHERE n LIKE '5'")?.code == "like-on-other")
    #expect(try stage.problem("SELECT FEATURES s AS OF '2024-02-01' JOIN l.csv WHERE n = s")?.code == "different-types")
    #expect(try join("k,n\na,007\n", "AS OF '2024-02-01' WHERE n = '007' AND k = 'a'") == ["a,007,2.5"])
  }

  @Test func emptyLabelsGiveAnEmptyResult() throws {
    for clauses in ["", "WHERE v > 1", "ORDER BY v", "WHERE k = 'a' ORDER BY k LIMIT 1", "LIMIT 1 OFFSET 1"] {
      #expect(try join("k,at\n", "AS OF at \(clauses)") == [])
      #expect(try join("k,at\n", clauses) == [])
    }
  }

  @Test("the answer never depends on what the engine was asked to leave out", arguments: ["BLOB", "NUMERIC", "TEXT"])
  func pushedConditionsChangeNoAnswer(type: String) throws {
    let stage = try ExecutionStage(
      sql: """
        CREATE TABLE g (i \(type), s \(type) COLLATE NOCASE, v INTEGER);
        INSERT INTO g VALUES (7, '7', 1), ('8', 8, 2), (9.0, x'39', 3), ('x', 'a'||char(0)||'b', 4), (10, 'A', 5),
          (11, 'a', 6), (12, 'a ', 7), ('006', '007', 8), (9.5, '9.5', 9), (NULL, NULL, 10);
        """,
      metadata: """
        - {kind: entity, name: i, value_type: int}
        - {kind: entity, name: s, value_type: str}
        - {kind: group, name: gs, table: g, entity: s, features: [{name: v}]}
        - {kind: group, name: gi, table: g, entity: i, features: [{name: w, column: v}]}
        """)
    func agree(_ select: String, _ condition: String, parameters: [String: String] = [:]) throws -> Int {
      let pushed = try stage.rows("\(select) WHERE \(condition)", parameters: parameters)
      let kept = try stage.rows("\(select) WHERE \(condition) OR \(condition)", parameters: parameters)
      #expect(pushed == kept, "\(condition)")
      return pushed.count
    }
    var matches = 0
    for text in ["7", "8", "9", "a", "A", "a ", "007", "9.5", "x", ""] {
      matches += try agree("SELECT FEATURES v", "s = '\(text)'")
      matches += try agree("SELECT FEATURES v", "s IN (:p, 'zz')", parameters: ["p": text])
    }
    #expect(matches > 0)
    // A key of text over a column of text alone is refused for ints.
    guard type != "TEXT" else { return }
    for number in 6...12 { matches += try agree("SELECT FEATURES w", "i = \(number)") }
    #expect(try stage.rows("SELECT FEATURES w WHERE i = 7") != [])
  }
}
