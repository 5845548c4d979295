import SpellCore
import SpellDatabases
import TestSupport
import Testing

/// Stored values of every class read as every type and storage.
@Suite struct SQLiteReadingTests {
  let engine: SQLiteEngine
  let database: any Database

  init() throws {
    engine = try SQLiteEngine()
    database = try engine.open(Cancellation())
  }

  /// 2024-01-01 00:00 UTC.
  static let newYear: Int64 = 1_704_067_200_000_000

  private func moment(_ sql: String, _ storage: TimestampStorage, zone: Zone = .utc) throws -> Cell? {
    try database.cell("SELECT \(sql)", .datetime, storage: storage, zone: zone)
  }

  // MARK: Moments

  @Test func textsOfEveryFormAreOneMoment() throws {
    for text in [
      "2024-01-01", "2024-01-01 00:00", "2024-01-01T00:00:00", "2024-01-01T00:00:00.000Z", "2024-01-01 02:00:00+02:00",
      "2024-01-01 02:00+0200", "2023-12-31 22:00:00-02",
    ] { #expect(try moment("'\(text)'", .iso8601) == .time(Self.newYear), "\(text)") }
  }

  @Test func digitsBeyondTheMicrosecondRoundUp() throws {
    #expect(try moment("'2024-01-01 00:00:00.1234560'", .iso8601) == .time(Self.newYear + 123_456))
    #expect(try moment("'2024-01-01 00:00:00.1234561'", .iso8601) == .time(Self.newYear + 123_457))
    #expect(try moment("'2023-12-31 23:59:59.9999999'", .iso8601) == .time(Self.newYear))
  }

  @Test func naiveTextIsInTheZoneOfItsColumn() throws {
    let zone = try Zone(named: "+02:00")
    #expect(try moment("'2024-01-01 02:00'", .iso8601, zone: zone) == .time(Self.newYear))
    #expect(try moment("'2024-01-01 00:00Z'", .iso8601, zone: zone) == .time(Self.newYear))
    // Not for numbers.
    #expect(try moment("1704067200", .unixSeconds, zone: zone) == .time(Self.newYear))
  }

  @Test func localTimeThatOccursTwiceIsTheLater() throws {
    let zone = try Zone(named: "America/New_York")
    #expect(try moment("'2024-11-03 01:30'", .iso8601, zone: zone) == .time(1_730_615_400_000_000))
    #expect(try moment("'2024-03-10 02:30'", .iso8601, zone: zone) == .invalid("2024-03-10 02:30"))
  }

  @Test func infinitiesAreKept() throws {
    #expect(try moment("'infinity'", .iso8601) == .time(.max))
    #expect(try moment("'-infinity'", .iso8601) == .time(.min))
  }

  @Test func textsThatAreNoTimesAreInvalid() throws {
    for text in ["2024-02-30", "2024-01-01 24:00", "2024-1-5", "01/02/2024", "", " 2024-01-01", "now", "1704067200"] {
      #expect(try moment("'\(text)'", .iso8601) == .invalid(text), "\(text)")
    }
  }

  @Test func integersCountInTheirUnit() throws {
    #expect(try moment("1704067200", .unixSeconds) == .time(Self.newYear))
    #expect(try moment("1704067200001", .unixMilliseconds) == .time(Self.newYear + 1000))
    #expect(try moment("1704067200000001", .unixMicroseconds) == .time(Self.newYear + 1))
    #expect(try moment("-1", .unixSeconds) == .time(-1_000_000))
    #expect(try moment("0", .unixMicroseconds) == .time(0))
  }

  @Test func doublesRoundUpToTheMicrosecond() throws {
    #expect(try moment("1704067200.5", .unixSeconds) == .time(Self.newYear + 500_000))
    #expect(try moment("0.0000001", .unixSeconds) == .time(1))
    #expect(try moment("1.0000001", .unixSeconds) == .time(1_000_001))
    #expect(try moment("-0.0000001", .unixSeconds) == .time(0))
    #expect(try moment("-1.5", .unixSeconds) == .time(-1_500_000))
    #expect(try moment("0.0005", .unixMilliseconds) == .time(1))
    #expect(try moment("1.25", .unixMicroseconds) == .time(2))
    #expect(try moment("1704067200000000.0", .unixMicroseconds) == .time(Self.newYear))
  }

  @Test func numbersBeyondTheCalendarAreInvalid() throws {
    // Milliseconds taken for seconds, among others.
    #expect(try moment("1704067200000", .unixSeconds) == .invalid("1704067200000"))
    #expect(try moment("253402300799", .unixSeconds) == .time(253_402_300_799_000_000))
    #expect(try moment("253402300800", .unixSeconds) == .invalid("253402300800"))
    #expect(try moment("-62135596800", .unixSeconds) == .time(-62_135_596_800_000_000))
    #expect(try moment("-62135596801", .unixSeconds) == .invalid("-62135596801"))
    for storage in [TimestampStorage.unixSeconds, .unixMilliseconds, .unixMicroseconds] {
      #expect(try moment("9223372036854775807", storage) == .invalid("9223372036854775807"))
      #expect(try moment("-9223372036854775808", storage) == .invalid("-9223372036854775808"))
      #expect(try moment("9e999", storage) == .invalid("inf"))
      #expect(
        try moment("-1.0e300", storage) == .invalid("-1e+300") || moment("-1.0e300", storage) == .invalid("-1e300"))
      #expect(try moment("'1704067200'", storage) == .invalid("1704067200"))
      #expect(try moment("x'00'", storage) == .invalid("x'00'"))
    }
  }

