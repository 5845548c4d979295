import SpellCore
import SpellLanguage

/// WHERE in the engine's SQL, which has the same three truth values.
extension SelectSQL {
  mutating func sql(_ condition: PlannedCondition) -> String {
    switch condition {
    case .and(let left, let right): return "(\(sql(left)) AND \(sql(right)))"
    case .or(let left, let right): return "(\(sql(left)) OR \(sql(right)))"
    case .not(let inner): return "NOT (\(sql(inner)))"
    case .compare(let left, let comparison, let right): return comparing(left, comparison.rawValue, right)
    case .isIn(let subject, let members, let isNegated):
      let equal = members.map { comparing(subject, "=", $0) }.joined(separator: " OR ")
      return (isNegated ? "NOT " : "") + "(\(equal))"
    case .isBetween(let subject, let low, let high, let isNegated):
      let within = "(\(comparing(subject, ">=", low)) AND \(comparing(subject, "<=", high)))"
      return (isNegated ? "NOT " : "") + within
    case .isNull(let subject, let isNegated):
      return "(\(side(subject, beside: nil).text) IS \(isNegated ? "NOT " : "")NULL)"
    case .isLike(let subject, let pattern, let isNegated):
      return (isNegated ? "NOT " : "") + "(\(like(subject, pattern)))"
    }
  }

  /// One side of a comparison, and its type.
  private typealias Side = (text: String, type: ValueType)

  private mutating func comparing(
    _ left: PlannedOperand, _ comparison: String, _ right: PlannedOperand
  ) -> String {
    let leftSide = side(left, beside: right)
    let rightSide = side(right, beside: left)
    // A label column without values goes with everything, and nothing is known of its comparisons.
    guard ConditionTypes.areComparable(leftSide.type, rightSide.type) else { return "NULL = 1" }
    let isMixed = Set([leftSide.type, rightSide.type]) == [.int, .float]
    if isMixed, !dialect.comparesIntsExactly { refuse(.wholeNumbersWithFractions, at: right) }
    let isText = leftSide.type == .str || rightSide.type == .str
    return "\(isText ? dialect.bytewise(leftSide.text) : leftSide.text) \(comparison) \(rightSide.text)"
  }

  /// A literal takes its type from the column that it stands beside.
  private mutating func side(_ operand: PlannedOperand, beside other: PlannedOperand?) -> Side {
    switch operand {
    case .column(let column): return (expression(of: column.origin), type(of: column.origin))
    case .constant(let constant):
      var type: ValueType?
      switch other {
      case .column(let column): type = self.type(of: column.origin)
      // Beside another literal only the value of a parameter takes a type from it.
      case .constant(let other):
        if case .untyped = constant.literal { type = ConditionTypes.ownType(of: other.literal) }
      case nil: break
      }
      let wanted = type ?? ConditionTypes.ownType(of: constant.literal) ?? .str
      let value = ConditionTypes.value(of: constant.literal, type: wanted, zone: zone) ?? .null
      let compared = wanted == .float ? value.nearestFloat : value
      guard let text = dialect.literal(compared, type: compared == .null ? wanted : compared.type) else {
        refuse(.noConstant(constant.literal.text), at: operand)
        return ("NULL", wanted)
      }
      return (text, compared == .null ? wanted : compared.type)
    }
  }

  private mutating func like(_ subject: PlannedOperand, _ pattern: PlannedOperand) -> String {
    let text = side(subject, beside: pattern).text
    let found: String? =
      switch pattern {
      case .column: dialect.isLike(text, pattern: .expression(side(pattern, beside: subject).text))
      case .constant(let constant):
        switch constant.literal {
        case .text(let pattern), .untyped(let pattern): dialect.isLike(text, pattern: .text(pattern))
        // Of NULL nothing is known.
        default: "NULL = 1"
        }
      }
    if let found { return found }
    refuse(.patternFromColumn, at: pattern)
    return "NULL"
  }

  private mutating func refuse(_ obstacle: SQLObstacle, at operand: PlannedOperand) {
    let location =
      switch operand {
      case .column(let column): column.location
      case .constant(let constant): constant.location
      }
    problems.append(LocatedProblem(.inexpressible(.condition, obstacle), at: location))
  }
}

extension Value {
  /// Of a value that is not NULL.
  fileprivate var type: ValueType {
    switch self {
    case .null, .str: .str
    case .int: .int
    case .float: .float
    case .decimal: .decimal
    case .bool: .bool
    case .datetime: .datetime
    case .date: .date
    case .uuid: .uuid
    case .bytes: .bytes
    }
  }
}
