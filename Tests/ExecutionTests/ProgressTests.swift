import SpellExecution
import TestSupport
import Testing

/// What a statement tells of its progress.
@Suite struct ProgressTests {
  @Test func aJoinTellsItsStagesAndItsRows() throws {
    let rows = (0..<5000).map { "(\($0), '2024-01-01', \($0))" }.joined(separator: ", ")
    let stage = try ExecutionStage(
      sql: """
        CREATE TABLE f (k INTEGER, t TEXT, v INTEGER);
        INSERT INTO f VALUES \(rows);
        CREATE TABLE g (k INTEGER, w INTEGER);
        """,
      metadata: """
        - {kind: entity, name: k, value_type: int}
        - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
        - {kind: group, name: g, entity: k, features: [{name: w, value_type: int}]}
        """)
    try stage.folder.write("labels.csv", "k,at\n1,2024-01-02\n2,2024-01-02\n")
    _ = try stage.rows("SELECT FEATURES v, w AS OF at JOIN labels.csv")
    #expect(stage.progress.stages == ["the labels", "f", "g", "result"])
    #expect(stage.progress.rows.contains(5000))
    #expect(stage.progress.rows.last == 2)
  }
}
