import SpellCore

/// Windows: the aggregates, for each label or key, of the rows that it may see.
extension SelectSQL {
  private static let rows = "stored"

  /// The part of the statement that computes the windows of a use. What no row is in is not there at all.
  mutating func part(ofWindows index: Int) -> [String] {
    let use = plan.uses[index]
    let names = useNames[index]
    let columns = readColumns(ofUse: index, names)
    let moment = moment(of: use)
    var conditions = availability(of: use, names, moment: moment, rows: Self.rows)
    if let longest = use.longestWindow { conditions.append(bound(longest, names, moment: moment)) }
    let label = labelNames.map { column($0.number, of: $0.table) }
    let keys = names.keys.map { column($0, of: Self.rows) }
    let heads = label.map { ["\($0) AS \(dialect.quoted(names.label))"] } ?? keys
    let values = use.windows.indices.map { position in
      "\(aggregate(position, ofUse: index, moment: moment)) AS \(dialect.quoted(names.windows[position]))"
    }
    var lines = ["\(dialect.quoted(names.table)) AS (", "  SELECT"]
    lines += (heads + ["1 AS \(dialect.quoted(names.place))"] + values.dropLast()).map { "    \($0)," }
    lines += values.suffix(1).map { "    \($0)" }
    lines += stored(columns, of: use, as: Self.rows, indent: "  ")
    if let labelNames {
      let keys = zip(use.keys, names.keys).map { key, name in
        let value = key.labelColumn.map { self.label($0, type: key.type) } ?? "NULL"
        return equal(column(name, of: Self.rows), value, type: key.type)
      }
      lines.append("  JOIN \(dialect.quoted(labelNames.table))")
      lines.append("    ON \((keys + conditions).joined(separator: " AND "))")
    } else {
      let present = keys.map { "\($0) IS NOT NULL" }
      lines.append("  WHERE \((present + conditions).joined(separator: " AND "))")
    }
    let groups = label.map { [$0] } ?? keys
    return lines + ["  GROUP BY \(groups.joined(separator: ", "))", ")"]
  }

  /// The filter of a window on the columns of a group's own table, by the name of "stored"; nil where the engine's SQL
  /// cannot say it. Values are compared as they are stored.
  static func condition(_ filter: WindowPlan.Filter, onStoredRowsOf use: Int, in plan: SelectPlan) -> String? {
    var writer = SelectSQL(
      plan: plan, labels: nil, comparesReals: false, zone: filter.zone, dialect: plan.dialect,
      labelLocation: plan.uses[use].group.location)
    writer.filteredUse = use
    writer.filtersOwnColumns = true
    let condition = writer.sql(filter.condition)
    return writer.problems.isEmpty ? condition : nil
  }

  /// What a column means in the filter of a window.
  func storedExpression(of origin: PlannedColumn.Origin, use: Int) -> String {
    if filtersOwnColumns {
      let (name, type) = plan.uses[use].stored(origin)
      return type == .str ? dialect.cast(column(name, of: Self.rows), to: .str) : column(name, of: Self.rows)
    }
    return switch origin {
    case .key(let key): column(useNames[use].keys[key], of: Self.rows)
    case .feature(_, let feature): column(useNames[use].features[feature], of: Self.rows)
    case .label, .window, .timestamp: preconditionFailure("a filter reads stored keys and features")
    }
  }

  /// What holds for the rows in a window, of those that are available.
  private func bound(_ length: Interval, _ names: UseNames, moment: Moment) -> String {
    let event = column(names.event, of: Self.rows)
    let comparison = plan.cut.isStrict ? ">=" : ">"
    switch (moment, length) {
    case (.none, _): preconditionFailure("a window of a static group was planned")
    case (.constant(let point), _):
      let isReal = comparesReals && plan.axis == .number
      let own: Interval =
        if case .number(let number) = length, isReal { .number(.float(number.double)) } else { length }
      return "\(event) \(comparison) \(constant(point.moved(by: SignedInterval(isNegative: true, length: own))))"
    case (.column(let moment), .time(let microseconds)):
      return "\(dialect.moved(event, by: microseconds)) \(comparison) \(moment)"
    // On doubles the sides are not as good as each other.
    case (.column(let moment), .number(let number)):
      return "\(event) \(comparison) \(moment) - \(constant(.number(number)))"
    }
  }

  private mutating func aggregate(_ position: Int, ofUse index: Int, moment: Moment) -> String {
    let use = plan.uses[index]
    let names = useNames[index]
    let window = use.windows[position]
    var conditions: [String] = []
    if let length = window.length, length != use.longestWindow {
      conditions.append(bound(length, names, moment: moment))
    }
    if let filter = window.filter {
      let outer = zone
      zone = filter.zone
      filteredUse = index
      conditions.append(sql(filter.condition))
      filteredUse = nil
      zone = outer
    }
    let filter = conditions.isEmpty ? "" : " FILTER (WHERE \(conditions.joined(separator: " AND ")))"
    guard let argument = window.argument else { return "count(*)\(filter)" }
    let type = use.features[argument].type
    let value = column(names.features[argument], of: Self.rows)
    switch (window.function, type) {
    case (.count, _): return "count(\(value))\(filter)"
    case (.sum, .float), (.avg, .float): return refuse(window, .inexactSums)
    case (.sum, .int): return dialect.cast("sum(\(value))\(filter)", to: .int)
    case (.sum, _): return dialect.exact("sum(\(value))\(filter)", type: type)
    case (.avg, _): return dialect.mean(sum: "sum(\(value))\(filter)", count: "count(\(value))\(filter)")
    case (.variance, _), (.stddev, _): return refuse(window, .otherRounding)
    case (.min, .int), (.max, .int), (.min, .str), (.max, .str), (.min, .datetime), (.max, .datetime), (.min, .date),
      (.max, .date):
      return "\(window.function.rawValue)(\(sorted(value, type: type)))\(filter)"
    case (.min, _), (.max, _): return refuse(window, .noAggregate(window.function, type))
    case (.first, _), (.last, _):
      let isFirst = window.function == .first
      var order = [column(names.event, of: Self.rows)]
      if use.event?.createdColumn != nil { order.append(column(names.created, of: Self.rows)) }
      order += [sorted(value, type: type)] + dialect.tieBreakers(value, type: type)
      let directed = order.map { "\($0) \(isFirst ? "ASC NULLS FIRST" : "DESC NULLS LAST")" }
      let whole = (conditions + ["\(value) IS NOT NULL"]).joined(separator: " AND ")
      return dialect.first(value, orderedBy: directed, where: whole)
        ?? refuse(window, .noAggregate(window.function, type))
    }
  }

  private mutating func refuse(_ window: WindowPlan, _ obstacle: SQLObstacle) -> String {
    problems.append(LocatedProblem(.inexpressible(.window(window.function), obstacle), at: window.location))
    return "NULL"
  }
}
