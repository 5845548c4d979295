import SpellCore

/// Labels that are the rows of a table in the database.
///
/// The table has no order: labels come as the engine gives them.
package struct LabelTablePlan: Sendable {
  /// What stored values are read as.
  package struct Form: Sendable, Hashable {
    package var type: ValueType
    /// For moments; whole numbers with a unit of time are moments too.
    package var storage: TimestampStorage
  }

  package struct Column: Sendable {
    package var name: String
    /// As the engine spells it.
    package var declaredType: String
    /// As what it is printed and compared: what it is by its nature.
    package var form: Form
    /// As what it is read where it holds the moments; nil if it holds none.
    package var moment: Form?

    /// Whether only its values tell if it holds moments.
    package var mayHoldMoments: Bool { moment != nil && form.type == .str }
  }

  /// A column that is read as something.
  package struct Reading: Sendable, Hashable {
    package var column: Int
    package var form: Form
  }

  package var name: TableName
  package var columns: [Column]
  package var estimatedRows: Int?
  /// Of naive times.
  package var zone: Zone

  /// The column as what it is printed and compared.
  package func reading(_ column: Int) -> Reading { Reading(column: column, form: columns[column].form) }

  /// The column as a key of some type.
  package func reading(_ column: Int, asKey type: ValueType) -> Reading {
    Reading(column: column, form: Form(type: type, storage: columns[column].form.storage))
  }

  /// The column as the moment of each label.
  package func reading(asMoment column: Int) -> Reading {
    guard let form = columns[column].moment else { preconditionFailure("a label column was planned to hold moments") }
    return Reading(column: column, form: form)
  }

  /// Columns that may hold the moments where the statement names none.
  package func momentCandidates(for plan: SelectPlan) -> [Int] {
    momentCandidates(exceptKeys: plan.uses.flatMap(\.keys))
  }

  func momentCandidates(exceptKeys keys: [GroupUse.Key]) -> [Int] {
    columns.indices.filter { column in
      columns[column].moment != nil && !keys.contains { $0.labelColumn == column }
    }
  }

  /// The statement that reads columns; without ORDER BY, LIMIT and OFFSET cut what the engine gives first.
  package func sql(_ readings: [Reading], dialect: any Dialect, limit: Int? = nil, offset: Int = 0) -> String {
    let names = readings.map { dialect.quoted(columns[$0.column].name) }
    let cut = dialect.cut(limit: limit, offset: offset)
    return "SELECT \(names.joined(separator: ", ")) FROM \(dialect.from(.table(name)))" + (cut.isEmpty ? "" : " \(cut)")
  }
}
