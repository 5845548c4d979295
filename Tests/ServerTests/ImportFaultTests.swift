import Glibc
import TestSupport
import Testing

/// Imports that fail or are stopped in the middle: nothing is imported.
@Suite struct ImportFaultTests {
  private let schema = PostgreSQLServer.freshName("import")
  private let stage: ServerStage

  init() throws {
    try PostgreSQLServer.primary.makeSchema(
      schema,
      script: """
        CREATE TABLE checked (k text, t timestamp, v integer CHECK (v <> 5000));
        CREATE TABLE distinct_rows (k text, t timestamp, v integer UNIQUE);
        CREATE TABLE filled (k text NOT NULL, t timestamp, v integer);
        CREATE TABLE slow (k text, t timestamp, v integer);
        CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
        CREATE TRIGGER pause BEFORE INSERT ON slow FOR EACH ROW WHEN (NEW.v = 5000) EXECUTE FUNCTION pause();
        INSERT INTO checked VALUES ('old', '2024-01-01', 1);
        INSERT INTO distinct_rows VALUES ('old', '2024-01-01', 0);
        INSERT INTO filled VALUES ('old', '2024-01-01', 1);
        INSERT INTO slow VALUES ('old', '2024-01-01', 1);
        """)
    stage = try ServerStage(["checked", "distinct_rows", "filled", "slow"].map { tableGroup($0) })
  }

  /// Writes 6000 rows, of which one may be another.
  private func write(row: Int = 0, as line: String = "") throws {
    let rows = (1...6000).map { $0 == row ? line : "a,2024-01-01,\($0)" }
    try stage.write("rows.csv", (["k,t,v"] + rows).map { $0 + "\n" }.joined())
  }

  private func rows(of table: String) throws -> [[String?]] {
    try PostgreSQLFixture(PostgreSQLServer.primary.url(database: "test", user: "owner"))
      .rows("SELECT k FROM \(schema).\(table)")
  }

  @Test(
    "a row that the table refuses is named by its line, and nothing is imported",
    arguments: [
      ("checked", "a,2024-01-01,5000", "checked_v_check"), ("distinct_rows", "a,2024-01-01,4999", "already exists"),
      ("filled", ",2024-01-01,5000", "null value"),
    ])
  func refusedRow(table: String, line: String, words: String) throws {
    try write(row: 5000, as: line)
    let url = try PostgreSQLServer.primary.schemaURL(schema, user: "writer")
    for mode in ["", " REPLACE"] {
      let run = try stage.run(url, "IMPORT rows.csv INTO \(table)\(mode)", options: ["--writable"])
      #expect(run.status == 1, "\(run.summary)")
      #expect(run.errors.contains("rows.csv:5001"), "\(run.summary)")
      #expect(run.errors.contains(words), "\(run.summary)")
      #expect(try rows(of: table) == [["old"]])
      #expect(stage.leftovers.isEmpty, "\(stage.leftovers)")
    }
  }

  /// What ends an import.
  enum End: CaseIterable { case interrupt, terminated, canceled, timeout }

  @Test("an import that is stopped in the middle imports nothing", arguments: End.allCases)
  func stoppedImport(end: End) throws {
    try write()
    let sessions = try Sessions(PostgreSQLServer.primary)
    let url = try PostgreSQLServer.primary.schemaURL(schema, user: "writer", options: sessions.options)
    let options = ["--writable"] + (end == .timeout ? ["--timeout", "1s"] : [])
    let running = try stage.start(url, ["IMPORT rows.csv INTO slow REPLACE"], options: options)
    try sessions.waitForSleep()
    switch end {
    case .interrupt: running.signal(SIGINT)
    case .terminated: try sessions.terminate()
    case .canceled: try sessions.cancel()
    case .timeout: break
    }
    let run = running.finish()
    let status: [End: Int32] = [.interrupt: 130, .terminated: 3, .canceled: 1, .timeout: 1]
    #expect(run.status == status[end], "\(run.summary)")
    try sessions.waitForRest()
    #expect(try rows(of: "slow") == [["old"]])
  }

  @Test("an import into a server that only replays fails, and so does one of a role that may only read")
  func refusedImport() throws {
    try write()
    let standby = try PostgreSQLServer.standby
    for url in [standby.schemaURL(schema, user: "writer"), try PostgreSQLServer.primary.schemaURL(schema)] {
      let run = try stage.run(url, "IMPORT rows.csv INTO filled", options: ["--writable"])
      #expect(run.status == 1, "\(run.summary)")
      #expect(run.errors.contains("recovery") || run.errors.contains("permission denied"), "\(run.summary)")
      #expect(try rows(of: "filled") == [["old"]])
    }
  }
}
