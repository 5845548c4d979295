import SpellCore
import SpellDatabases
import TestSupport
import Testing

@Suite struct PostgreSQLFactsTests {
  private let schema: String
  private let url: String

  init() throws {
    schema = PostgreSQLServer.freshName("facts")
    url = try PostgreSQLServer.primary.makeSchema(schema, script: "")
  }

  /// Runs a script in the schema; returns the facts of a table.
  private func facts(_ script: String, of table: String = "t") throws -> TableFacts {
    let owner = try PostgreSQLFixture(PostgreSQLServer.primary.url(database: "test", user: "owner"))
    try owner.run(
      "SET search_path = \(schema), public; \(script); GRANT SELECT ON ALL TABLES IN SCHEMA \(schema) TO reader")
    return try #require(try database().facts(of: .table(TableName([table]))))
  }

  private func database() throws -> PostgresDatabase {
    try PostgresDatabase(conninfo: url, label: schema, cancellation: Cancellation())
  }

  @Test func columnsHaveTheServersTypes() throws {
    let facts = try facts(
      """
      CREATE DOMAIN age AS smallint; CREATE TYPE mood AS ENUM ('ok');
      CREATE TABLE t (a age, m mood, n numeric(10, 2), v varchar(7), z timestamptz, d date, i int[], j jsonb)
      """)
    #expect(facts.columns.map(\.name) == ["a", "m", "n", "v", "z", "d", "i", "j"])
    #expect(facts.columns.map(\.naturalType) == [.int, .str, .decimal, .str, .datetime, .date, .str, .str])
    #expect(
      facts.columns.map(\.declaredType).suffix(6) == [
        "numeric(10,2)", "character varying(7)", "timestamp with time zone", "date", "integer[]", "jsonb",
      ])
    #expect(facts.columns.map(\.naturalStorage).prefix(6) == [.number, .iso8601, .number, .iso8601, .native, .native])
  }

  @Test func onlyIndexesThatAPlainComparisonCanUseCount() throws {
    let facts = try facts(
      """
      CREATE TABLE t (k text, e timestamptz, n int, o text COLLATE "C");
      CREATE INDEX plain ON t (k, e DESC NULLS LAST) INCLUDE (n);
      CREATE UNIQUE INDEX single ON t (n);
      CREATE INDEX own ON t (o);
      CREATE INDEX partial ON t (k) WHERE n > 0;
      CREATE INDEX expression ON t (lower(k));
      CREATE INDEX hashed ON t USING hash (k);
      CREATE INDEX patterns ON t (k text_pattern_ops, e);
      CREATE INDEX collated ON t (k COLLATE "C", e);
      """)
    #expect(facts.indexes.map(\.name) == ["own", "plain", "single"])
    #expect(facts.indexes.map(\.columns) == [["o"], ["k", "e"], ["n"]])
    #expect(facts.indexes.map(\.isUnique) == [false, false, true])
  }

  @Test func indexesHaveTheStatisticsOfTheirLeadingColumn() throws {
    let facts = try facts(
      """
      CREATE TABLE t (few int, many int, none int);
      INSERT INTO t SELECT n / 100, n / 2, NULL FROM generate_series(0, 9999) AS n ORDER BY random();
      CREATE INDEX a ON t (few, many); CREATE INDEX b ON t (many); CREATE INDEX c ON t (none);
      CREATE TABLE sorted (few int); INSERT INTO sorted SELECT n / 10 FROM generate_series(0, 999) AS n;
      CREATE INDEX ON sorted (few); ANALYZE t, sorted
      """)
    #expect(facts.indexes.map(\.rowsPerLeadingValue) == [100, 2, nil])
    #expect(facts.indexes.map(\.isClustered) == [false, false, false])
    let sorted = try #require(try database().facts(of: .table(TableName(["sorted"]))))
    #expect(sorted.indexes.map(\.rowsPerLeadingValue) == [10])
    #expect(sorted.indexes.map(\.isClustered) == [true])
  }

  @Test func tablesThatAreAskedForTogetherAreToldApart() throws {
    let elsewhere = "\(schema)_elsewhere"
    _ = try facts(
      """
      CREATE TYPE mood AS ENUM ('ok');
      CREATE TABLE t (k int, m mood); INSERT INTO t SELECT n / 10 FROM generate_series(0, 999) AS n;
      CREATE INDEX here ON t (k); CREATE TABLE p (k int, x text) PARTITION BY RANGE (k);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); INSERT INTO p SELECT 5 FROM t; CREATE INDEX ON p (k);
      CREATE SCHEMA \(elsewhere); GRANT USAGE ON SCHEMA \(elsewhere) TO reader;
      CREATE TABLE \(elsewhere).t (k bigint); INSERT INTO \(elsewhere).t SELECT n / 2 FROM generate_series(0, 199) AS n;
      CREATE INDEX there ON \(elsewhere).t (k); GRANT SELECT ON \(elsewhere).t TO reader;
      ANALYZE t, p, p1, \(elsewhere).t
      """)
    let names = [["t"], [elsewhere, "t"], ["p"], [schema, "t"], ["other", schema, "t"]]
    let sources = names.map { TableSource.table(TableName($0)) }
    let found = try database().facts(of: sources)
    let facts = sources.map { found[$0] }
    #expect(
      facts.map { $0?.columns.map(\.declaredType) } == [
        ["integer", "mood"], ["bigint"], ["integer", "text"], ["integer", "mood"], nil,
      ])
    #expect(facts.map(\.?.estimatedRows) == [1000, 200, 1000, 1000, nil])
    #expect(facts.map { $0?.indexes.map(\.name) } == [["here"], ["there"], ["p_k_idx"], ["here"], nil])
    #expect(facts.map { $0?.indexes[0].rowsPerLeadingValue } == [10, 2, 1000, 10, nil])
    #expect(facts.map { $0?.placement != nil } == [false, false, true, false, false])
  }

  @Test func coarseEqualityIsKnown() throws {
    let facts = try facts(
      """
      CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;
      CREATE COLLATION coarse (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE t (a text, b char(3), c public.citext, d text COLLATE coarse, e bigint, f uuid, g float8, h varchar)
      """)
    #expect(facts.columns.map(\.hasExactEquality) == [true, false, false, false, true, true, false, true])
  }

  @Test func rowsAreEstimatedForEveryKindOfTable() throws {
    _ = try facts(
      """
      CREATE TABLE t (n int); INSERT INTO t SELECT generate_series(1, 1000); ANALYZE t;
      CREATE VIEW v AS SELECT n FROM t;
      CREATE MATERIALIZED VIEW m AS SELECT n FROM t; ANALYZE m;
      CREATE TABLE p (n int) PARTITION BY RANGE (n);
      CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (500);
      CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (500) TO (1001);
      INSERT INTO p SELECT n FROM t; ANALYZE p; CREATE INDEX ON p (n);
      """)
    for table in ["t", "v", "m", "p"] {
      let facts = try #require(try database().facts(of: .table(TableName([table]))))
      #expect(facts.estimatedRows == 1000, "\(table)")
      #expect(facts.indexes.count == (table == "p" ? 1 : 0), "\(table)")
      #expect(facts.isStored == (table != "v"), "\(table)")
    }
  }

  @Test func columnsThatMayNotBeReadAreKnown() throws {
    _ = try facts("CREATE TABLE t (a int, b int); CREATE TABLE u (a int)")
    let owner = try PostgreSQLFixture(PostgreSQLServer.primary.url(database: "test", user: "owner"))
    try owner.run("SET search_path = \(schema); REVOKE ALL ON t, u FROM reader; GRANT SELECT (b) ON t TO reader")
    let t = try #require(try database().facts(of: .table(TableName(["t"]))))
    #expect(t.columns.map(\.isReadable) == [false, true])
    let u = try #require(try database().facts(of: .table(TableName([schema, "u"]))))
    #expect(u.columns.map(\.isReadable) == [false] && u.estimatedRows == nil)
    // The tables of other tests are in schemas that have to be named.
    #expect(try database().tableNames().filter { $0.parts.count == 1 }.map(\.description) == ["t"])
  }

  @Test func namesAreTakenAsTheyAre() throws {
    _ = try facts("CREATE TABLE \"Odd.name\" (n int); CREATE TABLE t (n int)")
    let database = try database()
    #expect(try database.facts(of: .table(TableName(["Odd.name"]))) != nil)
    #expect(try database.facts(of: .table(TableName([schema, "t"]))) != nil)
    #expect(try database.facts(of: .table(TableName(["test", schema, "t"]))) != nil)
    for parts in [["odd.name"], ["T"], ["nowhere", "t"], ["other", schema, "t"], ["a", "b", "c", "d"]] {
      #expect(try database.facts(of: .table(TableName(parts))) == nil, "\(parts)")
    }
  }

  @Test(arguments: ["pg_catalog", "pg_type", "pg_attribute", "pg_index", "EXPLAIN"])
  func anEngineWithoutACatalogStillHasColumns(refused: String) throws {
    _ = try facts("CREATE TABLE t (n int, s text)")
    let proxy = try PostgreSQLProxy(PostgreSQLServer.primary, refusing: [refused])
    let poor = try PostgresDatabase(
      conninfo: proxy.url(database: "test"), label: "poor", cancellation: Cancellation())
    let facts = try #require(try poor.facts(of: .table(TableName([schema, "t"]))))
    #expect(facts.columns.map(\.naturalType) == [.int, .str] && facts.indexes.isEmpty && facts.estimatedRows == nil)
    #expect(facts.isStored == (refused == "EXPLAIN"))
    #expect(try poor.facts(of: .table(TableName([schema, "none"]))) == nil)
    #expect(try poor.tableNames().isEmpty == (refused == "pg_catalog") && proxy.refusals > 0)
    #expect(try poor.rows("SELECT s, n FROM \(schema).t", [.init(type: .str), .init(type: .int)]).isEmpty)
  }
}
