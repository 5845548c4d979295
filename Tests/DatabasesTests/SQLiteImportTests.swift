import Glibc
import SpellCore
import SpellDatabases
import SpellTables
import TestSupport
import Testing

@Suite struct SQLiteImportTests {
  let folder: TemporaryFolder
  var path: String { folder.file("new.db") }

  init() throws { folder = try TemporaryFolder() }

  private func open(writable: Bool = true, _ cancellation: Cancellation = Cancellation()) throws -> SQLiteDatabase {
    try SQLiteDatabase(path: path, writable: writable, cancellation: cancellation)
  }

  private func column(
    _ name: String, _ type: ValueType, _ storage: TimestampStorage = .iso8601
  ) -> ImportRequest.Column {
    ImportRequest.Column(name: name, type: type, storage: storage, zone: .utc)
  }

  /// A request for a table `t`.
  private func request(
    _ columns: [ImportRequest.Column], indexed: [String] = [], mode: ImportRequest.Mode = .append
  ) -> ImportRequest {
    ImportRequest(table: TableName(["t"]), columns: columns, indexColumns: indexed, mode: mode)
  }

  /// Imports rows of values, two to a batch.
  @discardableResult
  private func importRows(
    _ database: SQLiteDatabase, _ request: ImportRequest, _ rows: [[Cell]], failingAfter limit: Int = .max
  ) throws -> Int {
    let batch = RowBatch(types: request.columns.map(\.type), capacity: 2)
    var done = 0
    return try database.importRows(request) {
      if done >= limit { throw Refusal() }
      if done == rows.count { return nil }
      batch.reset()
      for row in rows[done..<min(done + 2, rows.count)] {
        for (index, cell) in row.enumerated() { batch.columns[index].set(batch.count, cell) }
        batch.count += 1
        done += 1
      }
      return batch
    }
  }

  private struct Refusal: Error {}

  private static let moment: Int64 = 1_704_067_200_123_000

  // MARK: New tables

