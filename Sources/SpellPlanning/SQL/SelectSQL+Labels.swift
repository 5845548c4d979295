import SpellCore
import SpellLanguage

/// Labels inside the statement, and the comments before it.
extension SelectSQL {
  /// The labels as a list of values; nil where there are none, or a table has to hold them.
  mutating func labelPart() -> [String]? {
    guard let labels, let labelNames, let rows = labels.rows else { return nil }
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
    if let labels, let labelNames, labels.rows == nil { lines += tableComments(labels, labelNames) }
    return lines.map { "-- \(VisibleText.escaped($0))" }
  }

  /// What a table of labels has to hold.
  private func tableComments(_ labels: StatementLabels, _ names: LabelNames) -> [String] {
    let columns = plan.labels?.columnNames ?? []
    var contents = ["1, 2, … in the order of \(labels.name)"]
    if let column = labels.momentColumn {
      let offset = plan.cut.offset.map { " \($0.isNegative ? "-" : "+") \(IntervalText.text($0.length))" } ?? ""
      contents.append("\(columns[column])\(offset) \(plan.axis == .time ? "as a moment" : "as a number")")
    }
    contents += columns.map { "\($0) as it is written, NULL where it is empty" }
    contents += labels.typed.map { "\(columns[$0.column]) as \($0.type.rawValue)" }
    let types = labelColumns(labels, names).map { "\(dialect.quoted($0.name)) \(dialect.typeName($0.type))" }
    let head = "A table \(dialect.quoted(names.table)) has to hold the \(labels.count) labels, with the columns"
    return [head] + zip(types, contents).map { "  \($0): \($1)" }
  }
}
