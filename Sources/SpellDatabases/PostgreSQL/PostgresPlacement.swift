import SpellCore

/// Looks up where the rows of a table lie that is partitioned, foreign, or spread over servers by Citus.
struct PostgresPlacement {
  private let connection: PostgresConnection

  init(_ connection: PostgresConnection) { self.connection = connection }

  /// The partitions of a table, or the foreign table that it is; nil for one table of the server's own.
  func parts(of table: String) throws -> TablePlacement? {
    let rows = try connection.query(Self.partsSQL, [table])
    let rule = rows.first { $0[0] == "t" }?[1]
    let parts = rows.filter { $0[2] == "t" }
    let servers = Set(parts.compactMap { $0[3] })
    guard rule != nil || !servers.isEmpty else { return nil }
    return TablePlacement(parts: parts.count, rule: rule, servers: servers.sorted())
  }

  /// The shards of a table of Citus; nil if it is not distributed.
  func shards(of table: String) throws -> TablePlacement? {
    let rows = try connection.query(Self.shardsSQL, [table])
    guard let column = rows.first?[0] else { return nil }
    let servers = Set(rows.compactMap { $0[2] })
    return TablePlacement(
      parts: Set(rows.map { $0[1] }).count, rule: column, servers: servers.sorted(), isShared: true)
  }

  /// The beginning of a query: the table that is the parameter, and all below it, as `part`.
  static let parts = """
    WITH RECURSIVE part (oid) AS (
      SELECT pg_catalog.to_regclass($1)::oid
      UNION ALL SELECT i.inhrelid FROM part JOIN pg_catalog.pg_inherits i ON i.inhparent = part.oid)
    """

  /// The table that is the parameter and all below it: whether it is that, how it is partitioned, whether it has rows
  /// of its own, and on which server.
  private static let partsSQL = """
    \(parts)
    SELECT c.oid = pg_catalog.to_regclass($1), pg_catalog.pg_get_partkeydef(c.oid), c.relkind <> 'p', s.srvname
    FROM part JOIN pg_catalog.pg_class c ON c.oid = part.oid
      LEFT JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid
      LEFT JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
    """

  /// Of the distributed table that is the parameter: the column, and each shard with the servers that hold it.
  private static let shardsSQL = """
    SELECT pg_catalog.column_to_column_name(d.logicalrelid, d.partkey), s.shardid, n.nodename || ':' || n.nodeport
    FROM pg_catalog.pg_dist_partition d
      JOIN pg_catalog.pg_dist_shard s ON s.logicalrelid = d.logicalrelid
      JOIN pg_catalog.pg_dist_placement p ON p.shardid = s.shardid
      JOIN pg_catalog.pg_dist_node n ON n.groupid = p.groupid AND n.noderole = 'primary'
    WHERE d.logicalrelid = pg_catalog.to_regclass($1) AND d.partmethod = 'h'
    """
}
