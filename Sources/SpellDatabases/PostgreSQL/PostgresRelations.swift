import SpellCore

/// Looks up the keys that a table declares.
struct PostgresRelations {
  let connection: PostgresConnection
  let abilities: PostgresAbilities

  func relations(of name: TableName) throws -> TableRelations {
    let table = name.parts.map(QuotedText.name).joined(separator: ".")
    let known = try abilities.catalog([Self.keysSQL, Self.partitionSQL], [table], on: connection)
    var relations = TableRelations(isPartition: known[1].first?[0] == "t")
    var last: String?
    for row in known[0] {
      guard let column = row[2] else { continue }
      if row[1] == "p" {
        relations.primaryKey.append(column)
      } else if let referencedTable = row[4], let referenced = row[5] {
        if row[0] != last {
          let table = TableName([row[3], referencedTable].compactMap { $0 })
          relations.foreignKeys.append(TableRelations.ForeignKey(columns: [], table: table, referenced: []))
        }
        last = row[0]
        relations.foreignKeys[relations.foreignKeys.count - 1].columns.append(column)
        relations.foreignKeys[relations.foreignKeys.count - 1].referenced.append(referenced)
      }
    }
    return relations
  }

  /// Each column of the primary key and of foreign keys, with what it refers to: a table that needs no schema has none.
  /// References to the parts of a table are left out beside those to the whole.
  private static let keysSQL = """
    SELECT c.conname, c.contype, a.attname,
      CASE WHEN pg_catalog.pg_table_is_visible(f.oid) THEN NULL ELSE n.nspname END, f.relname, r.attname
    FROM pg_catalog.pg_constraint c
      CROSS JOIN LATERAL pg_catalog.generate_subscripts(c.conkey, 1) AS i
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[i]
      LEFT JOIN pg_catalog.pg_class f ON f.oid = c.confrelid
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = f.relnamespace
      LEFT JOIN pg_catalog.pg_attribute r ON r.attrelid = c.confrelid AND r.attnum = c.confkey[i]
    WHERE c.conrelid = pg_catalog.to_regclass($1) AND c.contype IN ('p', 'f')
      AND (c.contype = 'p' OR c.conparentid = 0)
    ORDER BY c.contype DESC, c.conname, i
    """

  private static let partitionSQL =
    "SELECT relispartition FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1)"
}
