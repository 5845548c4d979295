import SpellCore

/// Lets a server reduce the rows of a group to those that can answer, so that no others cross the wire. Labels are sent
/// as arrays, some of them with each statement; nothing else is asked of the server than joins and one window rank,
/// which engines that spread a table over many machines carry out there too.
///
/// Of the ranges into which `SeekStrategy` cuts a key's stored moments, the rows of the last event come, all of them;
/// of a use of windows those that are in any, or for each range one with what they add up to; of other uses all rows of
/// the keys that are asked for. The fold decides between them and compares keys again.
package struct ReduceStrategy {
  /// Labels, or keys, of one statement.
  package static let chunkLabels = 50_000

  /// What is sent of a label.
  private enum Form {
    /// Its key; each key once.
    case keys
    /// Its key and its moment, from which the engine makes ranges.
    case newest(SeekStrategy)
    /// Its key and the two ends of a range.
    case windows(SeekStrategy)
    /// The same, for one row of each range.
    case sums(SeekStrategy)
  }

  private let use: GroupUse
  private let form: Form
  private let dialect: any Dialect

  package init(_ use: GroupUse, isStrict: Bool, dialect: any Dialect) {
    self.use = use
    self.dialect = dialect
    if let ranges = SeekStrategy(use, isStrict: isStrict, dialect: dialect), ranges.steps.sum != nil {
      form = use.windows.isEmpty ? .newest(ranges) : use.access.sums.isEmpty ? .windows(ranges) : .sums(ranges)
    } else {
      form = .keys
    }
  }

  /// Why a use cannot be fetched so, as words that follow "reduce"; nil if it can.
  static func obstacle(_ use: GroupUse, server: ServerFacts?) -> String? {
    guard let server else { return "needs a server" }
    if !server.takesArrays { return "needs a server that takes arrays" }
    // Its text may name tables that ours would hide.
    if use.group.isQuery { return "serves no query" }
    return LookupStrategy.obstacle(use, isJoin: true)
  }

  /// What cuts the moments of a key into ranges; nil where only keys are asked for.
  package var ranges: SeekStrategy? {
    switch form {
    case .keys: nil
    case .newest(let ranges), .windows(let ranges), .sums(let ranges): ranges
    }
  }

  /// What comes of each range in place of its rows; nothing where rows come.
  var sums: [RowSum] { if case .sums = form { use.access.sums } else { [] } }

  // MARK: - Statements

  /// A statement and what it is given.
  package struct Statement {
    package var sql: String
    package var parameters: [String]
  }

  /// The statement for some keys, where there are no ranges.
  package func statement(keys: [[Value]]) -> Statement { Statement(sql: sql(base: 0), parameters: arrays(keys)) }

  /// The statement for some ranges.
  package func statement(ranges: [SeekStrategy.Range]) -> Statement {
    var parameters = arrays(ranges.map(\.key))
    let base = ranges.map(\.last).min() ?? 0
    if sendsBothEnds { parameters.append(array(ranges.map { $0.first - base })) }
    parameters.append(array(ranges.map { $0.last - base }))
    return Statement(sql: sql(base: base), parameters: parameters)
  }

  private var sendsBothEnds: Bool {
    switch form {
    case .windows, .sums: true
    case .keys, .newest: false
    }
  }

  private func arrays(_ keys: [[Value]]) -> [String] {
    use.keys.indices.map { position in dialect.arrayText(keys.map { $0[position] }) }
  }

  private func array(_ numbers: [Int64]) -> String { dialect.arrayText(numbers.map { .int($0) }) }

  // MARK: - SQL

  /// The statement as EXPLAIN shows it.
  var sql: String { sql(base: 0) }

  /// Names of the arrays of keys.
  private var names: [String] { use.keys.indices.map { "\"key\($0 + 1)\"" } }
  private var keys: String { names.joined(separator: ", ") }
  private var table: String { dialect.from(use.group.source) }
  private var asked: String { use.nameOfAsked }

  private func stored(_ column: String) -> String { "\"stored\".\(dialect.quoted(column))" }

  private var isKey: String {
    zip(use.keys, names).map { "\(stored($0.column)) = \(asked).\($1)" }.joined(separator: " AND ")
  }

  /// A table without an index is passed over row by row, and so are the parts of one that lies elsewhere, which can
  /// tell this condition by themselves.
  private var isAnyKey: String {
    use.keys.enumerated().compactMap { position, key in
      let array = dialect.array(parameter: position + 1, of: key.type)
      return array.map { "\(stored(key.column)) = ANY (\($0))" }
    }.joined(separator: " AND ")
  }

  private func sent(andNumbers numbers: [String]) -> String {
    let types = use.keys.map(\.type) + numbers.map { _ in .int }
    let arrays = types.enumerated().compactMap { dialect.array(parameter: $0 + 1, of: $1) }
    return "unnest(\(arrays.joined(separator: ", "))) AS \"sent\"(\((names + numbers).joined(separator: ", ")))"
  }

  /// Moments are sent as the steps between them and the earliest one, which is the `base`.
  private func sql(base: Int64) -> String {
    switch form {
    case .keys:
      return "WITH \(asked)(\(keys)) AS (SELECT * FROM \(sent(andNumbers: []))) SELECT \(columns)"
        + " FROM \(asked) JOIN \(table) AS \"stored\" ON \(isKey) WHERE \(isAnyKey)"
    case .windows(let seek):
      return ranges(seek, base) + (isIndexed ? seek.rows(of: asked) : "SELECT \(columns) \(rowsInRanges(seek))")
    case .sums(let seek): return ranges(seek, base) + sumsOfRanges(seek)
    case .newest(let seek):
      let first = seek.steps.literal(seek.steps.first)
      let next = seek.steps.sum?("lag(\"last\") OVER (PARTITION BY \(keys) ORDER BY \"last\")", "1") ?? ""
      return "WITH \(asked) AS (SELECT \(keys), coalesce(\(next), \(first)) AS \"first\", \"last\""
        + " FROM (SELECT \(keys), \(moment("\"last\"", seek, base)) AS \"last\""
        + " FROM \(sent(andNumbers: ["\"last\""]))) AS \"moments\") "
        + (isIndexed ? seek.rows(of: asked) : newestByRank(seek))
    }
  }

  /// Whether the engine can go to each range; else it passes over the table once.
  private var isIndexed: Bool { SeekStrategy.index(for: use) != nil }

  /// The rows of all ranges, and those that lie outside: they always come, for the fold stops at a stored event that
  /// does not fit.
  private func rowsInRanges(_ seek: SeekStrategy) -> String {
    "FROM \(asked) JOIN \(table) AS \"stored\" ON \(isKey)"
      + " AND (\(event) >= \(asked).\"first\" AND \(event) <= \(asked).\"last\""
      + " OR \(asked).\"first\" = \(seek.steps.literal(seek.steps.first)) AND \(isOutside(seek)))"
      + " WHERE \(isAnyKey)"
  }

  /// Both ends of the ranges that were sent.
  private func ranges(_ seek: SeekStrategy, _ base: Int64) -> String {
    let names = ["\"first\"", "\"last\""]
    let ends = names.map { "\(moment($0, seek, base)) AS \($0)" }.joined(separator: ", ")
    return "WITH \(asked) AS (SELECT \(keys), \(ends) FROM \(sent(andNumbers: names))) "
  }

  /// Of each range a row, and the rows that lie outside of all, each with what it adds by itself.
  private func sumsOfRanges(_ seek: SeekStrategy) -> String {
    let key = use.keys.map { stored($0.column) }.joined(separator: ", ")
    let sums = self.sums.flatMap { sum in
      let value = value(of: sum)
      let filter = sum.condition.map { " FILTER (WHERE \($0))" } ?? ""
      return ["count(\(value ?? "*"))\(filter)"] + (sum.isSummed ? ["sum(\(value ?? ""))\(filter)"] : [])
    }
    let single = ([key, event] + self.sums.flatMap(summandsOfRow)).joined(separator: ", ")
    // The engine can tell by itself which rows of parts that lie elsewhere belong to any key.
    let any = isIndexed ? "" : " WHERE \(isAnyKey)"
    // Without an index these are not joined: an engine that expects hardly any would pass over the table for each key.
    let outside =
      isIndexed
      ? seek.rowsOutside(of: asked, columns: single)
      : ["SELECT \(single) FROM \(table) AS \"stored\"\(any) AND \(isOutside(seek))\(isAskedTogether(key))"]
    let inside =
      "SELECT \(([key, "max(\(event))"] + sums).joined(separator: ", ")) FROM \(asked) JOIN \(table) AS \"stored\""
      + " ON \(isKey) AND \(event) >= \(asked).\"first\" AND \(event) <= \(asked).\"last\"\(any)"
      + " GROUP BY \(key), \(asked).\"last\""
    return ([inside] + outside).joined(separator: " UNION ALL ")
  }

  /// Whether the columns of a key are asked for together: those that are not may be in another statement, and a row
  /// would count twice. Tested as a truth value it is no join to the engine.
  private func isAskedTogether(_ key: String) -> String {
    use.keys.count == 1 ? "" : " AND ((\(key)) IN (SELECT \(keys) FROM \(asked))) IS TRUE"
  }

  private func value(of sum: RowSum) -> String? { sum.argument.map { stored(use.features[$0].feature.column) } }

  /// What a row adds to a number, and to the sum if there is one.
  private func summandsOfRow(_ sum: RowSum) -> [String] {
    let value = value(of: sum)
    let conditions = [value.map { "\($0) IS NOT NULL" }, sum.condition.map { "(\($0))" }].compactMap { $0 }
    let counts = conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND ")
    return ["CASE WHEN \(counts) THEN 1 ELSE 0 END"]
      + (sum.isSummed ? ["CASE WHEN \(counts) THEN \(value ?? "") END"] : [])
  }

  private func isOutside(_ seek: SeekStrategy) -> String {
    "(\(event) < \(seek.steps.literal(seek.steps.first)) OR \(event) >= \(seek.steps.literal(seek.steps.end)))"
  }

  private var columns: String { use.columns.map { stored($0) }.joined(separator: ", ") }
  private var event: String { stored(use.event?.column ?? "") }

  private func moment(_ number: String, _ seek: SeekStrategy, _ base: Int64) -> String {
    seek.steps.sum?(seek.steps.literal(base), number) ?? number
  }

  private func newestByRank(_ seek: SeekStrategy) -> String {
    let numbered = use.columns.indices.map { "\"c\($0 + 1)\"" }.joined(separator: ", ")
    let named = use.columns.enumerated().map { "\(stored($1)) AS \"c\($0 + 1)\"" }
    let group = use.keys.map { stored($0.column) } + ["\(asked).\"last\"", isOutside(seek)]
    return "SELECT \(numbered) FROM (SELECT \(named.joined(separator: ", ")), \(isOutside(seek)) AS \"outside\","
      + " rank() OVER (PARTITION BY \(group.joined(separator: ", ")) ORDER BY \(event) DESC) AS \"place\""
      + " \(rowsInRanges(seek))) AS \"ranked\" WHERE \"place\" = 1 OR \"outside\""
  }
}
