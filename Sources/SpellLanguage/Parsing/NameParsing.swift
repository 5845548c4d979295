import SpellCore

/// Names, and the text of tokens.
extension StatementParser {
  /// A name. A clause word is one only where nothing else could follow (`allowsClauseWords`), else it must be quoted.
  mutating func name(_ expected: Expectation, allowsClauseWords: Bool = false) -> Name? {
    let token = current
    switch token.kind {
    case .word:
      if token.keyword?.isClauseWord == true && !allowsClauseWords {
        unexpected(expected)
        // Before these it was surely meant as a name.
        guard [.comma, .dot, .rightParenthesis, .end].contains(next.kind) else { return nil }
      }
      guard let text = text(of: token) else { return nil }
      advance()
      return Name(text, span: token.span)
    case .quotedName:
      guard let text = quotedText(of: token) else { return nil }
      if text.isEmpty { report(.emptyName, at: token.span) }
      advance()
      return text.isEmpty ? nil : Name(text, isQuoted: true, span: token.span)
    default:
      unexpected(expected)
      return nil
    }
  }

  /// `name` or `qualifier.name`.
  mutating func columnReference(_ expected: Expectation) -> ColumnReference? {
    guard let first = name(expected) else { return nil }
    guard accept(.dot) else { return ColumnReference(name: first) }
    guard let second = name(expected, allowsClauseWords: true) else { return nil }
    return ColumnReference(qualifier: first, name: second)
  }

  /// `table`, `schema.table` or `catalog.schema.table`.
  mutating func table() -> TableReference? {
    guard let first = name(.table) else { return nil }
    var parts = [first]
    while parts.count < TableReference.mostParts, accept(.dot) {
      guard let part = name(.table, allowsClauseWords: true) else { return nil }
      parts.append(part)
    }
    return TableReference(parts)
  }

  /// The text of a token as it stands; nil, and reported, if it is not text.
  mutating func text(of token: Token, droppingFirst dropped: Int = 0) -> String? {
    validText(source.bytes[(token.span.start + dropped)..<token.span.end], at: token.span)
  }

  /// What stands between the quotes of a token, doubled ones halved.
  mutating func quotedText(of token: Token) -> String? {
    let inner = source.bytes[(token.span.start + 1)..<(token.span.end - 1)]
    let quote = source.bytes[token.span.start]
    guard inner.contains(quote) else { return validText(inner, at: token.span) }
    var halved: [UInt8] = []
    halved.reserveCapacity(inner.count)
    var isSecond = false
    for byte in inner {
      isSecond = byte == quote && !isSecond
      if byte != quote || isSecond { halved.append(byte) }
    }
    return validText(halved[...], at: token.span)
  }

  private mutating func validText(_ bytes: ArraySlice<UInt8>, at span: SourceSpan) -> String? {
    if !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) { return text }
    report(.invalidText, at: span)
    return nil
  }
}
