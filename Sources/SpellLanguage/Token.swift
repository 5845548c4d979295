import SpellCore

/// One piece of a statement's text, comments and white space left out.
package struct Token: Sendable {
  package enum Kind: Sendable, Equatable {
    /// A name or a keyword.
    case word
    /// `"name"`
    case quotedName
    /// `'text'`
    case text
    case number
    /// Digits that run into letters: `90s`, or nothing at all.
    case numberWord
    /// `2024-01-31`, which is a time only in quotes.
    case bareDate
    /// `:name`
    case parameter
    /// A raw word after JOIN, INTO or IMPORT.
    case path
    case comma, dot, star, leftParenthesis, rightParenthesis, plus, minus, semicolon
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    /// A quote or a comment that runs to the end of the text.
    case unclosedText, unclosedName, unclosedComment
    /// A character that means nothing here.
    case invalid
    case end
    /// The place of the cursor in a statement that is being typed. Nothing accepts it.
    case cursor
  }

  package var kind: Kind
  package var span: SourceSpan
  /// The keyword that a `.word` spells.
  package var keyword: Keyword?

  init(_ kind: Kind, _ start: Int, _ end: Int, keyword: Keyword? = nil) {
    self.kind = kind
    self.span = SourceSpan(start, end)
    self.keyword = keyword
  }
}
