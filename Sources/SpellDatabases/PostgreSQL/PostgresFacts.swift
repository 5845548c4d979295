import CPostgres
import SpellCore

/// Looks up what the server knows of its tables. Nothing of them is read.
struct PostgresFacts {
  private static let mostBytesOfName = 63

  /// What there is to ask besides the columns of a table and what the catalog has on them.
  enum Topic {
    /// A plan, which nobody gets who may read no column.
    case plan
    case placement
  }

  /// The server does not tell; the transaction is over.
  struct Refused: Error {
    var topic: Topic
  }

  private let connection: PostgresConnection
  private let abilities: PostgresAbilities
  private let omitted: Set<Topic>

  init(_ connection: PostgresConnection, abilities: PostgresAbilities, without omitted: Set<Topic> = []) {
    self.connection = connection
    self.abilities = abilities
    self.omitted = omitted
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
    let columnsQuery = "SELECT * FROM \(table)"
    guard abilities.hasCatalog else {
      let (columns, _) = try connection.describe(columnsQuery)
      return TableFacts(columns: try self.columns(columns, details: [:]), indexes: [], estimatedRows: nil)
    }
    let (columns, known, plan) = try answers(columnsQuery, table: table)
    let details = details(known[0])
    let rows = plan.flatMap(Self.estimatedRows)
    let rowsPerValue = Self.rowsPerValue(statistics: known[2], rows: rows)
    let placement = try placement(of: table, details)
    let isElsewhere = placement?.isElsewhere ?? false
    let isOrdered = Dictionary(known[2].map { ($0[0] ?? "", $0[2] == "t") }) { first, _ in first }
    return TableFacts(
      columns: try self.columns(columns, details: details, rowsPerValue: rowsPerValue),
      // Those of a table whose rows are elsewhere lead to none of them.
      indexes: isElsewhere ? [] : indexes(known[1], of: details, rowsPerValue, isOrdered: isOrdered),
      estimatedRows: rows, isStored: !isElsewhere && details.values.contains(where: \.isStored), placement: placement)
  }

  /// Where the rows of a table lie; a further round trip for those that may lie elsewhere.
  private func placement(of table: String, _ details: [String: ColumnDetails]) throws -> TablePlacement? {
    guard let detail = details.values.first, detail.mayBeElsewhere, !omitted.contains(.placement) else { return nil }
    do {
      let placement = PostgresPlacement(connection)
      if detail.isOfCitus, let shards = try placement.shards(of: table) { return shards }
      return try placement.parts(of: table)
    } catch PostgresProblem.server {
      throw Refused(topic: .placement)
    }
  }

  /// All that there is to ask of a table, in one round trip: the columns of the query that reads it, what the catalog
  /// has on it, and the first line of the plan.
  private func answers(
    _ columnsQuery: String, table: String
  ) throws -> (columns: [PostgresConnection.ResultColumn], known: [[[String?]]], plan: String?) {
    let catalog = [Self.columnsSQL, Self.indexesSQL, Self.statisticsSQL]
    let plan =
      abilities.hasExplain && !omitted.contains(.plan)
      ? [PostgresConnection.Question(sql: "EXPLAIN SELECT 1 FROM \(table)")] : []
    do {
      let (columns, _, answers) = try connection.describe(
        columnsQuery, asking: catalog.map { PostgresConnection.Question(sql: $0, parameters: [table]) } + plan)
      return (columns, answers, plan.isEmpty ? nil : answers.last?.first?.first ?? nil)
    } catch let failure as PostgresConnection.StatementFailure {
      guard case .server = failure.problem, failure.index >= 0 else { throw failure.problem }
      if failure.index < catalog.count { throw PostgresAbilities.CatalogRefused() }
      throw Refused(topic: .plan)
    }
  }

  /// What the catalog has on a column.
  private struct ColumnDetails {
    var isReadable: Bool
    /// The collation tells all texts apart that differ in a byte.
    var isDeterministic: Bool
    var declaredType: String
    /// Its number in the table, and its collation's.
    var number: String
    var collation: String
    /// In the catalog, the kind of what it is a column of.
    var kind: String
    /// The engine is, or has been, Citus.
    var isOfCitus: Bool

    /// Whether it is one of a table, a partitioned or a materialized one included.
    var isStored: Bool { ["r", "p", "m"].contains(kind) }
    var mayBeElsewhere: Bool { ["p", "f"].contains(kind) || isOfCitus }
  }

