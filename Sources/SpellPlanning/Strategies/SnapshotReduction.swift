import SpellCore

/// Lets a server find the last event of each key by the moment of a snapshot, and send its rows alone, all of them: the
/// fold decides between those that tie. Nothing else is asked of the server than a maximum by key, joined back.
struct SnapshotReduction {
  let sql: String

  /// Nil where `obstacle` names one.
  init?(_ use: GroupUse, of plan: SelectPlan) {
    guard Self.obstacle(use, of: plan) == nil, case .constant(.time(var moment)) = plan.cut.moment,
      let seek = SeekStrategy(use, isStrict: plan.cut.isStrict, dialect: plan.dialect)
    else { return nil }
    if case .time(let length)? = plan.cut.offset?.length {
      moment = AxisArithmetic.move(moment, by: length, isNegative: plan.cut.offset?.isNegative ?? false)
    }
    sql = Self.sql(use, seek, last: seek.steps.step(atOrBefore: seek.available(by: moment)), dialect: plan.dialect)
  }

  /// Why a use cannot be fetched so, as words that follow "reduce"; nil if it can.
  static func obstacle(_ use: GroupUse, of plan: SelectPlan) -> String? {
    if plan.server == nil { return "needs a server" }
    if plan.versions != nil { return "would leave versions out" }
    if use.group.isQuery { return "serves no query" }
    // Keys count that have no row in a window.
    if !use.windows.isEmpty { return "needs the keys of labels for windows" }
    // What is refused for labels is scanned after all; here nothing takes over.
    if use.facts.placement?.isShared ?? false { return "may be refused by an engine of many servers" }
    if plan.keyCondition != nil { return "is not needed for keys that WHERE names" }
    if use.scan.isOrdered { return "would hold every key" }
    return SeekStrategy.obstacle(use, isJoin: true, dialect: plan.dialect)
  }

  private static func sql(_ use: GroupUse, _ seek: SeekStrategy, last: Int64, dialect: any Dialect) -> String {
    let table = dialect.from(use.group.source)
    let (newest, steps) = (use.nameOfAsked, seek.steps)
    func stored(_ column: String) -> String { "\"stored\".\(dialect.quoted(column))" }
    let columns = use.columns.map(stored).joined(separator: ", ")
    let event = stored(use.event?.column ?? "")
    let keys = use.keys.enumerated().map { "\(stored($1.column)) AS \"key\($0 + 1)\"" }.joined(separator: ", ")
    let isKey = use.keys.enumerated().map { "\(stored($1.column)) = \(newest).\"key\($0 + 1)\"" }
    return "WITH \(newest) AS (SELECT \(keys), max(\(event)) AS \"last\" FROM \(table) AS \"stored\""
      + " WHERE \(event) >= \(steps.literal(steps.first)) AND \(event) < \(steps.literal(last + 1))"
      + " GROUP BY \(use.keys.map { stored($0.column) }.joined(separator: ", ")))"
      + " SELECT \(columns) FROM \(newest) JOIN \(table) AS \"stored\""
      + " ON \(isKey.joined(separator: " AND ")) AND \(event) = \(newest).\"last\""
      // They always come: the fold stops at a stored event that does not fit.
      + " UNION ALL SELECT \(columns) FROM \(table) AS \"stored\""
      + " WHERE \(event) < \(steps.literal(steps.first)) OR \(event) >= \(steps.literal(steps.end))"
  }
}
