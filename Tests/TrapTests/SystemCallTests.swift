import TestSupport
import Testing

/// Nothing is written, as the kernel sees it: the system calls of a join and an export that change a file, or open one
/// for writing, name the file of INTO and nothing else.
@Suite struct SystemCallTests {
  /// A statement over a database of two rows.
  private func trace(_ journal: String, _ statement: String) throws -> SystemCallTrace {
    let folder = try TemporaryFolder()
    try folder.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
      """)
    try folder.write("labels.csv", "k,at\n7,2024-01-02\n8,2024-01-02\n")
    try SQLiteFixture.make(
      folder.file("data.db"),
      """
      PRAGMA journal_mode = \(journal);
      CREATE TABLE f (k INTEGER, t TEXT, v INTEGER);
      INSERT INTO f VALUES (7, '2024-01-01', 1), (8, '2024-01-01', 2);
      """)
    return try SystemCallTrace(of: ["--engine", "data.db", "-c", statement], in: folder)
  }

  @Test("a join, an export and an import-free session write to standard output only", arguments: ["DELETE", "WAL"])
  func standardOutput(journal: String) throws {
    for statement in ["SELECT FEATURES v AS OF at JOIN labels.csv", "SELECT FEATURES v ORDER BY v", "SHOW ALL"] {
      let trace = try trace(journal, statement)
      #expect(trace.run.status == 0, "\(trace.run.summary)")
      #expect(trace.writes == [], "\(statement)")
    }
  }

  @Test("INTO writes one hidden file and puts it in its place", arguments: ["DELETE", "WAL"])
  func into(journal: String) throws {
    let trace = try trace(journal, "SELECT FEATURES v AS OF at JOIN labels.csv INTO 'out.csv'")
    #expect(trace.run.status == 0, "\(trace.run.summary)")
    let strangers = trace.writes.filter { !$0.contains("/.spellbook-") && !$0.contains("\"./.spellbook-") }
    #expect(strangers == [])
    #expect(trace.writes.contains { $0.contains("O_CREAT") && $0.contains("O_EXCL") })
    #expect(trace.writes.contains { $0.contains("out.csv") })
  }
}
