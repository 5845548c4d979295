import Glibc
import SpellCore
import SpellDatabases
import SpellTables
import Synchronization
import Testing

/// What the conformance suite needs to know of an engine: a fresh database of its own and its spellings.
protocol ConformanceEngine: AnyObject {
  /// Runs SQL as somebody who may write.
  func execute(_ sql: String) throws
  func open(_ cancellation: Cancellation) throws -> any Database
  /// Stored values, as SQL expressions, and the cells that they become.
  var samples: [ConformanceSample] { get }
  /// A query whose one column `n` is 1 to `count`.
  func series(_ count: Int) -> String
  /// A query of one integer column that never ends and returns no row for a long time.
  var endlessQuery: String { get }
  /// Statements that would write, all of which must be refused; table `t` with column `n` exists.
  var writeAttempts: [String] { get }
  /// Connections or files that the product holds open for the database.
  func openHandles() throws -> Int
}

struct ConformanceSample {
  var sql: String
  var reading: ColumnReading
  var cell: Cell

  init(_ sql: String, _ type: ValueType, storage: TimestampStorage = .iso8601, zone: Zone = .utc, _ cell: Cell) {
    self.sql = sql
    reading = ColumnReading(type: type, storage: storage, zone: zone)
    self.cell = cell
  }
}

/// An error of the caller's own.
private struct Refusal: Error {}

/// What every driver must do. An engine runs all cases: `@Test(arguments: Conformance.allCases)`.
enum Conformance: String, CaseIterable {
  case samples, nullOfEachType, batchEdges, severalColumns, cancelInMidStream, cancelBefore, earlyStop, errorOfTheCaller
  case sqlErrors, columnCount, writesRefused, handlesReleased, snapshots, cursors, cursorErrors, facts, relations

  func check(_ engine: some ConformanceEngine) throws {
    let cancellation = Cancellation()
    let database = try engine.open(cancellation)
    switch self {
    case .samples: try Self.checkSamples(engine, database)
    case .nullOfEachType: try Self.checkNulls(database)
    case .batchEdges: try Self.checkBatchEdges(engine, database)
    case .severalColumns: try Self.checkSeveralColumns(engine, database)
    case .cancelInMidStream: try Self.checkCancelInMidStream(engine, database, cancellation)
    case .cancelBefore: try Self.checkCancelBefore(engine, database, cancellation)
    case .earlyStop: try Self.checkEarlyStop(engine, database)
    case .errorOfTheCaller: try Self.checkErrorOfTheCaller(engine, database)
    case .sqlErrors: try Self.checkErrors(database)
    case .columnCount: try Self.checkColumnCount(database)
    case .writesRefused: try Self.checkWritesRefused(engine, database)
    // With a handle that is not among those released.
    case .handlesReleased: try withExtendedLifetime(database) { try Self.checkHandlesReleased(engine) }
    case .snapshots: try Self.checkSnapshots(engine, database)
    case .cursors: try Self.checkCursors(engine, database)
    case .cursorErrors: try Self.checkCursorErrors(engine, database, cancellation)
    case .facts: try Self.checkFacts(engine, database)
    case .relations: try Self.checkRelations(engine, database)
    }
  }

  private static func checkSamples(_ engine: some ConformanceEngine, _ database: any Database) throws {
    for sample in engine.samples {
      let found = try database.rows("SELECT \(sample.sql)", [sample.reading])
      #expect(found == [[sample.cell]], "\(sample.sql) as \(sample.reading.type)")
    }
    #expect(Set(engine.samples.map(\.reading.type)) == Set(ValueType.allCases))
  }

  private static func checkNulls(_ database: any Database) throws {
    let readings = ValueType.allCases.map { ColumnReading(type: $0) }
    let list = readings.map { _ in "NULL" }.joined(separator: ", ")
    #expect(try database.rows("SELECT \(list)", readings) == [readings.map { _ in .null }])
  }

  private static func checkBatchEdges(_ engine: some ConformanceEngine, _ database: any Database) throws {
    for count in [0, 1, 4095, 4096, 4097, 12_288] {
      var next: Int64 = 1
      var sizes: [Int] = []
      try database.read(ReadRequest(sql: engine.series(count), columns: [ColumnReading(type: .int)])) { batch in
        sizes.append(batch.count)
        for row in 0..<batch.count {
          if batch.columns[0].state(row) != .value || batch.columns[0].integer(row) != next { next = .min }
          next &+= 1
        }
        return .more
      }
      #expect(next == Int64(count) + 1)
      #expect(sizes.reduce(0, +) == count && !sizes.contains(0))
    }
  }

