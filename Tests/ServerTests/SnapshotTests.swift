import TestSupport
import Testing

/// All groups of a statement show one state of the database, whoever writes to it meanwhile.
@Suite struct SnapshotTests {
  private static let keyCount = 200

  @Test("three tables that a busy writer changes together always agree", arguments: [TestEngine.postgresql, .standby])
  func oneState(engine: TestEngine) throws {
    let (first, second, third) = ("first_part", "second_part", "third_part")
    let keys = (0..<Self.keyCount).map { "('k\($0)', timestamp '2024-01-01', 0)" }.joined(separator: ", ")
    let schema = PostgreSQLServer.freshName("busy")
    if engine == .standby { _ = try PostgreSQLServer.standby }
    let primary = try PostgreSQLServer.primary
    try primary.makeSchema(
      schema,
      script: [first, second, third].map {
        "CREATE TABLE \($0) (k text, t timestamp, v integer); INSERT INTO \($0) VALUES \(keys);"
      }.joined())
    let url = engine == .standby ? try PostgreSQLServer.standby.schemaURL(schema) : primary.schemaURL(schema)
    // Each transaction moves the values of all tables on by one, in half of them by a newer row.
    let steps = [first, second, third].map { table in
      """
      UPDATE \(table) SET v = v + 1;
      INSERT INTO \(table) SELECT k, max(t) + interval '1 second', max(v) FROM \(table) WHERE k LIKE '%1' GROUP BY k;
      DELETE FROM \(table) AS old USING \(table) AS new WHERE old.k = new.k AND old.t < new.t - interval '5 seconds';
      """
    }
    let writer = try Writer(
      PostgreSQLFixture(primary.schemaURL(schema, user: "writer")), "BEGIN; \(steps.joined(separator: "\n")) COMMIT;")

    let stage = try ServerStage(
      [tableGroup(first), tableGroup(second), tableGroup(third)],
      labels: (0..<Self.keyCount).map { "k\($0),2024-06-01" })
    let statement = """
      SELECT FEATURES \(first).v AS a, \(second).v AS b, \(third).v AS c AS OF at JOIN labels.csv
      """
    let before = writer.commits
    var runs = 0
    var states: Set<[String?]> = []
    while runs < 5 || (writer.commits < before + 10 && runs < 100) {
      let answer = CSVText(try stage.output(url, statement, statement))
      // Two statements in one session, each with a state of its own: their header parts them.
      let parts = answer.records.split { $0.first?.text == "k" }
      #expect(parts.count == 2)
      for part in parts {
        let rows = part.map { record in record.suffix(3).map(\.text) }
        #expect(rows.count == Self.keyCount)
        #expect(Set(rows).count == 1, "rows of several states: \(Set(rows))")
        #expect(rows.first.map { Set($0).count } == 1, "tables of several states: \(rows.first ?? [])")
        states.insert(rows.first ?? [])
      }
      runs += 1
    }
    #expect(writer.stop() == nil)
    #expect(writer.commits >= before + 10, "the writer must have been at work")
    #expect(states.count > 1, "the reader must have seen its work")
  }

  @Test("labels and features that a busy writer changes together are seen together")
  func labelsInTheSnapshot() throws {
    let schema = PostgreSQLServer.freshName("busy")
    let primary = try PostgreSQLServer.primary
    try primary.makeSchema(
      schema,
      script: """
        CREATE TABLE part (k text, t timestamp, v integer);
        CREATE TABLE asked (k text, at timestamp, n integer);
        INSERT INTO part VALUES ('k0', timestamp '2024-01-01', 0);
        INSERT INTO asked VALUES ('k0', timestamp '2024-06-01', 0);
        """)
    // Each transaction moves all rows on by one, and adds a label and its features.
    let writer = try Writer(
      PostgreSQLFixture(primary.schemaURL(schema, user: "writer")),
      """
      BEGIN;
      UPDATE asked SET n = n + 1;
      UPDATE part SET v = v + 1;
      INSERT INTO asked SELECT 'k' || count(*), timestamp '2024-06-01', 0 FROM asked;
      INSERT INTO part SELECT 'k' || count(*), timestamp '2024-01-01', 0 FROM part;
      COMMIT;
      """)
    let stage = try ServerStage([tableGroup("part")])
    let url = primary.schemaURL(schema)
    let before = writer.commits
    var sizes: Set<Int> = []
    var runs = 0
    while runs < 5 || (writer.commits < before + 10 && runs < 100) {
      let answer = CSVText(try stage.output(url, "SELECT FEATURES part.v JOIN TABLE asked ORDER BY n"))
      let values = answer.column("v") ?? []
      #expect(values == values.indices.map { "\($0)" }, "one state of the features")
      #expect(values == answer.column("n"), "one state of labels and features")
      sizes.insert(values.count)
      runs += 1
    }
    #expect(writer.stop() == nil)
    #expect(writer.commits >= before + 10, "the writer must have been at work")
    #expect(sizes.count > 1, "the reader must have seen its work")
  }
}
