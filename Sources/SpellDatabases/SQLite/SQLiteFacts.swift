import CSQLite
import SpellCore

/// Looks up what SQLite knows of its tables, without reading more than a few rows.
struct SQLiteFacts {
  let connection: SQLiteConnection

  /// Rows that are looked at for the storage class of columns whose declared type says nothing.
  private static let peekedRows = 1000
  /// What the shortest row takes: its length, its number, the length of its header and one type.
  private static let leastRowBytes = 4

  func facts(of source: TableSource) throws -> TableFacts? {
    switch source {
    case .table(let name):
      guard let entry = try schemaEntry(name) else { return nil }
      return entry.isView ? try ofView(entry.name) : try ofTable(entry)
    case .query(let query):
      // Alone first: it must be one whole query, and not the rest of ours.
      let whole = try SQLiteStatement(query, on: connection)
      guard sqlite3_bind_parameter_count(whole.pointer) == 0 else {
        throw SQLiteProblem.parameters(sql: query).error(database: connection.label)
      }
      return TableFacts(columns: try columns(ofRows: "(\(query)\n)"), indexes: [], estimatedRows: nil)
    }
  }

  func tableNames() throws -> [TableName] {
    let statement = try SQLiteStatement(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        + "ORDER BY name", on: connection)
    var names: [TableName] = []
    while try statement.step() { names.append(TableName([statement.text(0) ?? ""])) }
    return names
  }

  // MARK: Tables

  /// A table or view as the schema has it.
  private struct SchemaEntry {
    var name: String
    var isView: Bool
    var isVirtual: Bool
  }

  /// A column of a table as declared.
  private struct DeclaredColumn {
    var name: String
    var type: String
    var collation: String
    var isPrimaryKey: Bool
  }

  private func schemaEntry(_ name: TableName) throws -> SchemaEntry? {
    guard let table = Self.plainName(name) else { return nil }
    let statement = try SQLiteStatement(
      "SELECT name, type = 'view', rootpage = 0 FROM sqlite_schema "
        + "WHERE type IN ('table', 'view') AND name = ?1 COLLATE NOCASE", on: connection)
    statement.bind(table, to: 1)
    guard try statement.step() else { return nil }
    return SchemaEntry(
      name: statement.text(0) ?? table, isView: statement.integer(1) == 1, isVirtual: statement.integer(2) == 1)
  }

  /// The table's own name; nil for a schema other than `main`, for nothing is ever attached.
  static func plainName(_ name: TableName) -> String? {
    switch name.parts.count {
    case 1: name.parts[0]
    case 2: name.parts[0].lowercased() == "main" ? name.parts[1] : nil
    default: nil
    }
  }

  private func ofTable(_ entry: SchemaEntry) throws -> TableFacts {
    let declared = try declaredColumns(of: entry.name)
    let columns = try complete(
      declared.map { ResultColumnFacts(name: $0.name, declaredType: $0.type, collation: $0.collation) },
      rows: QuotedText.name(entry.name))
    return TableFacts(
      columns: columns, indexes: try indexes(of: entry.name, columns: declared),
      estimatedRows: try estimatedRows(entry, columns: declared), isStored: !entry.isVirtual)
  }

  private func declaredColumns(of table: String) throws -> [DeclaredColumn] {
    let statement = try SQLiteStatement(
      // Hidden columns of kind 1 are arguments of a virtual table; 2 and 3 are generated ones.
      "SELECT name, type, pk > 0 FROM pragma_table_xinfo(?1, 'main') WHERE hidden <> 1 ORDER BY cid", on: connection)
    statement.bind(table, to: 1)
    var columns: [DeclaredColumn] = []
    while try statement.step() {
      let name = statement.text(0) ?? ""
      columns.append(
        DeclaredColumn(
          name: name, type: statement.text(1) ?? "", collation: collation(of: name, table: table) ?? "",
          isPrimaryKey: statement.integer(2) == 1))
    }
    return columns
  }

  private func collation(of column: String, table: String) -> String? {
    var collation: UnsafePointer<CChar>?
    let code = sqlite3_table_column_metadata(
      connection.handle, "main", table, column, nil, &collation, nil, nil, nil)
    return code == SQLITE_OK ? collation.map { String(cString: $0) } : nil
  }

  // MARK: Indexes

