/// A coordinator whose tables are spread over two more servers, by the hash of their first column and `postgres_fdw`.
/// The database is `test`, and the roles are those of every server of the tests.
public final class DistributedCluster: Sendable {
  /// The server that is connected to.
  public let coordinator: PostgreSQLServer
  private let shards: [PostgreSQLServer]

  /// The one that all tests of this process share, started when the first one asks. Throws what failed then.
  public static var shared: DistributedCluster {
    get throws { try started.get() }
  }

  private static let started = Result { try DistributedCluster() }

  private init() throws {
    coordinator = try PostgreSQLServer.private()
    shards = try (0..<2).map { _ in try PostgreSQLServer.private() }
    let owner = try connection()
    try owner.run("CREATE EXTENSION postgres_fdw")
    for (number, shard) in shards.enumerated() {
      try owner.run(
        """
        CREATE SERVER shard\(number) FOREIGN DATA WRAPPER postgres_fdw
          OPTIONS (host '127.0.0.1', port '\(shard.port)', dbname 'test', batch_size '1000', fetch_size '10000');
        CREATE USER MAPPING FOR owner SERVER shard\(number) OPTIONS (user 'writer', password_required 'false');
        CREATE USER MAPPING FOR PUBLIC SERVER shard\(number) OPTIONS (user 'reader', password_required 'false');
        """)
    }
  }

  private func connection() throws -> PostgreSQLFixture {
    try PostgreSQLFixture(coordinator.url(database: "test", user: "owner"))
  }

  /// As that of a server; then the rows of every table whose first column can be hashed lie on the other servers, but
  /// for those of `labels`, whose order matters. Views are of what the coordinator had before. Throws
  /// `PostgreSQLFailure`.
  public func makeSchema(_ name: String, script: String) throws {
    for shard in shards {
      try shard.makeSchema(name, script: script)
      let owner = try PostgreSQLFixture(shard.url(database: "test", user: "owner"))
      let tables = try owner.rows(Self.tables(of: name)).compactMap { $0[0] }
      for table in tables { try owner.run("TRUNCATE \(table) CASCADE") }
    }
    try coordinator.makeSchema(name, script: script)
    let owner = try connection()
    try owner.run("CREATE SCHEMA \"\(name)_whole\"")
    for (index, row) in try owner.rows(Self.tables(of: name)).enumerated() {
      guard let table = row[0], let plain = row[1], let key = row[2] else { continue }
      let whole = table.replacing("\"\(name)\".", with: "\"\(name)_whole\".")
      let parts = shards.indices.map { number in
        """
        CREATE FOREIGN TABLE "\(name)_whole"."part_\(index)_\(number)" PARTITION OF \(table)
          FOR VALUES WITH (MODULUS \(shards.count), REMAINDER \(number))
          SERVER shard\(number) OPTIONS (schema_name '\(name)', table_name \(plain));
        """
      }
      try owner.run(
        """
        ALTER TABLE \(table) SET SCHEMA "\(name)_whole";
        CREATE TABLE \(table) (LIKE \(whole)) PARTITION BY HASH (\(key));
        \(parts.joined(separator: "\n"))
        INSERT INTO \(table) SELECT * FROM \(whole);
        GRANT SELECT ON \(table) TO reader;
        """)
    }
  }

  /// The tables of a schema, quoted and as they are called, with their first columns if those can be hashed.
  private static func tables(of schema: String) -> String {
    """
    SELECT format('"\(schema)".%I', c.relname), quote_literal(c.relname),
      (SELECT quote_ident(a.attname) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum = 1 AND EXISTS (
          SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
          WHERE m.amname = 'hash' AND o.opcdefault AND o.opcintype IN (t.oid, t.typbasetype)
            OR t.oid = 'varchar'::regtype))
    FROM pg_class c
    WHERE c.relnamespace = '"\(schema)"'::regnamespace AND c.relkind = 'r' AND c.relname <> 'labels'
    ORDER BY c.relname
    """
  }
}
