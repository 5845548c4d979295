import SpellCore

/// Consecutive ranges of a column of whole numbers, for several readers that together keep its order.
struct PostgresKeyRanges: Sendable {
  private let column: String
  /// Where ranges end and the next ones begin, in ascending order.
  private let bounds: [Int64]

  /// Values that divide the rows of a column, the second parameter, into parts of about the same size, in order; the
  /// table is the first.
  private static let histogramSQL = """
    SELECT histogram_bounds FROM pg_catalog.pg_stats WHERE (schemaname, tablename, inherited) = (
      SELECT n.nspname, t.relname, t.relkind = 'p'
      FROM pg_catalog.pg_class t JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
      WHERE t.oid = pg_catalog.to_regclass($1)) AND attname = $2
    """

  /// Nil without a histogram that the role may see; such a table is read in one piece. `connection` must see the state
  /// that is read.
  init?(of column: String, in table: TableName, rows: Int, on connection: PostgresConnection) throws {
    let name = table.parts.map(QuotedText.name).joined(separator: ".")
    let found = try connection.query(Self.histogramSQL, [name, column])
    // An array as text: `{1,5,7}`.
    let histogram = found.first?.first??.dropFirst().dropLast().split(separator: ",").compactMap { Int64($0) } ?? []
    guard histogram.count > 1 else { return nil }
    self.column = QuotedText.name(column)
    bounds = Self.bounds(histogram, rows: rows)
  }

  /// Cuts each step of a histogram, of which all have as many rows, into even ranges of about so many rows as a part
  /// should have.
  static func bounds(_ histogram: [Int64], rows: Int) -> [Int64] {
    let wanted = max(1, UInt64(rows / (histogram.count - 1) / ConcurrentReading.rowsOfPart))
    var bounds: [Int64] = []
    for (start, end) in zip(histogram, histogram.dropFirst()) where start < end {
      let span = UInt64(bitPattern: end &- start)
      let pieces = min(wanted, span)
      for piece in 0..<pieces { bounds.append(start &+ Int64(bitPattern: span / pieces * piece)) }
    }
    return bounds + histogram.suffix(1)
  }

  /// One more than there are bounds, and the rows without a value, which come last.
  var count: Int { bounds.count + 2 }

  /// The condition of a range.
  func condition(_ index: Int) -> String {
    if index > bounds.count { return "\(column) IS NULL" }
    var conditions: [String] = []
    if index > 0 { conditions.append("\(column) >= \(bounds[index - 1])") }
    if index < bounds.count { conditions.append("\(column) < \(bounds[index])") }
    return conditions.joined(separator: " AND ")
  }
}
