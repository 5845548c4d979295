import SpellExecution
import SpellPlanning
import SpellTables
import Testing

/// Rows fetched by key, and what happens where there are far more of them than the statistics say.
@Suite struct LookupTests {
  private static let metadata = """
    - {kind: entity, name: k, value_type: int}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, timestamp_storage: number, features: [{name: v}]}
    """

  /// Key 1 has most rows; the statistics say so or not.
  private func stage(rowsPerKey: Int) throws -> ExecutionStage {
    let stage = try ExecutionStage(
      sql: """
        CREATE TABLE f (k INTEGER, t INTEGER, v INTEGER);
        CREATE INDEX i ON f (k, t);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
          INSERT INTO f SELECT CASE WHEN i <= 15000 THEN 1 ELSE i END, i, i * 10 FROM n;
        ANALYZE;
        UPDATE sqlite_stat1 SET stat = '20000 \(rowsPerKey) 1';
        """,
      metadata: Self.metadata)
    try stage.folder.write("l.csv", "k,at\n1,700\n15001,20000\n2,5\n,5\n16000,1\n")
    return stage
  }

  private let expected = ["1,700,7000", "15001,20000,150010", "2,5,NULL", "NULL,5,NULL", "16000,1,NULL"]

  @Test func aWrongEstimateEndsInAScan() throws {
    let stage = try stage(rowsPerKey: 1)
    let (rows, report) = try stage.run("SELECT FEATURES v AS OF at JOIN l.csv")
    #expect(rows == expected)
    #expect(report.uses[0].strategy == .scan && report.uses[0].rowsRead == 20_000)
  }

  @Test func whatWasDoneIsMeasured() throws {
    let stage = try stage(rowsPerKey: 1)
    let (plan, file) = try stage.plan("SELECT FEATURES v AS OF at JOIN l.csv")
    let outcome = try stage.outcome(plan, file, to: CollectingSink())
    // The plan is that which was carried out: the lookup was given up.
    #expect(outcome.plan.uses[0].access.strategy == .scan)
    #expect(outcome.measured.labels?.rows == 5 && outcome.measured.uses.map(\.rows) == [20_000])
    #expect(outcome.measured.result.rows == 5)
    #expect(outcome.measured.uses[0].nanoseconds > 0)
    // Three numbers a row; the label file as it lies there.
    #expect(outcome.measured.uses[0].bytes == 20_000 * 24 && outcome.measured.labels?.bytes == 38)
    // Four keys and five labels, of which one has no key.
    let slots = 4 * (8 + 1 + 8 + 1) + 8 + 8
    #expect(outcome.measured.uses[0].heldBytes.map { $0 >= slots } == true)
    #expect(outcome.measured.labels?.heldBytes.map { $0 > 5 * (8 + 1 + 4) } == true)
  }

  @Test func textsAreMeasuredByTheirBytes() throws {
    let stage = try ExecutionStage(
      sql: "CREATE TABLE f (k TEXT, t INTEGER, v TEXT); INSERT INTO f VALUES ('ab', 1, 'xyz'), ('c', 2, NULL)",
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: f, entity: k, event_timestamp_column: t, timestamp_storage: number,
           features: [{name: v}]}
        """)
    let (plan, file) = try stage.plan("SELECT FEATURES v AS OF 9")
    let outcome = try stage.outcome(plan, file, to: CollectingSink())
    // Two keys, two events, one value; the snapshot's keys are held by the use that brought them.
    #expect(outcome.measured.uses[0].bytes == (2 + 4) + (1 + 4) + 2 * 8 + (3 + 4))
    #expect(outcome.measured.uses[0].heldBytes.map { $0 > 0 } == true && outcome.measured.result.heldBytes == nil)
  }

  @Test func onlyTheRowsOfTheKeysAreRead() throws {
    let stage = try stage(rowsPerKey: 1)
    let (rows, report) = try stage.run("SELECT FEATURES v AS OF at JOIN l.csv WHERE k > 1")
    #expect(rows == ["15001,20000,150010", "2,5,NULL", "16000,1,NULL"])
    #expect(report.uses[0].strategy == .lookup && report.uses[0].rowsRead == 2)
    #expect(report.uses[0].unmatched[MatchReport.Reason.onlyInTheFuture.rawValue] == 1)
    #expect(report.uses[0].unmatched[MatchReport.Reason.unknownKey.rawValue] == 1)
  }

  @Test func manyChunksGiveOneAnswer() throws {
    let stage = try stage(rowsPerKey: 1)
    let labels = (15_001...18_500).map { "\($0),30000\n" }.joined()
    try stage.folder.write("l.csv", "k,at\n" + labels)
    var (plan, file) = try stage.plan("SELECT FEATURES v AS OF at JOIN l.csv")
    plan.strategy = .lookup
    let (rows, report) = try stage.run(plan, file)
    #expect(rows == (15_001...18_500).map { "\($0),30000,\($0 * 10)" })
    #expect(report.uses[0].strategy == .lookup && report.uses[0].rowsRead == 3500)
  }
}
