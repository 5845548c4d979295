import SpellCore
import SpellLanguage

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
        case .feature, .window, .timestamp: false
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
