import SpellCore

/// Parts of a table by ranges of its pages, for several readers. Of a partitioned table each range is one of every
/// partition.
struct PostgresPartitions: Sendable {
  private static let pageEnd = Int64(UInt32.max)

  private let parts: ScanParts

  /// Nil for what has no pages of its own here, and for a server that would look at every page for each part; such a
  /// table is read in one piece. `connection` must see the state that is read.
  init?(of table: TableName, on connection: PostgresConnection, readers: Int) throws {
    let name = table.parts.map(QuotedText.name).joined(separator: ".")
    guard let pages = try connection.query(Self.pagesSQL, [name]).first?.first?.flatMap({ Int64($0) }), pages > 0,
      let parts = ScanParts(0...pages - 1, readers: readers)
    else { return nil }
    let plan = try connection.query("EXPLAIN SELECT 1 FROM \(name) WHERE \(Self.condition(0...0))")
    let scans = plan.compactMap { $0.first ?? nil }.filter { $0.contains(" Scan ") }
    guard !scans.isEmpty, scans.allSatisfy({ $0.contains("Tid Range Scan") }) else { return nil }
    self.parts = parts
  }

  /// The pages of the table that is the parameter, or of its largest partition; NULL if one has none here.
  private static let pagesSQL = """
    \(PostgresPlacement.parts)
    SELECT CASE WHEN bool_and(c.relkind IN ('r', 'm', 'p')) THEN
        max(pg_catalog.pg_relation_size(c.oid)) / pg_catalog.current_setting('block_size')::bigint END
    FROM part JOIN pg_catalog.pg_class c ON c.oid = part.oid
    """

  /// The condition of the next part; nil when all have been taken.
  func take() -> String? { parts.take().map(Self.condition) }

  private static func condition(_ pages: ClosedRange<Int64>) -> String {
    "ctid >= '(\(pages.lowerBound),0)'::tid AND ctid < '(\(min(pages.upperBound + 1, pageEnd)),0)'::tid"
  }
}
