import CPostgres
import SpellCore

/// Looks up what the server knows of its tables. Nothing of them is read.
struct PostgresFacts {
  private static let mostBytesOfName = 63

  private let connection: PostgresConnection
  private let abilities: PostgresAbilities

  init(_ connection: PostgresConnection, abilities: PostgresAbilities) {
    self.connection = connection
    self.abilities = abilities
  }

  func facts(of source: TableSource) throws -> TableFacts? {
    switch source {
    case .table(let name): return try ofTable(name)
    case .query(let query):
      // Alone first: it must be one whole query, and not the rest of ours. Then as part of another, where the grammar
      // has room for nothing that writes; then the server plans it, without running anything.
      let (columns, parameterCount) = try connection.describe(query)
      guard parameterCount == 0 else { throw PostgresProblem.parameters(sql: query) }
      guard !columns.isEmpty else { throw PostgresProblem.notAQuery(sql: query) }
      let rows = "SELECT * FROM (\(query)\n) AS \"query\""
      do {
        _ = try connection.describe(rows)
        if abilities.hasExplain { _ = try connection.query("EXPLAIN \(rows)") }
      } catch PostgresProblem.server(let error, _) {
        throw PostgresProblem.server(error, sql: query)
      }
      return TableFacts(columns: try self.columns(columns, details: [:]), indexes: [], estimatedRows: nil)
    }
  }

  /// Names of the tables and views that the role may read: those that need no schema first.
  func tableNames() throws -> [TableName] {
    let sql = """
      SELECT CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN NULL ELSE n.nspname END, c.relname
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND n.nspname NOT LIKE 'pg\\_t%' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
        AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
      ORDER BY 1 NULLS FIRST, 2
      """
    return try connection.query(sql).map { TableName($0.compactMap { $0 }) }
  }

  // MARK: - Tables

  private func ofTable(_ name: TableName) throws -> TableFacts? {
    if name.parts.count > 3 { return nil }
    if name.parts.count == 3, name.parts[0] != connection.databaseName { return nil }
    // The server would cut a longer name, and might find another table.
    if abilities.hasCatalog, name.parts.contains(where: { $0.utf8.count > Self.mostBytesOfName }) { return nil }
    let table = name.parts.map(QuotedText.name).joined(separator: ".")
    let (columns, _) = try connection.describe("SELECT * FROM \(table)")
    let details = abilities.hasCatalog ? try self.details(of: table) : [:]
    return TableFacts(
      columns: try self.columns(columns, details: details),
      indexes: abilities.hasCatalog ? try indexes(of: table) : [],
      estimatedRows: details.values.contains(where: \.isReadable) ? try estimatedRows(of: table) : nil,
      isStored: details.values.contains(where: \.isStored))
  }

  /// What the catalog has on a column.
  private struct ColumnDetails {
    var isReadable: Bool
    /// The collation tells all texts apart that differ in a byte.
    var isDeterministic: Bool
    var declaredType: String
    /// It is one of a table, a partitioned or a materialized one included.
    var isStored: Bool
  }

  private func columns(
    _ columns: [PostgresConnection.ResultColumn], details: [String: ColumnDetails]
  ) throws -> [ColumnFacts] {
    let types = try abilities.types(of: columns.map(\.type), on: connection)
    return zip(columns, types).map { column, known in
      let detail = details[column.name]
      return ColumnFacts(
        name: column.name, declaredType: detail?.declaredType ?? known.name, naturalType: known.type.naturalType,
        acceptedTypes: known.type.acceptedTypes, naturalStorage: known.type.naturalStorage,
        acceptedStorages: known.type.acceptedStorages,
        hasExactEquality: known.type.hasExactEquality && !known.isCoarse && detail?.isDeterministic ?? true,
        isReadable: detail?.isReadable ?? true)
    }
  }

  private func details(of table: String) throws -> [String: ColumnDetails] {
    let sql = """
      SELECT a.attname, pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
        coalesce(l.collisdeterministic, true), pg_catalog.format_type(a.atttypid, a.atttypmod),
        c.relkind IN ('r', 'p', 'm')
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
      WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
      """
    var details: [String: ColumnDetails] = [:]
    for row in try catalog(sql, table) {
      details[row[0] ?? ""] = ColumnDetails(
        isReadable: row[1] == "t", isDeterministic: row[2] == "t", declaredType: row[3] ?? "",
        isStored: row[4] == "t")
    }
    return details
  }

  /// Indexes that a plain comparison can use: those of the usual kind over whole tables, on columns alone, in the order
  /// of the columns' own types and collations.
  private func indexes(of table: String) throws -> [IndexFacts] {
    let sql = """
      SELECT i.relname, x.indisunique, a.attname, c.opcdefault AND x.indcollation[k] = a.attcollation,
        CASE WHEN s.n_distinct > 0 THEN t.reltuples / s.n_distinct WHEN s.n_distinct < 0 THEN -1 / s.n_distinct END,
        s.correlation > 0.95
      FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
        JOIN pg_catalog.pg_am m ON m.oid = i.relam AND m.amname = 'btree'
        JOIN pg_catalog.pg_class t ON t.oid = x.indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
        JOIN pg_catalog.generate_series(0, 31) AS g(k) ON k < x.indnkeyatts
        JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k]
        JOIN pg_catalog.pg_opclass c ON c.oid = x.indclass[k]
        LEFT JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = t.relname
          AND s.attname = a.attname AND s.inherited = (t.relkind = 'p')
      WHERE x.indrelid = pg_catalog.to_regclass($1) AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL
      ORDER BY i.relname, k
      """
    var indexes: [IndexFacts] = []
    var unusable: Set<String> = []
    for row in try catalog(sql, table) {
      let name = row[0] ?? ""
      if row[3] != "t" { unusable.insert(name) }
      if indexes.last?.name != name {
        indexes.append(
          IndexFacts(
            name: name, columns: [], isUnique: row[1] == "t", rowsPerLeadingValue: row[4].flatMap { Double($0) },
            isClustered: row[5] == "t"))
      }
      indexes[indexes.count - 1].columns.append(row[2] ?? "")
    }
    return indexes.filter { !unusable.contains($0.name) }
  }

  /// The planner's own estimate, which it has for tables, partitions, views and foreign tables alike.
  private func estimatedRows(of table: String) throws -> Int? {
    guard abilities.hasExplain else { return nil }
    let plan = try catalog("EXPLAIN SELECT 1 FROM \(table)", nil).first?.first ?? nil
    guard let plan, let start = plan.firstRange(of: "rows=") else { return nil }
    return Int(plan[start.upperBound...].prefix { $0.isNumber })
  }

  private func catalog(_ sql: String, _ parameter: String?) throws -> [[String?]] {
    try abilities.catalog(sql, parameter.map { [$0] } ?? [], on: connection)
  }
}
