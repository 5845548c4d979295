import Glibc
import TestSupport
import Testing

/// Opening, joining and exporting leave the database's folder, the working folder and the temporary folders as they
/// were, down to the folders' own times: a file that was made and removed again would show.
@Suite struct NothingWrittenTests {
  /// A database in a folder of its own, metadata and labels in another, and a temporary folder that nobody else uses.
  private final class Rooms {
    let database: TemporaryFolder
    let work: TemporaryFolder
    let temporary: TemporaryFolder

    init() throws {
      database = try TemporaryFolder()
      work = try TemporaryFolder()
      temporary = try TemporaryFolder()
      try work.write(
        "metadata.yml",
        """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
        """)
      try work.write("labels.csv", "k,at\n7,2024-01-02\nnobody,2024-01-02\n")
    }

    /// Enough rows that a sort would spill.
    static let script = """
      CREATE TABLE f (k TEXT, t TEXT, v INTEGER);
      WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
        INSERT INTO f SELECT i, '2024-01-01', i FROM n;
      """

    func run(_ statement: String, engine: String = "data.db") throws -> CommandRun {
      try Spellbook.run(
        ["--metadata", "metadata.yml", "--engine", database.file(engine), "-c", statement], in: work,
        environment: ["TMPDIR": temporary.path, "HOME": temporary.path, "SQLITE_TMPDIR": temporary.path])
    }

    private func listings() throws -> [FolderListing] {
      try [database, work, temporary].map { try FolderListing($0.path) }
    }

