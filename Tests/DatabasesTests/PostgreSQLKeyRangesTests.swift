import SpellCore
import SpellDatabases
import SpellTables
import TestSupport
import Testing

/// Large tables of a server that are read in the order of their keys, by several connections.
@Suite struct PostgreSQLKeyRangesTests {
  private static let count = 200_000
  private let name = PostgreSQLServer.freshName("ranges")
  private let owner: PostgreSQLFixture

  init() throws {
    let server = try PostgreSQLServer.primary
    try server.makeDatabase(name)
    owner = try PostgreSQLFixture(server.url(database: name, user: "owner"))
    try owner.run(
      """
      CREATE TABLE k AS SELECT (n / 3)::bigint AS k, n % 7 AS l, 'row ' || n AS s
        FROM generate_series(1, \(Self.count)) AS s(n);
      ANALYZE k;
      -- What the statistics do not know: keys beyond both ends, a key of many rows, and rows without a key.
      INSERT INTO k SELECT -n * n, n, 'early' FROM generate_series(1, 500) AS s(n);
      INSERT INTO k SELECT n * n * n, n, 'late' FROM generate_series(1::bigint, 2000000, 5000) AS s(n);
      INSERT INTO k SELECT 1000, 10 + n, 'many' FROM generate_series(1, 50000) AS s(n);
      INSERT INTO k SELECT NULL, n, NULL FROM generate_series(1, 30) AS s(n);
      CREATE INDEX ON k (k, l);
      CREATE TABLE unknown AS SELECT * FROM k;
      CREATE TABLE even AS SELECT (n % 2)::smallint AS k, n AS l, '' AS s
        FROM generate_series(1, \(Self.count)) AS s(n);
      ANALYZE even;
      GRANT SELECT ON k, unknown, even TO reader;
      """)
  }

  private func database(_ cancellation: Cancellation = Cancellation()) throws -> PostgresDatabase {
    try PostgresDatabase(
      conninfo: PostgreSQLServer.primary.url(database: name), label: name, cancellation: cancellation)
  }

  private static func inOrder(_ table: String, rows: Int = 10_000_000) -> ReadRequest {
    ReadRequest(
      sql: "SELECT k, l, s FROM \(table)",
      columns: [ColumnReading(type: .int), ColumnReading(type: .int), ColumnReading(type: .str)],
      estimatedRows: rows, scannedTable: TableName([table]), order: RowOrder(columns: ["k", "l"]))
  }

  private func rows(_ request: ReadRequest, _ database: any Database) throws -> [String] {
    var rows: [String] = []
    try database.read(request) { batch in
      for row in 0..<batch.count {
        rows.append(batch.columns.map { $0.state(row) == .value ? CellText.text($0, row) : "-" }.joined(separator: " "))
      }
      return .more
    }
    return rows
  }

  @Test("ranges of a key that are read side by side come in its order", arguments: ["k", "unknown", "even"])
  func order(table: String) throws {
    let database = try database()
    // Few rows are read by one connection.
    var request = Self.inOrder(table, rows: 1000)
    request.scannedTable = nil
    let expected = try rows(request, database)
    #expect(expected.count >= Self.count)
    for rows in [200_000, 3_000_000, 100_000_000] {
      try #expect(self.rows(Self.inOrder(table, rows: rows), database) == expected)
    }
  }

  @Test func severalConnectionsReadInOrderAsOfOneState() throws {
    let database = try database()
    let expected = try rows(Self.inOrder("k"), database)
    var rows = 0
    var connections: String?
    try database.withSnapshot {
      try database.read(Self.inOrder("k")) { batch in
        if rows == 0 {
          connections = try owner.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)' AND application_name = 'spellbook'")
          try owner.run("DELETE FROM k WHERE l < 5")
        }
        rows += batch.count
        return .more
      }
      try #expect(self.rows(Self.inOrder("k"), database) == expected)
    }
    #expect(rows == expected.count && connections.flatMap { Int($0) } ?? 0 > 1)
    try #expect(self.rows(Self.inOrder("k"), database).count < rows)
  }

  @Test func readingInOrderCanBeStoppedAndFail() throws {
    let cancellation = Cancellation()
    let database = try database(cancellation)
    for last in [1, 5, 20] {
      var batches = 0
      try database.read(Self.inOrder("k")) { _ in
        batches += 1
        return batches == last ? .stop : .more
      }
      #expect(batches == last)
      #expect(throws: CancellationError.self) {
        try database.read(Self.inOrder("k")) { _ in
          batches -= 1
          if batches == 0 { throw CancellationError() }
          return .more
        }
      }
    }
    let error = #expect(throws: DatabaseError.self) {
      try database.read(Self.inOrder("k")) { _ in
        cancellation.cancel()
        return .more
      }
    }
    #expect(error?.kind == .interrupted)
    cancellation.reset()
    // In a range of its own, so that one of the connections meets it in the middle.
    var failing = Self.inOrder("k")
    failing.sql = "SELECT k, 1 / (40000 - k), s FROM k"
    #expect(throws: DatabaseError.self) { try database.read(failing) { _ in .more } }
    try #expect(rows(Self.inOrder("k"), database).count > Self.count)
  }
}
