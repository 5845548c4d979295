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
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1000000);
      INSERT INTO p SELECT n FROM t;
      CREATE TABLE one_column (n bigint, secret text);
      INSERT INTO one_column SELECT n FROM t;
      GRANT SELECT ON t, v, p TO reader;
      GRANT SELECT (n) ON one_column TO reader;
      """)
  }

  /// Reads a table; returns the sum of its numbers and how many connections were open meanwhile.
  private func read(
    _ table: String, _ database: any Database, observer: PostgreSQLFixture? = nil, meanwhile: () throws -> Void = {}
  ) throws -> (sum: Int64, connections: Int) {
    let request = ReadRequest(
      sql: "SELECT n FROM \(table)", columns: [ColumnReading(type: .int)], estimatedRows: Self.count,
      scannedTable: TableName([table]))
    var sum: Int64 = 0
    var connections = 0
    try database.read(request) { batch in
      for row in 0..<batch.count { sum += batch.columns[0].integer(row) }
      if connections == 0 {
        try meanwhile()
        connections = try openConnections(observer ?? owner)
      }
      return .more
    }
    return (sum, connections)
  }

  private func openConnections(_ observer: PostgreSQLFixture) throws -> Int {
    let count = try observer.value(
      "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)' AND application_name = 'spellbook'")
    return count.flatMap { Int($0) } ?? -1
  }

  private func database(_ url: String) throws -> PostgresDatabase {
    try PostgresDatabase(conninfo: url, label: name, cancellation: Cancellation())
  }

  private static let sum = Int64(count) * Int64(count + 1) / 2

  @Test func severalConnectionsReadATableAndAreGoneAfterwards() throws {
    let database = try database(PostgreSQLServer.primary.url(database: name))
    let found = try read("t", database)
    #expect(found.sum == Self.sum && found.connections > 1)
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

  @Test("what has no pages of its own is read in one piece", arguments: ["v", "p", "one_column"])
  func onePiece(table: String) throws {
    let database = try database(PostgreSQLServer.primary.url(database: name))
    try database.withSnapshot {
      try #expect(read(table, database).sum == Self.sum)
      try #expect(read("t", database).sum == Self.sum)
    }
  }

  @Test func aStandbyServesThemToo() throws {
    let standby = try PostgreSQLServer.standby
    try owner.run("CREATE TABLE arrived AS SELECT 1")
    let observer = try PostgreSQLFixture(standby.url(database: name, user: "owner"))
    let database = try database(standby.url(database: name))
    let found = try read("t", database, observer: observer)
    #expect(found.sum == Self.sum && found.connections > 1)
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
