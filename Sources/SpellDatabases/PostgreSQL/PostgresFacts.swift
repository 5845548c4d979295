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

  /// Columns of a query's result.
  func facts(ofQuery query: String) throws -> TableFacts {
    // Alone first: it must be one whole query, and not the rest of ours. Then as part of another, where the grammar
    // has room for nothing that writes; then the server plans it, without running anything.
    let description = try connection.describe(query)
    let columns = description.columns
    guard description.parameterCount == 0 else { throw PostgresProblem.parameters(sql: query) }
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

  /// Facts of tables, all in one round trip; nil for names that no table can have. Throws what the server says where
  /// one of them is missing.
  func facts(of names: [TableName]) throws -> [TableFacts?] {
    let asked = names.filter(mayBeTable)
    var found = try (asked.isEmpty ? [] : facts(ofAsked: asked))[...]
    return names.map { mayBeTable($0) ? found.popFirst() : nil }
  }

  private func mayBeTable(_ name: TableName) -> Bool {
    if name.parts.count > 3 { return false }
    if name.parts.count == 3, name.parts[0] != connection.databaseName { return false }
    // The server would cut a longer name, and might find another table.
    return !abilities.hasCatalog || name.parts.allSatisfy { $0.utf8.count <= Self.mostBytesOfName }
  }

  private func facts(ofAsked names: [TableName]) throws -> [TableFacts] {
    let tables = names.map { $0.parts.map(QuotedText.name).joined(separator: ".") }
    let columnQueries = tables.map { "SELECT * FROM \($0)" }
    guard abilities.hasCatalog else {
      return try columnQueries.map { query in
        TableFacts(
          columns: try columns(try connection.describe(query).columns, details: [:]), indexes: [], estimatedRows: nil)
      }
    }
    let answers = try answers(columnQueries, names, tables)
    return try names.indices.map { index in
      let id = answers.ids[index]
      let details = details(answers.details.filter { $0[0] == id })
      let rows = answers.plans.isEmpty ? nil : Self.estimatedRows(plan: answers.plans[index])
      let (schema, inherited) = (details.values.first?.schema, details.values.first?.kind == "p" ? "t" : "f")
      let statistics = answers.statistics.filter { row in
        row[3] == schema && row[4] == names[index].parts.last && row[5] == inherited
      }
      let rowsPerValue = Self.rowsPerValue(statistics, rows: rows)
      let placement = try placement(of: tables[index], details)
      let isElsewhere = placement?.isElsewhere ?? false
      let isOrdered = Dictionary(statistics.map { ($0[0] ?? "", $0[2] == "t") }) { first, _ in first }
      let found = answers.indexes.filter { $0[0] == id }
      return TableFacts(
        columns: try columns(answers.columns[index], details: details, rowsPerValue: rowsPerValue),
        // Those of a table whose rows are elsewhere lead to none of them.
        indexes: isElsewhere ? [] : indexes(found, of: details, rowsPerValue, isOrdered: isOrdered),
        estimatedRows: rows, isStored: !isElsewhere && details.values.contains(where: \.isStored), placement: placement)
    }
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

  /// What the server says of tables. Where it is of all of them, rows say which one they are of.
  private struct Answers {
    /// Of the query that reads each.
    var columns: [[PostgresConnection.ResultColumn]]
    var ids: [String?]
    var details: [[String?]]
    var indexes: [[String?]]
    var statistics: [[String?]]
    /// The first line of each; none where no plan can be asked for.
    var plans: [String]
  }

  /// All that there is to ask of tables, in one round trip.
  private func answers(_ columnQueries: [String], _ names: [TableName], _ tables: [String]) throws -> Answers {
    typealias Statement = PostgresConnection.Statement
    let parameters = tables.indices.map { "pg_catalog.to_regclass($\($0 + 1))" }
    let catalog = [
      Statement(sql: "SELECT " + parameters.map { "\($0)::oid" }.joined(separator: ", "), parameters: tables),
      Statement(sql: Self.columnsSQL(of: parameters), parameters: tables),
      Statement(sql: Self.indexesSQL(of: parameters), parameters: tables), Self.statistics(of: names),
    ]
    let plans =
      abilities.hasExplain && !omitted.contains(.plan)
      ? tables.map { Statement(sql: "EXPLAIN SELECT 1 FROM \($0)") } : []
    do {
      let (descriptions, answers) = try connection.describe(columnQueries, asking: catalog + plans)
      return Answers(
        columns: descriptions.map(\.columns), ids: answers[0].first ?? names.map { _ in nil }, details: answers[1],
        indexes: answers[2], statistics: answers[3],
        plans: answers[catalog.count...].map { ($0.first?.first ?? nil) ?? "" })
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
    /// The schema of what it is a column of, and its kind in the catalog.
    var schema: String
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
        isReadable: detail?.isReadable ?? true, comesAsText: known.type == .other,
        rowsPerValue: rowsPerValue[column.name])
    }
  }

  /// The columns of tables, each with its type; `tables` are expressions.
  private static func columnsSQL(of tables: [String]) -> String {
    """
    SELECT c.oid, a.attname, pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT'),
      (SELECT l.collisdeterministic FROM pg_catalog.pg_collation l WHERE l.oid = a.attcollation),
      pg_catalog.format_type(a.atttypid, a.atttypmod),
      (SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE n.oid = c.relnamespace), c.relkind,
      a.attnum, a.attcollation, pg_catalog.to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL,
      \(PostgresAbilities.columnsOfType)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    WHERE c.oid IN (\(tables.joined(separator: ", "))) AND a.attnum > 0 AND NOT a.attisdropped
    """
  }

  private func details(_ rows: [[String?]]) -> [String: ColumnDetails] {
    var details: [String: ColumnDetails] = [:]
    for row in rows {
      abilities.learnType(row[10...])
      details[row[1] ?? ""] = ColumnDetails(
        isReadable: row[2] == "t", isDeterministic: row[3] != "f", declaredType: row[4] ?? "", number: row[7] ?? "",
        collation: row[8] ?? "", schema: row[5] ?? "", kind: row[6] ?? "", isOfCitus: row[9] == "t")
    }
    return details
  }

  /// Indexes of the usual kind over whole tables, on columns alone, in the order of the columns' own types: their
  /// columns and collations by number. Columns that an index only carries come last.
  private static func indexesSQL(of tables: [String]) -> String {
    """
    SELECT x.indrelid, i.relname, x.indisunique, x.indnkeyatts, x.indkey, x.indcollation
    FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid IN (\(tables.joined(separator: ", "))) AND x.indisvalid AND x.indpred IS NULL
      AND x.indexprs IS NULL AND i.relam = (SELECT oid FROM pg_catalog.pg_am WHERE amname = 'btree')
      AND (SELECT bool_and(c.opcdefault) FROM pg_catalog.pg_opclass c WHERE c.oid = ANY (x.indclass))
    ORDER BY i.relname
    """
  }

  /// What the last ANALYZE found of columns of tables by these names, and perhaps of others with the same name in
  /// another schema. Not joined to anything: the view is a barrier to conditions, and would give the statistics of all.
  private static func statistics(of names: [TableName]) -> PostgresConnection.Statement {
    var parameters: [String] = []
    func list(_ texts: [String]) -> String {
      texts.map { text in
        parameters.append(text)
        return "$\(parameters.count)"
      }.joined(separator: ", ")
    }
    let tables = list(names.compactMap(\.parts.last))
    let schemas = list(names.compactMap { $0.parts.dropLast().last })
    let sql = """
      SELECT attname, n_distinct, correlation > 0.95, schemaname, tablename, inherited FROM pg_catalog.pg_stats
      WHERE tablename IN (\(tables)) AND (schemaname = ANY (pg_catalog.current_schemas(true))
      """
    return PostgresConnection.Statement(
      sql: sql + (schemas.isEmpty ? ")" : " OR schemaname IN (\(schemas)))"), parameters: parameters)
  }

  /// The indexes that a plain comparison can use: those in the order of their columns' own collations.
  private func indexes(
    _ found: [[String?]], of columns: [String: ColumnDetails], _ rowsPerValue: [String: Double],
    isOrdered: [String: Bool]
  ) -> [IndexFacts] {
    found.compactMap { row in
      func numbers(_ column: Int) -> [Substring] { row[column]?.split(separator: " ") ?? [] }
      let count = row[3].flatMap { Int($0) } ?? 0
      let names = zip(numbers(4), numbers(5)).prefix(count).compactMap { number, collation in
        columns.first { $0.value.number == number && $0.value.collation == collation }?.key
      }
      guard let leading = names.first, names.count == count else { return nil }
      return IndexFacts(
        name: row[1] ?? "", columns: names, isUnique: row[2] == "t", rowsPerLeadingValue: rowsPerValue[leading],
        isClustered: isOrdered[leading] ?? false)
    }
  }

  /// How many rows share a value, by column.
  private static func rowsPerValue(_ statistics: [[String?]], rows: Int?) -> [String: Double] {
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
