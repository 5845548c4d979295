import SpellCore
import SpellDatabases
import TestSupport
import Testing

@Suite struct SQLiteFactsTests {
  let engine: SQLiteEngine
  let database: any Database

  init() throws {
    engine = try SQLiteEngine()
    database = try engine.open(Cancellation())
  }

  private func facts(_ table: String...) throws -> TableFacts {
    try #require(try database.facts(of: .table(TableName(table))))
  }

  @Test(arguments: [
    ("INTEGER", ValueType.int, TimestampStorage.number), ("bigint", .int, .number), ("FLOATING POINT", .int, .number),
    ("VARCHAR(20)", .str, .iso8601), ("nvarchar", .str, .iso8601), ("CLOB", .str, .iso8601), ("BLOB", .bytes, .iso8601),
    ("REAL", .float, .number), ("double precision", .float, .number), ("float", .float, .number),
    ("BOOLEAN", .bool, .number), ("DATE", .date, .iso8601), ("DATETIME", .datetime, .iso8601),
    ("timestamp", .datetime, .iso8601), ("TIME", .datetime, .iso8601), ("DATE OF ARRIVAL", .datetime, .iso8601),
    ("NUMERIC(10,2)", .float, .number), ("DECIMAL", .float, .number), ("JSON", .str, .iso8601), ("", .str, .iso8601),
  ])
  func declaredTypeDecides(_ declared: String, _ type: ValueType, _ storage: TimestampStorage) throws {
    try engine.execute("CREATE TABLE t (x \(declared))")
    let column = try facts("t").columns[0]
    #expect(column.declaredType == declared)
    #expect(column.naturalType == type && column.naturalStorage == storage)
  }

  @Test func affinityDecidesWhatAColumnCanHold() throws {
    try engine.execute("CREATE TABLE t (i INTEGER, t TEXT, r REAL, n NUMERIC, b BLOB, u)")
    let accepted = try facts("t").columns.map(\.acceptedTypes)
    #expect(accepted[0] == [.int, .float, .decimal, .bool, .datetime])
    #expect(accepted[1] == [.str, .decimal, .datetime, .date, .uuid, .bytes])
    #expect(accepted[2] == [.float, .datetime])
    for set in accepted[3...] { #expect(set == Set(ValueType.allCases)) }
  }

  @Test func valuesDecideWhereNoTypeIsDeclared() throws {
    try engine.execute(
      """
      CREATE TABLE t (a, b, c, d, e STRING, f, g);
      INSERT INTO t VALUES (NULL, 1, NULL, NULL, 'x', 0, 'x'), (1.5, 2, x'00', NULL, 'y', 6.5, 1);
      """)
    let columns = try facts("t").columns
    #expect(columns.map(\.naturalType) == [.float, .int, .bytes, .str, .str, .float, nil])
    #expect(
      columns.map(\.naturalStorage) == [.number, .number, .iso8601, .iso8601, .iso8601, .number, .iso8601])
  }

  @Test func valuesAreFoundBehindManyNulls() throws {
    try engine.execute(
      """
      CREATE TABLE t (a);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
        INSERT INTO t SELECT CASE WHEN i > 2500 THEN i * 1.0 END FROM n;
      """)
    #expect(try facts("t").columns.map(\.naturalType) == [.float])
  }

  @Test func aQueryWithParametersIsRefused() throws {
    #expect(throws: DatabaseError.self) { try database.facts(of: .query("SELECT 1 AS k, ?1 AS x, :n AS y")) }
  }

  @Test func viewsAndQueriesHaveTheirColumns() throws {
    try engine.execute(
      """
      CREATE TABLE t (k TEXT COLLATE NOCASE, at DATETIME, v REAL);
      INSERT INTO t VALUES ('a', '2024-01-01', 1.5);
      CREATE VIEW v AS SELECT k, at, v * 2 AS twice, count(*) AS n FROM t GROUP BY k;
      """)
    for facts in [
      try facts("v"), try #require(try database.facts(of: .query("SELECT * FROM v"))),
      try #require(try database.facts(of: .query("SELECT k, at, v * 2 AS twice, count(*) AS n FROM t GROUP BY k"))),
    ] {
      #expect(facts.columns.map(\.name) == ["k", "at", "twice", "n"])
      #expect(facts.columns.map(\.naturalType) == [.str, .datetime, .float, .int])
      #expect(facts.columns.map(\.hasExactEquality) == [false, true, false, false])
      #expect(facts.indexes.isEmpty && facts.estimatedRows == nil && !facts.isStored)
    }
  }

  @Test func brokenViewIsAnError() throws {
    try engine.execute("CREATE VIEW v AS SELECT x FROM gone")
    let error = #expect(throws: DatabaseError.self) { _ = try database.facts(of: .table(TableName(["v"]))) }
    #expect(error?.message.contains("gone") == true)
  }

  @Test func collationsOtherThanBinaryAreNotExact() throws {
    try engine.execute("CREATE TABLE t (a TEXT, b TEXT COLLATE NOCASE, c TEXT COLLATE rtrim, d TEXT COLLATE binary)")
    #expect(try facts("t").columns.map(\.hasExactEquality) == [true, false, false, true])
  }

