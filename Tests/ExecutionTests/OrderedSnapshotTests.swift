import SpellExecution
import SpellPlanning
import SpellTables
import Testing

/// Snapshots of many keys that lie in the table in their order: printed key by key, in parts.
@Suite struct OrderedSnapshotTests {
  private static let rows = 200_000
  private static let metadata = """
    - {kind: entity, name: k, value_type: int}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, timestamp_storage: number, ttl: 5,
       features: [{name: v}, {name: s}]}
    """

  /// One, two or three rows of each key, one after the other; the statistics promise more keys than there are.
  private func stage(key: String = "i * 2 / 3") throws -> ExecutionStage {
    try ExecutionStage(
      sql: """
        CREATE TABLE f (k INTEGER, t INTEGER, v INTEGER, s TEXT);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.rows))
          INSERT INTO f SELECT \(key), i % 11, i, CASE WHEN i % 5 THEN 's' || i END FROM n;
        INSERT INTO f (k, t, v) VALUES (NULL, 1, 1);
        CREATE INDEX by_key ON f (k, t);
        ANALYZE;
        UPDATE sqlite_stat1 SET stat = '1000000 1 1';
        """,
      metadata: Self.metadata)
  }

  @Test(arguments: [
    "", "WHERE v > 50", "WHERE k BETWEEN 65000 AND 70000", "LIMIT 3 OFFSET 70000", "WHERE s IS NULL LIMIT 20000",
    "WITHIN 100",
  ])
  func theAnswerIsThatOfAnyOtherScan(clauses: String) throws {
    let stage = try stage()
    let (plan, _) = try stage.plan("SELECT FEATURES v, s AS OF 7 \(clauses)")
    let sink = CollectingSink()
    let outcome = try stage.outcome(plan, nil, to: sink)
    #expect(outcome.plan.uses[0].access.isOrdered && outcome.plan.uses[0].access.statement.hasSuffix("ORDER BY \"k\""))
    var held = plan
    held.uses[0].facts.estimatedRows = 1000
    let expected = try stage.run(held, nil)
    let found = try stage.run(plan, nil)
    #expect(found.rows == expected.rows && !found.rows.isEmpty)
    for (use, other) in zip(found.report.uses, expected.report.uses) {
      #expect(use.asked == other.asked && use.matched == other.matched && use.unmatched == other.unmatched)
      #expect(use.ties == other.ties && use.nulls.map(\.count) == other.nulls.map(\.count))
      #expect(use.rowsRead == other.rowsRead && use.rowsRead == Self.rows + 1)
    }
  }

  @Test func aKeyMayHaveAnyNumberOfRows() throws {
    // Most rows are of the last key of the first part, through many batches.
    let stage = try stage(key: "min(i, 65536) + (i > 190000) * (i - 190000)")
    let (plan, _) = try stage.plan("SELECT FEATURES v AS OF 20 WITHIN 100")
    #expect(AccessPlanner.choose(plan, demands: []).uses[0].access.isOrdered)
    let rows = try stage.run(plan, nil).rows
    var held = plan
    held.uses[0].facts.estimatedRows = 1000
    #expect(try stage.run(held, nil).rows == rows && rows.count > 60_000)
  }

  @Test("it must not jump, and the result must be in the order of keys")
  func otherwiseKeysAreHeld() throws {
    let shuffled = try stage(key: "i * 7919 % 100003")
    #expect(
      try !AccessPlanner.choose(shuffled.plan("SELECT FEATURES v AS OF 7").plan, demands: []).uses[0].access.isOrdered)
    let stage = try stage()
    for (clauses, isOrdered) in [
      ("", true), ("ORDER BY k", true), ("ORDER BY k DESC", false), ("ORDER BY v", false), ("ORDER BY k, v", false),
      ("WHERE k = 3", false),
    ] {
      let (plan, _) = try stage.plan("SELECT FEATURES v AS OF 7 \(clauses)")
      #expect(AccessPlanner.choose(plan, demands: []).uses[0].access.isOrdered == isOrdered, "\(clauses)")
    }
  }
}
