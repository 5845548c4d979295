import TestSupport
import Testing

/// Labels that are rows of a table.
@Suite struct LabelTableTraps {
  private static let metadata = """
    - {kind: entity, name: k, value_type: str}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}

    """

  /// Features of the keys `a` and `b` at ten and eleven o'clock, and a table of labels.
  private func stage(
    _ columns: String, _ rows: [String], features: [String] = [], table: String = "labels",
    on engines: [TestEngine] = TestEngine.allCases
  ) throws -> TrapStage {
    let more = features.map { "INSERT INTO f VALUES (\($0));" } + rows.map { "INSERT INTO \(table) VALUES (\($0));" }
    return try TrapStage(
      sql: """
        CREATE TABLE f (k TEXT, t TEXT, v INTEGER);
        INSERT INTO f VALUES ('a', '2024-01-01 10:00', 1), ('b', '2024-01-01 11:00', 2);
        CREATE TABLE \(table) (\(columns));
        \(more.joined(separator: "\n"))
        """, metadata: Self.metadata, on: engines)
  }

  @Test("a NULL key or moment keeps its row, matches nothing and is counted; rows that are alike all come out")
  func nulls() throws {
    let stage = try stage(
      "k TEXT, at TEXT, y INTEGER",
      ["'a', '2024-01-01 12:00', 1", "NULL, '2024-01-01 12:00', 2", "'a', NULL, 3", "'a', '2024-01-01 12:00', 1"])
    #expect(
      try stage.output("SELECT FEATURES v AS OF at JOIN TABLE labels", options: ["--report", "report.json"]) == """
        k,at,y,v
        a,2024-01-01 12:00,1,1
        ,2024-01-01 12:00,2,
        a,,3,
        a,2024-01-01 12:00,1,1

        """)
    let use = JSONValue(try stage.folder.read("report.json"))?["statements"]?.items.first?["uses"]?.items.first
    #expect(use?["labels"]?.int == 4 && use?["matched"]?.int == 2)
    #expect(use?["unmatched"]?["null_key"]?.int == 1 && use?["unmatched"]?["null_moment"]?.int == 1)
  }

  @Test("keys are compared by their bytes, and printed as what they are")
  func oddKeys() throws {
    let keys = ["é", "e\u{301}", "", "NULL", "A", "a ", "x,\"y\"", "日", "007", "7", "two\nlines"]
    func literal(_ key: String) -> String { "'\(key.replacing("'", with: "''"))'" }
    let stage = try stage(
      "k TEXT, at TEXT", keys.map { "\(literal($0)), '2024-01-02'" },
      features: keys.enumerated().map { "\(literal($1)), '2024-01-01', \(100 + $0)" })
    let answer = try stage.output("SELECT FEATURES v AS OF at JOIN TABLE labels")
    #expect(stage.column("v", of: answer) == keys.indices.map { "\(100 + $0)" })
    #expect(stage.column("k", of: answer).map { Array($0.utf8) } == keys.map { Array($0.utf8) })
    let one = try stage.output("SELECT FEATURES v AS OF at JOIN TABLE labels WHERE k = 'é'")
    #expect(one == "k,at,v\né,2024-01-02,100\n")
  }

  @Test("naive times are in the zone of the session, whatever type they have", arguments: ["TEXT", "TIMESTAMP"])
  func naiveTimes(type: String) throws {
    let stage = try stage("k TEXT, at \(type)", ["'a', '2024-01-01 11:59:59'", "'a', '2024-01-01 12:00:00'"])
    let statement = "SELECT FEATURES v AS OF at JOIN TABLE labels"
    let answer = try stage.output(statement, options: ["--timezone", "+02:00"])
    #expect(stage.column("v", of: answer) == ["NULL", "1"])
    let printed = stage.column("at", of: answer)
    // Text is printed as it is; the engine's own time as an instant.
    #expect(printed.last == (type == "TEXT" ? "2024-01-01 12:00:00" : "2024-01-01 10:00:00+00:00"))
    #expect(stage.column("v", of: try stage.output(statement)) == ["1", "1"])
  }

  @Test("a local time that occurs twice is the earlier one, and digits beyond the microsecond are cut off")
  func nothingLeaks() throws {
    let twice = try stage(
      "k TEXT, at TIMESTAMP", ["'c', '2024-11-03 01:30:00'"], features: ["'c', '2024-11-03 06:00', 7"])
    let statement = "SELECT FEATURES v AS OF at JOIN TABLE labels"
    let answer = try twice.output(statement, options: ["--timezone", "America/New_York"])
    #expect(answer == "k,at,v\nc,2024-11-03 05:30:00+00:00,\n")
    let digits = try stage(
      "k TEXT, at TEXT", ["'c', '2024-01-01 12:00:00.0000009'"], features: ["'c', '2024-01-01 12:00:00.000001', 7"])
    #expect(try digits.column("v", of: digits.output(statement)) == ["NULL"])
  }

  @Test("the column of the moments is told by its type, and of texts by their values")
  func inferredMoment() throws {
    let native = try stage("k TEXT, n INTEGER, at TIMESTAMP, y INTEGER", ["'a', 5, '2024-01-01 12:00:00', 1"])
    #expect(try native.column("v", of: native.output("SELECT FEATURES v JOIN TABLE labels")) == ["1"])
    let text = try stage(
      "k TEXT, note TEXT, at TEXT",
      ["'a', 'x', '2024-01-01 12:00'", "'b', NULL, NULL", "'a', '2024-01-01', '2024-01-02'"])
    #expect(try text.column("v", of: text.output("SELECT FEATURES v JOIN TABLE labels")) == ["1", "NULL", "1"])
    let several = try stage("k TEXT, at TIMESTAMP, seen TEXT", ["'a', '2024-01-01 12:00:00', '2024-01-02'"])
    try several.refuses("SELECT FEATURES v JOIN TABLE labels", naming: ["table labels", "`at`, `seen`", "AS OF"])
    let none = try stage(
      "k TEXT, at TEXT, y INTEGER", ["'a', '2024-01-01', 1", "'a', 'soon', 2"])
    try none.refuses("SELECT FEATURES v JOIN TABLE labels", naming: ["table labels", "row 2", "`at`", "`soon`"])
    let empty = try stage("k TEXT, at TEXT, seen TEXT", [])
    #expect(try empty.output("SELECT FEATURES v JOIN TABLE labels") == "k,at,seen,v\n")
  }

  @Test("whole numbers are moments where TIME says so", arguments: [("s", 1), ("ms", 1000), ("us", 1_000_000)])
  func wholeNumbers(unit: String, scale: Int) throws {
    let stage = try stage(
      "k TEXT, at BIGINT, y INTEGER",
      ["'a', \(1_704_103_200 * scale), 1", "'a', \(1_704_103_200 * scale - 1), 2", "'a', NULL, 3"])
    let answer = try stage.output("SELECT FEATURES v AS OF at JOIN TABLE labels TIME unix_\(unit)")
    #expect(stage.column("v", of: answer) == ["1", "NULL", "NULL"])
    #expect(stage.column("at", of: answer).first == "\(1_704_103_200 * scale)")
    try stage.refuses("SELECT FEATURES v AS OF at JOIN TABLE labels", naming: ["`at` of `labels` is bigint", "TIME"])
    try stage.refuses(
      "SELECT FEATURES v AS OF k JOIN TABLE labels TIME unix_s", naming: ["`k` of `labels` is text", "leave TIME out"])
  }

  @Test("a text that is no time is an error that names table, column and value")
  func badMoment() throws {
    let stage = try stage("k TEXT, at TEXT", ["'a', '2024-01-01'", "'a', '2024-02-30'"])
    try stage.refuses(
      "SELECT FEATURES v AS OF at JOIN TABLE labels INTO 'out.csv'",
      naming: ["`labels`, column `at`", "`2024-02-30`", "moment of a label"])
  }

  @Test("a file may hold values that are none of their column's type: none of them passes for NULL")
  func valuesOfOtherTypes() throws {
    let stage = try stage(
      "k TEXT, at TEXT, y INTEGER", ["x'ff', '2024-01-01', 1", "'a', '2024-01-01', 'many'"], on: [.sqlite])
    let statement = "SELECT FEATURES v AS OF at JOIN TABLE labels"
    try stage.refuses(statement, naming: ["`labels`, column `k`", "key `k`"])
    let other = try self.stage("k TEXT, at TEXT, y INTEGER", ["'a', '2024-01-01', 'many'"], on: [.sqlite])
    try other.refuses(statement, naming: ["`labels`, column `y`", "`many`", "int"])
    let broken = try self.stage("k TEXT, at TEXT", ["CAST(x'61ff' AS TEXT), '2024-01-01'"], on: [.sqlite])
    try broken.refuses(statement, naming: ["`labels`, column `k`"])
  }

  @Test("a key column of a type that the key never has is an error")
  func keyOfOtherType() throws {
    let stage = try stage("k INTEGER, at TEXT", ["1, '2024-01-01'"])
    try stage.refuses(
      "SELECT FEATURES v AS OF at JOIN TABLE labels", naming: ["column `k` of `labels` is integer", "str", "key `k`"])
  }

  @Test("a float key has one zero and no NaN, and the label keeps its own")
  func floatKeys() throws {
    let stage = try TrapStage(
      sql: """
        CREATE TABLE s (k DOUBLE PRECISION, v INTEGER);
        INSERT INTO s VALUES (0, 1), (1.5, 2), ('NaN', 3);
        CREATE TABLE labels (k DOUBLE PRECISION, y INTEGER);
        INSERT INTO labels VALUES ('-0', 1), ('NaN', 2), (1.5, 3), ('Infinity', 4);
        """,
      metadata: """
        - {kind: entity, name: k, value_type: float}
        - {kind: group, name: s, entity: k, features: [{name: v, value_type: int}]}
        """, on: [.postgresql, .standby])
    let answer = try stage.output("SELECT FEATURES v JOIN TABLE labels")
    #expect(answer == "k,y,v\n-0.0,1,1\nnan,2,\n1.5,3,2\ninf,4,\n")
  }

  @Test("an engine's own types are printed as their values and serve as keys and moments")
  func nativeTypes() throws {
    let stage = try TrapStage(
      sql: """
        CREATE TABLE f (k uuid, t timestamptz, v integer);
        INSERT INTO f VALUES ('00000000-0000-0000-0000-00000000000A', '2024-01-01 10:00Z', 1);
        CREATE TABLE labels (k uuid, at timestamptz, day date, price numeric, tags text[], c char(4));
        INSERT INTO labels VALUES
          ('00000000-0000-0000-0000-00000000000a', '2024-01-01 12:00+02', '2024-01-02', 1.50, '{a,b}', 'x'),
          ('00000000-0000-0000-0000-00000000000a', 'infinity', '2024-01-01', NULL, NULL, NULL),
          ('00000000-0000-0000-0000-00000000000a', '-infinity', NULL, NULL, NULL, NULL);
        """,
      metadata: """
        - {kind: entity, name: k, value_type: uuid}
        - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
        """, on: [.postgresql, .standby])
    let key = "00000000-0000-0000-0000-00000000000a"
    #expect(
      try stage.output("SELECT FEATURES v AS OF at JOIN TABLE labels") == """
        k,at,day,price,tags,c,v
        \(key),2024-01-01 10:00:00+00:00,2024-01-02,1.50,"{a,b}",x,1
        \(key),infinity,2024-01-01,,,,1
        \(key),-infinity,,,,,

        """)
    let days = try stage.output("SELECT FEATURES v AS OF day JOIN TABLE labels")
    #expect(stage.column("v", of: days) == ["1", "NULL", "NULL"])
  }

  @Test("a missing table suggests near ones; names are quoted, and case counts unless one name alone is meant")
  func names() throws {
    let stage = try stage("k TEXT, at TEXT", ["'a', '2024-01-02'"], table: "\"my Labels\"")
    try stage.refuses("SELECT FEATURES v AS OF at JOIN TABLE mylabels", naming: ["no table `mylabels`", "my Labels"])
    for name in ["\"my Labels\"", "\"MY labels\""] {
      #expect(try stage.output("SELECT FEATURES v AS OF at JOIN TABLE \(name)") == "k,at,v\na,2024-01-02,1\n")
    }
    // The table of a group holds labels as well as any other.
    #expect(
      try stage.output("SELECT FEATURES v AS later AS OF t + 1h JOIN TABLE f WHERE v > 1")
        == "k,t,v,later\nb,2024-01-01 11:00,2,2\n")
    try stage.refuses("SELECT FEATURES v AS OF t JOIN TABLE f", naming: ["`v`", "a label column"])
  }

  @Test("LIMIT and OFFSET cut the labels, and the result where ORDER BY or WHERE stand")
  func limits() throws {
    let stage = try stage("k TEXT, at TEXT, n INTEGER", (1...5).map { "'a', '2024-01-0\($0)', \($0)" })
    func numbers(_ clauses: String) throws -> [String] {
      try stage.column("n", of: stage.output("SELECT FEATURES v JOIN TABLE labels \(clauses)"))
    }
    #expect(try numbers("LIMIT 2 OFFSET 1") == ["2", "3"])
    #expect(try numbers("AS OF at LIMIT 9 OFFSET 4") == ["5"])
    #expect(try numbers("AS OF at OFFSET 3") == ["4", "5"])
    #expect(try numbers("AS OF at ORDER BY n DESC LIMIT 2") == ["5", "4"])
    #expect(try numbers("AS OF at WHERE n > 2 LIMIT 1") == ["3"])
    #expect(try numbers("AS OF '2024-06-01' LIMIT 0") == [])
  }
}
