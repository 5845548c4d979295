import CSQLite
import Glibc
import SpellCore
import SpellTables

/// An SQLite file. Read-only unless it was opened for an import; reading leaves the file, its folder and the temporary
/// folders as they were.
///
/// Rows of one snapshot agree also where the file is read without locks: it is watched, and a change is an error.
package final class SQLiteDatabase: Database {
  package let label: String
  package let dialectName = "sqlite"
  package let isWritable: Bool
  package var server: ServerFacts? { nil }

  /// The path without links; nil as long as the file to import into is yet to be made.
  private var path: String?
  private var connection: SQLiteConnection
  /// How the file is read; nil if it was opened for an import.
  private var opening: SQLiteOpening?
  private let interruption: SQLiteInterruption
  private var isInSnapshot = false

  /// Opens a file.
  ///
  /// A missing file is an error, or created by the first import if `writable`. Waits for locks of others up to
  /// `busyMilliseconds`. Throws a `DatabaseError` of kind `connection`.
  package init(
    path: String, writable: Bool = false, cancellation: Cancellation, busyMilliseconds: Int = 5000
  ) throws {
    label = path
    isWritable = writable
    interruption = SQLiteInterruption(cancellation: cancellation, busyMilliseconds: busyMilliseconds)
    self.path = try SQLitePath.resolve(path)
    if let resolved = self.path {
      (connection, opening) = try Self.open(resolved, writable: writable, label: path, interruption: interruption)
    } else if writable {
      connection = try Self.openNothing(label: path, interruption: interruption)
    } else {
      throw SQLiteProblem.missing.error(database: path)
    }
  }

  // MARK: Opening

  private static func open(
    _ path: String, writable: Bool, label: String, interruption: SQLiteInterruption
  ) throws -> (SQLiteConnection, SQLiteOpening?) {
    if writable {
      let connection = try openForImport(path, flags: SQLITE_OPEN_READWRITE, label: label, interruption: interruption)
      return (connection, nil)
    }
    // The header decides how to open, and is read through a handle: that alone makes no side file.
    func connect(_ mode: SQLiteOpening.Mode) throws -> SQLiteConnection {
      try Self.connect(path, mode, label: label, interruption: interruption)
    }
    var connection = try connect(.plain)
    let opening = try SQLiteOpening.decide(path: path, label: label, connection: connection)
    if opening.mode != .plain { connection = try connect(opening.mode) }
    try prepare(connection)
    return (connection, opening)
  }

  private static func connect(
    _ path: String, _ mode: SQLiteOpening.Mode, label: String, interruption: SQLiteInterruption
  ) throws -> SQLiteConnection {
    let connection = try SQLiteConnection(
      name: mode.uri(path: path), flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, label: label,
      interruption: interruption)
    _ = csqlite_keep_wal_on_close(connection.handle)
    return connection
  }

  private static func openForImport(
    _ path: String, flags: Int32, label: String, interruption: SQLiteInterruption
  ) throws -> SQLiteConnection {
    // With a slash, no path is taken for a URI or for `:memory:`.
    let name = path.hasPrefix("/") ? path : "./" + path
    let connection = try SQLiteConnection(name: name, flags: flags, label: label, interruption: interruption)
    // Without the right to write SQLite falls back to reading.
    if sqlite3_db_readonly(connection.handle, "main") == 1 {
      throw SQLiteProblem.permission(toWrite: true).error(database: label)
    }
    try prepare(connection)
    return connection
  }

  /// Stands in for a file that is yet to be made: no tables.
  private static func openNothing(label: String, interruption: SQLiteInterruption) throws -> SQLiteConnection {
    let connection = try SQLiteConnection(
      name: ":memory:", flags: SQLITE_OPEN_READWRITE, label: label, interruption: interruption)
    try prepare(connection)
    return connection
  }

  /// Restricts a connection and reads the schema once, so that what is no database fails here.
  private static func prepare(_ connection: SQLiteConnection) throws {
    do {
      try connection.restrict()
      try connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1")
    } catch let error as DatabaseError {
      throw error.whileOpening(connection.label)
    }
  }

  // MARK: Reading

  package func facts(of sources: [TableSource]) throws -> [TableSource: TableFacts] {
    try withSnapshot {
      let facts = SQLiteFacts(connection: connection)
      return try sources.reduce(into: [:]) { found, source in found[source] = try facts.facts(of: source) }
    }
  }

  package func tableNames() throws -> [TableName] {
    try withSnapshot { try SQLiteFacts(connection: connection).tableNames() }
  }

  package func relations(of table: TableName) throws -> TableRelations {
    try withSnapshot { try SQLiteRelations(connection: connection).relations(of: table) }
  }

  package func read(_ request: ReadRequest, onBatch: (RowBatch) throws -> ReadControl) throws {
    try withSnapshot {
      try withoutActuallyEscaping(onBatch) { onBatch in
        guard request.isLarge, ConcurrentReading.threads > 1 else {
          return try SQLiteReading.read(
            request, on: connection, into: DirectExchange(request.columns, onBatch: onBatch))
        }
        if let parts = try partitions(of: request), let helpers = try? helpers() {
          return try ConcurrentReading.run(threads: helpers.count, request.columns, onBatch: onBatch) {
            thread, exchange in
            while let part = parts.take() {
              try SQLiteReading.read(request.part(where: part), on: helpers[thread], into: exchange)
            }
          }
        }
        // Rows are read while those before them are used.
        let connection = connection
        try ConcurrentReading.run(threads: 1, request.columns, onBatch: onBatch) { _, exchange in
          try SQLiteReading.read(request, on: connection, into: exchange)
        }
      }
    }
  }

  /// Parts of a table that several connections can read as of one state: the lock that this one holds keeps writers
  /// away, or nobody has the file open. With a write-ahead log each connection would see a state of its own. The parts
  /// are by row numbers, which are no order of keys.
  private func partitions(of request: ReadRequest) throws -> SQLitePartitions? {
    guard request.order == nil, let table = request.scannedTable else { return nil }
    guard let mode = opening?.mode, mode != .sharedMemory else { return nil }
    return try SQLitePartitions(of: table, on: connection, readers: ConcurrentReading.threads)
  }

  /// Further connections to the file that is being read; nil if another one stands at its path by now.
  private func helpers() throws -> [SQLiteConnection]? {
    guard let path, let opening else { return nil }
    let helpers = try (0..<ConcurrentReading.threads).map { _ in
      let interruption = SQLiteInterruption(cancellation: interruption.cancellation, busyMilliseconds: 0)
      let helper = try Self.connect(path, opening.mode, label: label, interruption: interruption)
      try Self.prepare(helper)
      return helper
    }
    return FileStamp(path: path)?.identity == opening.file ? helpers : nil
  }

  package func cursor(_ request: ReadRequest) throws -> any RowCursor { try SQLiteCursor(request, on: connection) }

  package func withSnapshot<R>(_ body: () throws -> R) throws -> R {
    if isInSnapshot { return try body() }
    try renew()
    try connection.execute("BEGIN")
    isInSnapshot = true
    defer { isInSnapshot = false }
    let result: R
    do {
      result = try body()
      try checkUnchanged()
    } catch {
      endTransaction()
      // What a change broke would be reported as a damaged file.
      if error is DatabaseError, !connection.isCancelled { try checkUnchanged() }
      throw error
    }
    endTransaction()
    return result
  }

  /// Ends the transaction without a trace of it, if it is still there.
  private func endTransaction() {
    if sqlite3_get_autocommit(connection.handle) == 0 {
      sqlite3_exec(connection.handle, "ROLLBACK", nil, nil, nil)
    }
  }

  /// Opens the file anew if it must be read in another way by now: it was replaced, a writer came or went, or it
  /// changed while nobody looked.
  private func renew() throws {
    guard let path, let opening else { return }
    let current = try SQLiteOpening.decide(path: path, label: label, connection: connection)
    if current == opening { return }
    (connection, self.opening) = try Self.open(path, writable: false, label: label, interruption: interruption)
  }

  private func checkUnchanged() throws {
    guard let path, case .immutable(let stamp)? = opening?.mode else { return }
    if FileStamp(path: path) != stamp { throw SQLiteProblem.changed.error(database: label) }
  }

  // MARK: Importing

  package func importRows(_ request: ImportRequest, next: () throws -> RowBatch?) throws -> Int {
    guard isWritable else { throw SQLiteProblem.importing(.notWritable).error(database: label) }
    let isNew = path == nil
    if isNew {
      connection = try Self.openForImport(
        label, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, label: label, interruption: interruption)
    }
    SQLiteAuthorizer.remove(from: connection.handle)
    defer { SQLiteAuthorizer.install(on: connection.handle) }
    do {
      try connection.execute("BEGIN IMMEDIATE", mayWrite: true)
      let count = try SQLiteImport(request, connection: connection).run(next)
      try connection.execute("COMMIT", mayWrite: true)
      if isNew { path = try SQLitePath.resolve(label) }
      return count
    } catch {
      endTransaction()
      if isNew {
        connection = try Self.openNothing(label: label, interruption: interruption)
        // An empty file is what the failed import made; any other is somebody else's by now.
        if FileStamp(path: label)?.size == 0 { unlink(label) }
      }
      throw error
    }
  }
}
