import SpellCore

/// A few rows of a table, spread evenly over its row numbers, and what they tell of its indexes.
struct SQLiteSamples {
  /// Rows of a value that are counted at most.
  private static let countedRows = 1000

  let connection: SQLiteConnection
  private let table: String
  private let rowNumber: String
  /// Where to look: each sample is the first row from there on.
  private let starts: [Int64]
  private let span: Double

  /// Nil for a table that is too small to guess about. `rowNumber` is the name by which its rows are numbered.
  init?(of table: String, rowNumber: String, on connection: SQLiteConnection) throws {
    self.connection = connection
    let table = QuotedText.name(table)
    self.table = table
    self.rowNumber = rowNumber
    func limit(_ function: String) throws -> Int64? {
      let statement = try SQLiteStatement("SELECT \(function)(\(rowNumber)) FROM \(table)", on: connection)
      return try statement.step() && statement.text(0) != nil ? statement.integer(0) : nil
    }
    guard let least = try limit("min"), let greatest = try limit("max"),
      let parts = ScanParts(least...greatest, readers: 2)
    else { return nil }
    starts = Array(sequence(state: parts) { $0.take()?.lowerBound })
    span = Double(greatest - least) + 1
  }

  /// Whether a column holds integers that ascend with the numbers of rows.
  func ascends(_ column: String) throws -> Bool {
    let column = QuotedText.name(column)
    let sample = try SQLiteStatement(
      "SELECT CASE typeof(\(column)) WHEN 'integer' THEN \(column) END FROM \(table) \(place)", on: connection)
    var last = Int64.min
    for start in starts {
      sample.bind(start, to: 1)
      guard try sample.step(), sample.text(0) != nil, sample.integer(0) >= last else { return false }
      last = sample.integer(0)
      sample.reset()
    }
    return true
  }

  /// About how many rows share a value of a column which leads an index; nil where every sample is NULL.
  func rowsPerValue(of column: String, index: String) throws -> Double? {
    let column = QuotedText.name(column)
    let sample = try SQLiteStatement(
      "SELECT \(column), (SELECT count(*) FROM (SELECT 1 FROM \(table) AS peer INDEXED BY \(QuotedText.name(index)) "
        + "WHERE peer.\(column) = sample.\(column) LIMIT \(Self.countedRows))) FROM \(table) AS sample \(place)",
      on: connection)
    var found: [(value: String, rows: Double)] = []
    for start in starts {
      sample.bind(start, to: 1)
      if try sample.step(), let value = sample.text(0) { found.append((value, Double(sample.integer(1)))) }
      sample.reset()
    }
    guard !found.isEmpty else { return nil }
    // Rows were sampled, so that a value of many rows was met more often: the harmonic mean is that of the values.
    let shares = found.map { sample in
      if sample.rows < Double(Self.countedRows) { return 1 / sample.rows }
      let alike = Double(found.count { $0.value == sample.value })
      let most = max(sample.rows, span * alike / Double(found.count))
      return 1 / (alike > 1 ? most : (sample.rows * most).squareRoot())
    }
    return Double(found.count) / shares.reduce(0, +)
  }

  private var place: String { "WHERE \(rowNumber) >= ?1 ORDER BY \(rowNumber) LIMIT 1" }
}
