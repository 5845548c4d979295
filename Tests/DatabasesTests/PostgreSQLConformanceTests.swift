import Glibc
import SpellCore
import SpellDatabases
import TestSupport
import Testing

@Suite struct PostgreSQLConformanceTests {
  /// Rows come as a binary copy, or as texts from an engine that has none, and has no cursors either.
  @Test(arguments: Conformance.allCases, [true, false])
  func conforms(_ conformance: Conformance, hasEverything: Bool) throws {
    try conformance.check(PostgreSQLEngine(hasEverything: hasEverything))
  }

  /// They are read before anybody knows of what types they are, some of which have no binary form here.
  @Test(arguments: [true, false])
  func aStatementWithParametersGivesTheSameValues(hasEverything: Bool) throws {
    let engine = try PostgreSQLEngine(hasEverything: hasEverything)
    try engine.execute("CREATE TYPE mood AS ENUM ('ok', 'sad')")
    let database = try engine.open(Cancellation())
    for sample in engine.samples + [.init("'sad'::mood", .str, .value(.str("sad")))] {
      let sql = "SELECT \(sample.sql) WHERE $1::int = 1"
      #expect(try database.rows(sql, [sample.reading], parameters: ["1"]) == [[sample.cell]], "\(sample.sql)")
      #expect(try database.rows(sql, [sample.reading], parameters: ["0"]).isEmpty)
    }
    let int = ColumnReading(type: .int)
    let counting = "SELECT n FROM generate_series(1, $1::int) AS s(n)"
    #expect(try database.rows(counting, [int], parameters: ["10000"]).count == 10_000)
    for (sql, code) in [
      ("SELECT 6 / (3 - n) FROM generate_series(1, $1::int) AS s(n)", "22012"), ("SELECT nothing, $1", "42703"),
    ] {
      let error = #expect(throws: DatabaseError.self) { try database.rows(sql, [int], parameters: ["9"]) }
      #expect(error?.kind == .statement && error?.code == code)
    }
    #expect(throws: DatabaseError.self) { try database.rows(counting, [int, int], parameters: ["1"]) }
    #expect(throws: DatabaseError.self) { try database.rows(counting, [int], parameters: ["1", "2"]) }
    #expect(try database.rows(counting, [int], parameters: ["2"]) == [[.value(.int(1))], [.value(.int(2))]])
  }
}

/// A database of its own on the shared server for the conformance suite, read by a role that may do nothing else.
final class PostgreSQLEngine: ConformanceEngine {
  private let name = PostgreSQLServer.freshName("conformance")
  private let owner: PostgreSQLFixture
  private let proxy: PostgreSQLProxy?

  init(hasEverything: Bool) throws {
    let server = try PostgreSQLServer.primary
    proxy = hasEverything ? nil : try PostgreSQLProxy(server, refusing: ["COPY (", "DECLARE "])
    try server.makeDatabase(name)
    owner = try PostgreSQLFixture(server.url(database: name, user: "owner"))
    try owner.run("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader")
  }

  func execute(_ sql: String) throws { try owner.run(sql) }

  func open(_ cancellation: Cancellation) throws -> any Database {
    let url = try proxy?.url(database: name) ?? PostgreSQLServer.primary.url(database: name)
    return try PostgresDatabase(conninfo: url, label: name, cancellation: cancellation)
  }

  func series(_ count: Int) -> String { "SELECT n FROM generate_series(1, \(count)) AS s(n)" }

  let endlessQuery = "SELECT count(*) FROM generate_series(1, 1000000000000) AS s(n)"

  let writeAttempts = [
    "INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (2) RETURNING n", "UPDATE t SET n = 3", "DELETE FROM t",
    "CREATE TABLE u (x int)", "CREATE TEMP TABLE u (x int)", "CREATE VIEW v AS SELECT 1", "DROP TABLE t",
    "ALTER TABLE t ADD x int", "TRUNCATE t", "VACUUM", "ANALYZE", "COPY t TO STDOUT", "COPY t TO '/tmp/x'",
    "COPY t TO PROGRAM 'true'", "SELECT n FROM t; DROP TABLE t", "COMMIT", "SET transaction_read_only = off",
    "SELECT 1 INTO u", "SELECT n FROM t FOR UPDATE", "WITH d AS (DELETE FROM t RETURNING n) SELECT n FROM d",
    "DO $$ BEGIN DELETE FROM t; END $$", "EXPLAIN ANALYZE DELETE FROM t", "PREPARE p AS SELECT 1", "LISTEN x",
    "SELECT set_config('transaction_read_only', 'off', true) = 'off' AND nextval('s') > 0", "BEGIN", "SAVEPOINT s",
  ]

  func openHandles() throws -> Int {
    let count = try owner.value(
      "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)' AND application_name = 'spellbook'")
    return count.flatMap { Int($0) } ?? -1
  }