  private func indexes(of table: String, columns: [DeclaredColumn]) throws -> [IndexFacts] {
    let statement = try SQLiteStatement(
      "SELECT name, \"unique\", partial, origin FROM pragma_index_list(?1, 'main') ORDER BY seq", on: connection)
    statement.bind(table, to: 1)
    let samples = try rowNumber(of: SchemaEntry(name: table, isView: false, isVirtual: false), columns: columns)
      .flatMap { try SQLiteSamples(of: table, rowNumber: $0, on: connection) }
    var indexes: [IndexFacts] = []
    var hasPrimaryKeyIndex = false
    while try statement.step() {
      if statement.text(3) == "pk" { hasPrimaryKeyIndex = true }
      guard statement.integer(2) == 0, let name = statement.text(0),
        let indexed = try plainColumns(ofIndex: name, of: columns)
      else { continue }
      indexes.append(
        IndexFacts(
          name: name, columns: indexed, isUnique: statement.integer(1) == 1,
          rowsPerLeadingValue: try analysedRowsPerValue(ofIndex: name)
            ?? samples?.rowsPerValue(of: indexed[0], index: name),
          isClustered: try samples?.ascends(indexed[0]) ?? false))
    }
    // An INTEGER PRIMARY KEY is the row's number: the table itself is its index, and none is listed.
    let key = columns.filter(\.isPrimaryKey)
    if !hasPrimaryKeyIndex, key.count == 1, key[0].type.uppercased() == "INTEGER" {
      indexes.append(IndexFacts(name: "PRIMARY KEY", columns: [key[0].name], isUnique: true, isClustered: true))
    }
    return indexes
  }

  /// The columns of an index; nil if one is an expression or sorts by another collation than its column, so that a
  /// plain comparison cannot use it.
  private func plainColumns(ofIndex index: String, of columns: [DeclaredColumn]) throws -> [String]? {
    let statement = try SQLiteStatement(
      "SELECT name, coll FROM pragma_index_xinfo(?1, 'main') WHERE key = 1 ORDER BY seqno", on: connection)
    statement.bind(index, to: 1)
    var names: [String] = []
    while try statement.step() {
      guard let name = statement.text(0), let column = columns.first(where: { $0.name == name }),
        column.collation.uppercased() == statement.text(1)?.uppercased()
      else { return nil }
      names.append(name)
    }
    return names
  }

  // MARK: Size

  /// From the last ANALYZE, else the greatest row number, which the engine finds without a scan: as far as so many rows
  /// fit into the file, for numbers need not begin at one.
  private func estimatedRows(_ entry: SchemaEntry, columns: [DeclaredColumn]) throws -> Int? {
    if let analysed = try analysedRows(of: entry.name), !entry.isVirtual { return analysed }
    guard let rowid = try rowNumber(of: entry, columns: columns) else { return nil }
    let statement = try SQLiteStatement("SELECT max(\(rowid)) FROM \(QuotedText.name(entry.name))", on: connection)
    return try statement.step() ? min(max(0, Int(statement.integer(0))), mostRows) : nil
  }

  /// As many rows as the file, and what is yet to be put into it, has room for.
  private var mostRows: Int {
    guard let path = sqlite3_db_filename(connection.handle, "main").map({ String(cString: $0) }) else { return .max }
    return [path, path + "-wal"].reduce(0) { $0 + (FileStamp(path: $1)?.size ?? 0) } / Self.leastRowBytes
  }

  /// The name by which the number of a table's row is known; nil if there is no such number, or no name is free for it.
  func rowNumber(of table: TableName) throws -> String? {
    guard let entry = try schemaEntry(table), !entry.isView else { return nil }
    return try rowNumber(of: entry, columns: try declaredColumns(of: entry.name))
  }

  private func rowNumber(of entry: SchemaEntry, columns: [DeclaredColumn]) throws -> String? {
    let names = columns.map { $0.name.lowercased() }
    guard try !entry.isVirtual && !isWithoutRowid(entry.name) else { return nil }
    return ["rowid", "_rowid_", "oid"].first { !names.contains($0) }
  }

