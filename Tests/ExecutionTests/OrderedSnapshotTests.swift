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
    #expect(AccessPlanner.choose(plan).uses[0].access.isOrdered)
    let rows = try stage.run(plan, nil).rows
    var held = plan
    held.uses[0].facts.estimatedRows = 1000
    #expect(try stage.run(held, nil).rows == rows && rows.count > 60_000)
  }

  // MARK: - Several groups

  /// Groups by whole numbers, by texts and by pairs, of which each has keys that the others lack, and some have rows
  /// without a key; the rows of `named` and `pairs` do not lie in the order of their index.
  private static let several = """
    - {kind: entity, name: k, value_type: int}
    - {kind: entity, name: a, value_type: str}
    - {kind: entity, name: b, value_type: int}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, timestamp_storage: number, features: [{name: v}]}
    - {kind: group, name: g, entity: k, event_timestamp_column: t, timestamp_storage: number, ttl: 6,
       features: [{name: w}]}
    - {kind: group, name: p, entity: k, features: [{name: y}]}
    - {kind: group, name: named, entity: a, event_timestamp_column: t, timestamp_storage: number,
       features: [{name: n, column: v}]}
    - {kind: group, name: labelled, entity: a, features: [{name: l, column: v}]}
    - {kind: group, name: pairs, entities: [a, b], event_timestamp_column: t, timestamp_storage: number,
       features: [{name: x, column: v}]}
    - {kind: group, name: settled, entities: [a, b], features: [{name: z, column: v}]}
    """

  private func severalStage() throws -> ExecutionStage {
    func rows(_ count: Int) -> String {
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))"
    }
    return try ExecutionStage(
      sql: """
        CREATE TABLE f (k INTEGER, t INTEGER, v INTEGER);
        \(rows(60_000)) INSERT INTO f SELECT i / 3, i % 11, i FROM n;
        CREATE TABLE g (k INTEGER, t INTEGER, w INTEGER);
        \(rows(30_000)) INSERT INTO g SELECT nullif(max(i - 9000, 0), 7), i % 11, i FROM n;
        CREATE TABLE p (k INTEGER PRIMARY KEY, y TEXT);
        \(rows(9000)) INSERT INTO p SELECT i * 7, 'y' || i FROM n;
        CREATE TABLE named (a TEXT, t INTEGER, v INTEGER);
        \(rows(20_000)) INSERT INTO named SELECT 'é' || (i * 7919 % 5003), i % 11, i FROM n;
        INSERT INTO named VALUES (NULL, 1, 1), ('', 1, 2), (x'c3', 1, 3), ('z', 2, 4), ('Z', 2, 5);
        CREATE TABLE labelled (a TEXT UNIQUE, v INTEGER);
        INSERT INTO labelled SELECT DISTINCT a, 1 FROM named WHERE v % 3;
        CREATE TABLE pairs (a TEXT, b INTEGER, t INTEGER, v INTEGER);
        INSERT INTO pairs SELECT a, nullif(v % 10, 3), t, v FROM named;
        CREATE TABLE settled (a TEXT, b INTEGER, v INTEGER, UNIQUE (a, b));
        INSERT INTO settled SELECT DISTINCT a, b, 1 FROM pairs WHERE b > 4;
        CREATE INDEX f_k ON f (k, t); CREATE INDEX g_k ON g (k, t); CREATE INDEX named_a ON named (a);
        CREATE INDEX pairs_a ON pairs (a, b);
        ANALYZE;
        """,
      metadata: Self.several)
  }

  @Test(
    "several groups are read side by side",
    arguments: [
      "v, w AS OF 7", "w, v, y AS OF 7", "y, w AS OF 7 WHERE w > 50",
      "v, w, y AS OF 7 WHERE k BETWEEN 9000 AND 19000", "y, v AS OF 7 LIMIT 3 OFFSET 20100",
      "v, w, COUNT(*) OVER 5 IN f AS c, SUM(g.w) OVER ALL AS s AS OF 7", "n AS OF 7", "n, l AS OF 7", "x, z AS OF 7",
      "z, x, COUNT(*) OVER 3 IN pairs AS c AS OF 7",
    ], [1, 30_000])
  func sideBySide(text: String, memory: Int) throws {
    let stage = try severalStage()
    let (plan, _) = try stage.plan("SELECT FEATURES \(text)")
    let expected = try stage.run(plan, nil)
    stage.memory = memory
    let outcome = try stage.outcome(plan, nil, to: CollectingSink())
    #expect(outcome.plan.uses.allSatisfy { $0.access.isOrdered })
    let found = try stage.run(plan, nil)
    #expect(found.rows == expected.rows && !found.rows.isEmpty)
    for (use, other) in zip(found.report.uses, expected.report.uses) {
      #expect(use.asked == other.asked && use.matched == other.matched && use.unmatched == other.unmatched)
      #expect(use.ties == other.ties && use.nulls.map(\.count) == other.nulls.map(\.count))
      #expect(use.rowsRead == other.rowsRead)
    }
    #expect(outcome.measured.uses.map(\.rows) == found.report.uses.map(\.rowsRead))
  }

  @Test("it must not jump, and the result must be in the order of keys")
  func otherwiseKeysAreHeld() throws {
    let shuffled = try stage(key: "i * 7919 % 100003")
    #expect(
      try !AccessPlanner.choose(shuffled.plan("SELECT FEATURES v AS OF 7").plan).uses[0].access.isOrdered)
    let stage = try stage()
    for (clauses, isOrdered) in [
      ("", true), ("ORDER BY k", true), ("ORDER BY k DESC", false), ("ORDER BY v", false), ("ORDER BY k, v", false),
      ("WHERE k = 3", false),
    ] {
      let (plan, _) = try stage.plan("SELECT FEATURES v AS OF 7 \(clauses)")
      #expect(AccessPlanner.choose(plan).uses[0].access.isOrdered == isOrdered, "\(clauses)")
    }
  }
}