  @Test func julianDaysAreExactToTheMillisecond() throws {
    #expect(try moment("2460310.5", .julian) == .time(Self.newYear))
    #expect(try moment("julianday('2024-01-01 10:00:00.001')", .julian) == .time(Self.newYear + 36_000_001_000))
    #expect(try moment("2460311", .julian) == .time(Self.newYear + 43_200_000_000))
    for text in ["0001-01-01 00:00:00.001", "1969-12-31 23:59:59.999", "2024-02-29 12:34:56.789"] {
      let iso = try moment("'\(text)'", .iso8601)
      #expect(try moment("julianday('\(text)')", .julian) == iso, "\(text)")
    }
    #expect(try moment("0.0", .julian) == .invalid("0.0"))
    #expect(try moment("1704067200", .julian) == .invalid("1704067200"))
    #expect(try moment("9e999", .julian) == .invalid("inf"))
    #expect(try moment("'2460310.5'", .julian) == .invalid("2460310.5"))
  }

  @Test func textUnderAnotherStorageIsInvalid() throws {
    #expect(try moment("1704067200", .iso8601) == .invalid("1704067200"))
    #expect(try moment("2460310.5", .iso8601) == .invalid("2460310.5"))
    #expect(try moment("1", .number) == .invalid("1"))
  }

  // MARK: Cells

