import SpellCore
import SpellDatabases
import SpellTables
import TestSupport
import Testing

/// Large tables, which several threads read side by side: every row comes once, whatever happens.
@Suite struct ConcurrentReadingTests {
  private static let count: Int64 = 200_000
  private static let request = ReadRequest(
    sql: "SELECT n, s FROM t", columns: [ColumnReading(type: .int), ColumnReading(type: .str)],
    estimatedRows: Int(count), scannedTable: TableName(["t"]))

  /// An error of the caller's own.
  private struct Refusal: Error {}

  /// A database with a large table on an engine.
  private func database(
    _ engine: TestEngine, in folder: TemporaryFolder, cancellation: Cancellation = Cancellation()
  ) throws -> any Database {
    let numbers =
      engine == .sqlite
      ? "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < \(Self.count)) SELECT n FROM s"
      : "SELECT n FROM generate_series(1, \(Self.count)) AS s(n)"
    let script = "CREATE TABLE t (n bigint, s text); INSERT INTO t SELECT n, 'row ' || n FROM (\(numbers)) AS r"
    let url = try TestEngine.make("t.db", in: folder, script: script, on: [engine])[0].url
    if engine == .sqlite { return try SQLiteDatabase(path: folder.file("t.db"), cancellation: cancellation) }
    return try PostgresDatabase(conninfo: url, label: "t", cancellation: cancellation)
  }

  /// Reads all rows: how often each number came, if its text was right.
  private func counts(_ database: any Database, _ request: ReadRequest = request) throws -> [Int64: Int] {
    var counts: [Int64: Int] = [:]
    try database.read(request) { batch in
      for row in 0..<batch.count {
        let number = batch.columns[0].integer(row)
        let isRight = batch.columns[1].bytes(row).elementsEqual("row \(number)".utf8)
        counts[isRight ? number : -1, default: 0] += 1
      }
      return .more
    }
    return counts
  }

  @Test(arguments: [TestEngine.sqlite, .postgresql]) func everyRowComesOnce(engine: TestEngine) throws {
    let folder = try TemporaryFolder()
    let database = try database(engine, in: folder)
    for _ in 0..<3 {
      let counts = try counts(database)
      #expect(counts.count == Int(Self.count) && counts.values.allSatisfy { $0 == 1 } && counts[-1] == nil)
    }
  }

  @Test(arguments: [TestEngine.sqlite, .postgresql]) func itCanBeStoppedAndFail(engine: TestEngine) throws {
    let folder = try TemporaryFolder()
    let cancellation = Cancellation()
    let database = try database(engine, in: folder, cancellation: cancellation)
    var batches = 0
    try database.read(Self.request) { _ in
      batches += 1
      return batches == 3 ? .stop : .more
    }
    #expect(batches == 3)
    #expect(throws: Refusal.self) {
      try database.read(Self.request) { _ in throw Refusal() }
    }
    let error = #expect(throws: DatabaseError.self) {
      try database.read(Self.request) { _ in
        cancellation.cancel()
        return .more
      }
    }
    #expect(error?.kind == .interrupted)
    cancellation.reset()
    #expect(try counts(database).count == Int(Self.count))
    var wrong = Self.request
    wrong.columns = [ColumnReading(type: .int)]
    #expect(throws: DatabaseError.self) { try database.read(wrong) { _ in .more } }
    wrong.sql = "SELECT nothing FROM t"
    #expect(throws: DatabaseError.self) { try database.read(wrong) { _ in .more } }
  }

  @Test(arguments: [
    "CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT)", "CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT) WITHOUT ROWID",
    "CREATE TABLE t (n INTEGER, s TEXT, rowid TEXT, _rowid_ TEXT, oid TEXT)",
    "CREATE TABLE b (n INTEGER, s TEXT); CREATE VIEW t AS SELECT * FROM b; "
      + "CREATE TRIGGER i INSTEAD OF INSERT ON t BEGIN INSERT INTO b VALUES (new.n, new.s); END",
  ])
  func rowNumbersMayBeAnything(table: String) throws {
    let folder = try TemporaryFolder()
    let numbers: [Int64] = [.min, .min + 1, -7, 0, 5, 1_000_000, .max - 1, .max]
    for numbers in [numbers, Array(numbers[2...5]), [3], []] {
      let rows = numbers.map { "INSERT INTO t (n, s) VALUES (\($0), 'row \($0)');" }.joined()
      let path = folder.file("\(numbers.count).db")
      try SQLiteFixture.make(path, "\(table); \(rows)")
      let counts = try counts(SQLiteDatabase(path: path, cancellation: Cancellation()))
      #expect(counts == Dictionary(uniqueKeysWithValues: numbers.map { ($0, 1) }), "\(numbers)")
    }
  }

  @Test func everyThreadReadsTheStateOfTheSnapshot() throws {
    let folder = try TemporaryFolder()
    let database = try database(.sqlite, in: folder)
    let writer = try SQLiteFixture(folder.file("t.db"))
    let seen = try database.withSnapshot {
      let before = try counts(database).count
      // A writer waits for the snapshot's end.
      #expect(throws: (any Error).self) { try writer.run("PRAGMA busy_timeout = 10; DELETE FROM t WHERE n > 10;") }
      return [before, try counts(database).count]
    }
    #expect(seen == [Int(Self.count), Int(Self.count)])
    try writer.run("PRAGMA busy_timeout = 5000; DELETE FROM t WHERE n > 10;")
    #expect(try counts(database).count == 10)
    // With a write-ahead log that somebody has open, connections could see several states: one reads it all.
    try writer.run("PRAGMA journal_mode = WAL; INSERT INTO t VALUES (11, 'row 11');")
    #expect(try counts(database).count == 11)
  }
}
