import SpellCatalog
import SpellCore
import SpellLanguage

/// A plan as one statement in the SQL of its engine, which gives the same rows without Spellbook.
///
/// Labels are a list of values or the rows of their table, and each use of a group is a part of its own: the rows that
/// each label (or each key) may see, the best one chosen by a window. The rows of the result are labels or keys, to
/// which those are joined. Versions are the rows of one part.
package struct SelectSQL {
  let plan: SelectPlan
  let labels: StatementLabels?
  /// On an axis of numbers: whether they are compared as doubles.
  let comparesReals: Bool
  /// Of naive times in conditions.
  var zone: Zone
  let dialect: any Dialect
  /// Of the labels in the statement.
  let labelLocation: SourceLocation
  var problems: [LocatedProblem] = []
  let labelNames: LabelNames?
  /// What each row of the result comes from: a label, a key or a version.
  let base: String
  let useNames: [UseNames]
  /// The use whose stored rows a condition is about, rather than the result.
  var filteredUse: Int?
  /// Whether those are the rows of its table, which are else read as values first.
  var filtersOwnColumns = false

  init(
    plan: SelectPlan, labels: StatementLabels?, comparesReals: Bool, zone: Zone, dialect: any Dialect,
    labelLocation: SourceLocation
  ) {
    self.plan = plan
    self.labels = labels
    self.comparesReals = comparesReals
    self.zone = zone
    self.dialect = dialect
    self.labelLocation = labelLocation
    // A part of the statement would hide a table of its name.
    let tables = plan.uses.flatMap { SelectSQL.tables(of: $0.group.source) }
    var names = SQLNames(taken: tables + (plan.labels?.table?.name.parts ?? []))
    let rows = plan.versions == nil ? names.name(labels == nil ? "keys" : "labels") : nil
    useNames = plan.uses.map { use in
      UseNames(use, table: names.name("\(use.group.name)_\(use.windows.isEmpty ? "chosen" : "windows")"))
    }
    base = rows ?? useNames[0].table
    labelNames = labels.map { [base] in LabelNames($0, columns: plan.labels?.columnNames ?? [], table: base) }
  }

  /// Names of tables that a source reads; of a query every word.
  private static func tables(of source: TableSource) -> [String] {
    switch source {
    case .table(let name): name.parts
    case .query(let text):
      text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
    }
  }

  /// The statement with the comments that belong to it, line by line. Throws if the engine's SQL cannot say it, with
  /// every reason.
  package static func lines(
    _ plan: SelectPlan, of select: SelectStatement, in source: SourceText, labels: StatementLabels?,
    comparesReals: Bool, zone: Zone, dialect: any Dialect
  ) throws -> [String] {
    let first = select.items[0].subject.span
    var writer = SelectSQL(
      plan: plan, labels: labels, comparesReals: comparesReals, zone: zone, dialect: dialect,
      labelLocation: SourceLocation(source: source, span: select.labels?.span ?? first))
    var statement = writer.statement(
      plan.columns.indices.map { .column($0) }, at: SourceLocation(source: source, span: first))
    guard writer.problems.isEmpty else { throw SpellError(.statement, writer.problems.map(\.diagnostic)) }
    statement[statement.count - 1] += ";"
    return writer.comments(on: select) + statement
  }

  /// The same statement for Spellbook to run, which knows the labels of a file by their numbers; or the first thing
  /// that the engine's SQL cannot say.
  static func serverStatement(
    _ plan: SelectPlan, labels: StatementLabels?, comparesReals: Bool, zone: Zone
  ) -> Result<ServerStatement, ServerObstacle> {
    // Nobody sees the places.
    let location = plan.uses[0].group.location
    var writer = SelectSQL(
      plan: plan, labels: labels, comparesReals: comparesReals, zone: zone, dialect: plan.dialect,
      labelLocation: location)
    let outputs = ServerStatement.outputs(of: plan)
    let statement = writer.statement(outputs, at: location)
    if case .inexpressible(let subject, let obstacle)? = writer.problems.first?.problem {
      return .failure(.inexpressible(subject, obstacle))
    }
    return .success(ServerStatement(sql: statement.joined(separator: "\n"), outputs: outputs))
  }

  // MARK: - The whole

  private mutating func statement(_ outputs: [ServerStatement.Output], at location: SourceLocation) -> [String] {
    var parts: [[String]] = []
    if let labels = labelPart() { parts.append(labels) }
    if let versions = plan.versions {
      parts.append(part(of: versions))
    } else {
      for index in plan.uses.indices {
        parts.append(plan.uses[index].windows.isEmpty ? part(ofUse: index) : part(ofWindows: index))
      }
      if plan.labels == nil { parts.append(keyPart()) }
    }
    var lines = ["WITH"]
    for (index, part) in parts.enumerated() {
      lines += part.map { "  \($0)" }
      if index < parts.count - 1 { lines[lines.count - 1] += "," }
    }
    return lines + result(outputs, at: location)
  }

  private mutating func result(_ outputs: [ServerStatement.Output], at location: SourceLocation) -> [String] {
    var lines = ["SELECT"]
    for (index, output) in outputs.enumerated() {
      let (value, name) = written(output)
      if let obstacle = dialect.obstacle(toName: name) {
        problems.append(LocatedProblem(.inexpressible(.outputColumn(name), obstacle), at: location))
      }
      let comma = index < outputs.count - 1 ? "," : ""
      lines.append("  \(value) AS \(dialect.quoted(name))\(comma)")
    }
    lines.append("FROM \(dialect.quoted(base))")
    if plan.versions == nil {
      for (use, names) in zip(plan.uses, useNames) { lines.append(join(use, names)) }
    }
    let conditions = [plan.keyCondition, plan.condition].compactMap { $0 }.map { sql($0) }
    if !conditions.isEmpty { lines.append("WHERE \(conditions.joined(separator: " AND "))") }
    lines.append("ORDER BY \(orderTerms.joined(separator: ", "))")
    // Labels that the statement carries were cut when they were read.
    let isCut = labels?.rows != nil && plan.cutsLabelsFirst
    let cut = isCut ? "" : dialect.cut(limit: plan.limit, offset: plan.offset)
    if !cut.isEmpty { lines.append(cut) }
    return lines
  }

  private func join(_ use: GroupUse, _ names: UseNames) -> String {
    let table = dialect.quoted(names.table)
    let conditions: [String] =
      if let labelNames {
        [equal(column(names.label, of: names.table), column(labelNames.number, of: base), type: .int)]
      } else {
        zip(zip(names.keys, keyNames), use.keys).map { pair, key in
          equal(column(pair.0, of: names.table), column(pair.1, of: base), type: key.type)
        }
      }
    return "LEFT JOIN \(table) ON \(conditions.joined(separator: " AND "))"
  }

  // MARK: - The rows of the result

  private var keyNames: [String] { useNames[0].keys }

  /// The keys that at least one group has a row for.
  private func keyPart() -> [String] {
    let branches = useNames.map { names in
      let columns = zip(names.keys, keyNames).map { "\(dialect.quoted($0)) AS \(dialect.quoted($1))" }
      return "  SELECT \(columns.joined(separator: ", ")) FROM \(dialect.quoted(names.table))"
    }
    var lines = ["\(dialect.quoted(base)) AS ("]
    for (index, branch) in branches.enumerated() {
      if index > 0 { lines.append("  UNION") }
      lines.append(branch)
    }
    return lines + [")"]
  }

  private var orderTerms: [String] {
    let chosen = plan.order.map { term in
      let value = sorted(expression(of: term.origin), type: type(of: term.origin))
      return value + (term.isDescending ? " DESC NULLS FIRST" : " NULLS LAST")
    }
    if let labelNames { return chosen + [column(labelNames.number, of: base)] }
    let keys = zip(keyNames, plan.uses[0].keys).map { sorted(column($0, of: base), type: $1.type) }
    if plan.versions == nil { return chosen + keys }
    return chosen + keys + tieOrder(of: plan.uses[0], useNames[0], rows: base).map { "\($0) NULLS FIRST" }
  }

  // MARK: - Columns

  func column(_ name: String, of table: String) -> String { "\(dialect.quoted(table)).\(dialect.quoted(name))" }

  func sorted(_ value: String, type: ValueType) -> String { type == .str ? dialect.bytewise(value) : value }

  func equal(_ left: String, _ right: String, type: ValueType) -> String {
    "\(sorted(left, type: type)) = \(right)"
  }

  private func written(_ output: ServerStatement.Output) -> (value: String, name: String) {
    switch output {
    case .column(let index): return (printed(plan.columns[index]), plan.columns[index].name)
    case .place(let use): return (column(useNames[use].place, of: useNames[use].table), useNames[use].table)
    case .labelNumber:
      guard let labelNames else { preconditionFailure("a snapshot has no labels") }
      return (column(labelNames.number, of: base), labelNames.number)
    }
  }

  private func printed(_ column: PlannedColumn) -> String {
    // The text of a file's field is printed, whatever it is compared as.
    if case .label(let index) = column.origin, let labelNames, plan.labels?.table == nil {
      return self.column(labelNames.fields[index], of: base)
    }
    return dialect.printed(expression(of: column.origin), type: type(of: column.origin))
  }

  func type(of origin: PlannedColumn.Origin) -> ValueType {
    switch origin {
    case .label(let index): plan.columns[index].type ?? labels?.inferredTypes[index] ?? .str
    case .key(let index): plan.uses[filteredUse ?? 0].keys[index].type
    case .feature(let use, let feature): plan.uses[use].features[feature].type
    case .window(let use, let window): plan.uses[use].windows[window].type
    case .timestamp(let use): plan.uses[use].event?.readingType ?? .datetime
    }
  }

  /// A column of the result as a value of its type.
  func expression(of origin: PlannedColumn.Origin) -> String {
    if let filteredUse { return storedExpression(of: origin, use: filteredUse) }
    switch origin {
    case .label(let index): return label(index, type: type(of: origin))
    case .key(let index): return column(keyNames[index], of: base)
    case .feature(let use, let feature):
      return column(useNames[use].features[feature], of: useNames[use].table)
    case .window(let use, let window):
      let value = column(useNames[use].windows[window], of: useNames[use].table)
      return plan.uses[use].windows[window].function == .count ? "coalesce(\(value), 0)" : value
    case .timestamp(let use):
      let event = column(useNames[use].event, of: useNames[use].table)
      // Compared as a double, and still a whole number.
      return comparesReals && type(of: origin) == .int ? dialect.cast(event, to: .int) : event
    }
  }

  /// A label column as a value of a type that a key or a condition gives it.
  func label(_ index: Int, type: ValueType) -> String {
    guard let labels, let labelNames else { preconditionFailure("a snapshot has no label columns") }
    let typed = labels.typed.firstIndex { $0.column == index && $0.type == type }
    return column(typed.map { labelNames.typed[$0] } ?? labelNames.fields[index], of: base)
  }
}
