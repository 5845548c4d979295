import Glibc
import SpellCore
import SpellDatabases
import TestSupport
import Testing

@Suite struct SQLiteConformanceTests {
  @Test(arguments: Conformance.allCases)
  func conforms(_ conformance: Conformance) throws { try conformance.check(SQLiteEngine()) }
}

/// An SQLite file for the conformance suite.
final class SQLiteEngine: ConformanceEngine {
  let folder: TemporaryFolder
  var path: String { folder.file("test.db") }

  init() throws {
    folder = try TemporaryFolder()
    try writeSQLite(path, "PRAGMA user_version = 1")
  }

  func execute(_ sql: String) throws { try writeSQLite(path, sql) }

  func open(_ cancellation: Cancellation) throws -> any Database {
    try SQLiteDatabase(path: path, cancellation: cancellation)
  }

  func series(_ count: Int) -> String {
    "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < \(count)) SELECT n FROM s "
      + "WHERE n <= \(count)"
  }

  let endlessQuery =
    "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s) SELECT n FROM s WHERE n < 0"

  var writeAttempts: [String] {
    [
      "INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (2) RETURNING n", "UPDATE t SET n = 3", "DELETE FROM t",
      "CREATE TABLE u (x)", "CREATE TEMP TABLE u (x)", "CREATE VIEW v AS SELECT 1", "DROP TABLE t",
      "ALTER TABLE t ADD x", "ATTACH '\(path)2' AS other", "VACUUM", "VACUUM INTO '\(path)2'", "REINDEX", "ANALYZE",
      "PRAGMA writable_schema = ON", "PRAGMA journal_mode = WAL", "PRAGMA temp_store = FILE", "PRAGMA user_version",
      "SELECT load_extension('x')", "SELECT fts3_tokenizer('simple')", "SELECT n FROM t; DROP TABLE t",
      "UPDATE sqlite_master SET name = 'x'", "SAVEPOINT s", "SELECT * FROM pragma_journal_mode('WAL')",
    ]
  }

  func openHandles() throws -> Int { try openFiles().filter { $0.hasPrefix(path) }.count }

  let samples: [ConformanceSample] = [
    .init("-9223372036854775808", .int, .value(.int(.min))), .init("9223372036854775807", .int, .value(.int(.max))),
    .init("0", .int, .value(.int(0))), .init("1.0", .int, .invalid("1.0")), .init("'1'", .int, .invalid("1")),
    .init("0.1", .float, .value(.float(0.1))), .init("5e-324", .float, .value(.float(.leastNonzeroMagnitude))),
    .init("1.7976931348623157e308", .float, .value(.float(.greatestFiniteMagnitude))),
    .init("9e999", .float, .value(.float(.infinity))), .init("-9e999", .float, .value(.float(-.infinity))),
    .init("9007199254740992", .float, .value(.float(9_007_199_254_740_992))),
    .init("-9007199254740992", .float, .value(.float(-9_007_199_254_740_992))),
    .init("9007199254740993", .float, .invalid("9007199254740993")), .init("'0.5'", .float, .invalid("0.5")),
    .init("'12.50'", .decimal, .value(.decimal("12.50"))), .init("'+007.10'", .decimal, .value(.decimal("7.10"))),
    .init("'-0'", .decimal, .value(.decimal("0"))), .init("'-12'", .decimal, .value(.decimal("-12"))),
    .init("42", .decimal, .value(.decimal("42"))), .init("0.5", .decimal, .invalid("0.5")),
    .init("'1e3'", .decimal, .invalid("1e3")), .init("'-'", .decimal, .invalid("-")),
    .init(
      "'12345678901234567890123456789012345678.9'", .decimal,
      .value(.decimal("12345678901234567890123456789012345678.9"))),
    .init("''", .str, .value(.str(""))), .init("'007'", .str, .value(.str("007"))),
    .init("'Zürich 日本 🛫'", .str, .value(.str("Zürich 日本 🛫"))), .init("char(97, 0, 98)", .str, .value(.str("a\0b"))),
    .init("CAST(x'616263646566676869ff' AS TEXT)", .str, .invalid("abcdefghi\u{FFFD}")),
    .init("7", .str, .invalid("7")),
    .init("0", .bool, .value(.bool(false))), .init("1", .bool, .value(.bool(true))), .init("2", .bool, .invalid("2")),
    .init("'true'", .bool, .invalid("true")), .init("1.0", .bool, .invalid("1.0")),
    .init("'1970-01-02'", .date, .value(.date(1))), .init("'0001-01-01'", .date, .value(.date(-719_162))),
    .init("'9999-12-31'", .date, .value(.date(2_932_896))), .init("'2024-02-30'", .date, .invalid("2024-02-30")),
    .init("19000", .date, .invalid("19000")), .init("'2024-01-01 00:00'", .date, .invalid("2024-01-01 00:00")),
    .init("'2024-01-01T00:00:00.123456Z'", .datetime, .time(1_704_067_200_123_456)),
    .init("'6F9619FF-8B86-D011-B42D-00CF4FC964FF'", .uuid, .value(.uuid("6f9619ff-8b86-d011-b42d-00cf4fc964ff"))),
    .init("'6f9619ff8b86d011b42d00cf4fc964ff'", .uuid, .invalid("6f9619ff8b86d011b42d00cf4fc964ff")),
    .init("'6f9619ff-8b86-d011-b42d-00cf4fc964fg'", .uuid, .invalid("6f9619ff-8b86-d011-b42d-00cf4fc964fg")),
    .init("x'00ff'", .bytes, .value(.bytes([0, 255]))), .init("x''", .bytes, .value(.bytes([]))),
    .init("'text'", .bytes, .invalid("text")), .init("x'00ff'", .int, .invalid("x'00ff'")),
  ]
}