    /// Runs every kind of reading; `join` and `export` are the answers of the two that have rows.
    func readEverything() throws -> (join: String, export: String) {
      let before = try listings()
      let spilled = folderEntries("/var/tmp").filter { $0.hasPrefix("etilqs") }
      let join = try run("SELECT FEATURES f.v AS OF at JOIN labels.csv")
      let export = try run("SELECT FEATURES f.v AS OF '2024-01-02'")
      var others: [CommandRun] = []
      for statement in [
        "SHOW ALL", "DESCRIBE f", "EXPLAIN SELECT FEATURES f.v AS OF at JOIN labels.csv",
        "SELECT FEATURES f.v AS OF '2024-01-02' ORDER BY v DESC LIMIT 3", "CHECK", "CHECK DEEP",
        "PROFILE f.*", "SELECT FEATURES f.v VERSIONS FROM '2024-01-01' TO NOW",
      ] {
        others.append(try run(statement))
      }
      for run in [join, export] + others { #expect(run.status == 0, "\(run.summary)") }
      for (old, new) in zip(before, try listings()) { #expect(old.changes(to: new) == []) }
      #expect(folderEntries("/var/tmp").filter { $0.hasPrefix("etilqs") } == spilled)
      return (join.output, export.output)
    }

    /// A run that must be refused with exit code 3, and change nothing.
    func refuses(engine: String, naming word: String) throws {
      let before = try listings()
      let run = try run("SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'", engine: engine)
      #expect(run.status == 3, "\(run.summary)")
      #expect(run.errors.contains(word), "\(run.summary)")
      for (old, new) in zip(before, try listings()) { #expect(old.changes(to: new) == []) }
    }
  }

  private let joined = "k,at,v\n7,2024-01-02,7\nnobody,2024-01-02,\n"

  @Test("a rollback-journal file") func rollbackJournal() throws {
    let rooms = try Rooms()
    try SQLiteFixture.make(rooms.database.file("data.db"), Rooms.script)
    let answers = try rooms.readEverything()
    #expect(answers.join == joined)
    #expect(CSVText(answers.export).records.count == 60_001)
    #expect(folderEntries(rooms.database.path) == ["data.db"])
  }

  @Test("a closed WAL file gets no side files") func closedWAL() throws {
    let rooms = try Rooms()
    try SQLiteFixture.make(rooms.database.file("data.db"), "PRAGMA journal_mode = WAL;" + Rooms.script)
    try #require(folderEntries(rooms.database.path) == ["data.db"])
    let answers = try rooms.readEverything()
    #expect(answers.join == joined)
    #expect(folderEntries(rooms.database.path) == ["data.db"])
  }

  @Test("a live WAL file is read with what its log holds, and its side files stay as they were") func liveWAL() throws {
    let rooms = try Rooms()
    let writer = try SQLiteFixture(rooms.database.file("data.db"))
    try writer.run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;" + Rooms.script)
    try writer.run("INSERT INTO f VALUES ('nobody', '2024-01-01', -1);")
    try #require(folderEntries(rooms.database.path) == ["data.db", "data.db-shm", "data.db-wal"])
    let answers = try rooms.readEverything()
    #expect(answers.join == "k,at,v\n7,2024-01-02,7\nnobody,2024-01-02,-1\n")
    try writer.run("INSERT INTO f VALUES ('later', '2024-01-01', 0);")
  }

  @Test("a log without its index, left by a crash, is refused with a message") func crashedWAL() throws {
    let rooms = try Rooms()
    let writer = try SQLiteFixture(rooms.database.file("data.db"))
    try writer.run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;" + Rooms.script)
    for suffix in ["", "-wal"] {
      try writeFile(rooms.database.file("crashed.db\(suffix)"), readFile(rooms.database.file("data.db\(suffix)")))
    }
    // Closing the connection earlier would have tidied the log away.
    withExtendedLifetime(writer) {}
    try rooms.refuses(engine: "crashed.db", naming: "crashed.db")
  }

  @Test("a hot rollback journal is refused, not rolled back") func hotJournal() throws {
    let rooms = try Rooms()
    let writer = try SQLiteFixture(rooms.database.file("data.db"))
    try writer.run(Rooms.script)
    // A cache of ten pages spills in mid-transaction, which makes the journal hot.
    try writer.run("PRAGMA cache_size = 10; BEGIN IMMEDIATE; UPDATE f SET v = v + 1;")
    try #require(folderEntries(rooms.database.path) == ["data.db", "data.db-journal"])
    for suffix in ["", "-journal"] {
      try writeFile(rooms.database.file("hot.db\(suffix)"), readFile(rooms.database.file("data.db\(suffix)")))
    }
    try writer.run("ROLLBACK;")
    try rooms.refuses(engine: "hot.db", naming: "hot.db")
  }

  @Test("INTO writes its file and nothing else") func into() throws {
    let rooms = try Rooms()
    try SQLiteFixture.make(rooms.database.file("data.db"), Rooms.script)
    let files = folderEntries(rooms.work.path)
    let before = try [rooms.database, rooms.temporary].map { try FolderListing($0.path) }
    let run = try rooms.run("SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'")
    #expect(run.status == 0 && run.outputBytes.isEmpty, "\(run.summary)")
    #expect(try rooms.work.read("out.csv") == joined)
    #expect(folderEntries(rooms.work.path) == (files + ["out.csv"]).sorted())
    #expect(try [rooms.database, rooms.temporary].map { try FolderListing($0.path) } == before)
  }

  @Test(
    "a query in the metadata cannot write",
    arguments: [
      "VACUUM INTO 'copy.db'", "ATTACH 'other.db' AS other", "DELETE FROM f", "CREATE TABLE g (x)",
      "SELECT k, t, v FROM f; DROP TABLE f", "PRAGMA journal_mode = WAL",
      "SELECT load_extension('x') AS k, 1 AS t, 1 AS v", "SELECT fts3_tokenizer('x', x'00') AS k, 1 AS t, 1 AS v",
      "WITH gone AS (DELETE FROM f RETURNING *) SELECT * FROM gone", "INSERT INTO f VALUES ('a', 'b', 1) RETURNING *",
      "SELECT k, t, v FROM f /* */; /* */ DROP TABLE f --", "REPLACE INTO f VALUES (1, 2, 3)", "REINDEX", "ANALYZE",
      "PRAGMA user_version = 7", "PRAGMA main.application_id = 7", "PRAGMA wal_checkpoint(TRUNCATE)",
      "PRAGMA writable_schema = ON", "SELECT * FROM pragma_user_version(7)", "SELECT * FROM pragma_journal_mode('wal')",
      "SELECT k, t, v FROM f) AS q; VACUUM INTO 'copy.db'; SELECT * FROM (SELECT k, t, v FROM f", "BEGIN IMMEDIATE",
      "SELECT writefile('copy.db', 'x') AS k, 1 AS t, 1 AS v", "CREATE TEMP TABLE g AS SELECT * FROM f", "DETACH main",
      "UPDATE sqlite_master SET sql = ''", "SELECT $$x$$ AS k, 1 AS t, 1 AS v", "EXPLAIN DELETE FROM f",
    ])
  func queries(query: String) throws {
    let rooms = try Rooms()
    try SQLiteFixture.make(rooms.database.file("data.db"), Rooms.script)
    try rooms.work.write(
      "metadata.yml",
      """
      kind: entity
      name: k
      value_type: str
      ---
      kind: group
      name: f
      entity: k
      query: "\(query)"
      event_timestamp_column: t
      features: [{name: v, value_type: int}]
      """)
    let before = try FolderListing(rooms.database.path)
    let run = try rooms.run("SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'")
    #expect([1, 2].contains(run.status), "\(run.summary)")
    #expect(try before.changes(to: FolderListing(rooms.database.path)) == [])
    #expect(folderEntries(rooms.work.path) == ["labels.csv", "metadata.yml"])
  }
}