  /// Two cursors by turns, and a read between them.
  private static func checkCursors(_ engine: some ConformanceEngine, _ database: any Database) throws {
    func numbers(_ count: Int) -> ReadRequest {
      ReadRequest(sql: engine.series(count), columns: [ColumnReading(type: .int)])
    }
    for count in [0, 1, 4096, 10_000] {
      try database.withSnapshot {
        let (first, second) = (try database.cursor(numbers(count)), try database.cursor(numbers(2 * count)))
        var found: [[Int64]] = [[], []]
        var isAtEnd = false
        while !isAtEnd {
          isAtEnd = true
          for (index, cursor) in [first, second].enumerated() {
            guard let batch = try cursor.next() else { continue }
            isAtEnd = false
            #expect(batch.count > 0)
            found[index] += (0..<batch.count).map { batch.columns[0].integer($0) }
          }
          #expect(try database.rows(engine.series(1), [ColumnReading(type: .int)]) == [[.value(.int(1))]])
        }
        let expected = [count, 2 * count].map { count in (0..<count).map { Int64($0 + 1) } }
        #expect(found == expected)
        #expect(try first.next() == nil)
      }
    }
    for sample in engine.samples {
      try database.withSnapshot {
        let cursor = try database.cursor(ReadRequest(sql: "SELECT \(sample.sql)", columns: [sample.reading]))
        let batch = try #require(try cursor.next())
        #expect(Cell(batch.columns[0], 0) == sample.cell, "\(sample.sql) as \(sample.reading.type)")
      }
    }
  }