  @Test func everyTypeComesBack() throws {
    let columns = ValueType.allCases.map { column("a \($0) \"x\"", $0) }
    let values: [Cell] = ValueType.allCases.map { type in
      switch type {
      case .int: .value(.int(.min))
      case .float: .value(.float(0.1))
      case .decimal: .value(.decimal("12.50"))
      case .str: .value(.str("007 é\0"))
      case .bool: .value(.bool(true))
      case .datetime: .time(Self.moment + 456)
      case .date: .value(.date(19_723))
      case .uuid: .value(.uuid("6f9619ff-8b86-d011-b42d-00cf4fc964ff"))
      case .bytes: .value(.bytes([0, 255]))
      }
    }
    let empty: [Cell] = ValueType.allCases.map { type in
      switch type {
      case .str: .value(.str(""))
      case .bytes: .value(.bytes([]))
      default: .null
      }
    }
    let nulls: [Cell] = ValueType.allCases.map { _ in .null }
    let database = try open()
    #expect(try importRows(database, request(columns), [values, empty, nulls]) == 3)
    let readings = ValueType.allCases.map { ColumnReading(type: $0) }
    #expect(try database.rows("SELECT * FROM t ORDER BY rowid", readings) == [values, empty, nulls])
    let facts = try #require(try database.facts(of: .table(TableName(["t"]))))
    #expect(
      facts.columns.map(\.declaredType)
        == ["INTEGER", "REAL", "TEXT", "TEXT", "BOOLEAN", "TEXT", "TEXT", "TEXT", "BLOB"])
    #expect(
      try database.cell("SELECT \"a datetime \"\"x\"\"\" FROM t", .str)
        == .value(.str("2024-01-01 00:00:00.123456+00:00")))
    #expect(try database.cell("SELECT \"a date \"\"x\"\"\" FROM t", .str) == .value(.str("2024-01-01")))
  }

  @Test(arguments: [
    (TimestampStorage.iso8601, "text", moment), (.unixSeconds, "integer", moment - 123_000),
    (.unixMilliseconds, "integer", moment), (.unixMicroseconds, "integer", moment + 456), (.julian, "real", moment),
  ])
  func momentsComeBackFromEveryStorage(_ storage: TimestampStorage, _ class: String, _ moment: Int64) throws {
    let database = try open()
    try importRows(database, request([column("at", .datetime, storage)]), [[.time(moment)]])
    #expect(try database.cell("SELECT at FROM t", .datetime, storage: storage) == .time(moment))
    #expect(try database.cell("SELECT typeof(at) FROM t", .str) == .value(.str(`class`)))
    // Another import finds the table fit for it.
    try importRows(database, request([column("at", .datetime, storage)]), [[.time(moment)]])
    #expect(try database.count("t") == .value(.int(2)))
  }

  @Test func indexIsMadeWithTheTable() throws {
    try writeSQLite(path, "CREATE TABLE t_k_at (x)")
    let database = try open()
    let columns = [column("k", .str), column("at", .datetime), column("v", .float)]
    try importRows(database, request(columns, indexed: ["k", "at"]), [[.value(.str("a")), .time(0), .null]])
    let indexes = try #require(try database.facts(of: .table(TableName(["t"])))).indexes
    #expect(indexes.map(\.columns) == [["k", "at"]] && indexes.map(\.name) == ["t_k_at_2"])
    // Once only.
    try importRows(database, request(columns, indexed: ["k", "at"]), [])
    #expect(try #require(try database.facts(of: .table(TableName(["t"])))).indexes.count == 1)
  }

  // MARK: Modes

  @Test func modes() throws {
    let database = try open()
    let columns = [column("n", .int)]
    let rows: [[Cell]] = [[.value(.int(1))], [.value(.int(2))], [.value(.int(3))]]
    #expect(try importRows(database, request(columns, mode: .create), rows) == 3)
    #expect(try importRows(database, request(columns, mode: .append), rows) == 3)
    #expect(try database.count("t") == .value(.int(6)))
    let error = #expect(throws: DatabaseError.self) {
      try importRows(database, request(columns, mode: .create), rows)
    }
    #expect(error?.message.contains("`t` exists") == true)
    #expect(try database.count("t") == .value(.int(6)))
    #expect(try importRows(database, request(columns, mode: .replace), rows) == 3)
    #expect(try database.count("t") == .value(.int(3)))
    #expect(try importRows(database, request(columns, mode: .replace), []) == 0)
    #expect(try database.count("t") == .value(.int(0)))
  }

  // MARK: Failures change nothing

  @Test func failureLeavesTheTableAsItWas() throws {
    try writeSQLite(path, "CREATE TABLE t (n INTEGER UNIQUE); INSERT INTO t VALUES (7)")
    let before = try FolderState(folder.path)
    let columns = [column("n", .int)]
    let rows: [[Cell]] = [[.value(.int(1))], [.value(.int(2))], [.value(.int(3))], [.value(.int(7))]]
    do {
      let database = try open()
      for mode in [ImportRequest.Mode.append, .replace] {
        #expect(throws: Refusal.self) {
          try importRows(database, request(columns, mode: mode), rows, failingAfter: 2)
        }
      }
      let refused = #expect(throws: RefusedImportRow.self) { try importRows(database, request(columns), rows) }
      #expect(refused?.error.code == "SQLITE_CONSTRAINT_UNIQUE (2067)")
      #expect(refused?.row == 1, "the second row of the second batch")
      #expect(try database.rows("SELECT n FROM t", [ColumnReading(type: .int)]) == [[.value(.int(7))]])
    }
    let after = try FolderState(folder.path)
    #expect(after.names == before.names)
    #expect(try open(writable: false).count("t") == .value(.int(1)))
  }

  @Test func failureRemovesTheFileThatItMade() throws {
    let database = try open()
    #expect(try folderNames(folder.path).isEmpty)
    #expect(try database.tableNames().isEmpty)
    #expect(try database.facts(of: .table(TableName(["t"]))) == nil)
    let rows: [[Cell]] = Array(repeating: [.value(.int(1))], count: 5)
    #expect(throws: Refusal.self) {
      try importRows(database, request([column("n", .int)]), rows, failingAfter: 4)
    }
    #expect(try folderNames(folder.path).isEmpty)
    #expect(try importRows(database, request([column("n", .int)]), rows) == 5)
    #expect(try folderNames(folder.path) == ["new.db"])
    #expect(try database.count("t") == .value(.int(5)))
  }

  @Test func cancelledImportChangesNothing() throws {
    let cancellation = Cancellation()
    let database = try open(cancellation)
    let batch = RowBatch(types: [.int], capacity: 1)
    batch.columns[0].set(0, integer: 1)
    batch.count = 1
    var batches = 0
    let error = #expect(throws: DatabaseError.self) {
      try database.importRows(request([column("n", .int)])) {
        batches += 1
        if batches == 3 { cancellation.cancel() }
        return batch
      }
    }
    #expect(error?.kind == .interrupted && batches == 3)
    #expect(try folderNames(folder.path).isEmpty)
  }

  @Test func columnsOfTheTableAreChecked() throws {
    try writeSQLite(path, "CREATE TABLE t (speed REAL, name TEXT, code NUMERIC, n INTEGER, x)")
    let database = try open()
    func failure(_ column: ImportRequest.Column) -> DatabaseError? {
      #expect(throws: DatabaseError.self) { try importRows(database, request([column]), [[.null]]) }
    }
    #expect(failure(column("spede", .float))?.help == "did you mean `speed`?")
    #expect(failure(column("zzzzzzzz", .float))?.help?.contains("`name`") == true)
    for unfit in [
      column("name", .int), column("name", .datetime, .unixSeconds), column("speed", .str), column("speed", .decimal),
      column("code", .str), column("code", .decimal), column("n", .str), column("n", .decimal),
    ] { #expect(failure(unfit)?.code == "SQLITE_MISMATCH (20)", "\(unfit)") }
    let fit = [
      column("SPEED", .float), column("name", .decimal), column("code", .int), column("n", .datetime, .unixSeconds),
      column("x", .str),
    ]
    try importRows(
      database, request(fit),
      [[.value(.float(2)), .value(.decimal("1.50")), .value(.int(3)), .time(4_000_000), .value(.str("007"))]])
    #expect(
      try database.rows("SELECT * FROM t", fit.map { ColumnReading(type: $0.type, storage: $0.storage) })
        == [[.value(.float(2)), .value(.decimal("1.50")), .value(.int(3)), .time(4_000_000), .value(.str("007"))]])
  }

  @Test func valuesThatSQLiteCannotHoldAreErrors() throws {
    let database = try open()
    func failure(_ column: ImportRequest.Column, _ cell: Cell) -> UnfitImportValue? {
      #expect(throws: UnfitImportValue.self) {
        try importRows(database, request([column]), [[.null], [.null], [cell]])
      }
    }
    // SQLite would store NULL.
    let error = failure(column("x", .float), .value(.float(.nan)))
    // The first row of the second batch.
    #expect(error?.row == 0)
    #expect(error?.column == 0)
    #expect(error?.text == "nan")
    #expect(failure(column("x", .int), .invalid("seven"))?.text == "seven")
    #expect(failure(column("x", .datetime, .unixSeconds), .time(1))?.text == "1970-01-01 00:00:00.000001+00:00")
    #expect(failure(column("x", .datetime, .julian), .time(1)) != nil)
    #expect(failure(column("x", .datetime, .unixMicroseconds), .time(.max)) != nil)
    #expect(try folderNames(folder.path).isEmpty)
  }

  // MARK: Opening

  @Test func readingIsRestrictedAlsoWhereImportsMayWrite() throws {
    try writeSQLite(path, "CREATE TABLE t (n INTEGER)")
    let database = try open()
    try importRows(database, request([column("n", .int)]), [[.value(.int(1))]])
    for sql in ["DELETE FROM t", "ATTACH 'x' AS x", "VACUUM INTO '\(path)2'", "DROP TABLE t"] {
      #expect(throws: DatabaseError.self) { try database.cell(sql, .int) }
    }
    #expect(try database.count("t") == .value(.int(1)))
    #expect(try folderNames(folder.path) == ["new.db"])
  }

  @Test func importLeavesNoSideFiles() throws {
    try writeSQLite(path, "PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER)")
    do { try importRows(try open(), request([column("n", .int)]), [[.value(.int(1))]]) }
    #expect(try folderNames(folder.path) == ["new.db"])
    #expect(try open(writable: false).count("t") == .value(.int(1)))
  }

  @Test func unusableTargets() throws {
    let other = try SQLiteDatabase(path: folder.file("no/such.db"), writable: true, cancellation: Cancellation())
    let error = #expect(throws: DatabaseError.self) {
      try importRows(other, request([column("n", .int)]), [[.null]])
    }
    #expect(error?.kind == .connection && error?.help != nil)
    let text = try folder.write("labels.csv", String(repeating: "tailnum,time\n", count: 200))
    #expect(throws: DatabaseError.self) {
      _ = try SQLiteDatabase(path: text, writable: true, cancellation: Cancellation())
    }
    #expect(try folder.read("labels.csv").count == 2600)
    let database = try open()
    #expect(throws: DatabaseError.self) {
      try database.importRows(
        ImportRequest(
          table: TableName(["a", "b"]), columns: [column("n", .int)], indexColumns: [], mode: .append)
      ) { nil }
    }
    #expect(throws: DatabaseError.self) { try importRows(database, request([]), []) }
  }

  @Test func readerHoldsOffAnImport() throws {
    try writeSQLite(path, "CREATE TABLE t (n INTEGER)")
    let other = try ForeignWriter(path)
    try other.run("BEGIN IMMEDIATE;")
    let database = try SQLiteDatabase(
      path: path, writable: true, cancellation: Cancellation(), busyMilliseconds: 100)
    let error = #expect(throws: DatabaseError.self) {
      try importRows(database, request([column("n", .int)]), [[.value(.int(1))]])
    }
    #expect(error?.code == "SQLITE_BUSY (5)" && error?.help != nil)
    try other.run("ROLLBACK;")
    #expect(try importRows(database, request([column("n", .int)]), [[.value(.int(1))]]) == 1)
  }
}

extension Column {
  /// Fills a cell.
  fileprivate func set(_ row: Int, _ cell: Cell) {
    switch cell {
    case .null, .value(.null): setNull(row)
    case .invalid(let text): withBytes(of: text) { setInvalid(row, bytes: $0) }
    case .value(.int(let word)), .value(.date(let word)): set(row, integer: word)
    case .value(.float(let double)): set(row, double: double)
    case .value(.bool(let flag)): set(row, integer: flag ? 1 : 0)
    case .value(.datetime(let instant)): set(row, integer: instant.microseconds)
    case .value(.decimal(let text)), .value(.str(let text)), .value(.uuid(let text)):
      withBytes(of: text) { set(row, bytes: $0) }
    case .value(.bytes(let bytes)): bytes.withUnsafeBufferPointer { set(row, bytes: $0) }
    }
  }
}
