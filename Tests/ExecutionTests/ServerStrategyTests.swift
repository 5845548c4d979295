import SpellCore
import SpellExecution
import SpellPlanning
import SpellTables
import Testing

/// SELECTs that the engine carries out in one statement, and those that it cannot.
@Suite struct ServerStrategyTests {
  private static let metadata = """
    - {kind: entity, name: k, value_type: str}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, timestamp_storage: unix_s, ttl: 1h,
       features: [{name: v, value_type: int}, {name: s, value_type: str}]}
    - {kind: group, name: g, entity: k, table: f, event_timestamp_column: t, timestamp_storage: unix_s, invalid: null,
       features: [{name: w, column: v, value_type: int}, {name: x, column: v, value_type: float}]}
    - {kind: group, name: h, entity: k, table: f, event_timestamp_column: x, features: [{name: y, column: v}]}
    """

  private func stage() throws -> ExecutionStage {
    let stage = try ExecutionStage(
      sql: """
        CREATE TABLE f (k TEXT, t INTEGER, x TEXT, v INTEGER, s TEXT);
        INSERT INTO f VALUES
          ('a', 1000, '2024-01-01', 1, NULL), ('a', 2000, '2024-01-02', 2, 'two'), ('b', 1000, '2024-01-01', 3, 'x'),
          ('c', 1000, '2024-01-01', 'much', '');
        CREATE TABLE l (k TEXT, at INTEGER);
        INSERT INTO l VALUES ('b', 1500), ('z', 1500), ('a', 1999), ('a', 2999);
        """,
      metadata: Self.metadata)
    try stage.folder.write("l.csv", "k,at\na,1000\n\"b\",900\nb,4600\n,1\na,3000\nz,5000\n")
    return stage
  }

  private func outcome(
    _ text: String, on stage: ExecutionStage, to sink: any ResultSink = CollectingSink()
  ) throws -> SelectOutcome {
    var (plan, labels) = try stage.plan(text)
    plan.strategy = .server
    return try stage.outcome(plan, labels, to: sink)
  }

  /// The rows of a SELECT that has to be carried out by the engine.
  private func rows(_ text: String, on stage: ExecutionStage) throws -> [String] {
    var (plan, labels) = try stage.plan(text)
    plan.strategy = .server
    let (rows, report) = try stage.run(plan, labels)
    #expect(report.uses.allSatisfy { $0.strategy == .server }, "\(text)")
    return rows
  }

  @Test(arguments: [
    "AS OF at JOIN l.csv TIME unix_s", "BEFORE at JOIN l.csv TIME unix_s WITH TIMESTAMPS",
    "AS OF at JOIN l.csv TIME unix_s WHERE v > 1 OR v IS NULL ORDER BY k DESC, at LIMIT 3 OFFSET 1",
    "AS OF at JOIN l.csv TIME unix_s LIMIT 2 OFFSET 3", "AS OF at JOIN l.csv TIME unix_s WHERE k IN ('b', 'z')",
    "AS OF at JOIN TABLE l TIME unix_s", "AS OF at JOIN TABLE l TIME unix_s WHERE s LIKE 't%'",
    "AS OF '1970-01-01 00:30' WHERE k < 'c'", "AS OF '1970-01-01 00:40' WHERE k < 'c' ORDER BY v DESC LIMIT 1",
  ])
  func theRowsAreThoseOfAScan(clauses: String) throws {
    let stage = try stage()
    let text = "SELECT FEATURES v, s \(clauses)"
    let expected = try stage.rows(text)
    #expect(try rows(text, on: stage) == expected && !expected.isEmpty)
  }