  private func analysedRows(of table: String) throws -> Int? {
    guard try schemaEntry(TableName(["sqlite_stat1"])) != nil else { return nil }
    let statement = try SQLiteStatement(
      "SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = ?1 COLLATE NOCASE AND stat IS NOT NULL",
      on: connection)
    statement.bind(table, to: 1)
    return try statement.step() && statement.text(0) != nil ? max(0, Int(statement.integer(0))) : nil
  }

  /// From the last ANALYZE: after the number of rows come those that share the leading column, the leading two, ….
  private func analysedRowsPerValue(ofIndex index: String) throws -> Double? {
    guard try schemaEntry(TableName(["sqlite_stat1"])) != nil else { return nil }
    let statement = try SQLiteStatement("SELECT stat FROM sqlite_stat1 WHERE idx = ?1 COLLATE NOCASE", on: connection)
    statement.bind(index, to: 1)
    guard try statement.step(), let numbers = statement.text(0)?.split(separator: " "), numbers.count > 1 else {
      return nil
    }
    return Double(numbers[1])
  }

  private func isWithoutRowid(_ table: String) throws -> Bool {
    let statement = try SQLiteStatement(
      "SELECT wr FROM pragma_table_list(?1) WHERE schema = 'main'", on: connection)
    statement.bind(table, to: 1)
    return try statement.step() && statement.integer(0) == 1
  }

  // MARK: Views and queries

  /// What a result says of a column.
  private struct ResultColumnFacts {
    var name: String
    var declaredType: String
    /// Empty where it cannot be known: the column is an expression.
    var collation: String
  }

  private func ofView(_ name: String) throws -> TableFacts {
    TableFacts(columns: try columns(ofRows: QuotedText.name(name)), indexes: [], estimatedRows: nil)
  }

  /// The columns of what stands after FROM.
  private func columns(ofRows rows: String) throws -> [ColumnFacts] {
    let statement = try SQLiteStatement("SELECT * FROM \(rows)", on: connection)
    let results = (0..<Int32(statement.columnCount)).map { index in
      func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }
      var collation: String?
      if let table = text(sqlite3_column_table_name(statement.pointer, index)),
        let origin = text(sqlite3_column_origin_name(statement.pointer, index))
      {
        collation = self.collation(of: origin, table: table)
      }
      return ResultColumnFacts(
        name: text(sqlite3_column_name(statement.pointer, index)) ?? "",
        declaredType: text(sqlite3_column_decltype(statement.pointer, index)) ?? "", collation: collation ?? "")
    }
    return try complete(results, rows: rows)
  }

  /// Adds what the declared types mean, and looks at values where they say nothing.
  private func complete(_ columns: [ResultColumnFacts], rows: String) throws -> [ColumnFacts] {
    var naturals = columns.map { SQLiteNaturalType(declaredType: $0.declaredType) }
    for index in naturals.indices where naturals[index] == nil {
      naturals[index] = SQLiteNaturalType(storageClasses: try storageClasses(of: columns[index].name, rows: rows))
    }
    let sortsBytes = try isStoredAsUTF8()
    return zip(columns, naturals).map { column, natural in
      let affinity = SQLiteAffinity(declaredType: column.declaredType)
      let isBinary = column.collation.uppercased() == "BINARY"
      return ColumnFacts(
        name: column.name, declaredType: column.declaredType, naturalType: natural?.type,
        acceptedTypes: affinity.acceptedTypes, naturalStorage: natural?.storage ?? .iso8601,
        acceptedStorages: affinity.acceptedStorages,
        hasExactEquality: isBinary, sortsByBytes: isBinary && sortsBytes)
    }
  }

  /// Whether texts are stored as the bytes that are read, by which they are sorted.
  private func isStoredAsUTF8() throws -> Bool {
    let statement = try SQLiteStatement("SELECT length(CAST('a' AS BLOB))", on: connection)
    return try statement.step() && statement.integer(0) == 1
  }

  /// The `typeof` of a column's first values that are not NULL.
  private func storageClasses(of column: String, rows: String) throws -> Set<String> {
    let name = QuotedText.name(column)
    let statement = try SQLiteStatement(
      "SELECT typeof(\(name)) FROM \(rows) WHERE \(name) IS NOT NULL LIMIT \(Self.peekedRows)", on: connection)
    var classes: Set<String> = []
    while try statement.step() {
      if let storageClass = statement.text(0) { classes.insert(storageClass) }
    }
    return classes
  }
}
