import SpellCore
import SpellDatabases
import SpellTables
import TestSupport
import Testing

@Suite struct PostgreSQLImportTests {
  private let schema: String
  private let server: PostgreSQLServer

  init() throws {
    server = try PostgreSQLServer.primary
    schema = PostgreSQLServer.freshName("import")
    try server.makeSchema(schema, script: "")
  }

  private func database(_ user: String = "writer", writable: Bool = true) throws -> PostgresDatabase {
    try PostgresDatabase(
      conninfo: server.schemaURL(schema, user: user), label: schema, writable: writable, cancellation: Cancellation())
  }

  private func run(_ script: String) throws -> [[String?]] {
    let owner = try PostgreSQLFixture(server.url(database: "test", user: "owner"))
    try owner.run(
      "SET search_path = \(schema); SET datestyle = ISO; SET timezone = UTC; SET extra_float_digits = 1; "
        + "SET bytea_output = hex")
    let rows = try owner.rows(script)
    try owner.run("GRANT ALL ON ALL TABLES IN SCHEMA \(schema) TO writer")
    return rows
  }

  private func column(
    _ name: String, _ type: ValueType, _ storage: TimestampStorage = .iso8601, zone: Zone = .utc
  ) -> ImportRequest.Column {
    ImportRequest.Column(name: name, type: type, storage: storage, zone: zone)
  }

  /// Imports rows of the columns, some at a time.
  @discardableResult
  private func load(
    _ columns: [ImportRequest.Column], _ rows: [[Value]], mode: ImportRequest.Mode = .append, index: [String] = [],
    into database: PostgresDatabase? = nil, batch capacity: Int = 2
  ) throws -> Int {
    let request = ImportRequest(table: TableName(["t"]), columns: columns, indexColumns: index, mode: mode)
    let batch = RowBatch(types: columns.map(\.type), capacity: capacity)
    var rest = rows[...]
    return try (database ?? self.database()).importRows(request) {
      batch.reset()
      for row in rest.prefix(capacity) {
        for (cells, value) in zip(batch.columns, row) { cells.set(batch.count, value) }
        batch.count += 1
      }
      rest = rest.dropFirst(capacity)
      return batch.count == 0 ? nil : batch
    }
  }