  @Test func oneColumnMayHoldAllClasses() throws {
    try engine.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2.5), ('3'), (x'04'), (NULL)")
    let sql = "SELECT x FROM t ORDER BY rowid"
    func column(_ type: ValueType) throws -> [Cell] {
      try database.rows(sql, [ColumnReading(type: type)]).map { $0[0] }
    }
    #expect(
      try column(.int) == [.value(.int(1)), .invalid("2.5"), .invalid("3"), .invalid("x'04'"), .null])
    #expect(
      try column(.float) == [.value(.float(1)), .value(.float(2.5)), .invalid("3"), .invalid("x'04'"), .null])
    #expect(
      try column(.decimal)
        == [.value(.decimal("1")), .invalid("2.5"), .value(.decimal("3")), .invalid("x'04'"), .null])
    #expect(try column(.bytes) == [.invalid("1"), .invalid("2.5"), .invalid("3"), .value(.bytes([4])), .null])
  }

  @Test func textOfAnInvalidCellIsCut() throws {
    let long = String(repeating: "x", count: 300)
    #expect(try database.cell("SELECT '\(long)'", .int) == .invalid(String(long.prefix(200))))
    // Not within a character.
    let wide = "x" + String(repeating: "é", count: 150)
    #expect(try database.cell("SELECT '\(wide)'", .int) == .invalid(String(wide.prefix(100))))
    guard case .invalid(let blob) = try database.cell("SELECT zeroblob(1000)", .int) else {
      Issue.record("a blob is no int")
      return
    }
    #expect(blob.utf8.count <= 200 && blob.hasPrefix("x'0000") && blob.hasSuffix("0'"))
  }

  @Test func malformedTextIsInvalidWhereverItBreaks() throws {
    for (hex, isValid) in [
      ("61", true), ("c3a9", true), ("f09f9bab", true), ("c3", false), ("80", false), ("c080", false),
      ("eda080", false), ("f4908080", false), ("6162636465666768e9", false), ("61626364656667c3a9", true),
    ] {
      let cell = try database.cell("SELECT CAST(x'\(hex)' AS TEXT)", .str)
      if case .value? = cell { #expect(isValid, "\(hex)") } else { #expect(!isValid, "\(hex)") }
    }
  }

  @Test func decimalsAreCanonical() throws {
    for (stored, canonical) in [
      ("1", "1"), ("10", "10"), ("1.0", "1.0"), ("01", "1"), ("-1.50", "-1.50"), ("+5", "5"), ("0.5", "0.5"),
      ("-0.00", "0.00"), ("00.10", "0.10"),
    ] { #expect(try database.cell("SELECT '\(stored)'", .decimal) == .value(.decimal(canonical)), "\(stored)") }
    for stored in ["1.", ".", "1.2.3", "1e5", "1,5", " 1", "--1", "0x1", "1.5-", ""] {
      #expect(try database.cell("SELECT '\(stored)'", .decimal) == .invalid(stored), "\(stored)")
    }
  }

  @Test func otherEncodingsAreRead() throws {
    let path = engine.folder.file("utf16.db")
    try writeSQLite(path, "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (s TEXT); INSERT INTO t VALUES ('Zürich 日')")
    let database = try SQLiteDatabase(path: path, cancellation: Cancellation())
    #expect(try database.cell("SELECT s FROM t", .str) == .value(.str("Zürich 日")))
  }

  @Test func largeValuesEndABatchEarly() throws {
    var sizes: [Int] = []
    let sql =
      "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 10) SELECT zeroblob(2000000) FROM s"
    try database.read(ReadRequest(sql: sql, columns: [ColumnReading(type: .bytes)])) { batch in
      sizes.append(batch.count)
      return .more
    }
    #expect(sizes.reduce(0, +) == 10 && sizes.count == 2)
  }

  @Test func virtualTablesOfTheEngineAreAllowed() throws {
    #expect(try database.rows("SELECT value FROM json_each('[1, 2]')", [ColumnReading(type: .int)]).count == 2)
    #expect(try database.cell("SELECT count(*) FROM sqlite_schema", .int) == .value(.int(0)))
    #expect(try database.cell("SELECT upper('a') -- and no more", .str) == .value(.str("A")))
    #expect(try database.cell("SELECT 1 ;  ", .int) == .value(.int(1)))
  }

  @Test func errorNamesCodeMessageAndStatement() throws {
    let error = #expect(throws: DatabaseError.self) { try database.count("nowhere") }
    #expect(error?.engine == "SQLite" && error?.code == "SQLITE_ERROR (1)")
    #expect(error?.message == "no such table: nowhere" && error?.sql == "SELECT count(*) FROM nowhere")
    let denied = #expect(throws: DatabaseError.self) { try database.cell("ATTACH 'x' AS x", .int) }
    #expect(denied?.code == "SQLITE_AUTH (23)" && denied?.help != nil)
  }
}
