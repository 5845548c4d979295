import SpellCore
import SpellLanguage

/// Labels inside the statement, and the comments before it.
extension SelectSQL {
  /// The labels as the rows of their table or a list of values; nil where there are none, or a table has to be made for
  /// them.
  mutating func labelPart() -> [String]? {
    guard let labels, let labelNames else { return nil }
    if let table = plan.labels?.table { return part(of: table, labels, labelNames) }
    guard let rows = labels.rows else { return nil }
    let columns = labelColumns(labels, labelNames)
    let names = columns.map { dialect.quoted($0.name) }.joined(separator: ", ")
    var lines = ["\(dialect.quoted(labelNames.table))(\(names)) AS ("]
    if rows.isEmpty {
      let nothing = columns.map { constant(.null, of: $0, isFirst: true) }.joined(separator: ", ")
      return lines + ["  SELECT \(nothing) WHERE 1 = 0", ")"]
    }
    lines.append("  VALUES")
    for (index, row) in rows.enumerated() {
      let moment = labelNames.moment == nil ? [] : [row.moment]
      let values = [.int(Int64(row.number))] + moment + row.fields.map { $0.map { .str($0) } ?? .null } + row.values
      let constants = zip(values, columns).map { constant($0, of: $1, isFirst: index == 0) }
      lines.append("    (\(constants.joined(separator: ", ")))\(index < rows.count - 1 ? "," : "")")
    }
    return lines + [")"]
  }

  /// A value of a list; only the first row says the types.
  private mutating func constant(_ value: Value, of column: (name: String, type: ValueType), isFirst: Bool) -> String {
    if let text = dialect.element(value, type: column.type, isFirst: isFirst) { return text }
    let shown = if case .float(let number) = value { NumberText.floatText(number) } else { column.type.rawValue }
    problems.append(
      LocatedProblem(.inexpressible(.labelColumn(column.name), .noConstant(shown)), at: plan.uses[0].group.location))
    return "NULL"
  }

  /// The labels as the rows of their table, numbered as the engine gives them.
  private mutating func part(of table: LabelTablePlan, _ labels: StatementLabels, _ names: LabelNames) -> [String] {
    let compared = Set(plan.comparedOrigins)
    let keys = plan.uses.flatMap(\.keys)
    var columns = [(value: "row_number() OVER ()", name: names.number)]
    if let moment = names.moment, let column = labels.momentColumn {
      columns.append((self.moment(in: column, of: table), moment))
    }
    for (index, name) in names.fields.enumerated() {
      let reading = table.reading(index)
      let key = keys.first { $0.labelColumn == index && $0.type == reading.form.type }
      let value = value(
        of: reading, in: table, role: key.map { "key `\($0.name)`" } ?? "label to print",
        isCompared: key != nil || compared.contains(.label(index)))
      columns.append((value, name))
    }
    for (typed, name) in zip(labels.typed, names.typed) {
      let key = keys.first { $0.labelColumn == typed.column && $0.type == typed.type }
      let value = value(
        of: table.reading(typed.column, asKey: typed.type), in: table, role: "key `\(key?.name ?? "")`",
        isCompared: true)
      columns.append((value, name))
    }
    var lines = ["\(dialect.quoted(names.table)) AS ("]
    for (position, column) in columns.enumerated() {
      let comma = position < columns.count - 1 ? "," : ""
      lines.append("  \(position == 0 ? "SELECT " : "  ")\(column.value) AS \(dialect.quoted(column.name))\(comma)")
    }
    return lines + ["  FROM \(dialect.from(.table(table.name)))", ")"]
  }

  /// Where the labels stand on the axis.
  private mutating func moment(in column: Int, of table: LabelTablePlan) -> String {
    var reading = table.reading(asMoment: column)
    reading.form.type = momentType
    let value = dialect.exact(
      value(of: reading, in: table, role: "moment of a label", isCompared: true), type: momentType)
    guard let offset = plan.cut.offset else { return value }
    switch offset.length {
    case .time(let length): return dialect.moved(value, by: offset.isNegative ? -length : length)
    case .number(let length): return "\(value) \(offset.isNegative ? "-" : "+") \(constant(.number(length)))"
    }
  }

  private mutating func value(
    of reading: LabelTablePlan.Reading, in table: LabelTablePlan, role: String, isCompared: Bool
  ) -> String {
    let column = table.columns[reading.column]
    let stored = StoredColumn(
      name: column.name, declaredType: column.declaredType, type: reading.form.type, storage: reading.form.storage,
      zone: table.zone, isCompared: isCompared)
    return value(of: stored, in: table.name.description, role: role, at: labelLocation)
  }

  private func labelColumns(_ labels: StatementLabels, _ names: LabelNames) -> [(name: String, type: ValueType)] {
    [(names.number, .int)] + (names.moment.map { [($0, momentType)] } ?? []) + names.fields.map { ($0, .str) }
      + zip(names.typed, labels.typed).map { ($0, $1.type) }
  }

  /// The type of what is compared on the axis.
  var momentType: ValueType { plan.axis == .time ? .datetime : comparesReals ? .float : .int }

  // MARK: - Comments

  func comments(on select: SelectStatement) -> [String] {
    var select = select
    select.output = OutputClause()
    var lines = [StatementPrinter.text(.select(select))]
    lines.append("Stored values are not checked: one that does not fit its type ends the SELECT, or reads as NULL.")
    let staticGroups = plan.uses.filter(\.isStatic).map(\.group.name)
    if !staticGroups.isEmpty {
      lines.append(
        "Of two rows of a key in \(staticGroups.joined(separator: ", ")), which the SELECT refuses, one is taken.")
    }
    if let labels, let labelNames, labels.rows == nil, plan.labels?.table == nil {
      lines += tableComments(labels, labelNames)
    }
    return lines.map { "-- \(VisibleText.escaped($0))" }
  }

  /// What a table of labels has to hold.
  private func tableComments(_ labels: StatementLabels, _ names: LabelNames) -> [String] {
    let columns = plan.labels?.columnNames ?? []
    var contents = ["1, 2, … in the order of \(labels.name)"]
    if let column = labels.momentColumn {
      let offset = plan.cut.offset.map { " \($0.isNegative ? "-" : "+") \(IntervalText.text($0.length))" } ?? ""
      let example = "2000-01-01 00:00 UTC is \(constant(.time(946_684_800_000_000)))"
      contents.append("\(columns[column])\(offset) \(plan.axis == .time ? "as a moment: \(example)" : "as a number")")
    }
    contents += columns.map { "\($0) as it is written, NULL where it is empty" }
    contents += labels.typed.map { "\(columns[$0.column]) as \($0.type.rawValue)" }
    let types = labelColumns(labels, names).map { "\(dialect.quoted($0.name)) \(dialect.typeName($0.type))" }
    let head = "A table \(dialect.quoted(names.table)) has to hold the \(labels.count) labels, with the columns"
    return [head] + zip(types, contents).map { "  \($0): \($1)" }
  }
}
