import SpellCatalog
import SpellCore

/// The rows of a group that are chosen: one for each label or key at most, or all of a time.
extension SelectSQL {
  /// Where a label or key stands on the axis.
  enum Moment {
    /// Nowhere: the group is static.
    case none
    case constant(AxisPoint)
    case column(String)
  }

  /// The part of the statement that chooses the rows of a use.
  mutating func part(ofUse index: Int) -> [String] {
    let use = plan.uses[index]
    let names = useNames[index]
    let columns = readColumns(ofUse: index, names)
    let rows = "stored"
    let moment = moment(of: use)
    let partition = labelNames.map { [column($0.number, of: $0.table)] } ?? names.keys.map { column($0, of: rows) }
    var heads: [String] = []
    if let labelNames {
      heads.append("\(column(labelNames.number, of: labelNames.table)) AS \(dialect.quoted(names.label))")
      if case .column(let value) = moment, use.ttl != nil {
        heads.append("\(value) AS \(dialect.quoted(names.moment))")
      }
    }
    var lines = ["\(dialect.quoted(names.table)) AS (", "  SELECT * FROM ("]
    lines.append("    SELECT \((heads + ["\(dialect.quoted(rows)).*"]).joined(separator: ", ")), row_number() OVER (")
    lines.append("      PARTITION BY \(partition.joined(separator: ", "))")
    lines.append("      ORDER BY \(rank(of: use, names, rows: rows).joined(separator: ", "))")
    lines.append("    ) AS \(dialect.quoted(names.place))")
    lines += stored(columns, of: use, as: rows, indent: "    ")
    let conditions = availability(of: use, names, moment: moment, rows: rows)
    if let labelNames {
      let keys = zip(use.keys, names.keys).map { key, name in
        let value = key.labelColumn.map { label($0, type: key.type) } ?? "NULL"
        return equal(column(name, of: rows), value, type: key.type)
      }
      lines.append("    JOIN \(dialect.quoted(labelNames.table))")
      lines.append("      ON \((keys + conditions).joined(separator: " AND "))")
    } else {
      let keys = names.keys.map { "\(column($0, of: rows)) IS NOT NULL" }
      lines.append("    WHERE \((keys + conditions).joined(separator: " AND "))")
    }
    lines.append("  ) AS \(dialect.quoted("ranked"))")
    let chosen = ["\(dialect.quoted(names.place)) = 1"] + (age(of: use, names, moment: moment).map { [$0] } ?? [])
    return lines + ["  WHERE \(chosen.joined(separator: " AND "))", ")"]
  }

  /// The part of the statement that chooses the versions.
  mutating func part(of versions: VersionRange) -> [String] {
    let (use, names) = (plan.uses[0], useNames[0])
    let rows = "stored"
    let event = column(names.event, of: rows)
    var conditions = names.keys.map { "\(column($0, of: rows)) IS NOT NULL" }
    conditions += ["\(event) >= \(constant(versions.from))", "\(event) < \(constant(versions.to))"]
    if case .at(let point) = plan.known {
      conditions.append("\(column(names.created, of: rows)) <= \(constant(point))")
    }
    return ["\(dialect.quoted(names.table)) AS (", "  SELECT *"]
      + stored(readColumns(ofUse: 0, names), of: use, as: rows, indent: "  ")
      + ["  WHERE \(conditions.joined(separator: " AND "))", ")"]
  }

  /// What is read of a group's table, as a table of values.
  func stored(
    _ columns: [(value: String, name: String)], of use: GroupUse, as rows: String, indent: String
  ) -> [String] {
    let values = columns.enumerated().map { position, column in
      let head = position == 0 ? "SELECT " : "  "
      let comma = position < columns.count - 1 ? "," : ""
      return "\(indent)  \(head)\(column.value) AS \(dialect.quoted(column.name))\(comma)"
    }
    // A query keeps its line ends, which may be part of a text.
    return ["\(indent)FROM ("] + values
      + ["\(indent)  FROM \(dialect.from(use.group.source))", "\(indent)) AS \(dialect.quoted(rows))"]
  }

  // MARK: - Columns

  /// What is read of the group's table, as values: keys and points on the axis in the form in which they are compared.
  mutating func readColumns(ofUse index: Int, _ names: UseNames) -> [(value: String, name: String)] {
    let use = plan.uses[index]
    var columns: [(value: String, name: String)] = []
    for (key, name) in zip(use.keys, names.keys) {
      let value = value(
        key.column, as: key.type, storage: key.storage, of: use, role: "key `\(key.name)`", isCompared: true,
        at: use.group.location)
      columns.append((dialect.exact(value, type: key.type), name))
    }
    if let event = use.event {
      let type = momentType
      var stored = [(event.column, event.storage, "event timestamp", names.event)]
      if let created = event.createdColumn {
        stored.append((created, event.createdStorage, "created timestamp", names.created))
      }
      for (column, storage, role, name) in stored {
        let value = value(
          column, as: type, storage: storage, of: use, role: role, isCompared: true, at: use.group.location)
        columns.append((dialect.exact(value, type: type), name))
      }
    }
    let compared = Set(plan.comparedOrigins)
    for (position, used) in use.features.enumerated() {
      let value = value(
        used.feature.column, as: used.type, storage: used.storage, of: use, role: "feature `\(used.feature.name)`",
        isCompared: !use.windows.isEmpty || compared.contains(.feature(use: index, feature: position)),
        at: used.feature.location)
      columns.append((value, names.features[position]))
    }
    return columns
  }

