import SpellCore

/// Aggregates over windows.
extension StatementParser {
  /// Stands at the name of the function, before a parenthesis.
  mutating func windowExpression() -> WindowExpression? {
    let start = current.span
    let written = source.text(start)
    let function = AggregateFunction(spelling: written)
    if function == nil { report(.unknownFunction(written), at: start) }
    advance()
    guard expect(.leftParenthesis, "("), let argument = aggregateArgument(), expect(.rightParenthesis, ")") else {
      return nil
    }
    var filter: Condition?
    if accept(.filter) {
      guard expect(.leftParenthesis, "("), expect(.where), let condition = condition() else { return nil }
      filter = condition
      guard expect(.rightParenthesis, ")") else { return nil }
    }
    guard expect(.over), let length = windowLength() else { return nil }
    var group: Name?
    if accept(.in) {
      guard let name = name(.group, allowsClauseWords: true) else { return nil }
      group = name
    }
    let span = start.through(previousSpan)
    if argument == .rows {
      if let function, function != .count { report(.starOfFunction(function), at: span) }
      if group == nil { report(.rowsOfNoGroup, at: span) }
    }
    return function.map {
      WindowExpression(function: $0, argument: argument, filter: filter, length: length, group: group, span: span)
    }
  }

  private mutating func aggregateArgument() -> WindowExpression.Argument? {
    noteAtCursor(.symbol("*"))
    if accept(.star) { return .rows }
    return columnReference(.argument).map { .feature($0) }
  }

  private mutating func windowLength() -> WindowExpression.Length? {
    if accept(.all) { return .all }
    return interval().map { .interval($0) }
  }
}