  @Test func labelsKeepTheirBytes() throws {
    let stage = try stage()
    let text = "SELECT FEATURES v AS OF at JOIN l.csv TIME unix_s ORDER BY v DESC"
    let target = MemoryTarget()
    let csv = try #require(ResultFormats.named("csv"))
    _ = try outcome(text, on: stage, to: FormattedSink(format: csv.make(FormatOptions()), target: target))
    #expect(
      String(decoding: target.bytes, as: UTF8.self)
        == "k,at,v\n\"b\",900,\n,1,\nz,5000,\nb,4600,3\na,3000,2\na,1000,1\n")
  }

  @Test func matchesAreCountedWhereEveryLabelComesOut() throws {
    let stage = try stage()
    let text = "SELECT FEATURES v, s AS OF at JOIN l.csv TIME unix_s"
    let use = try outcome(text, on: stage).report.uses[0]
    #expect(use.extent == .matches && use.asked == 6 && use.matched == 3)
    #expect(use.nulls.map(\.count) == [0, 1])
    #expect(try outcome(text + " WHERE v > 1", on: stage).report.uses[0].extent == .nothing)
    #expect(try outcome(text + " ORDER BY v LIMIT 1", on: stage).report.uses[0].extent == .nothing)
    #expect(try outcome(text + " LIMIT 1 OFFSET 1", on: stage).report.uses[0].asked == 1)
    let snapshot = try outcome("SELECT FEATURES v AS OF '1970-01-01 00:30' WHERE k = 'a'", on: stage).report
    #expect(snapshot.uses[0].extent == .nothing && snapshot.lines == ["  f  server   not counted"])
  }

  @Test func valuesThatDoNotFitAreFoundWhereTheyArePrinted() throws {
    let stage = try stage()
    try stage.folder.write("c.csv", "k,at\nc,1000\n")
    for text in ["AS OF at JOIN c.csv TIME unix_s", "AS OF '1970-01-01 00:30'"] {
      let expected = try #require(try stage.problem("SELECT FEATURES v \(text)"))
      let error = #expect(throws: SpellError.self) { try outcome("SELECT FEATURES v \(text)", on: stage) }
      #expect(error?.diagnostics.first?.message == expected.message)
    }
    #expect(try rows("SELECT FEATURES w AS OF at JOIN c.csv TIME unix_s", on: stage) == ["c,1000,NULL"])
    // A text is no number, and never becomes one on the way.
    #expect(try rows("SELECT FEATURES x AS OF at JOIN c.csv TIME unix_s", on: stage) == ["c,1000,NULL"])
  }

  @Test func whatTheEngineCannotDoIsFetched() throws {
    let stage = try stage()
    let labels = (0...StatementLabels.mostRows).map { "a,\($0)\n" }.joined()
    try stage.folder.write("many.csv", "k,at\n\(labels)")
    try stage.folder.write("zero.csv", "k,at,z\na,1000,\0\n")
    let terms = (0..<1200).map { "\($0)" }.joined(separator: ", ")
    for (text, reason) in [
      (
        "SELECT FEATURES y AS OF '2024-01-02' WHERE k = 'a'",
        "has no SQL for column `x` of `f`, the event timestamp (the times are text, and texts do not sort as times)"
      ),
      ("SELECT FEATURES v AS OF at JOIN many.csv TIME unix_s", "carries at most 1,000 labels of a file"),
      (
        "SELECT FEATURES v AS OF at JOIN zero.csv TIME unix_s",
        "cannot carry \(stage.folder.file("zero.csv")):2: column `z`, which is not plain UTF-8"
      ),
      // More terms than the engine takes of its own accord.
      (
        "SELECT FEATURES v AS OF at JOIN l.csv TIME unix_s WHERE v IN (\(terms))",
        "was refused by the database (SQLite: Expression tree is too large (maximum depth 1000))"
      ),
    ] {
      let found = CollectingSink()
      let outcome = try outcome(text, on: stage, to: found)
      #expect(outcome.notes == ["server \(reason), so that each group is fetched on its own"])
      #expect(outcome.report.uses[0].strategy == .scan && outcome.report.uses[0].extent == .all)
      #expect(found.batches.map(\.count).reduce(0, +) == (try stage.rows(text)).count)
    }
  }

  @Test func thePlanIsTheStatement() throws {
    let stage = try stage()
    var (plan, labels) = try stage.plan("SELECT FEATURES v AS OF at JOIN TABLE l TIME unix_s")
    plan.strategy = .server
    let outcome = try stage.outcome(plan, labels, to: CollectingSink())
    let lines = Explanation(outcome.plan, labelName: "table l", measured: outcome.measured).lines
    #expect(
      lines.prefix(5) == [
        "join of table l on k as of at", "└─ f: server (one statement gives the whole result)",
        "   at most 1h old", "WITH", "  \"labels\" AS (",
      ])
    #expect(lines.contains("  \"f_chosen\".\"place\" AS \"f_chosen\""))
    #expect(lines.contains { $0.hasPrefix("4 rows of ") && $0.contains(" in the result, chosen and written in ") })
    #expect(outcome.measured.result.nanoseconds > 0)
  }
}
