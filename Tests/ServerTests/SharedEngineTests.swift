import TestSupport
import Testing

/// An engine that has its servers do their shares of a statement, as Citus does, and refuses what it cannot divide so.
/// Citus itself is no package here: a plain server stands in for it, with what of Citus' catalog is asked for.
@Suite struct SharedEngineTests {
  private static let statement = "SELECT FEATURES deep.v AS OF at JOIN labels.csv"

  private let server: PostgreSQLServer
  private let stage: ServerStage

  init() throws {
    server = try PostgreSQLServer.private()
    try PostgreSQLFixture(server.url(database: "test", user: "owner")).run(
      """
      CREATE TABLE deep AS
        SELECT 'k' || g % 50 AS k, timestamptz '2024-01-01 00:00+00' + g / 50 * interval '1 hour' AS t, g::bigint AS v
        FROM generate_series(0, 4999) AS g;
      CREATE INDEX ON deep (k, t);
      ANALYZE deep;
      GRANT SELECT ON deep TO reader;
      SET allow_system_table_mods = on;
      CREATE TABLE pg_catalog.pg_dist_partition AS
        SELECT 'deep'::regclass AS logicalrelid, 'h'::"char" AS partmethod, '{VAR :varattno 1}' AS partkey;
      CREATE TABLE pg_catalog.pg_dist_shard AS
        SELECT 'deep'::regclass AS logicalrelid, generate_series(1, 4) AS shardid;
      CREATE TABLE pg_catalog.pg_dist_placement AS SELECT shardid, shardid % 2 AS groupid FROM pg_dist_shard;
      CREATE TABLE pg_catalog.pg_dist_node AS
        SELECT groupid, 'worker' || groupid AS nodename, 5432 AS nodeport, 'primary' AS noderole
        FROM generate_series(0, 1) AS groupid;
      CREATE FUNCTION pg_catalog.column_to_column_name(regclass, text) RETURNS text LANGUAGE sql AS $$ SELECT 'k' $$;
      GRANT SELECT ON pg_dist_partition, pg_dist_shard, pg_dist_placement, pg_dist_node TO PUBLIC;
      """)
    stage = try ServerStage(
      [tableGroup("deep", features: ["v"])], labels: (0..<30).map { "k\($0),2024-01-03 1\($0 % 10):30:00" })
  }

  @Test("it is asked by joins and ranks alone, whatever indexes its catalog has") func noSubqueries() throws {
    let url = server.url(database: "test")
    let plan = try stage.output(url, "SET strategy = reduce", "EXPLAIN " + Self.statement)
    #expect(plan.contains("the rows lie in 4 parts by k, on servers worker0:5432 and worker1:5432\n"), "\(plan)")
    #expect(plan.contains("rank() OVER") && !plan.contains("LIMIT 1"), "\(plan)")
    let scanned = try stage.output(url, "SET strategy = scan", Self.statement)
    #expect(try stage.output(url, "SET strategy = reduce", Self.statement) == scanned)
  }

  @Test("what it refuses is scanned, in the same snapshot, and a note says so") func refusal() throws {
    let proxy = try PostgreSQLProxy(server, refusing: ["= ANY ($1"])
    let run = try stage.run(proxy.url(database: "test"), "SET strategy = reduce", Self.statement)
    #expect(run.status == 0 && proxy.refusals == 1, "\(run.summary)")
    #expect(try run.output == stage.output(server.url(database: "test"), "SET strategy = scan", Self.statement))
    let note = "note: deep: the engine refused to reduce, so that the table is scanned: "
    let snapshot = "SELECT FEATURES deep.v AS OF '2024-01-03'"
    let forced = try stage.run(server.url(database: "test"), "SET strategy = reduce", snapshot)
    #expect(
      forced.errors.contains("note: deep: reduce may be refused by an engine of many servers"), "\(forced.summary)")
    #expect(try forced.output == stage.output(server.url(database: "test"), snapshot))
    #expect(run.errors.contains(note) && run.errors.contains("refused by the proxy"), "\(run.summary)")
  }

  @Test("a catalog of another form tells nothing, and harms nothing") func otherCatalog() throws {
    let url = server.url(database: "test")
    let expected = try stage.output(url, Self.statement)
    try PostgreSQLFixture(server.url(database: "test", user: "owner")).run(
      "SET allow_system_table_mods = on; ALTER TABLE pg_dist_shard RENAME COLUMN shardid TO shard")
    #expect(try stage.output(url, Self.statement) == expected)
    #expect(try !stage.output(url, "EXPLAIN " + Self.statement).contains("the rows lie"))
  }
}