  private static func checkCursorErrors(
    _ engine: some ConformanceEngine, _ database: any Database, _ cancellation: Cancellation
  ) throws {
    func request(_ sql: String) -> ReadRequest { ReadRequest(sql: sql, columns: [ColumnReading(type: .int)]) }
    for sql in ["SELECT n FROM nowhere", "SELECT 1, 2", "", "SELECT 1; SELECT 2"] {
      let error = #expect(throws: DatabaseError.self, "\(sql)") {
        try database.withSnapshot { _ = try database.cursor(request(sql)) }
      }
      #expect(error?.kind == .statement && error?.sql == sql, "\(sql)")
    }
    // A cursor that is dropped in the middle stops nothing.
    let first = try database.withSnapshot { try database.cursor(request(engine.series(20_000))).next()?.count }
    #expect(first != nil)
    try checkCancel(database, cancellation) {
      try database.withSnapshot { _ = try database.cursor(request(engine.endlessQuery)).next() }
    }
  }

  private static func checkSeveralColumns(_ engine: some ConformanceEngine, _ database: any Database) throws {
    let sql = "SELECT n, CASE WHEN n = 2 THEN NULL ELSE n * 0.5 END, 'text' FROM (\(engine.series(3))) AS s ORDER BY n"
    let found = try database.rows(
      sql, [ColumnReading(type: .int), ColumnReading(type: .float), ColumnReading(type: .str)])
    #expect(
      found == [
        [.value(.int(1)), .value(.float(0.5)), .value(.str("text"))],
        [.value(.int(2)), .null, .value(.str("text"))],
        [.value(.int(3)), .value(.float(1.5)), .value(.str("text"))],
      ])
  }

  private static func checkCancelInMidStream(
    _ engine: some ConformanceEngine, _ database: any Database, _ cancellation: Cancellation
  ) throws {
    try checkCancel(database, cancellation) {
      _ = try database.rows(engine.endlessQuery, [ColumnReading(type: .int)])
    }
  }

  /// Cancels what never ends. The best of three, for the machine may be busy with other things.
  private static func checkCancel(
    _ database: any Database, _ cancellation: Cancellation, of endless: () throws -> Void
  ) throws {
    var best = Int.max
    for _ in 0..<3 {
      let canceller = Canceller(cancellation, afterMilliseconds: 50)
      let error = #expect(throws: DatabaseError.self, performing: endless)
      best = min(best, canceller.millisecondsSinceCancel())
      #expect(error?.kind == .interrupted)
      cancellation.reset()
      // The connection serves on.
      #expect(try database.rows("SELECT 1", [ColumnReading(type: .int)]) == [[.value(.int(1))]])
      if best <= 100 { break }
    }
    #expect(best <= 100)
  }

  private static func checkCancelBefore(
    _ engine: some ConformanceEngine, _ database: any Database, _ cancellation: Cancellation
  ) throws {
    var batches = 0
    let error = #expect(throws: DatabaseError.self) {
      try database.read(ReadRequest(sql: engine.series(20_000), columns: [ColumnReading(type: .int)])) { _ in
        batches += 1
        cancellation.cancel()
        return .more
      }
    }
    #expect(error?.kind == .interrupted && batches == 1)
    #expect(throws: DatabaseError.self) { try database.rows(engine.series(1), [ColumnReading(type: .int)]) }
  }

  private static func checkEarlyStop(_ engine: some ConformanceEngine, _ database: any Database) throws {
    var batches = 0
    try database.read(ReadRequest(sql: engine.series(20_000), columns: [ColumnReading(type: .int)])) { _ in
      batches += 1
      return .stop
    }
    #expect(batches == 1)
    #expect(try database.rows(engine.series(1), [ColumnReading(type: .int)]) == [[.value(.int(1))]])
  }

  private static func checkErrorOfTheCaller(_ engine: some ConformanceEngine, _ database: any Database) throws {
    let request = ReadRequest(sql: engine.series(5), columns: [ColumnReading(type: .int)])
    #expect(throws: Refusal.self) { try database.read(request) { _ in throw Refusal() } }
    #expect(throws: Refusal.self) { try database.withSnapshot { throw Refusal() } }
    #expect(try database.withSnapshot { try database.rows("SELECT 7", [ColumnReading(type: .int)]) }.count == 1)
  }

  private static func checkErrors(_ database: any Database) throws {
    for sql in ["SELECT nothing FROM nowhere", "SELEC 1", "", "SELECT 1; SELECT 2"] {
      let error = #expect(throws: DatabaseError.self) { try database.rows(sql, [ColumnReading(type: .int)]) }
      #expect(error?.kind == .statement && error?.sql == sql)
      #expect(error?.code.isEmpty == false && error?.message.isEmpty == false)
    }
  }

  private static func checkColumnCount(_ database: any Database) throws {
    for columns in [[], [ColumnReading(type: .int)], Array(repeating: ColumnReading(type: .int), count: 3)] {
      #expect(throws: DatabaseError.self) { try database.rows("SELECT 1, 2", columns) }
    }
  }

  private static func checkWritesRefused(_ engine: some ConformanceEngine, _ database: any Database) throws {
    try engine.execute("CREATE TABLE t (n integer)")
    try engine.execute("INSERT INTO t VALUES (1)")
    for sql in engine.writeAttempts {
      #expect(throws: DatabaseError.self, "\(sql)") { try database.rows(sql, [ColumnReading(type: .int)]) }
      #expect(throws: DatabaseError.self, "cursor: \(sql)") {
        let request = ReadRequest(sql: sql, columns: [ColumnReading(type: .int)])
        try database.withSnapshot { _ = try database.cursor(request).next() }
      }
      #expect(throws: DatabaseError.self, "query: \(sql)") { _ = try database.facts(of: .query(sql)) }
    }
    #expect(try database.rows("SELECT n FROM t", [ColumnReading(type: .int)]) == [[.value(.int(1))]])
    #expect(try database.tableNames().map { $0.parts.last } == ["t"])
    #expect(throws: DatabaseError.self) {
      _ = try database.importRows(
        ImportRequest(
          table: TableName(["u"]), columns: [.init(name: "n", type: .int, storage: .iso8601, zone: .utc)],
          indexColumns: [], mode: .append)
      ) { nil }
    }
  }

  private static func checkHandlesReleased(_ engine: some ConformanceEngine) throws {
    let before = try engine.openHandles()
    do {
      let database = try engine.open(Cancellation())
      #expect(try database.rows("SELECT 1", [ColumnReading(type: .int)]).count == 1)
      #expect(throws: DatabaseError.self) { try database.rows("SELECT nothing", [ColumnReading(type: .int)]) }
      try database.read(ReadRequest(sql: engine.series(9000), columns: [ColumnReading(type: .int)])) { _ in .stop }
      #expect(try engine.openHandles() > before)
    }
    // A server notices a moment later that somebody has left.
    let deadline = Canceller.now() + 5000
    while try engine.openHandles() != before, Canceller.now() < deadline { usleep(1000) }
    #expect(try engine.openHandles() == before)
  }

  private static func checkSnapshots(_ engine: some ConformanceEngine, _ database: any Database) throws {
    try engine.execute("CREATE TABLE t (n integer)")
    let count = { try database.rows("SELECT count(*) FROM t", [ColumnReading(type: .int)]) }
    #expect(try count() == [[.value(.int(0))]])
    // Nested snapshots are the outer one.
    let seen = try database.withSnapshot { [try count(), try database.withSnapshot { try count() }, try count()] }
    #expect(seen == Array(repeating: [[.value(.int(0))]], count: 3))
    try engine.execute("INSERT INTO t VALUES (1)")
    #expect(try count() == [[.value(.int(1))]])
  }

  private static func checkFacts(_ engine: some ConformanceEngine, _ database: any Database) throws {
    #expect(try database.facts(of: .table(TableName(["t"]))) == nil)
    #expect(try database.facts(of: .table(TableName(["a", "b", "c"]))) == nil)
    try engine.execute("CREATE TABLE t (n integer, s text, \"odd \"\"name\" text)")
    try engine.execute("CREATE INDEX i ON t (s, n)")
    let facts = try #require(try database.facts(of: .table(TableName(["t"]))))
    #expect(facts.columns.map(\.name) == ["n", "s", "odd \"name"])
    #expect(facts.columns.map(\.naturalType) == [.int, .str, .str])
    #expect(facts.columns[0].acceptedTypes.contains(.int) && !facts.columns[0].acceptedTypes.contains(.str))
    #expect(facts.columns[1].acceptedTypes.contains(.str) && !facts.columns[1].acceptedTypes.contains(.int))
    #expect(facts.columns[1].hasExactEquality)
    #expect(facts.indexes.map(\.columns) == [["s", "n"]] && facts.indexes.map(\.isUnique) == [false])
    let query = try #require(try database.facts(of: .query("SELECT s, n FROM t -- all of it")))
    #expect(query.columns.map(\.name) == ["s", "n"] && query.columns.map(\.naturalType) == [.str, .int])
    #expect(query.indexes.isEmpty)
    #expect(throws: DatabaseError.self) { _ = try database.facts(of: .query("SELECT nothing FROM t")) }
    #expect(throws: DatabaseError.self) { _ = try database.facts(of: .query("SELECT 1) UNION SELECT (2")) }
    try engine.execute("CREATE TABLE u (k integer)")
    let tables: [TableSource] = [.table(TableName(["u"])), .table(TableName(["t"]))]
    let others: [TableSource] = [.table(TableName(["none"])), .query("SELECT k + 1 AS more FROM u")]
    for (sources, count) in [(tables, 2), (tables + others, 3)] {
      let found = try database.facts(of: sources)
      #expect(found[tables[0]]?.columns.map(\.name) == ["k"])
      #expect(found[tables[1]]?.indexes.map(\.columns) == [["s", "n"]])
      #expect(found.count == count && found[others[0]] == nil)
    }
  }

  private static func checkRelations(_ engine: some ConformanceEngine, _ database: any Database) throws {
    try engine.execute("CREATE TABLE t (n integer, \"odd \"\"name\" text, PRIMARY KEY (\"odd \"\"name\", n))")
    try engine.execute(
      """
      CREATE TABLE u (id integer PRIMARY KEY, a integer, b text, up integer REFERENCES u,
        FOREIGN KEY (b, a) REFERENCES t)
      """)
    try engine.execute("CREATE TABLE w (x text)")
    try engine.execute("CREATE VIEW v AS SELECT * FROM u")
    let whole = try database.relations(of: TableName(["t"]))
    #expect(whole == TableRelations(primaryKey: ["odd \"name", "n"]))
    let part = try database.relations(of: TableName(["u"]))
    #expect(part.primaryKey == ["id"])
    #expect(Set(part.foreignKeys.map(\.table.description)) == ["t", "u"])
    let composite = try #require(part.foreignKeys.first { $0.table == TableName(["t"]) })
    #expect(composite.columns == ["b", "a"] && composite.referenced == ["odd \"name", "n"])
    let own = try #require(part.foreignKeys.first { $0.table == TableName(["u"]) })
    #expect(own.columns == ["up"] && own.referenced == ["id"])
    for name in ["w", "v", "nowhere"] {
      #expect(try database.relations(of: TableName([name])) == TableRelations())
    }
  }
}

/// Cancels from another thread after a while.
final class Canceller: Sendable {
  private let cancellation: Cancellation
  private let milliseconds: UInt32
  private let cancelledAt = Atomic<Int>(0)

  init(_ cancellation: Cancellation, afterMilliseconds milliseconds: UInt32) {
    self.cancellation = cancellation
    self.milliseconds = milliseconds
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Canceller>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    pthread_detach(thread)
  }

  private func run() {
    usleep(milliseconds * 1000)
    cancelledAt.store(Self.now(), ordering: .sequentiallyConsistent)
    cancellation.cancel()
  }

  /// `Int.max` if it has not happened.
  func millisecondsSinceCancel() -> Int {
    let then = cancelledAt.load(ordering: .sequentiallyConsistent)
    return then == 0 ? .max : Self.now() - then
  }

  static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}
