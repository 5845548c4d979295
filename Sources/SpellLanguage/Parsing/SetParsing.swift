/// SET.
extension StatementParser {
  /// Stands after SET.
  mutating func setStatement() -> SetStatement? {
    guard let name = name(.setting, allowsClauseWords: true), expect(.equal, "="),
      let value = settingValue(of: name.text)
    else {
      return nil
    }
    expectEnd()
    return SetStatement(name: name, value: value)
  }

  /// A literal, or a word (`csv`, `2GB`), which is a text.
  private mutating func settingValue(of name: String) -> Literal? {
    let token = current
    switch (token.kind, token.keyword) {
    case (.word, .true), (.word, .false), (.word, .null): return literal(.settingValue(of: name))
    case (.word, _), (.numberWord, _):
      guard let word = text(of: token) else { return nil }
      advance()
      return Literal(.text(word), span: token.span)
    case (.cursor, _):
      unexpected(.settingValue(of: name))
      return nil
    default: return literal(.settingValue(of: name))
    }
  }
}