  private func columns(
    _ columns: [PostgresConnection.ResultColumn], details: [String: ColumnDetails], rowsPerValue: [String: Double] = [:]
  ) throws -> [ColumnFacts] {
    let types = try abilities.types(of: columns.map(\.type), on: connection)
    return zip(columns, types).map { column, known in
      let detail = details[column.name]
      return ColumnFacts(
        name: column.name, declaredType: detail?.declaredType ?? known.name, naturalType: known.type.naturalType,
        acceptedTypes: known.type.acceptedTypes, naturalStorage: known.type.naturalStorage,
        acceptedStorages: known.type.acceptedStorages, isNaive: known.type.isNaive,
        hasExactEquality: known.type.hasExactEquality && !known.isCoarse && detail?.isDeterministic ?? true,
        isReadable: detail?.isReadable ?? true, rowsPerValue: rowsPerValue[column.name])
    }
  }

  /// The columns of the table that is the parameter, each with its type.
  private static let columnsSQL = """
    SELECT a.attname, pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
      coalesce(l.collisdeterministic, true), pg_catalog.format_type(a.atttypid, a.atttypmod),
      c.relkind, a.attnum, a.attcollation, pg_catalog.to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL,
      \(PostgresAbilities.columnsOfType)
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
    WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
    """

  private func details(_ rows: [[String?]]) -> [String: ColumnDetails] {
    var details: [String: ColumnDetails] = [:]
    for row in rows {
      abilities.learnType(row[8...])
      details[row[0] ?? ""] = ColumnDetails(
        isReadable: row[1] == "t", isDeterministic: row[2] == "t", declaredType: row[3] ?? "",
        number: row[5] ?? "", collation: row[6] ?? "", kind: row[4] ?? "", isOfCitus: row[7] == "t")
    }
    return details
  }

  /// Indexes of the usual kind over the whole table that is the parameter, on columns alone, in the order of the
  /// columns' own types: their columns and collations by number. Columns that an index only carries come last.
  private static let indexesSQL = """
    SELECT i.relname, x.indisunique, x.indnkeyatts, x.indkey, x.indcollation
    FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = pg_catalog.to_regclass($1) AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL
      AND i.relam = (SELECT oid FROM pg_catalog.pg_am WHERE amname = 'btree')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_opclass c WHERE c.oid = ANY (x.indclass) AND NOT c.opcdefault)
    ORDER BY i.relname
    """

  /// What the last ANALYZE found of columns. Not joined to the indexes: the view is a barrier to conditions, and would
  /// give the statistics of all tables.
  private static let statisticsSQL =
    "SELECT attname, n_distinct, correlation > 0.95 FROM pg_catalog.pg_stats WHERE \(isOfTable)"

  /// Values that divide the rows of a column, the second parameter, into parts of about the same size, in order.
  static let histogramSQL = "SELECT histogram_bounds FROM pg_catalog.pg_stats WHERE \(isOfTable) AND attname = $2"

  /// Of statistics: whether they are of the table that is the parameter.
  private static let isOfTable = """
    (schemaname, tablename, inherited) = (
      SELECT n.nspname, t.relname, t.relkind = 'p'
      FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
      WHERE t.oid = pg_catalog.to_regclass($1))
    """

  /// The indexes that a plain comparison can use: those in the order of their columns' own collations.
  private func indexes(
    _ found: [[String?]], of columns: [String: ColumnDetails], _ rowsPerValue: [String: Double],
    isOrdered: [String: Bool]
  ) -> [IndexFacts] {
    found.compactMap { row in
      func numbers(_ column: Int) -> [Substring] { row[column]?.split(separator: " ") ?? [] }
      let count = row[2].flatMap { Int($0) } ?? 0
      let names = zip(numbers(3), numbers(4)).prefix(count).compactMap { number, collation in
        columns.first { $0.value.number == number && $0.value.collation == collation }?.key
      }
      guard let leading = names.first, names.count == count else { return nil }
      return IndexFacts(
        name: row[0] ?? "", columns: names, isUnique: row[1] == "t", rowsPerLeadingValue: rowsPerValue[leading],
        isClustered: isOrdered[leading] ?? false)
    }
  }

  /// How many rows share a value, by column.
  private static func rowsPerValue(statistics: [[String?]], rows: Int?) -> [String: Double] {
    var found: [String: Double] = [:]
    for row in statistics {
      let distinct = row[1].flatMap { Double($0) } ?? 0
      // As a number of values, or as their share of the rows with the sign turned.
      found[row[0] ?? ""] = distinct > 0 ? rows.map { Double($0) / distinct } : distinct < 0 ? -1 / distinct : nil
    }
    return found
  }

  /// The planner's own estimate, which it has for tables, partitions, views and foreign tables alike.
  private static func estimatedRows(plan: String) -> Int? {
    guard let start = plan.firstRange(of: "rows=") else { return nil }
    return Int(plan[start.upperBound...].prefix { $0.isNumber })
  }
}
