import TestSupport
import Testing

/// Groups over a query of the metadata: one query that reads, and nothing else, whoever runs it.
@Suite struct QueryGroupTests {
  private let schema = PostgreSQLServer.freshName("queries")
  private let statement = "SELECT FEATURES g.v JOIN labels.csv INTO 'out.csv'"

  init() throws {
    try PostgreSQLServer.primary.makeSchema(
      schema,
      script: """
        CREATE TABLE base (k text, v integer);
        INSERT INTO base VALUES ('a', 1), ('b', 2);
        CREATE SEQUENCE counter;
        CREATE FUNCTION spoil() RETURNS integer LANGUAGE sql AS 'DELETE FROM base RETURNING v';
        CREATE PROCEDURE spoil_all() LANGUAGE sql AS 'DELETE FROM base';
        """)
  }

  /// All that a query could have changed.
  private func state() throws -> [[String?]] {
    try PostgreSQLFixture(PostgreSQLServer.primary.schemaURL(schema, user: "owner")).rows(
      """
      SELECT (SELECT string_agg(k || v, ',' ORDER BY k) FROM base), (SELECT last_value || '' || is_called FROM counter),
        (SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = '\(schema)'::regnamespace),
        (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
        (SELECT rolname FROM pg_roles WHERE rolname = 'made')
      """)
  }

  /// Expects that a query is refused by its place, also to the superuser, whom only the transaction and the product
  /// hold back, and that nothing has changed.
  private func expectRefused(_ query: String) throws {
    let before = try state()
    for user in ["writer", "owner"] {
      let stage = try ServerStage([queryGroup("g", query, isTimed: false)])
      let run = try stage.run(PostgreSQLServer.primary.schemaURL(schema, user: user), statement)
      #expect(run.status == 1 || run.status == 2, "\(run.summary)")
      #expect(run.errors.contains("metadata.yml:"), "the place of the query: \(run.summary)")
      #expect(run.outputBytes.isEmpty && stage.leftovers.isEmpty, "\(stage.leftovers)")
    }
    #expect(try state() == before)
  }

  @Test(
    "what is not one query is refused by its place, and changes nothing",
    arguments: [
      "WITH new AS (INSERT INTO base VALUES ('c', 3) RETURNING k, v) SELECT k, v FROM new",
      "WITH gone AS (DELETE FROM base RETURNING k, v) SELECT k, v FROM gone",
      "INSERT INTO base VALUES ('c', 3) RETURNING k, v", "UPDATE base SET v = 9 RETURNING k, v",
      "DELETE FROM base RETURNING k, v", "SELECT k, v FROM base; DROP TABLE base",
      "SELECT k, v FROM base; SELECT k, v FROM base",
      "SELECT k, v FROM base) AS q; DROP TABLE base; SELECT * FROM (SELECT k, v FROM base",
      "SELECT k, v FROM base) AS q, (SELECT spoil() AS k, 1 AS v", "COPY base TO STDOUT",
      "COPY (SELECT k, v FROM base) TO PROGRAM 'true'", "COPY base FROM STDIN",
      "SELECT k, v FROM base WHERE v = $1", "SELECT k, v FROM base /* open", "SELECT k, v FROM base WHERE k = 'a",
      "SELECT k, v INTO made FROM base", "CREATE TABLE made AS SELECT k, v FROM base", "TRUNCATE base", "VACUUM base",
      "CALL spoil_all()", "DO 'BEGIN DELETE FROM base; END'", "LOCK TABLE base", "EXPLAIN ANALYZE DELETE FROM base",
      "SHOW timezone", "CREATE ROLE made", "SET ROLE reader", "COMMIT", "ROLLBACK; DROP TABLE base",
      "SELECT $$a$$ AS k, 1 AS v; DROP TABLE base", "/* */ DROP TABLE base -- ",
      "SELECT k, v FROM base) TO PROGRAM 'true' --", "(SELECT k, v FROM base); DELETE FROM base",
      "PREPARE p AS DELETE FROM base", "EXECUTE p", "REINDEX TABLE base", "GRANT ALL ON base TO reader",
      "DECLARE c CURSOR FOR SELECT 1", "NOTIFY x", "LISTEN x", "", "-- nothing", ";",
    ])
  func refused(query: String) throws { try expectRefused(query) }

  @Test(
    "a query that writes while it runs is refused by its place, and changes nothing",
    arguments: [
      "SELECT k, v FROM base FOR UPDATE", "SELECT k, v FROM base FOR KEY SHARE",
      "SELECT k, nextval('counter') AS v FROM base", "SELECT k, setval('counter', 9) AS v FROM base",
      "SELECT 'a' AS k, spoil() AS v",
    ])
  func refusedWhileRunning(query: String) throws { try expectRefused(query) }

  @Test(
    "what a transaction for reading lets through is undone at its end",
    arguments: [
      // Older servers take this for reading.
      "SELECT 'a' AS k, lo_create(0)::bigint AS v",
      "SELECT 'a' AS k, length(set_config('role', 'owner', false)) AS v",
      "SELECT 'a' AS k, 1 AS v FROM (SELECT pg_advisory_lock(7)) AS s",
    ])
  func undone(query: String) throws {
    let before = try state()
    let stage = try ServerStage([queryGroup("g", query, isTimed: false)])
    let run = try stage.run(PostgreSQLServer.primary.schemaURL(schema, user: "owner"), statement)
    #expect(run.status == 0 || run.errors.contains("read-only transaction"), "\(run.summary)")
    // The session ends soon after the client.
    try waitUntil("nothing to be left") { try state() == before }
  }

  @Test(
    "queries of every form are read",
    arguments: [
      "SELECT k, v FROM base", "WITH x AS (SELECT k, v FROM base) SELECT k, v FROM x",
      "SELECT k, v FROM base -- the rows", "SELECT k, v /* $1 ; */ FROM base", "SELECT k, v FROM base;",
      "VALUES ('a', 1), ('b', 2)", "SELECT k, v FROM base UNION ALL SELECT 'c', length('; DROP TABLE base')",
      "SELECT k, v FROM base ORDER BY v LIMIT 2",
      "WITH RECURSIVE r(k, v) AS (SELECT 'a', 1 UNION SELECT 'b', v + 1 FROM r WHERE v < 2) SELECT k, v FROM r",
    ])
  func read(query: String) throws {
    let isUnnamed = query.hasPrefix("VALUES")
    let group = """
      - kind: group
        name: g
        entity: k
        query: |-
          \(query)
        \(isUnnamed ? "key_columns: {k: column1}" : "description: rows")
        features: [{name: v\(isUnnamed ? ", column: column2" : "")}]

      """
    let stage = try ServerStage([group], labels: ["b,2024-06-01", "a,2024-06-01"])
    for engine in [TestEngine.postgresql, .standby] {
      let server = try engine == .standby ? PostgreSQLServer.standby : PostgreSQLServer.primary
      let answer = try stage.output(server.schemaURL(schema), "SELECT FEATURES g.v JOIN labels.csv")
      #expect(answer == "k,at,v\nb,2024-06-01,2\na,2024-06-01,1\n", "\(engine)")
    }
  }
}
