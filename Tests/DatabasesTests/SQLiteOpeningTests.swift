import Glibc
import SpellCore
import SpellDatabases
import TestSupport
import Testing

/// What a reader does beside other processes, and what it leaves behind: nothing.
@Suite struct SQLiteOpeningTests {
  let folder: TemporaryFolder
  var path: String { folder.file("test.db") }

  init() throws { folder = try TemporaryFolder() }

  private func open(_ path: String? = nil, busyMilliseconds: Int = 5000) throws -> SQLiteDatabase {
    try SQLiteDatabase(path: path ?? self.path, cancellation: Cancellation(), busyMilliseconds: busyMilliseconds)
  }

  /// Reads in all ways that there are.
  private func readEverything(_ database: SQLiteDatabase) throws -> Cell? {
    _ = try database.tableNames()
    _ = try database.facts(of: .table(TableName(["t"])))
    return try database.withSnapshot { try database.count("t") }
  }

  private func failure(_ path: String? = nil, busyMilliseconds: Int = 5000) -> DatabaseError? {
    #expect(throws: DatabaseError.self) { _ = try open(path, busyMilliseconds: busyMilliseconds) }
  }

  /// A WAL database of one row that was closed as it should be.
  private func makeWriteAheadLogged() throws {
    try writeSQLite(path, "PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)")
    #expect(try folderNames(folder.path) == ["test.db"])
  }

  // MARK: Nothing changes

