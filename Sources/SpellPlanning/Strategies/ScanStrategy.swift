import SpellCore
import SpellLanguage

/// Reads the table once. Serves every group; keys that the statement names are pushed into the SQL.
enum ScanStrategy {
  static func access(
    columns: [String], source: TableSource, pushed: [String], facts: TableFacts, hasLabels: Bool,
    dialect: any Dialect
  ) -> AccessPlan {
    var sql = "SELECT \(columns.map(dialect.quoted).joined(separator: ", ")) FROM \(dialect.from(source))"
    if !pushed.isEmpty { sql += " WHERE " + pushed.joined(separator: " AND ") }
    let reason =
      if !pushed.isEmpty {
        "the rows of the keys that WHERE names"
      } else if hasLabels {
        "every row once, each to the one label slot that it can answer"
      } else {
        "every row once, the latest of each key is kept"
      }
    return AccessPlan(strategy: .scan, reason: reason, sql: sql, estimatedRows: facts.estimatedRows)
  }
}

/// What of a key condition an engine may apply itself.
enum KeyPushdown {
  /// Conditions in the engine's SQL, all of which hold for every row that the key condition lets through.
  static func conditions(
    _ keyCondition: PlannedCondition?, use: GroupUse, labels: Bool, dialect: any Dialect
  ) -> [String] {
    guard let keyCondition else { return [] }
    return keyCondition.conjuncts.compactMap { conjunct in
      guard let (column, literals) = equality(conjunct) else { return nil }
      let index = use.keys.indices.first { position in
        switch column.origin {
        case .key(let key): !labels && key == position
        case .label(let column): labels && use.keys[position].labelColumn == column
        case .feature, .timestamp: false
        }
      }
      guard let index else { return nil }
      let key = use.keys[index]
      // A label column that serves as keys of several types is compared as one of them.
      guard key.type == column.type else { return nil }
      let values = literals.compactMap { value(of: $0, type: key.type) }
      guard values.count == literals.count else { return nil }
      return dialect.mayEqual(column: key.column, type: key.type, values: values)
    }
  }

  /// The column and the values of `column = value` or `column IN (value, …)`.
  private static func equality(_ condition: PlannedCondition) -> (PlannedOperand.Column, [Literal.Value])? {
    switch condition {
    case .compare(.column(let column), .equal, .constant(let constant)),
      .compare(.constant(let constant), .equal, .column(let column)):
      return (column, [constant.literal])
    case .isIn(.column(let column), let members, isNegated: false):
      let literals: [Literal.Value] = members.compactMap { member in
        if case .constant(let constant) = member { constant.literal } else { nil }
      }
      return literals.count == members.count ? (column, literals) : nil
    default:
      return nil
    }
  }

  /// Only literals whose meaning for the type is beyond doubt.
  private static func value(of literal: Literal.Value, type: ValueType) -> Value? {
    switch (type, literal) {
    case (.int, .number(let text)), (.int, .untyped(let text)):
      withBytes(of: text) { NumberText.parseInt($0) }.map { .int($0) }
    case (.str, .text(let text)), (.str, .untyped(let text)): .str(text)
    default: nil
    }
  }
}
