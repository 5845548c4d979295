import Glibc
import SpellCore
import SpellDatabases
import SpellTables
import TestSupport
import Testing

/// Large tables of a server, of which several connections read parts as of one snapshot.
@Suite struct PostgreSQLHelpersTests {
  private static let count = 200_000
  private let name = PostgreSQLServer.freshName("helpers")
  private let owner: PostgreSQLFixture

  init() throws {
    let server = try PostgreSQLServer.primary
    try server.makeDatabase(name)
    owner = try PostgreSQLFixture(server.url(database: name, user: "owner"))
    try owner.run(
      """
      CREATE TABLE t AS SELECT n::bigint AS n FROM generate_series(1, \(Self.count)) AS s(n);
      CREATE VIEW v AS SELECT * FROM t;
      CREATE TABLE p (n bigint) PARTITION BY RANGE (n);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (150000);
      CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (150000) TO (1000000) PARTITION BY HASH (n);
      CREATE TABLE p3 PARTITION OF p2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE p4 PARTITION OF p2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      INSERT INTO p SELECT n FROM t;
      CREATE TABLE one_column (n bigint, secret text);
      INSERT INTO one_column SELECT n FROM t;
      CREATE EXTENSION file_fdw;
      CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
      CREATE TABLE f (n bigint) PARTITION BY RANGE (n);
      CREATE TABLE f1 PARTITION OF f FOR VALUES FROM (0) TO (1000000);
      INSERT INTO f SELECT n FROM t;
      CREATE FOREIGN TABLE f2 PARTITION OF f FOR VALUES FROM (1000000) TO (2000000)
        SERVER files OPTIONS (filename '/dev/null');
      GRANT SELECT ON t, v, p, f TO reader;
      GRANT SELECT (n) ON one_column TO reader;
      """)
  }

  /// Reads a table; returns the sum of its numbers and how many connections read parts of it meanwhile.
  private func read(
    _ table: String, _ database: any Database, observer: PostgreSQLFixture? = nil, meanwhile: () throws -> Void = {}
  ) throws -> (sum: Int64, readers: Int) {
    let request = ReadRequest(
      sql: "SELECT n FROM \(table)", columns: [ColumnReading(type: .int)], estimatedRows: Self.count,
      scannedTable: TableName([table]))
    var sum: Int64 = 0
    var readers = 0
    var isFirst = true
    try database.read(request) { batch in
      for row in 0..<batch.count { sum += batch.columns[0].integer(row) }
      if isFirst { try meanwhile() }
      isFirst = false
      // One of them may begin later than another.
      if readers < 2 { readers = try openConnections(observer ?? owner, "query LIKE 'COPY%ctid%'") }
      return .more
    }
    return (sum, readers)
  }

  private func openConnections(_ observer: PostgreSQLFixture, _ condition: String = "true") throws -> Int {
    let ours = "datname = '\(name)' AND application_name = 'spellbook'"
    let count = try observer.value("SELECT count(*) FROM pg_stat_activity WHERE \(ours) AND \(condition)")
    return count.flatMap { Int($0) } ?? -1
  }

  private func database(_ url: String) throws -> PostgresDatabase {
    try PostgresDatabase(conninfo: url, label: name, cancellation: Cancellation())
  }

  private static let sum = Int64(count) * Int64(count + 1) / 2

  @Test("several connections read a table, or all partitions of one, and are gone afterwards", arguments: ["t", "p"])
  func several(table: String) throws {
    let database = try database(PostgreSQLServer.primary.url(database: name))
    let found = try read(table, database)
    #expect(found.sum == Self.sum && found.readers > 1)
    for _ in 0..<100 where try openConnections(owner) > 1 { usleep(20_000) }
    try #expect(openConnections(owner) == 1)
  }

  @Test func theySeeOneState() throws {
    let database = try database(PostgreSQLServer.primary.url(database: name))
    try database.withSnapshot {
      try #expect(read("t", database) { try owner.run("UPDATE t SET n = n + 1; DELETE FROM p") }.sum == Self.sum)
      // The helpers joined before this; what was written in between must not be seen either.
      try #expect(read("p", database).sum == Self.sum)
      try #expect(read("t", database).sum == Self.sum)
    }
    try #expect(read("t", database).sum == Self.sum + Int64(Self.count))
    try #expect(read("p", database).sum == 0)
  }

  @Test(
    "what has no pages of its own, or not all of them here, is read in one piece", arguments: ["v", "f", "one_column"])
  func onePiece(table: String) throws {
    let database = try database(PostgreSQLServer.primary.url(database: name))
    try database.withSnapshot {
      let found = try read(table, database)
      #expect(found.sum == Self.sum && found.readers == 0)
      try #expect(read("t", database).sum == Self.sum)
    }
  }

  @Test func aStandbyServesThemToo() throws {
    let standby = try PostgreSQLServer.standby
    try owner.run("CREATE TABLE arrived AS SELECT 1")
    let observer = try PostgreSQLFixture(standby.url(database: name, user: "owner"))
    let database = try database(standby.url(database: name))
    let found = try read("t", database, observer: observer)
    #expect(found.sum == Self.sum && found.readers > 1)
  }

  @Test("a pooler with one connection, or an engine without snapshots to export, serves one reader")
  func nobodyElse() throws {
    let server = try PostgreSQLServer.primary
    let pooler = try PgBouncer(server, poolSize: 1)
    let proxies = try ["pg_export_snapshot", "SET TRANSACTION SNAPSHOT"].map {
      try PostgreSQLProxy(server, refusing: [$0])
    }
    for url in [pooler.url(database: name)] + proxies.map({ $0.url(database: name) }) {
      let database = try database(url)
      for _ in 0..<2 { try #expect(read("t", database).sum == Self.sum) }
    }
  }
}
