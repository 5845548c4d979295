import TestSupport
import Testing

/// A coordinator whose table is spread over two more servers by the hash of the key. What the coordinator reads of
/// them goes through proxies, which count it.
@Suite struct DistributedTests {
  private static let database = "postgres"
  private static let keys = 200

  private let coordinator: PostgreSQLServer
  private let shards: [PostgreSQLServer]
  private let wires: [PostgreSQLProxy]
  private let stage: ServerStage

  /// The same rows in `spread`, which is partitioned, and in `whole`, a table of the coordinator's own.
  init() throws {
    coordinator = try PostgreSQLServer.private()
    shards = try (0..<2).map { _ in try PostgreSQLServer.private() }
    wires = try shards.map { try PostgreSQLProxy($0) }
    let columns = "k text NOT NULL, t timestamptz NOT NULL, v bigint, w double precision"
    for shard in shards {
      let owner = try PostgreSQLFixture(shard.url(database: Self.database, user: "owner"))
      try owner.run("CREATE TABLE part (\(columns)); GRANT SELECT, INSERT ON part TO reader")
    }
    let owner = try PostgreSQLFixture(coordinator.url(database: Self.database, user: "owner"))
    try owner.run("CREATE EXTENSION postgres_fdw; CREATE TABLE spread (\(columns)) PARTITION BY HASH (k)")
    for (number, wire) in wires.enumerated() {
      try owner.run(
        """
        CREATE SERVER shard\(number) FOREIGN DATA WRAPPER postgres_fdw
          OPTIONS (host '127.0.0.1', port '\(wire.port)', dbname '\(Self.database)', fetch_size '10000');
        CREATE USER MAPPING FOR PUBLIC SERVER shard\(number) OPTIONS (user 'reader', password_required 'false');
        CREATE FOREIGN TABLE spread\(number) PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER \(number))
          SERVER shard\(number) OPTIONS (table_name 'part');
        """)
    }
    try owner.run(
      """
      CREATE TABLE whole AS
        SELECT 'k' || g % \(Self.keys) AS k,
          timestamptz '2024-01-01 00:00+00' + g / \(Self.keys) * interval '1 hour' AS t, g::bigint AS v,
          g / 7.0::double precision AS w
        FROM generate_series(0, \(Self.keys * 100 - 1)) AS g;
      INSERT INTO spread SELECT * FROM whole;
      ANALYZE spread;
      ANALYZE whole;
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
      """)
    stage = try ServerStage(
      [tableGroup("spread", features: ["v", "w"]), tableGroup("whole", features: ["v", "w"])],
      labels: (0..<60).map { "k\($0 % 10),2024-01-0\(1 + $0 % 4) 1\($0 % 10):30:00" })
  }

  private static let statements = [
    "SELECT FEATURES #.v, #.w AS OF at JOIN labels.csv", "SELECT FEATURES #.v, #.w BEFORE at JOIN labels.csv",
    "SELECT FEATURES COUNT(*) OVER 5h IN # AS n, SUM(#.v) OVER 30h AS s AS OF at JOIN labels.csv",
    "SELECT FEATURES #.v, #.w AS OF '2024-01-03 12:00:00'", "SELECT FEATURES #.v WHERE k = 'k7'",
  ]

  @Test("a table that is spread over servers gives the answers of one that is not")
  func answers() throws {
    let url = coordinator.url(database: Self.database)
    for statement in Self.statements {
      let expected = try stage.output(url, "SET strategy = scan", statement.replacing("#", with: "whole"))
      #expect(CSVText(expected).records.count > 0)
      for strategy in Spellbook.strategies + ["auto"] {
        let answer = try stage.output(url, "SET strategy = \(strategy)", statement.replacing("#", with: "spread"))
        #expect(answer == expected.replacing("whole", with: "spread"), "\(strategy): \(statement)")
      }
    }
  }

  @Test("EXPLAIN tells where the rows lie") func placement() throws {
    let url = coordinator.url(database: Self.database)
    let plan = try stage.output(url, "EXPLAIN " + Self.statements[0].replacing("#", with: "spread"))
    #expect(plan.contains("the rows lie in 2 parts by HASH (k), on servers shard0 and shard1\n"), "\(plan)")
    let part = try ServerStage([tableGroup("spread1", features: ["v", "w"])], labels: ["k1,2024-01-02"])
    let partPlan = try part.output(url, "EXPLAIN " + Self.statements[0].replacing("#", with: "spread1"))
    #expect(partPlan.contains("the rows lie on server shard1\n"), "\(partPlan)")
    let json = try JSONValue(
      stage.output(url, "EXPLAIN " + Self.statements[0].replacing("#", with: "spread") + " FORMAT json"))
    let placement = json?["uses"]?.items.first?["placement"]
    #expect(placement?["parts"]?.int == 2 && placement?["rule"]?.string == "HASH (k)")
    #expect(placement?["servers"]?.items.compactMap(\.string) == ["shard0", "shard1"])
  }

  @Test("the servers send the coordinator nothing but the keys that are asked for") func bytesOfShards() throws {
    let url = coordinator.url(database: Self.database)
    func bytes(_ strategy: String) throws -> Int {
      let before = wires.map(\.bytesFromServer).reduce(0, +)
      let statement = Self.statements[0].replacing("#", with: "spread")
      _ = try stage.output(url, "SET strategy = \(strategy)", statement)
      return wires.map(\.bytesFromServer).reduce(0, +) - before
    }
    let scanned = try bytes("scan")
    let reduced = try bytes("reduce")
    #expect(scanned > 10 * reduced, "\(scanned) bytes of a scan, \(reduced) of a reduction")
  }
}
