import SpellExecution
import SpellPlanning
import SpellTables
import TestSupport
import Testing

/// Stored versions of a group: held and sorted, or printed in parts where keys come in order.
@Suite struct VersionsTests {
  private static let rows = 120_000
  private static let metadata = """
    - {kind: entity, name: k, value_type: int}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, timestamp_storage: number,
       features: [{name: v}, {name: s}]}
    """

  /// Three rows of each key, the latest first; the statistics promise more rows than there are.
  private func stage(key: String = "i / 3") throws -> ExecutionStage {
    try ExecutionStage(
      sql: """
        CREATE TABLE f (k INTEGER, t INTEGER, v INTEGER, s TEXT);
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.rows) - 1)
          INSERT INTO f SELECT \(key), 10 - i % 3, i, CASE WHEN i % 5 THEN 's' || i END FROM n;
        INSERT INTO f (k, t, v) VALUES (NULL, 9, 1), (7, NULL, 1);
        CREATE INDEX by_key ON f (k, t);
        ANALYZE;
        UPDATE sqlite_stat1 SET stat = '1000000 1 1';
        """,
      metadata: Self.metadata)
  }

  @Test(arguments: ["", "WHERE v > 50", "WHERE k BETWEEN 20000 AND 30000", "LIMIT 3 OFFSET 70000", "ORDER BY k"])
  func partsGiveTheAnswerOfTheWhole(clauses: String) throws {
    let stage = try stage()
    let (plan, _) = try stage.plan("SELECT FEATURES v, s VERSIONS FROM 8 TO 10 \(clauses)")
    let outcome = try stage.outcome(plan, nil, to: CollectingSink())
    #expect(outcome.plan.uses[0].access.isOrdered)
    var held = plan
    held.uses[0].facts.estimatedRows = 1000
    let (expected, report) = try stage.run(held, nil)
    let (found, other) = try stage.run(plan, nil)
    #expect(found == expected && !found.isEmpty)
    #expect(report.uses[0].asked == other.uses[0].asked && report.uses[0].rowsRead == Self.rows + 2)
    #expect(report.uses[0].nulls.map(\.count) == other.uses[0].nulls.map(\.count))
  }

  @Test func versionsOfAKeyAreInTheOrderOfTime() throws {
    let rows = try stage().rows("SELECT FEATURES v VERSIONS FROM 0 TO 100 WHERE k IN (5, 6)")
    #expect(rows == ["5,8,17", "5,9,16", "5,10,15", "6,8,20", "6,9,19", "6,10,18"])
  }

  @Test func moreThanTheMemoryIsAnError() throws {
    // Parts of the keys fit, but not one that has all rows.
    for (key, code) in [("i * 7919 % 40009", nil), ("7", "versions-beyond-memory")] {
      let stage = try stage(key: key)
      stage.memory = 500_000
      #expect(try stage.problem("SELECT FEATURES v VERSIONS FROM 0 TO 100")?.code == code)
    }
    let stage = try stage(key: "i * 7919 % 40009")
    stage.memory = 500_000
    #expect(try stage.rows("SELECT FEATURES v VERSIONS FROM 0 TO 100 WHERE k < 100").count > 100)
  }

  @Test(arguments: [("error", ["b"]), ("null", [])])
  func valuesThatDoNotFitCountWhereTheyAreAskedFor(invalid: String, refused: [String]) throws {
    let stage = try ExecutionStage(
      sql: """
        CREATE TABLE f (k TEXT, t TEXT, v);
        INSERT INTO f VALUES ('a', '2024-01-01', 1), ('b', '2024-01-01', 'x'), ('b', '2025-01-01', 2), ('c', 'soon', 3);
        """,
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: f, entity: k, event_timestamp_column: t, invalid: \(invalid),
           features: [{name: v, value_type: int}]}
        """)
    let of2024 = "SELECT FEATURES v VERSIONS FROM '2024-01-01' TO '2024-02-01' WHERE k"
    #expect(try stage.rows("\(of2024) = 'a'") == ["a,2024-01-01 00:00:00+00:00,1"])
    #expect(try stage.problem("\(of2024) = 'b'")?.code == (refused.isEmpty ? nil : "invalid-value"))
    #expect(try stage.problem("\(of2024) = 'c'")?.code == (refused.isEmpty ? nil : "invalid-value"))
    let later = "SELECT FEATURES v VERSIONS FROM '2024-06-01' TO '2026-01-01' WHERE k = 'b'"
    #expect(try stage.rows(later) == ["b,2025-01-01 00:00:00+00:00,2"])
    guard refused.isEmpty else { return }
    let (rows, report) = try stage.run("SELECT FEATURES v VERSIONS FROM '2024-01-01' TO '2024-02-01'")
    #expect(rows == ["a,2024-01-01 00:00:00+00:00,1", "b,2024-01-01 00:00:00+00:00,NULL"])
    #expect(report.uses[0].invalid == 1 && report.uses[0].invalidRows == 1 && report.uses[0].nulls[0].count == 1)
  }
}
