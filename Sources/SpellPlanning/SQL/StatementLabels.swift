import SpellCore

/// The labels of a join, for a statement that carries them or joins the table that holds them.
package struct StatementLabels: Sendable {
  /// More labels than these are expected in a table.
  package static let mostRows = 1000

  /// A label column as values of a type that it does not have already (in a file, all are text): a key, or what a
  /// condition compares.
  package struct TypedColumn: Sendable, Hashable {
    package var column: Int
    package var type: ValueType

    package init(column: Int, type: ValueType) {
      self.column = column
      self.type = type
    }
  }

  package struct Row: Sendable {
    /// From 1 for the first label of the file.
    package var number: Int
    /// The text of each field; nil is NULL.
    package var fields: [String?]
    /// A value for each of `typed`.
    package var values: [Value]
    /// Where the label stands on the axis, offset included; NULL for one without a moment.
    package var moment: Value

    package init(number: Int, fields: [String?], values: [Value], moment: Value) {
      self.number = number
      self.fields = fields
      self.values = values
      self.moment = moment
    }
  }

  /// What messages call the file or table.
  package var name: String
  /// The label column that the moments come from; nil if none does.
  package var momentColumn: Int?
  /// Types of label columns that conditions read and no key decides.
  package var inferredTypes: [Int: ValueType]
  package var typed: [TypedColumn]
  /// Of the labels of a file.
  package var count: Int
  /// Nil if there are more than `mostRows`, or the labels are in a table.
  package var rows: [Row]?

  package init(
    name: String, momentColumn: Int?, inferredTypes: [Int: ValueType], typed: [TypedColumn], count: Int, rows: [Row]?
  ) {
    self.name = name
    self.momentColumn = momentColumn
    self.inferredTypes = inferredTypes
    self.typed = typed
    self.count = count
    self.rows = rows
  }

  /// The typed columns that the SQL of a plan needs, each once.
  package static func typed(for plan: SelectPlan, inferred: [Int: ValueType]) -> [TypedColumn] {
    let keys = plan.uses.flatMap(\.keys).compactMap { key in
      key.labelColumn.map { TypedColumn(column: $0, type: key.type) }
    }
    let read = plan.comparedOrigins.compactMap { origin -> TypedColumn? in
      guard case .label(let column) = origin else { return nil }
      return TypedColumn(column: column, type: plan.columns[column].type ?? inferred[column] ?? .str)
    }
    func isOwn(_ typed: TypedColumn) -> Bool {
      typed.type == plan.labels?.table?.columns[typed.column].form.type ?? .str
    }
    return (keys + read).filter { !isOwn($0) }.reduce(into: []) { list, column in
      if !list.contains(column) { list.append(column) }
    }
  }
}

extension SelectPlan {
  /// The columns that WHERE and ORDER BY read.
  var comparedOrigins: [PlannedColumn.Origin] {
    (keyCondition?.origins ?? []) + (condition?.origins ?? []) + order.map(\.origin)
  }
}
