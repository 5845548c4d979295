import SpellCore

/// Parts of a table by ranges of its pages, for several readers.
struct PostgresPartitions: Sendable {
  private static let pageEnd = Int64(UInt32.max)

  private let parts: ScanParts

  /// Nil for what has no pages of its own, and for a server that would look at every page for each part; such a table
  /// is read in one piece. `connection` must see the state that is read.
  init?(of table: TableName, on connection: PostgresConnection, readers: Int) throws {
    let name = table.parts.map(QuotedText.name).joined(separator: ".")
    let sql = """
      SELECT pg_catalog.pg_relation_size(oid) / pg_catalog.current_setting('block_size')::bigint
      FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass($1) AND relkind IN ('r', 'm')
      """
    guard let pages = try connection.query(sql, [name]).first?.first?.flatMap({ Int64($0) }), pages > 0,
      let parts = ScanParts(0...pages - 1, readers: readers)
    else { return nil }
    let condition = Self.condition(0...0)
    let plan = try connection.query("EXPLAIN SELECT 1 FROM \(name) WHERE \(condition)")
    guard plan.contains(where: { $0.first??.contains("Tid Range Scan") ?? false }) else { return nil }
    self.parts = parts
  }

  /// The condition of the next part; nil when all have been taken.
  func take() -> String? { parts.take().map(Self.condition) }

  private static func condition(_ pages: ClosedRange<Int64>) -> String {
    "ctid >= '(\(pages.lowerBound),0)'::tid AND ctid < '(\(min(pages.upperBound + 1, pageEnd)),0)'::tid"
  }
}