  @Test func aTableIsMadeWithTypesAndAnIndex() throws {
    let columns = [
      column("k", .str), column("at", .datetime), column("n", .int), column("f", .float), column("d", .decimal),
      column("b", .bool), column("day", .date), column("u", .uuid), column("raw", .bytes),
      column("s", .datetime, .unixSeconds),
    ]
    let uuid = "550e8400-e29b-41d4-a716-446655440000"
    let moment = Instant(microseconds: 1_704_067_200_123_456)
    let rows: [[Value]] = [
      [
        .str("a\tb\\n\nc\r'é"), .datetime(moment), .int(.min), .float(0.1), .decimal("1.50"), .bool(true),
        .date(19_782),
        .uuid(uuid), .bytes([0, 92, 255]), .datetime(Instant(microseconds: 5_000_000)),
      ],
      [
        .str(""), .datetime(.infinity), .int(7), .float(.nan), .decimal("-0.1"), .bool(false), .null, .null, .bytes([]),
        .null,
      ],
      [.str("\\N"), .null, .null, .float(-.infinity), .null, .null, .null, .null, .null, .null],
    ]
    #expect(try load(columns, rows, index: ["k", "at"]) == 3)
    #expect(
      try run("SELECT * FROM t") == [
        [
          "a\tb\\n\nc\r'é", "2024-01-01 00:00:00.123456+00", "-9223372036854775808", "0.1", "1.50", "t", "2024-02-29",
          uuid,
          "\\x005cff", "5",
        ],
        ["", "infinity", "7", "NaN", "-0.1", "f", nil, nil, "\\x", nil],
        ["\\N", nil, nil, "-Infinity", nil, nil, nil, nil, nil, nil],
      ])
    let types = try run(
      "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 "
        + "ORDER BY attnum"
    )
    #expect(
      types.map { $0[0] } == [
        "text", "timestamp with time zone", "bigint", "double precision", "numeric", "boolean", "date", "uuid", "bytea",
        "bigint",
      ])
    #expect(try database().facts(of: .table(TableName(["t"])))?.indexes.map(\.columns) == [["k", "at"]])
  }

  @Test func rowsAreAppendedOrReplaceTheOthers() throws {
    try load([column("n", .int)], [[.int(1)]])
    try load([column("n", .int)], [[.int(2)]])
    #expect(try run("SELECT n FROM t ORDER BY n") == [["1"], ["2"]])
    try load([column("n", .int)], [[.int(3)]], mode: .replace)
    #expect(try run("SELECT n FROM t") == [["3"]])
    let error = #expect(throws: DatabaseError.self) { try load([column("n", .int)], [[.int(4)]], mode: .create) }
    #expect(error?.code == "42P07")
  }

  @Test func naiveTimesAreWrittenInTheGroupsZone() throws {
    _ = try run("CREATE TABLE t (at timestamp); SELECT 1")
    let newYork = try Zone(named: "America/New_York")
    let column = column("at", .datetime, .native, zone: newYork)
    // 2024-03-10 07:00Z is the first moment of summer time, 2024-11-03 06:30Z the second half past one.
    let moments: [Int64] = [1_710_053_999_999_999, 1_710_054_000_000_000, 1_730_615_400_000_000]
    try load([column], moments.map { [.datetime(Instant(microseconds: $0))] })
    #expect(
      try run("SELECT at FROM t ORDER BY at") == [
        ["2024-03-10 01:59:59.999999"], ["2024-03-10 03:00:00"], ["2024-11-03 01:30:00"],
      ])
    // The first half past one would be read as the second.
    #expect(throws: UnfitImportValue.self) {
      try load([column], [[.datetime(Instant(microseconds: 1_730_611_800_000_000))]])
    }
  }

  @Test func valuesThatWouldBecomeOthersAreRefused() throws {
    _ = try run(
      "CREATE TABLE t (n numeric(10, 2), at timestamptz(3), f real, c char(5), d date, i int); SELECT 1")
    for (name, type, value) in [
      ("n", ValueType.decimal, Value.decimal("1.505")), ("n", .float, .float(1e-5)),
      ("at", .datetime, .datetime(Instant(microseconds: 1))),
    ] {
      let storage: TimestampStorage = type == .datetime ? .native : .iso8601
      #expect(throws: UnfitImportValue.self) { try load([column(name, type, storage)], [[.null], [.null], [value]]) }
    }
    try load(
      [column("n", .decimal), column("at", .datetime, .native)],
      [[.decimal("1.50"), .datetime(Instant(microseconds: 1000))]])
    for (name, type) in [("f", ValueType.float), ("c", .str), ("d", .datetime), ("i", .str)] {
      let error = #expect(throws: DatabaseError.self) { try load([column(name, type, .native)], [[.null]]) }
      #expect(error?.code == "42804" && error?.message.contains(name) == true)
    }
    #expect(try run("SELECT count(*) FROM t") == [["1"]])
  }

  @Test func aRowThatTheTableRefusesIsNamedAndNothingStays() throws {
    _ = try run("CREATE TABLE t (n smallint UNIQUE CHECK (n <> 13)); INSERT INTO t VALUES (1); SELECT 1")
    for (bad, code) in [(Int64(1), "23505"), (13, "23514"), (70_000, "22003")] {
      let refused = #expect(throws: RefusedImportRow.self) {
        try load([column("n", .int)], [[.int(2)], [.int(3)], [.int(4)], [.int(bad)], [.int(5)]])
      }
      #expect(refused?.row == 1 && refused?.error.code == code)
      #expect(try run("SELECT n FROM t") == [["1"]])
    }
  }

  @Test func importsNeedTheRightAndAWritableSession() throws {
    let closed = #expect(throws: DatabaseError.self) {
      try load([column("n", .int)], [[.int(1)]], into: database(writable: false))
    }
    #expect(closed?.code == "25006")
    let denied = #expect(throws: DatabaseError.self) {
      try load([column("n", .int)], [[.int(1)]], into: database("reader"))
    }
    #expect(denied?.code == "42501")
    let missing = #expect(throws: DatabaseError.self) {
      _ = try run("CREATE TABLE t (number int); SELECT 1")
      try load([column("nummer", .int)], [[.int(1)]])
    }
    #expect(missing?.code == "42703" && missing?.help?.contains("number") == true)
  }
}

extension Column {
  /// Puts a value into a cell.
  fileprivate func set(_ row: Int, _ value: Value) {
    switch value {
    case .null: setNull(row)
    case .int(let number), .date(let number): set(row, integer: number)
    case .bool(let bool): set(row, integer: bool ? 1 : 0)
    case .datetime(let instant): set(row, integer: instant.microseconds)
    case .float(let number): set(row, double: number)
    case .str(let text), .decimal(let text), .uuid(let text):
      Array(text.utf8).withUnsafeBufferPointer { set(row, bytes: $0) }
    case .bytes(let bytes): bytes.withUnsafeBufferPointer { set(row, bytes: $0) }
    }
  }
}