  private mutating func value(
    _ column: String, as type: ValueType, storage: TimestampStorage, of use: GroupUse, role: String, isCompared: Bool,
    at location: SourceLocation
  ) -> String {
    let stored = StoredColumn(
      name: column, declaredType: use.facts.column(named: column)?.declaredType ?? "", type: type, storage: storage,
      zone: use.group.zone, isCompared: isCompared)
    return value(of: stored, in: use.group.tableText, role: role, at: location)
  }

  /// A stored value, or a problem.
  mutating func value(of column: StoredColumn, in table: String, role: String, at location: SourceLocation) -> String {
    switch dialect.value(of: column) {
    case .success(let value): return value
    case .failure(let obstacle):
      let subject = SQLSubject.column(column.name, table: table, role: role)
      problems.append(LocatedProblem(.inexpressible(subject, obstacle), at: location))
      return "NULL"
    }
  }

  /// The order that chooses a row: the greatest comes first, and NULL is least.
  private func rank(of use: GroupUse, _ names: UseNames, rows: String) -> [String] {
    tieOrder(of: use, names, rows: rows).map { "\($0) DESC NULLS LAST" }
  }

  /// What rows of a key are ordered by.
  func tieOrder(of use: GroupUse, _ names: UseNames, rows: String) -> [String] {
    var terms: [String] = []
    if let event = use.event {
      terms.append(column(names.event, of: rows))
      if event.createdColumn != nil { terms.append(column(names.created, of: rows)) }
    }
    for (used, name) in zip(use.features, names.features) {
      let value = column(name, of: rows)
      terms.append(sorted(value, type: used.type))
      terms += dialect.tieBreakers(value, type: used.type)
    }
    return terms
  }

  // MARK: - Moments

  func moment(of use: GroupUse) -> Moment {
    guard !use.isStatic else { return .none }
    if case .constant(let point) = plan.cut.moment {
      let placed = placed(point)
      return .constant(plan.cut.offset.map { placed.moved(by: $0) } ?? placed)
    }
    // Without a column there are no labels either.
    guard let labelNames, let moment = labelNames.moment else {
      return .column(dialect.element(.null, type: momentType, isFirst: true) ?? "NULL")
    }
    return .column(column(moment, of: labelNames.table))
  }

  /// A point as it is compared.
  private func placed(_ point: AxisPoint) -> AxisPoint {
    if case .number(let number) = point, comparesReals { .number(.float(number.double)) } else { point }
  }

  func constant(_ point: AxisPoint) -> String {
    let value: Value =
      switch placed(point) {
      case .time(let instant): .datetime(Instant(microseconds: instant))
      case .number(.int(let number)): .int(number)
      case .number(.float(let number)): .float(number)
      }
    return dialect.literal(value, type: momentType) ?? "NULL"
  }

  /// What holds for the rows that a label or key may see.
  func availability(of use: GroupUse, _ names: UseNames, moment: Moment, rows: String) -> [String] {
    let limit: String
    switch moment {
    case .none: return []
    case .constant(let point): limit = constant(point)
    case .column(let column): limit = column
    }
    let comparison = plan.cut.isStrict ? "<" : "<="
    let event = column(names.event, of: rows)
    let available = use.delay.map { moved(event, by: $0) } ?? event
    var conditions = ["\(available) \(comparison) \(limit)"]
    let created = column(names.created, of: rows)
    switch plan.known {
    case .all: break
    case .byMoment: conditions.append("\(created) \(comparison) \(limit)")
    case .at(let point): conditions.append("\(created) <= \(constant(point))")
    }
    return conditions
  }

  private func moved(_ value: String, by length: Interval) -> String {
    switch length {
    case .time(let microseconds): dialect.moved(value, by: microseconds)
    case .number(let number): "\(value) + \(constant(.number(number)))"
    }
  }

  /// What holds for a chosen row that is not too old.
  private func age(of use: GroupUse, _ names: UseNames, moment: Moment) -> String? {
    guard let ttl = use.ttl, !use.isStatic else { return nil }
    let event = dialect.quoted(names.event)
    if case .constant(let point) = moment {
      let length: Interval =
        if case .number(let number) = ttl, comparesReals { .number(.float(number.double)) } else { ttl }
      return "\(event) >= \(constant(point.moved(by: SignedInterval(isNegative: true, length: length))))"
    }
    switch ttl {
    case .time(let microseconds):
      return "\(dialect.moved(event, by: microseconds)) >= \(dialect.quoted(names.moment))"
    // On doubles the sides are not as good as each other.
    case .number(let number): return "\(event) >= \(dialect.quoted(names.moment)) - \(constant(.number(number)))"
    }
  }
}
