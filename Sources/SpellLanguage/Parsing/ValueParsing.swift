import SpellCore

/// Literals, lengths and counts.
extension StatementParser {
  /// A text, a number with its sign, true, false, null or a parameter.
  mutating func literal(_ expected: Expectation) -> Literal? {
    let token = current
    switch token.kind {
    case .text: return textLiteral(expected)
    case .parameter: return parameter().map { Literal(.parameter($0), span: token.span) }
    case .number, .plus, .minus: return numberLiteral(expected)
    default: break
    }
    if accept(.true) { return Literal(.bool(true), span: token.span) }
    if accept(.false) { return Literal(.bool(false), span: token.span) }
    if accept(.null) { return Literal(.null, span: token.span) }
    unexpected(expected)
    return nil
  }

  /// A text or a parameter.
  mutating func textLiteral(_ expected: Expectation) -> Literal? {
    let token = current
    if token.kind == .parameter { return parameter().map { Literal(.parameter($0), span: token.span) } }
    guard token.kind == .text else {
      unexpected(expected)
      return nil
    }
    guard let text = quotedText(of: token) else { return nil }
    advance()
    return Literal(.text(text), span: token.span)
  }

  /// A number, perhaps with a sign before it.
  private mutating func numberLiteral(_ expected: Expectation) -> Literal? {
    let first = current
    if first.kind != .number { advance() }
    let token = current
    guard token.kind == .number, let digits = text(of: token) else {
      unexpected(expected)
      return nil
    }
    advance()
    return Literal(.number(first.kind == .minus ? "-" + digits : digits), span: first.span.through(token.span))
  }

  /// The name of a parameter, its colon left out.
  mutating func parameter() -> String? {
    guard let name = text(of: current, droppingFirst: 1) else { return nil }
    advance()
    return name
  }

  /// A length on the axis, without a sign.
  mutating func interval() -> IntervalExpression? {
    let token = current
    switch token.kind {
    case .parameter: return parameter().map { IntervalExpression(.parameter($0), span: token.span) }
    case .number, .numberWord: break
    default:
      unexpected(.duration)
      return nil
    }
    // `7 days`: the number alone would be taken for one on a number axis.
    let isSplit = token.kind == .number && next.kind == .word && Self.unitWords.contains(source.text(next.span))
    let span = isSplit ? token.span.through(next.span) : token.span
    if isSplit { advance() }
    advance()
    let written = source.text(span)
    guard !isSplit, let interval = withBytes(of: written, { IntervalText.parse($0) }) else {
      report(.invalidDuration(written), at: span)
      return nil
    }
    return IntervalExpression(.interval(interval), span: span)
  }

  /// Words that are written for a unit, as in `7 days` or `90 s`.
  private static let unitWords: Set<String> = [
    "ms", "s", "sec", "second", "seconds", "m", "min", "minute", "minutes", "h", "hour", "hours", "d", "day", "days",
    "w", "week", "weeks",
  ]

  /// Zero or more.
  mutating func count() -> IntegerExpression? {
    let token = current
    if token.kind == .parameter { return parameter().map { IntegerExpression(.parameter($0), span: token.span) } }
    let span = token.kind == .minus && next.kind == .number ? token.span.through(next.span) : token.span
    guard token.kind == .number || token.kind == .numberWord || span != token.span else {
      unexpected(.count)
      return nil
    }
    if span != token.span { advance() }
    advance()
    guard let integer = Int(source.text(span)), integer >= 0, token.kind == .number else {
      report(.invalidCount(source.text(span)), at: span)
      return nil
    }
    return IntegerExpression(.integer(integer), span: span)
  }
}
