import SpellCore
import SpellTables
import Testing

/// Labels that are rows of a table.
@Suite struct LabelTableTests {
  private func stage(_ sql: String) throws -> ExecutionStage {
    try ExecutionStage(
      sql: """
        CREATE TABLE f (k TEXT, t TEXT, v INTEGER);
        INSERT INTO f VALUES ('a', '2024-01-01 10:00', 1), ('b', '2024-01-01 11:00', 2);
        CREATE TABLE ticks (k TEXT, tick REAL, p REAL);
        INSERT INTO ticks VALUES ('a', 1.5, 10), ('a', 2.5, 20), ('b', -0.0, 30);
        CREATE TABLE rates (rate REAL, r INTEGER);
        INSERT INTO rates VALUES (0.0, 1), (1.5, 2);
        CREATE TABLE counts (rate INTEGER, c INTEGER);
        INSERT INTO counts VALUES (0, 1), (2, 2);
        \(sql)
        """,
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: entity, name: rate, value_type: float}
        - {kind: entity, name: count, value_type: int}
        - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
        - {kind: group, name: ticks, entity: k, event_timestamp_column: tick, features: [{name: p, value_type: float}]}
        - {kind: group, name: rates, entity: rate, features: [{name: r, value_type: int}]}
        - {kind: group, name: counts, entity: count, key_columns: {count: rate}, features: [{name: c, value_type: int}]}
        """)
  }

  @Test func fractionsAreMomentsOfAnAxisOfNumbers() throws {
    let stage = try stage(
      """
      CREATE TABLE labels (k TEXT, at REAL, n INTEGER);
      INSERT INTO labels VALUES ('a', 2, 2), ('a', 2.5, 3), ('b', 0.0, 0), ('b', -0.5, -1), ('a', 9e999, 9),
        ('a', NULL, 4)
      """)
    #expect(
      try stage.rows("SELECT FEATURES p AS OF at JOIN TABLE labels") == [
        "a,2.0,2,10.0", "a,2.5,3,20.0", "b,0.0,0,30.0", "b,-0.5,-1,NULL", "a,inf,9,20.0", "a,NULL,4,NULL",
      ])
    #expect(
      try stage.rows("SELECT FEATURES p BEFORE n - 0.5 JOIN TABLE labels").map { $0.split(separator: ",").last } == [
        "NULL", "10.0", "NULL", "NULL", "20.0", "20.0",
      ])
  }

  @Test func wholeNumbersThatNoDoubleHoldsAreNotComparedWithFractions() throws {
    let stage = try stage(
      "CREATE TABLE labels (k TEXT, n INTEGER); INSERT INTO labels VALUES ('a', 9007199254740993)")
    let problem = try stage.problem("SELECT FEATURES p AS OF n JOIN TABLE labels")
    #expect(problem?.code == "inexact-number")
    #expect(problem?.message.hasPrefix("`labels`, column `n`: `9007199254740993` is above 2^53") == true)
  }

  @Test(
    arguments: [
      "AS OF 9007199254740993", "BEFORE 9007199254740993 JOIN TABLE labels", "VERSIONS FROM 0 TO 9007199254740993",
      "AS OF n + 9007199254740993 JOIN TABLE labels", "AS OF 1 WITHIN 9007199254740993",
    ])
  func neitherAreThoseOfTheStatement(clauses: String) throws {
    let stage = try stage("CREATE TABLE labels (k TEXT, n INTEGER); INSERT INTO labels VALUES ('a', 1)")
    let problem = try stage.problem("SELECT FEATURES p \(clauses)")
    #expect(problem?.code == "inexact-number")
    #expect(problem?.message.hasPrefix("`9007199254740993` is above 2^53") == true)
  }

  @Test func oneColumnServesAsKeysOfSeveralTypesAndIsPrintedAsItself() throws {
    let stage = try stage(
      "CREATE TABLE labels (rate INTEGER, z REAL); INSERT INTO labels VALUES (0, 0.0), (2, 1.5), (NULL, NULL)")
    #expect(
      try stage.rows("SELECT FEATURES r, c JOIN TABLE labels ON rate = rate, count = rate ORDER BY rate DESC") == [
        "NULL,NULL,NULL,NULL", "2,1.5,NULL,2", "0,0.0,1,1",
      ])
    #expect(
      try stage.rows("SELECT FEATURES r JOIN TABLE labels ON rate = z") == ["0,0.0,1", "2,1.5,2", "NULL,NULL,NULL"])
  }

  @Test func conditionsOnKeysDecideWhatIsAskedFor() throws {
    let stage = try stage(
      """
      CREATE TABLE labels (k TEXT, at TEXT, n INTEGER);
      INSERT INTO labels VALUES ('a', '2024-02-01', 1), ('b', '2024-02-01', 2), (NULL, '2024-02-01', 3)
      """)
    let (rows, report) = try stage.run("SELECT FEATURES v AS OF at JOIN TABLE labels WHERE k = 'b'")
    #expect(rows == ["b,2024-02-01,2,2"])
    #expect(report.uses.first?.asked == 1)
    #expect(
      try stage.rows("SELECT FEATURES v AS OF at JOIN TABLE labels WHERE n > 1 AND v IS NULL") == [
        "NULL,2024-02-01,3,NULL"
      ])
  }

  @Test func everyRowComesOutOverManyBatches() throws {
    let stage = try stage(
      """
      CREATE TABLE labels (n INTEGER, k TEXT, at TEXT);
      WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 10000)
      INSERT INTO labels SELECT n, CASE n % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' ELSE 'c' END, '2024-02-01' FROM s
      """)
    let expected = (1...10000).map { n in
      "\(n),\(["a,2024-02-01,1", "b,2024-02-01,2", "c,2024-02-01,NULL"][n % 3])"
    }
    #expect(try stage.rows("SELECT FEATURES v JOIN TABLE labels") == expected)
    #expect(stage.progress.stages == ["the labels", "f", "result"])
    stage.memory = 500_000
    #expect(try stage.rows("SELECT FEATURES v JOIN TABLE labels") == expected)
    #expect(stage.progress.stages.count > 6)
  }

  @Test func columnsKeepTheirTypes() throws {
    let stage = try stage(
      """
      CREATE TABLE labels (k TEXT, at DATETIME, ok BOOLEAN, raw BLOB, day DATE);
      INSERT INTO labels VALUES ('a', '2024-02-01T01:00+01:00', 1, x'00ff', '2024-02-01')
      """)
    let (plan, labels) = try stage.plan("SELECT FEATURES v AS OF at JOIN TABLE labels")
    let sink = CollectingSink()
    _ = try stage.outcome(plan, labels, to: sink)
    #expect(sink.columns.map(\.type) == [.str, .datetime, .bool, .bytes, .date, .int])
    #expect(sink.columns.map(\.role) == [.label, .label, .label, .label, .label, .feature])
    #expect(
      try stage.rows("SELECT FEATURES v AS OF at JOIN TABLE labels") == [
        "a,2024-02-01 00:00:00+00:00,true,\\x00ff,2024-02-01,1"
      ])
  }
}