  let samples: [ConformanceSample] = [
    .init("'-9223372036854775808'::int8", .int, .value(.int(.min))),
    .init("9223372036854775807", .int, .value(.int(.max))),
    .init("(-5)::int2", .int, .value(.int(-5))), .init("2147483647", .int, .value(.int(2_147_483_647))),
    .init("7::numeric", .int, .value(.int(7))), .init("7.0", .int, .invalid("7.0")),
    .init("'1'::text", .int, .invalid("1")),
    .init("0.1::float8", .float, .value(.float(0.1))), .init("0.1::float4", .float, .value(.float(0.1))),
    .init("'5e-324'::float8", .float, .value(.float(.leastNonzeroMagnitude))),
    .init("'Infinity'::float8", .float, .value(.float(.infinity))),
    .init("'-Infinity'::numeric", .float, .value(.float(-.infinity))),
    .init("9007199254740992", .float, .value(.float(9_007_199_254_740_992))),
    .init("9007199254740993", .float, .invalid("9007199254740993")),
    .init("0.30000000000000004", .float, .value(.float(0.30000000000000004))), .init("true", .float, .invalid("true")),
    .init("12.50", .decimal, .value(.decimal("12.50"))), .init("0.00", .decimal, .value(.decimal("0.00"))),
    .init("-0.0007", .decimal, .value(.decimal("-0.0007"))),
    .init("10000.0001", .decimal, .value(.decimal("10000.0001"))),
    .init("1e30::numeric", .decimal, .value(.decimal("1000000000000000000000000000000"))),
    .init("'+007.10'::text", .decimal, .value(.decimal("7.10"))), .init("42", .decimal, .value(.decimal("42"))),
    .init("'NaN'::numeric", .decimal, .invalid("NaN")), .init("0.5::float8", .decimal, .invalid("0.5")),
    .init(
      "12345678901234567890123456789012345678.9", .decimal,
      .value(.decimal("12345678901234567890123456789012345678.9"))),
    .init("''::text", .str, .value(.str(""))), .init("'Zürich 日本 🛫'::varchar", .str, .value(.str("Zürich 日本 🛫"))),
    .init("'ab'::char(9)", .str, .value(.str("ab"))), .init("7", .str, .invalid("7")),
    .init("ARRAY[1, NULL]", .str, .value(.str("{1,NULL}"))), .init("'1 day'::interval", .str, .value(.str("1 day"))),
    .init("'{\"a\": 1}'::jsonb", .str, .value(.str("{\"a\": 1}"))),
    .init("false", .bool, .value(.bool(false))), .init("1", .bool, .value(.bool(true))),
    .init("2", .bool, .invalid("2")),
    .init("'1970-01-02'::date", .date, .value(.date(1))), .init("'0001-01-01'::date", .date, .value(.date(-719_162))),
    .init("'9999-12-31'::date", .date, .value(.date(2_932_896))), .init("'infinity'::date", .date, .value(.date(.max))),
    .init("'2024-02-29'::text", .date, .value(.date(19_782))),
    .init("'2024-02-30'::text", .date, .invalid("2024-02-30")),
    .init("'2024-01-01 00:00:00.123456+00'::timestamptz", .datetime, storage: .native, .time(1_704_067_200_123_456)),
    .init("'2024-01-01 00:00:00.123456'::timestamp", .datetime, storage: .native, .time(1_704_067_200_123_456)),
    .init("'2024-01-01'::date", .datetime, storage: .native, .time(1_704_067_200_000_000)),
    .init("'-infinity'::timestamp", .datetime, storage: .native, .time(.min)),
    .init("'2024-01-01T00:00:00.1234561Z'::text", .datetime, .time(1_704_067_200_123_457)),
    .init("1704067200", .datetime, storage: .unixSeconds, .time(1_704_067_200_000_000)),
    .init("2460310.5::float8", .datetime, storage: .julian, .time(1_704_067_200_000_000)),
    .init("1704067200", .datetime, storage: .number, .invalid("1704067200")),
    .init(
      "'6F9619FF-8B86-D011-B42D-00CF4FC964FF'::uuid", .uuid, .value(.uuid("6f9619ff-8b86-d011-b42d-00cf4fc964ff"))),
    .init("'6F9619FF-8B86-D011-B42D-00CF4FC964FF'::text", .uuid, .value(.uuid("6f9619ff-8b86-d011-b42d-00cf4fc964ff"))),
    .init("'6f9619ff'::text", .uuid, .invalid("6f9619ff")),
    .init("'\\x00ff'::bytea", .bytes, .value(.bytes([0, 255]))), .init("''::bytea", .bytes, .value(.bytes([]))),
    .init("'text'::text", .bytes, .invalid("text")), .init("'\\x00ff'::bytea", .int, .invalid("x'00ff'")),
  ]
}
