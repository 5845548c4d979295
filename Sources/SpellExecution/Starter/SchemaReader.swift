import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// Reads what a database tells of its tables, and the first rows of each.
struct SchemaReader {
  let database: any Database
  let progress: any Progress

  private var dialect: any Dialect { Dialects.named(database.dialectName) }

  /// The tables and views, and those that cannot be read with the reason.
  func read() throws -> (tables: [TableSketch], unreadable: [(table: TableName, reason: String)]) {
    var tables: [TableSketch] = []
    var unreadable: [(table: TableName, reason: String)] = []
    for name in try database.tableNames() {
      do {
        guard let facts = try database.facts(of: .table(name)) else { continue }
        let relations = try database.relations(of: name)
        if relations.isPartition { continue }
        var table = TableSketch(name: name, facts: facts, relations: relations)
        try sample(&table)
        tables.append(table)
      } catch let error as DatabaseError where error.kind == .statement {
        unreadable.append((name, error.message))
      }
    }
    return (tables, unreadable)
  }

  private func sample(_ table: inout TableSketch) throws {
    let columns = table.columns.filter { $0.naturalType != nil }
    guard !columns.isEmpty else { return }
    // What is read as moments is read as text as well, for its form.
    let texts = columns.filter { $0.naturalType == .datetime && $0.naturalStorage == .iso8601 }
    let readings =
      columns.map { ColumnReading(type: $0.naturalType ?? .str, storage: $0.naturalStorage) }
      + texts.map { _ in ColumnReading(type: .str) }
    var samples = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, ColumnSample()) })
    progress.beginReading(table.name.description, estimate: nil)
    try read(table, (columns + texts).map(\.name), readings) { batch in
      for (column, cells) in zip(columns, batch.columns) {
        samples[column.name]?.add(cells, count: batch.count)
      }
      for (column, cells) in zip(texts, batch.columns[columns.count...]) {
        samples[column.name]?.addForms(cells, count: batch.count)
      }
    }
    table.learn(samples)
  }

  /// Whether none of the first rows repeats the values of some columns.
  func isUnique(_ names: [String], of table: TableSketch) throws -> Bool {
    let seen = SeenRows(memory: 1 << 20)
    var isUnique = true
    let readings = names.map { name in
      let column = table.column(name)
      return ColumnReading(type: column?.naturalType ?? .str, storage: column?.naturalStorage ?? .iso8601)
    }
    try read(table, names, readings) { batch in
      for row in 0..<batch.count {
        if let hash = RowHash.of(batch.columns[...], row), seen.insert(hash) { isUnique = false }
      }
    }
    return isUnique
  }

  /// As many rows as CHECK reads, so that it finds in them what was found here.
  private func read(
    _ table: TableSketch, _ names: [String], _ readings: [ColumnReading], onBatch: (RowBatch) throws -> Void
  ) throws {
    let list = names.map(dialect.quoted).joined(separator: ", ")
    let sql = "SELECT \(list) FROM \(dialect.from(.table(table.name))) LIMIT \(CheckRunner.firstRows)"
    try database.read(ReadRequest(sql: sql, columns: readings)) { batch in
      try onBatch(batch)
      return .more
    }
  }
}