  @Test func rollbackJournalFileStaysAsItIs() throws {
    try writeSQLite(path, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)")
    let before = try FolderState(folder.path)
    do { #expect(try readEverything(try open()) == .value(.int(1))) }
    #expect(try FolderState(folder.path) == before)
  }

  @Test func closedWriteAheadLogFileStaysAsItIs() throws {
    try makeWriteAheadLogged()
    let before = try FolderState(folder.path)
    do {
      let database = try open()
      #expect(try readEverything(database) == .value(.int(1)))
      #expect(try folderNames(folder.path) == ["test.db"])
    }
    #expect(try FolderState(folder.path) == before)
  }

  @Test func liveWriterIsReadWithoutATrace() throws {
    try makeWriteAheadLogged()
    let writer = try ForeignWriter(path)
    try writer.run("INSERT INTO t VALUES (2); INSERT INTO t VALUES (3);")
    let before = try FolderState(folder.path)
    #expect(before.names == ["test.db", "test.db-shm", "test.db-wal"])
    do { #expect(try readEverything(try open()) == .value(.int(3))) }
    #expect(try FolderState(folder.path) == before)
    #expect(try writer.run("INSERT INTO t VALUES (4); SELECT count(*) FROM t;") == "4\n")
    writer.finish()
    #expect(try folderNames(folder.path) == ["test.db"])
  }

  @Test func sideFilesOfACrashAreReadWithoutATrace() throws {
    try makeWriteAheadLogged()
    let writer = try ForeignWriter(path)
    try writer.run("INSERT INTO t VALUES (2);")
    writer.crash()
    let before = try FolderState(folder.path)
    #expect(before.names == ["test.db", "test.db-shm", "test.db-wal"])
    do { #expect(try readEverything(try open()) == .value(.int(2))) }
    #expect(try FolderState(folder.path) == before)
  }

  @Test func emptyLogIsRead() throws {
    try makeWriteAheadLogged()
    try folder.write("test.db-wal", "")
    let before = try FolderState(folder.path)
    do { #expect(try readEverything(try open()) == .value(.int(1))) }
    #expect(try FolderState(folder.path) == before)
  }

  @Test func logWithoutSharedMemoryIsRefused() throws {
    try makeWriteAheadLogged()
    let writer = try ForeignWriter(path)
    try writer.run("INSERT INTO t VALUES (2);")
    writer.crash()
    unlink(path + "-shm")
    let before = try FolderState(folder.path)
    let error = failure()
    #expect(error?.kind == .connection && error?.code == "SQLITE_CANTOPEN (14)")
    #expect(error?.message.contains("test.db-wal") == true)
    #expect(error?.help?.contains("wal_checkpoint") == true)
    #expect(try FolderState(folder.path) == before)
    // What the help says helps.
    try writeSQLite(path, "PRAGMA wal_checkpoint")
    #expect(try open().count("t") == .value(.int(2)))
  }

  @Test func hotJournalIsTheEnginesError() throws {
    try writeSQLite(path, "CREATE TABLE t (n INTEGER, b BLOB); INSERT INTO t VALUES (1, randomblob(100000))")
    let writer = try ForeignWriter(path)
    try writer.run("PRAGMA cache_size = 2; BEGIN; UPDATE t SET b = randomblob(100000);")
    writer.crash()
    #expect(try folderNames(folder.path) == ["test.db", "test.db-journal"])
    let before = try FolderState(folder.path)
    let error = failure()
    #expect(error?.kind == .connection && error?.code == "SQLITE_READONLY_ROLLBACK (776)")
    #expect(error?.help?.contains("sqlite3") == true)
    #expect(try FolderState(folder.path) == before)
  }

  @Test func bigSortStaysInMemory() throws {
    try writeSQLite(path, "CREATE TABLE t (n INTEGER)")
    let sql =
      "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 100000) "
      + "SELECT hex(randomblob(60)) FROM s ORDER BY 1"
    func temporaryFiles() throws -> Int { try openFiles().filter { $0.contains("etilqs_") }.count }
    #expect(try spilledFiles(sql, count: temporaryFiles) > 0)
    let database = try open()
    let before = try folderNames("/var/tmp").filter { $0.hasPrefix("etilqs_") }
    var found = 0
    try database.read(ReadRequest(sql: sql, columns: [ColumnReading(type: .str)])) { _ in
      found = try temporaryFiles()
      return .stop
    }
    #expect(found == 0)
    #expect(try folderNames("/var/tmp").filter { $0.hasPrefix("etilqs_") } == before)
  }

  // MARK: Snapshots beside a writer

  @Test func snapshotDoesNotSeeALaterCommit() throws {
    try makeWriteAheadLogged()
    let writer = try ForeignWriter(path)
    try writer.run("INSERT INTO t VALUES (2);")
    let database = try open()
    let seen = try database.withSnapshot {
      let first = try database.count("t")
      try writer.run("INSERT INTO t VALUES (3);")
      return [first, try database.count("t")]
    }
    #expect(seen == [.value(.int(2)), .value(.int(2))])
    #expect(try database.count("t") == .value(.int(3)))
  }

  @Test func snapshotHoldsOffAWriterOfARollbackJournalFile() throws {
    try writeSQLite(path, "CREATE TABLE t (n INTEGER)")
    let writer = try ForeignWriter(path)
    let database = try open()
    let seen = try database.withSnapshot {
      let first = try database.count("t")
      let said = try writer.run("INSERT INTO t VALUES (1);")
      #expect(said.contains("locked"))
      return [first, try database.count("t")]
    }
    #expect(seen == [.value(.int(0)), .value(.int(0))])
    #expect(try writer.run("INSERT INTO t VALUES (1); SELECT count(*) FROM t;") == "1\n")
    #expect(try database.count("t") == .value(.int(1)))
  }

  @Test func changeOfAFileReadWithoutLocksIsAnError() throws {
    try makeWriteAheadLogged()
    let database = try open()
    let error = #expect(throws: DatabaseError.self) {
      try database.withSnapshot {
        _ = try database.count("t")
        let writer = try ForeignWriter(path)
        try writer.run("INSERT INTO t VALUES (2);")
        writer.finish()
      }
    }
    #expect(error?.kind == .statement && error?.message.contains("changed by another program") == true)
    #expect(try database.count("t") == .value(.int(2)))
  }

  @Test func writersMayComeAndGoBetweenSnapshots() throws {
    try makeWriteAheadLogged()
    let database = try open()
    #expect(try database.count("t") == .value(.int(1)))
    let writer = try ForeignWriter(path)
    try writer.run("INSERT INTO t VALUES (2);")
    #expect(try database.count("t") == .value(.int(2)))
    try writer.run("INSERT INTO t VALUES (3);")
    #expect(try database.count("t") == .value(.int(3)))
    // Our reader keeps it from removing the side files; what is in them is still seen.
    writer.finish()
    #expect(try database.count("t") == .value(.int(3)))
  }

  @Test func replacedFileIsOpenedAnew() throws {
    try writeSQLite(path, "CREATE TABLE t (n INTEGER)")
    let database = try open()
    #expect(try database.count("t") == .value(.int(0)))
    try writeSQLite(folder.file("new.db"), "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)")
    #expect(rename(folder.file("new.db"), path) == 0)
    #expect(try database.count("t") == .value(.int(1)))
    unlink(path)
    #expect(throws: DatabaseError.self) { try database.count("t") }
  }

  @Test("a snapshot stays with its file, though further connections would find another one", arguments: [true, false])
  func replacedDuringASnapshot(isRemoved: Bool) throws {
    func rows(_ factor: Int) -> String {
      """
      CREATE TABLE t (n INTEGER);
      WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 300) INSERT INTO t
        SELECT \(factor) FROM s AS a, s AS b
      """
    }
    try writeSQLite(path, rows(1))
    try writeSQLite(folder.file("new.db"), rows(2))
    let database = try open()
    let request = ReadRequest(
      sql: "SELECT n FROM t", columns: [ColumnReading(type: .int)], estimatedRows: 90_000,
      scannedTable: TableName(["t"]))
    func sum() throws -> Int64 {
      var sum: Int64 = 0
      try database.read(request) { batch in
        for row in 0..<batch.count { sum += batch.columns[0].integer(row) }
        return .more
      }
      return sum
    }
    try database.withSnapshot { () throws in
      #expect(try sum() == 90_000)
      #expect((isRemoved ? unlink(path) : rename(folder.file("new.db"), path)) == 0)
      #expect(try sum() == 90_000)
    }
    if !isRemoved { #expect(try sum() == 180_000) }
  }

  // MARK: Locks

  @Test func lockedFileIsAnErrorAfterAWhile() throws {
    try writeSQLite(path, "CREATE TABLE t (n INTEGER)")
    let writer = try ForeignWriter(path)
    try writer.run("BEGIN EXCLUSIVE;")
    let start = Canceller.now()
    let error = failure(busyMilliseconds: 200)
    #expect(Canceller.now() - start >= 200)
    #expect(error?.kind == .connection && error?.code == "SQLITE_BUSY (5)")
    #expect(error?.message.contains("locked") == true && error?.help?.contains("another program") == true)
    try writer.run("COMMIT;")
    #expect(try open().count("t") == .value(.int(0)))
  }

  @Test func waitingForALockIsCancelled() throws {
    try writeSQLite(path, "CREATE TABLE t (n INTEGER)")
    let writer = try ForeignWriter(path)
    let cancellation = Cancellation()
    let database = try SQLiteDatabase(path: path, cancellation: cancellation)
    try writer.run("BEGIN EXCLUSIVE;")
    let start = Canceller.now()
    _ = Canceller(cancellation, afterMilliseconds: 50)
    let error = #expect(throws: DatabaseError.self) { try database.count("t") }
    #expect(error?.kind == .interrupted)
    #expect(Canceller.now() - start < 3000)
  }

  // MARK: What is no database

  @Test func missingFileNamesItsNeighbours() throws {
    try writeSQLite(folder.file("flights.db"), "CREATE TABLE t (n INTEGER)")
    let near = failure(folder.file("flihgts.db"))
    #expect(near?.kind == .connection && near?.code == "SQLITE_CANTOPEN (14)")
    #expect(near?.message == "no database file `\(folder.file("flihgts.db"))`")
    #expect(near?.help == "did you mean `flights.db`?")
    #expect(failure(folder.file("other"))?.help?.contains("`flights.db`") == true)
    #expect(failure(folder.file("no/such.db"))?.help?.contains("\(folder.path)/no") == true)
    #expect(try folderNames(folder.path) == ["flights.db"])
  }

  @Test func namesThatSQLiteTakesForSomethingElse() throws {
    for name in [":memory:", "", "file:x?mode=memory", folder.file("test.db\0x")] {
      #expect(failure(name)?.kind == .connection, "\(name)")
    }
  }

  @Test func folderIsNoDatabase() throws {
    let error = failure(folder.path)
    #expect(error?.kind == .connection && error?.message.contains("is a folder") == true && error?.help != nil)
    #expect(failure("/dev/null")?.message.contains("regular file") == true)
  }

  @Test func otherFileIsNoDatabase() throws {
    let text = try folder.write("labels.csv", String(repeating: "tailnum,time\n", count: 200))
    let error = failure(text)
    #expect(error?.kind == .connection && error?.code == "SQLITE_NOTADB (26)")
    #expect(error?.message.contains("labels.csv") == true && error?.help != nil)
    #expect(try folder.read("labels.csv").count == 2600)
  }

  @Test func emptyFileIsAnEmptyDatabase() throws {
    #expect(try open(try folder.write("empty.db", "")).tableNames().isEmpty)
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func unreadableFileIsRefused() throws {
    try writeSQLite(path, "CREATE TABLE t (n INTEGER)")
    chmod(path, 0)
    #expect(failure()?.message.contains("no permission to read") == true)
  }

  @Test(arguments: ["a b?mode=rw&x=1#y.db", "100%.db", "Zürich '\"日.db", "file:x.db", "a\\b\n.db"])
  func oddNamesAreOpened(_ name: String) throws {
    let path = folder.file(name)
    try writeSQLite(path, "PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)")
    #expect(try open(path).count("t") == .value(.int(1)))
    #expect(try folderNames(folder.path) == [name])
  }

  @Test func sideFilesLieBesideTheFileThatALinkNames() throws {
    try makeWriteAheadLogged()
    let writer = try ForeignWriter(path)
    try writer.run("INSERT INTO t VALUES (2);")
    mkdir(folder.file("links"), 0o755)
    #expect(symlink(path, folder.file("links/link.db")) == 0)
    #expect(try open(folder.file("links/link.db")).count("t") == .value(.int(2)))
    #expect(try folderNames(folder.file("links")) == ["link.db"])
  }
}