  @Test func indexesThatServeASearch() throws {
    try engine.execute(
      """
      CREATE TABLE t (a TEXT, b INTEGER, c TEXT, UNIQUE (c));
      CREATE INDEX plain ON t (a, b DESC);
      CREATE INDEX part ON t (b) WHERE b > 0;
      CREATE INDEX expression ON t (b, lower(a));
      CREATE INDEX folded ON t (a COLLATE NOCASE);
      CREATE TABLE numbered (id INTEGER PRIMARY KEY, x);
      CREATE TABLE pair (x TEXT, y INTEGER, PRIMARY KEY (x, y)) WITHOUT ROWID;
      """)
    let indexes = try facts("t").indexes.sorted { $0.columns.count > $1.columns.count }
    #expect(indexes.map(\.columns) == [["a", "b"], ["c"]])
    #expect(indexes.map(\.isUnique) == [false, true])
    #expect(indexes[0].name == "plain")
    #expect(try facts("numbered").indexes.map(\.columns) == [["id"]])
    #expect(try facts("pair").indexes.map(\.columns) == [["x", "y"]])
    #expect(try facts("pair").indexes[0].isUnique)
  }

  @Test func sizeIsEstimated() throws {
    try engine.execute(
      """
      CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), ('y'), ('z'); DELETE FROM t WHERE a = 'x';
      CREATE TABLE shadowed (rowid TEXT); INSERT INTO shadowed VALUES ('500');
      CREATE TABLE keyed (a TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO keyed VALUES ('a');
      CREATE TABLE empty (a);
      """)
    #expect(try facts("t").estimatedRows == 3 && facts("t").isStored)
    #expect(try facts("shadowed").estimatedRows == 1)
    #expect(try facts("keyed").estimatedRows == nil)
    #expect(try facts("empty").estimatedRows == 0)
    try engine.execute("CREATE INDEX i ON t (a); ANALYZE")
    #expect(try facts("t").estimatedRows == 2)
    #expect(try facts("keyed").estimatedRows == 1)
  }

  @Test(arguments: [
    ("n", 1.0, 1.0), ("n / 5", 5, 5), ("n / 800", 800, 800), ("n / 2500", 1000, 2500), ("0", 10_000, 10_000),
    // Half of the rows are of one key, the others of one each.
    ("n * (n % 2)", 2, 2),
  ])
  func rowsOfAKeyAreSampled(_ key: String, _ least: Double, _ most: Double) throws {
    try engine.execute(Self.tenThousandRows(key: key))
    let sampled = try #require(try facts("t").indexes[0].rowsPerLeadingValue)
    #expect((least * 0.99...most * 1.01).contains(sampled))
  }

  @Test(arguments: [
    ("n", true), ("n / 5", true), ("-n", false), ("n * 7919 % 10007", false), ("'k' || n", false), ("NULL", false),
  ])
  func rowsInTheOrderOfAnIndexAreKnown(_ key: String, _ isClustered: Bool) throws {
    try engine.execute(Self.tenThousandRows(key: key))
    #expect(try facts("t").indexes[0].isClustered == isClustered)
  }

  @Test func nothingIsSampledOfKeysThatAreNull() throws {
    try engine.execute(Self.tenThousandRows(key: "NULL"))
    #expect(try facts("t").indexes[0].rowsPerLeadingValue == nil)
  }

  private static func tenThousandRows(key: String) -> String {
    """
    CREATE TABLE t (n INTEGER PRIMARY KEY, k INTEGER, e INTEGER);
    WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < 9999)
    INSERT INTO t SELECT n, \(key), n FROM c;
    CREATE INDEX by_key ON t (k, e);
    """
  }

  @Test func namesAreFoundAsSQLiteFindsThem() throws {
    try engine.execute(
      """
      CREATE TABLE "Odd ""Name"" ü.x" ("a b" INTEGER, "order" TEXT);
      INSERT INTO "Odd ""Name"" ü.x" VALUES (1, 'x');
      """)
    #expect(try facts("odd \"name\" ü.x").columns.map(\.name) == ["a b", "order"])
    #expect(try facts("MAIN", "Odd \"Name\" ü.x").estimatedRows == 1)
    #expect(try database.facts(of: .table(TableName(["temp", "Odd \"Name\" ü.x"]))) == nil)
    #expect(try database.facts(of: .table(TableName(["other"]))) == nil)
    #expect(try database.facts(of: .table(TableName([]))) == nil)
  }

  @Test func generatedColumnsCount() throws {
    try engine.execute("CREATE TABLE t (a INTEGER, b INTEGER AS (a + 1), c INTEGER AS (a + 2) STORED)")
    #expect(try facts("t").columns.map(\.name) == ["a", "b", "c"])
  }

  @Test func tablesAndViewsAreListed() throws {
    try engine.execute("CREATE TABLE b (x INTEGER PRIMARY KEY AUTOINCREMENT); CREATE VIEW a AS SELECT 1")
    #expect(try database.tableNames() == [TableName(["a"]), TableName(["b"])])
  }
}
