/// Conditions: OR binds least, then AND, then NOT.
extension StatementParser {
  mutating func condition() -> Condition? {
    var terms = 0
    return disjunction(&terms)
  }

  private mutating func disjunction(_ terms: inout Int) -> Condition? {
    guard var result = conjunction(&terms) else { return nil }
    while acceptSeparator(.or) {
      guard let right = conjunction(&terms) else { return nil }
      result = .or(result, right)
    }
    return result
  }

  private mutating func conjunction(_ terms: inout Int) -> Condition? {
    guard var result = negation(&terms) else { return nil }
    while acceptSeparator(.and) {
      guard let right = negation(&terms) else { return nil }
      result = .and(result, right)
    }
    return result
  }

  private mutating func negation(_ terms: inout Int) -> Condition? {
    if accept(.not) { return nested { $0.negation(&terms) }.map { .not($0) } }
    guard accept(.leftParenthesis) else { return predicate(&terms) }
    guard let inner = nested({ $0.disjunction(&terms) }), expect(.rightParenthesis, ")") else { return nil }
    return inner
  }

  /// One comparison.
  private mutating func predicate(_ terms: inout Int) -> Condition? {
    terms += 1
    if terms > Parser.Limits.conditionTerms {
      report(.beyond(.conditionTerms), at: current.span)
      abandon()
      return nil
    }
    guard let left = operand(.condition) else { return nil }
    if let comparison = comparison() {
      advance()
      return operand(.value).map { .compare(left, comparison, $0) }
    }
    if accept(.is) {
      let isNegated = accept(.not)
      return expect(.null) ? .isNull(left, isNegated: isNegated) : nil
    }
    let isNegated = accept(.not)
    if accept(.in) { return membership(of: left, isNegated: isNegated) }
    if accept(.between) {
      guard let low = operand(.value), expect(.and), let high = operand(.value) else { return nil }
      return .isBetween(left, low: low, high: high, isNegated: isNegated)
    }
    if accept(.like) { return operand(.value).map { .isLike(left, pattern: $0, isNegated: isNegated) } }
    let words: [Keyword] = [.in, .between, .like]
    unexpected(isNegated ? words.map { .keyword($0) } : [.comparison], candidates: words)
    return nil
  }

  private func comparison() -> Condition.Comparison? {
    switch current.kind {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }

  /// What follows IN.
  private mutating func membership(of left: Operand, isNegated: Bool) -> Condition? {
    guard expect(.leftParenthesis, "(") else { return nil }
    let values = list { $0.operand(.value) }
    guard expect(.rightParenthesis, ")") else { return nil }
    return .isIn(left, values, isNegated: isNegated)
  }

  /// A column or a literal.
  private mutating func operand(_ expected: Expectation) -> Operand? {
    let isName =
      current.kind == .quotedName || (current.kind == .word && current.keyword?.isConditionWord != true)
    // A condition may begin with a literal, but nobody looks for one there.
    let wantsName = isName || (current.kind == .cursor && expected == .condition)
    if wantsName { return columnReference(expected).map { .column($0) } }
    return literal(expected).map { .literal($0) }
  }
}
