import SpellCore

/// Fetches only the rows that can answer: of each key, the newest at each moment that labels ask for.
///
/// The asked moments of a key cut its stored ones into ranges. Of each range the rows of the last event come, all of
/// them, so that the fold decides between them; for a label whose range is empty it carries those before forward. No
/// range overlaps another, so that no row comes twice. What lies outside of all ranges that the engine sorts by time
/// always comes, for the fold stops at a stored event that does not fit.
///
/// Of a use of windows all rows come that are in any: ranges are those of the longest window before each moment, and
/// what they share is one range. Where an engine adds rows up, the beginnings and ends of all windows cut those ranges
/// into ones whose rows are in the same windows.
package struct SeekStrategy {
  /// Ranges of one statement.
  package static let chunkRanges = 1000

  /// A range of stored moments of a key, in steps, both ends included.
  package struct Range: Sendable {
    package var key: [Value]
    package var first: Int64
    package var last: Int64

    package init(key: [Value], first: Int64, last: Int64) {
      self.key = key
      self.first = first
      self.last = last
    }
  }

  let use: GroupUse
  private let event: String
  let steps: MomentSteps
  private let isStrict: Bool
  private let dialect: any Dialect

  /// Nil where `obstacle` names one.
  package init?(_ use: GroupUse, isStrict: Bool, dialect: any Dialect) {
    guard Self.obstacle(use, isJoin: true, dialect: dialect) == nil, let event = use.event,
      let steps = Self.steps(of: event, use: use, dialect: dialect)
    else { return nil }
    self.use = use
    self.event = event.column
    self.steps = steps
    self.isStrict = isStrict
    self.dialect = dialect
  }

  /// Why a use cannot be fetched so, as words that follow "seek"; nil if it can.
  static func obstacle(_ use: GroupUse, isJoin: Bool, dialect: any Dialect) -> String? {
    if let obstacle = LookupStrategy.obstacle(use, isJoin: isJoin) { return obstacle }
    guard let event = use.event else { return "serves no static group" }
    if event.storage == .number { return "needs times, and `\(event.column)` holds plain numbers" }
    // Rows that are not fetched could hold created times that do not fit, or could be known earlier.
    if let created = event.createdColumn { return "would miss created times in `\(created)`" }
    if !use.windows.isEmpty, use.longestWindow == nil, use.access.sums.isEmpty {
      return "would read every row for OVER ALL"
    }
    guard steps(of: event, use: use, dialect: dialect) != nil else {
      let type = use.facts.column(named: event.column)?.declaredType ?? ""
      return "cannot rely on the order of `\(event.column)`" + (type.isEmpty ? "" : ", which is \(type)")
    }
    return nil
  }

  static func steps(of event: EventPlan, use: GroupUse, dialect: any Dialect) -> MomentSteps? {
    guard let column = use.facts.column(named: event.column) else { return nil }
    return dialect.steps(
      of: StoredColumn(
        name: column.name, declaredType: column.declaredType, type: .datetime, storage: event.storage,
        zone: use.group.zone, isCompared: true))
  }

  /// The index that leads to the moments of a key.
  static func index(for use: GroupUse) -> IndexFacts? {
    let keys = Set(use.keys.map(\.column))
    return use.facts.indexes.first { index in
      index.columns.count > keys.count && Set(index.columns.prefix(keys.count)) == keys
        && index.columns[keys.count] == use.event?.column
    }
  }

  // MARK: - Ranges

  /// The ranges of a key that ascending moments ask for; at least one, though it may be empty, so that what lies
  /// outside is looked at.
  package func ranges(key: [Value], moments: UnsafeBufferPointer<Int64>) -> [Range] {
    if !use.access.sums.isEmpty { return rangesToAddUp(key: key, moments: moments) }
    if case .time(let window)? = use.longestWindow { return ranges(key: key, moments: moments, window: window) }
    var ranges: [Range] = []
    var first = steps.first
    for moment in moments {
      let last = steps.step(atOrBefore: available(by: moment))
      if last < first { continue }
      ranges.append(Range(key: key, first: first, last: last))
      first = last + 1
    }
    return ranges.isEmpty ? [nothing(key)] : ranges
  }

  /// The ranges of a window before each moment, those that touch made one. A step too many at the beginning does no
  /// harm.
  private func ranges(key: [Value], moments: UnsafeBufferPointer<Int64>, window: Int64) -> [Range] {
    var ranges: [Range] = []
    for moment in moments {
      let last = steps.step(atOrBefore: available(by: moment))
      let begin = steps.step(atOrBefore: AxisArithmetic.move(moment, by: window, isNegative: true))
      let first = max(begin, steps.first)
      if last < first { continue }
      if let previous = ranges.last, first <= previous.last + 1 {
        ranges[ranges.count - 1].last = max(previous.last, last)
      } else {
        ranges.append(Range(key: key, first: first, last: last))
      }
    }
    return ranges.first?.first == steps.first ? ranges : [nothing(key)] + ranges
  }

  /// The ranges between one beginning or end of a window and the next, as far as they lie in any window.
  private func rangesToAddUp(key: [Value], moments: UnsafeBufferPointer<Int64>) -> [Range] {
    let ends = moments.map { steps.step(atOrBefore: available(by: $0)) }
    var cuts = ends
    // Of the longest window: the last step before each.
    var begins = [Int64](repeating: steps.first - 1, count: moments.count)
    for length in use.windowLengths {
      guard case .time(let length)? = length else {
        cuts.append(steps.first - 1)
        continue
      }
      let steps = moments.map { step(beforeWindow: length, of: $0) }
      cuts += steps
      if use.longestWindow == .time(microseconds: length) { begins = steps }
    }
    cuts.sort()
    var ranges: [Range] = []
    var window = 0
    for (cut, next) in zip(cuts, cuts.dropFirst()) where cut < next {
      // Of the windows that have not ended, the first one has begun if any has.
      while window < ends.count, ends[window] < next { window += 1 }
      guard window < ends.count else { break }
      if begins[window] <= cut { ranges.append(Range(key: key, first: cut + 1, last: next)) }
    }
    return ranges.first?.first == steps.first ? ranges : [nothing(key)] + ranges
  }

  /// The last step that is not in the window of a label of a moment.
  private func step(beforeWindow length: Int64, of moment: Int64) -> Int64 {
    let begin = AxisArithmetic.move(moment, by: length, isNegative: true)
    return steps.step(atOrBefore: isStrict ? AxisArithmetic.move(begin, by: 1, isNegative: true) : begin)
  }

  /// An empty range, by which what lies outside of all is looked at.
  private func nothing(_ key: [Value]) -> Range { Range(key: key, first: steps.first, last: steps.first - 1) }

  /// The latest event that a label of a moment may see.
  func available(by moment: Int64) -> Int64 {
    var event = moment
    if case .time(let delay) = use.delay { event = AxisArithmetic.move(event, by: delay, isNegative: true) }
    return isStrict ? AxisArithmetic.move(event, by: 1, isNegative: true) : event
  }

  // MARK: - SQL

  /// The statement for some ranges; at most `limit` rows, if there is a limit.
  package func sql(ranges: [Range], limit: Int?) -> String {
    let rows = ranges.enumerated().map { index, range in
      let key = zip(range.key, use.keys).map { value, key in
        dialect.element(value, type: key.type, isFirst: index == 0) ?? "NULL"
      }
      return "(\((key + [steps.literal(range.first), steps.literal(range.last)]).joined(separator: ", ")))"
    }
    return sql(rows: "VALUES " + rows.joined(separator: ", ")) + (limit.map { " LIMIT \($0)" } ?? "")
  }

  /// The statement as EXPLAIN shows it.
  func sql(labelCount: Int) -> String { sql(rows: "… \(Count.text(labelCount, "label")) …") }

  private func sql(rows: String) -> String {
    let names = use.keys.indices.map { "\"key\($0 + 1)\"" } + ["\"first\"", "\"last\""]
    let asked = use.nameOfAsked
    return "WITH \(asked)(\(names.joined(separator: ", "))) AS (\(rows)) " + self.rows(of: asked)
  }

  /// The rest of a statement that begins with ranges by the name of `asked`: their keys, first and last moments.
  func rows(of asked: String) -> String {
    let table = dialect.from(use.group.source)
    let columns = use.columns.map { "\"stored\".\(dialect.quoted($0))" }.joined(separator: ", ")
    func statement(_ inside: String) -> String {
      ([inside] + rowsOutside(of: asked, columns: columns)).joined(separator: " UNION ALL ")
    }
    if !use.windows.isEmpty {
      let stored = "\"stored\".\(dialect.quoted(event))"
      let end = steps.hasFractions ? "< \(asked).\"last\" + 1" : "<= \(asked).\"last\""
      let inside =
        "SELECT \(columns) FROM \(asked) CROSS JOIN \(table) AS \"stored\" WHERE \(isKey("\"stored\"", of: asked))"
        + " AND \(stored) >= \(asked).\"first\" AND \(stored) \(end)"
      return statement(inside)
    }
    let newer = "\"newer\".\(dialect.quoted(event))"
    let newest =
      "SELECT \(newer) FROM \(table) AS \"newer\" WHERE \(isKey("\"newer\"", of: asked))"
      + " AND \(newer) >= \(asked).\"first\" AND \(newer) <= \(asked).\"last\" ORDER BY \(newer) DESC LIMIT 1"
    let inside =
      "SELECT \(columns) FROM (SELECT \(asked).*, (\(newest)) AS \"newest\" FROM \(asked)) AS \"sought\""
      + " CROSS JOIN \(table) AS \"stored\" WHERE \(isKey("\"stored\"", of: "\"sought\"")) AND \(isNewest)"
    return statement(inside)
  }

  /// The statements for what lies outside of all ranges: once for each key, of whose ranges one is the first.
  func rowsOutside(of asked: String, columns: String) -> [String] {
    ["< \(steps.literal(steps.first))", ">= \(steps.literal(steps.end))"].map { side in
      "SELECT \(columns) FROM \(asked) CROSS JOIN \(dialect.from(use.group.source)) AS \"stored\""
        + " WHERE \(asked).\"first\" = \(steps.literal(steps.first)) AND \(isKey("\"stored\"", of: asked))"
        + " AND \"stored\".\(dialect.quoted(event)) \(side)"
    }
  }

  private func isKey(_ stored: String, of asked: String) -> String {
    use.keys.enumerated().map { "\(stored).\(dialect.quoted($1.column)) = \(asked).\"key\($0 + 1)\"" }
      .joined(separator: " AND ")
  }

  /// Rows of the newest event. With fractions, those between the last step and the next are looked at too, and those
  /// that count as of the same microsecond, which are less than a step away; `max` is that of two values there.
  private var isNewest: String {
    let stored = "\"stored\".\(dialect.quoted(event))"
    guard steps.hasFractions else { return "\(stored) = \"sought\".\"newest\"" }
    return "\(stored) >= max(\"sought\".\"first\", coalesce(\"sought\".\"newest\", \"sought\".\"last\") - 1)"
      + " AND \(stored) < \"sought\".\"last\" + 1"
  }
}
