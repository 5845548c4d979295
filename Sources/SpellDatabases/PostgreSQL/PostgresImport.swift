import CPostgres
import SpellCore
import SpellTables

/// Writes the rows of an import, each batch as a copy of its own, so that the server's word on it is heard before the
/// next. The caller holds the transaction.
struct PostgresImport {
  private let request: ImportRequest
  private let facts: TableFacts?
  private let connection: PostgresConnection
  private let table: String

  /// `facts` are those of the table, nil if there is none yet.
  init(_ request: ImportRequest, facts: TableFacts?, connection: PostgresConnection) throws {
    guard (1...3).contains(request.table.parts.count), !request.columns.isEmpty else {
      throw PostgresProblem.importing(.unusableTable(request.table))
    }
    self.request = request
    self.facts = facts
    self.connection = connection
    table = request.table.parts.map(QuotedText.name).joined(separator: ".")
  }

  /// Returns the number of rows.
  func run(_ next: () throws -> RowBatch?) throws -> Int {
    if let facts {
      if request.mode == .create { throw PostgresProblem.importing(.tableExists(request.table)) }
      try checkColumns(of: facts)
      if request.mode == .replace { try connection.execute("DELETE FROM \(table)") }
    } else {
      let columns = request.columns.map { column in
        "\(QuotedText.name(column.name)) \(column.type.postgresDeclaration(storage: column.storage))"
      }
      try connection.execute("CREATE TABLE \(table) (\(columns.joined(separator: ", ")))")
    }
    let count = try copy(next)
    // After the rows: building an index once is faster than growing it. The server finds a name that is free.
    if facts == nil, !request.indexColumns.isEmpty {
      try connection.execute(
        "CREATE INDEX ON \(table) (\(request.indexColumns.map(QuotedText.name).joined(separator: ", ")))")
    }
    return count
  }

  private func checkColumns(of facts: TableFacts) throws {
    for column in request.columns where facts.column(named: column.name) == nil {
      throw PostgresProblem.importing(
        .columnMissing(name: column.name, table: request.table, columns: facts.columns.map(\.name)))
    }
  }

  /// The columns as the server has them, in the order of the request.
  private func storedColumns(_ names: String) throws -> [PostgresCopyWriter.Target] {
    let columns = try connection.describe("SELECT \(names) FROM \(table)").columns
    return try zip(request.columns, columns).map { column, stored in
      let type = PostgresType(stored.type)
      guard type.keeps(column.type, storage: column.storage) || facts == nil else {
        throw PostgresProblem.importing(
          .columnUnfit(
            name: column.name, table: request.table,
            stored: facts?.column(named: column.name)?.declaredType ?? "", type: column.type,
            storage: column.storage))
      }
      return PostgresCopyWriter.Target(
        type: type, modifier: stored.modifier, storage: column.storage, zone: column.zone)
    }
  }

  private func copy(_ next: () throws -> RowBatch?) throws -> Int {
    let names = request.columns.map { column in
      QuotedText.name(facts?.column(named: column.name)?.name ?? column.name)
    }.joined(separator: ", ")
    let sql = "COPY \(table) (\(names)) FROM STDIN"
    var writer = PostgresCopyWriter(targets: try storedColumns(names))
    var count = 0
    while let batch = try next() {
      try writer.write(batch)
      do {
        try connection.copyIn(sql, writer.bytes)
      } catch PostgresProblem.server(let error, let sql) {
        guard let row = rowNumber(in: error.context) else { throw PostgresProblem.server(error, sql: sql) }
        throw RefusedImportRow(
          row: row, error: PostgresProblem.server(error, sql: sql).error(database: connection.label))
      }
      count += batch.count
    }
    return count
  }

  /// The place in the batch of the row that an error is about. The server says `COPY weather, line 3`, the last words
  /// in its own language.
  private func rowNumber(in context: String?) -> Int? {
    guard let context, let name = request.table.parts.last, let start = context.firstRange(of: "COPY \(name), ") else {
      return nil
    }
    let digits = context[start.upperBound...].drop { !$0.isNumber }.prefix { $0.isNumber }
    return Int(digits).flatMap { $0 > 0 ? $0 - 1 : nil }
  }
}
