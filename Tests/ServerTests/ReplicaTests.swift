import Glibc
import TestSupport
import Testing

/// A primary with two standbys, which are named as a list of hosts. Each stands behind a proxy, which sees its
/// statements.
@Suite struct ReplicaTests {
  private static let rows = 250_000
  private static let statement = "SELECT FEATURES big.v AS OF at JOIN labels.csv"

  private let primary: PostgreSQLServer
  private let standbys: [PostgreSQLServer]
  private let proxies: [PostgreSQLProxy]
  private let stage: ServerStage

  init() throws {
    primary = try PostgreSQLServer.private()
    standbys = try (0..<2).map { [primary] _ in try primary.makeStandby() }
    proxies = try standbys.map { try PostgreSQLProxy($0) }
    let owner = try PostgreSQLFixture(primary.url(database: "test", user: "owner"))
    try owner.run(
      """
      CREATE TABLE big AS
        SELECT 'k' || g % 500 AS k, timestamptz '2024-01-01 00:00+00' + g / 500 * interval '1 hour' AS t,
          g::bigint AS v
        FROM generate_series(1, \(Self.rows)) AS g;
      INSERT INTO big VALUES (NULL, '2024-01-01', 0);
      ANALYZE big;
      GRANT SELECT ON big TO reader;
      """)
    stage = try ServerStage(
      [tableGroup("big")], labels: (0..<500).map { "k\($0),2024-01-0\(1 + $0 % 9) 10:30:00" })
    for standby in standbys { try waitFor("SELECT count(*) > \(Self.rows) FROM big", on: standby) }
  }

  /// Waits until a question is answered with yes.
  private func waitFor(_ question: String, on server: PostgreSQLServer) throws {
    let owner = try PostgreSQLFixture(server.url(database: "test", user: "owner"))
    for _ in 0..<1500 {
      if (try? owner.value(question)) == "t" { return }
      usleep(20_000)
    }
    let seen = try PostgreSQLFixture(primary.url(user: "owner")).rows("SELECT * FROM pg_stat_replication")
    Issue.record("never: \(question); \(seen); \(try server.log())")
  }

  private var url: String {
    "postgresql://reader@" + proxies.map { "127.0.0.1:\($0.port)" }.joined(separator: ",") + "/test"
  }

  /// How many statements each standby has got that read the table.
  private var reads: [Int] { proxies.map { $0.statements.count { $0.hasPrefix("COPY (SELECT \"k\"") } } }

  private func answer(_ staleness: String) throws -> (text: String, reads: [Int]) {
    let before = reads
    let text = try stage.output(url, "SET strategy = scan", "SET staleness = \(staleness)", Self.statement)
    return (text, zip(reads, before).map { $0 - $1 })
  }

  @Test("servers of a list share a scan as far as they may be behind") func sharing() throws {
    let expected = try stage.output(
      primary.url(database: "test"), "SET strategy = scan", Self.statement)
    let alone = try answer("off")
    #expect(alone.text == expected && alone.reads[0] > 0 && alone.reads[1] == 0, "\(alone.reads)")
    let shared = try answer("1h")
    #expect(shared.text == expected && shared.reads == [1, 1], "\(shared.reads)")
    // One that no longer follows is soon too far behind.
    try PostgreSQLFixture(standbys[1].url(database: "test", user: "owner")).run("SELECT pg_wal_replay_pause()")
    try PostgreSQLFixture(primary.url(database: "test", user: "owner")).run(
      """
      SET synchronous_commit = local;
      INSERT INTO big SELECT k, t + interval '1 minute', -v FROM big WHERE v <= 110000;
      """)
    try waitFor("SELECT count(*) > \(Self.rows + 110_000) FROM big", on: standbys[0])
    try waitFor("SELECT clock_timestamp() - pg_last_xact_replay_timestamp() > interval '500 ms'", on: standbys[1])
    let newer = try stage.output(primary.url(database: "test"), "SET strategy = scan", Self.statement)
    let late = try answer("500ms")
    #expect(newer != expected && late.text == newer && late.reads[1] == 0, "\(late.reads)")
    // Within the hour it may be so old: each key is as of one of the two.
    let old = try answer("1h")
    let choices = zip(expected.split(separator: "\n"), newer.split(separator: "\n"))
    #expect(zip(old.text.split(separator: "\n"), choices).allSatisfy { $0 == $1.0 || $0 == $1.1 })
    #expect(old.reads == [1, 1] && old.text != newer && old.text != expected, "\(old.reads)")
  }
}
