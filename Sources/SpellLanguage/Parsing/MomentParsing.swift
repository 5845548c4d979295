/// AS OF, BEFORE, VERSIONS and KNOWN.
extension StatementParser {
  /// `AS OF moment` or `BEFORE moment`.
  mutating func momentCut(_ clause: Clause) -> MomentCut? {
    advance()
    if clause == .asOf { expect(.of) }
    return moment().map { MomentCut(isStrict: clause == .before, moment: $0) }
  }

  /// A moment: an instant or a label column, perhaps moved by a length.
  mutating func moment() -> Moment? {
    if let base = instantBase(.moment) { return moved(base) }
    return name(.moment).flatMap { moved(.column($0)) }
  }

  /// An instant; the name of a column is a problem of its own.
  mutating func instant() -> Moment? {
    if let base = instantBase(.instant) { return moved(base) }
    let token = current
    guard let column = name(.instant) else { return nil }
    report(.knownAtColumn(column.text), at: token.span)
    return moved(.column(column))
  }

  /// A time in quotes, a number, a parameter or NOW; nil, and nothing reported, if none of them begins here.
  private mutating func instantBase(_ expected: Expectation) -> Moment.Base? {
    let token = current
    if accept(.now) { return .now(token.span) }
    switch token.kind {
    case .text, .number, .plus, .minus, .parameter: return literal(expected).map { .literal($0) }
    default: return nil
    }
  }

  private mutating func moved(_ base: Moment.Base) -> Moment? {
    guard current.kind == .plus || current.kind == .minus else { return Moment(base: base) }
    let isNegative = current.kind == .minus
    advance()
    guard let length = interval() else { return nil }
    return Moment(base: base, offset: MomentOffset(isNegative: isNegative, length: length))
  }

  /// `VERSIONS FROM instant TO instant`.
  mutating func versionsClause() -> VersionsClause? {
    let start = current.span
    advance()
    guard expect(.from), let from = moment(), expect(.to), let to = moment() else { return nil }
    return VersionsClause(from: from, to: to, span: start.through(previousSpan))
  }

  /// `KNOWN [AT instant]`.
  mutating func knownClause() -> KnownClause {
    let start = current.span
    advance()
    let instant = accept(.at) ? instant() : nil
    return KnownClause(instant: instant, span: start.through(previousSpan))
  }
}
