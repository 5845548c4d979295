import CSQLite
import SpellCore
import SpellTables

/// Writes the rows of an import. The caller holds the transaction.
struct SQLiteImport {
  private let request: ImportRequest
  private let connection: SQLiteConnection
  private let table: String

  init(_ request: ImportRequest, connection: SQLiteConnection) throws {
    guard let table = SQLiteFacts.plainName(request.table), !request.columns.isEmpty else {
      throw SQLiteProblem.importing(.unusableTable(request.table)).error(database: connection.label)
    }
    self.request = request
    self.connection = connection
    self.table = table
  }

  /// Returns the number of rows.
  func run(_ next: () throws -> RowBatch?) throws -> Int {
    let facts = try SQLiteFacts(connection: connection).facts(of: .table(request.table))
    if let facts {
      if request.mode == .create { throw failure(.tableExists(request.table)) }
      try checkColumns(of: facts)
      if request.mode == .replace { try write("DELETE FROM main.\(QuotedText.name(table))") }
    } else {
      let columns = request.columns.map { column in
        "\(QuotedText.name(column.name)) \(column.type.sqliteDeclaration(storage: column.storage))"
      }
      try write("CREATE TABLE main.\(QuotedText.name(table)) (\(columns.joined(separator: ", ")))")
    }
    let count = try insert(next)
    // After the rows: building an index once is faster than growing it.
    if facts == nil { try createIndex() }
    return count
  }

  private func write(_ sql: String) throws { try connection.execute(sql, mayWrite: true) }

  private func failure(_ problem: ImportTableProblem) -> DatabaseError {
    SQLiteProblem.importing(problem).error(database: connection.label)
  }

  private func checkColumns(of facts: TableFacts) throws {
    for column in request.columns {
      guard let stored = facts.column(named: column.name) else {
        throw failure(
          .columnMissing(name: column.name, table: request.table, columns: facts.columns.map(\.name)))
      }
      guard SQLiteAffinity(declaredType: stored.declaredType).keeps(column.type, storage: column.storage) else {
        throw failure(
          .columnUnfit(
            name: column.name, table: request.table,
            stored: "declared \(stored.declaredType.isEmpty ? "without a type" : stored.declaredType)",
            type: column.type, storage: column.storage))
      }
    }
  }

  private func createIndex() throws {
    if request.indexColumns.isEmpty { return }
    let wanted = ([table] + request.indexColumns).joined(separator: "_")
    var name = wanted
    var attempt = 1
    while try exists(name) {
      attempt += 1
      name = "\(wanted)_\(attempt)"
    }
    let columns = request.indexColumns.map(QuotedText.name).joined(separator: ", ")
    try write("CREATE INDEX main.\(QuotedText.name(name)) ON \(QuotedText.name(table)) (\(columns))")
  }

  private func exists(_ name: String) throws -> Bool {
    let statement = try SQLiteStatement(
      "SELECT 1 FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE", on: connection)
    statement.bind(name, to: 1)
    return try statement.step()
  }

  // MARK: Rows

  private func insert(_ next: () throws -> RowBatch?) throws -> Int {
    let names = request.columns.map { QuotedText.name($0.name) }.joined(separator: ", ")
    let marks = request.columns.map { _ in "?" }.joined(separator: ", ")
    let statement = try SQLiteStatement(
      "INSERT INTO main.\(QuotedText.name(table)) (\(names)) VALUES (\(marks))", on: connection, mayWrite: true)
    // Texts that are written here stay put until their row is stored, so that SQLite need not copy them.
    let width = TimeText.capacity
    return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: width * request.columns.count) { scratch in
      guard let start = scratch.baseAddress else { return 0 }
      var count = 0
      let bindings = request.columns.indices.map { index in
        SQLiteBinding(statement: statement.pointer, parameter: Int32(index + 1), scratch: start + index * width)
      }
      while let batch = try next() {
        for row in 0..<batch.count {
          try bind(row, of: batch, to: bindings)
          try store(row, statement)
        }
        count += batch.count
        try connection.checkCancellation()
      }
      return count
    }
  }

  /// A row that the table's own rules refuse is named by its place.
  private func store(_ row: Int, _ statement: borrowing SQLiteStatement) throws {
    do {
      _ = try statement.step()
    } catch let error as DatabaseError where error.code.hasPrefix("SQLITE_CONSTRAINT") {
      throw RefusedImportRow(row: row, error: error)
    }
    statement.reset()
  }

  private func bind(_ row: Int, of batch: RowBatch, to bindings: [SQLiteBinding]) throws {
    for (index, binding) in bindings.enumerated() {
      let cells = batch.columns[index]
      guard binding.bind(cells, row: row, storage: request.columns[index].storage) else {
        throw UnfitImportValue(row: row, column: index, text: CellText.text(cells, row))
      }
    }
  }
}
