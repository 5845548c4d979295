import SpellCore
import SpellLanguage

/// A condition with its names resolved. Literals keep their text until the types of label columns are known.
package indirect enum PlannedCondition: Sendable {
  package typealias Comparison = Condition.Comparison

  case compare(PlannedOperand, Comparison, PlannedOperand)
  case isIn(PlannedOperand, [PlannedOperand], isNegated: Bool)
  case isBetween(PlannedOperand, low: PlannedOperand, high: PlannedOperand, isNegated: Bool)
  case isLike(PlannedOperand, pattern: PlannedOperand, isNegated: Bool)
  case isNull(PlannedOperand, isNegated: Bool)
  case and(PlannedCondition, PlannedCondition)
  case or(PlannedCondition, PlannedCondition)
  case not(PlannedCondition)

  /// Every operand, in the order of the text.
  var operands: [PlannedOperand] {
    switch self {
    case .compare(let left, _, let right): [left, right]
    case .isIn(let subject, let members, _): [subject] + members
    case .isBetween(let subject, let low, let high, _): [subject, low, high]
    case .isLike(let subject, let pattern, _): [subject, pattern]
    case .isNull(let subject, _): [subject]
    case .and(let left, let right), .or(let left, let right): left.operands + right.operands
    case .not(let inner): inner.operands
    }
  }

  /// The columns that the condition reads.
  package var origins: [PlannedColumn.Origin] {
    operands.compactMap { operand in
      if case .column(let column) = operand { column.origin } else { nil }
    }
  }

  /// The parts that all must hold.
  package var conjuncts: [PlannedCondition] {
    if case .and(let left, let right) = self { left.conjuncts + right.conjuncts } else { [self] }
  }

  /// One condition of several that all must hold; nil of none.
  package static func all(of parts: [PlannedCondition]) -> PlannedCondition? {
    parts.dropFirst().reduce(parts.first) { whole, part in whole.map { .and($0, part) } }
  }
}

/// One side of a planned comparison.
package enum PlannedOperand: Sendable {
  package struct Column: Sendable {
    package var origin: PlannedColumn.Origin
    /// Nil for label columns whose type is inferred from the file.
    package var type: ValueType?
    /// For messages.
    package var location: SourceLocation
  }

  package struct Constant: Sendable {
    package typealias Value = Literal.Value

    package var literal: Value
    package var location: SourceLocation
  }

  case column(Column)
  case constant(Constant)
}
