import SpellCore

/// The place of the cursor in statements that are being typed: what the grammar allows there, and what stands around.
///
/// The parser itself says what may stand there: the word at the cursor is taken out of its statement, a token that
/// nothing accepts is put in its place, and everything that the parser looks for at that token is noted.
package struct CursorContext: Sendable {
  /// How the word at the cursor is written.
  package enum Writing: Sendable, Equatable {
    /// A name or a keyword, perhaps without a letter so far.
    case word
    /// A name whose double quote is open.
    case quotedName
    /// A text, perhaps a path, whose single quote is open.
    case text
    /// A path without quotes, perhaps without a letter so far.
    case path
  }

  /// What may stand at the cursor, in the order in which the parser looked for it.
  package var expected: [Expectation]
  package var writing: Writing
  /// What is typed of the word so far: no quotes around it, doubled ones halved.
  package var typed: String
  /// The bytes of that word up to the cursor, and the closing quote if it is all that follows.
  package var span: SourceSpan
  /// The name before the dot that the word follows.
  package var qualifier: String?
  /// The SELECT around the cursor, as far as it can be read.
  package var select: SelectStatement?
  /// Nothing but white space and comments stands before the word.
  package var isAtStart: Bool

  /// A word outside every statement.
  package init(typed: String, span: SourceSpan) {
    expected = []
    writing = .word
    self.typed = typed
    self.span = span
    isAtStart = true
  }

  /// Nil inside a comment, a number or a parameter.
  package init?(_ text: [UInt8], cursor: Int) {
    guard let word = WordAtCursor(text[..<max(0, min(cursor, text.count))]) else { return nil }
    writing = word.writing
    typed = word.typed
    span = SourceSpan(word.start, word.end)
    if let quote = word.quote, word.end < text.count, text[word.end] == quote { span.end += 1 }
    isAtStart = word.isFirst

    var statement = word.tokensBefore
    let following = CursorContext.tokens(of: text, from: word.end)
    statement.append(Token(.cursor, word.start, word.start))
    statement += following
    statement.append(Token(.end, text.count, text.count))
    let source = SourceText(name: "", bytes: text)
    var parser = StatementParser(StatementTokens(statement), of: source)
    let body = parser.statement()
    expected = parser.expectedAtCursor
    switch body {
    case .select(let select): self.select = select
    case .explain(let explain): select = explain.select
    case .showSQL(let show): select = show.select
    default: break
    }
    qualifier = parser.qualifier(in: word.tokensBefore)
  }

  /// The tokens behind the cursor up to the end of the statement. A quote that stays open is left out.
  private static func tokens(of text: [UInt8], from start: Int) -> [Token] {
    text.withUnsafeBufferPointer { bytes in
      var lexer = Lexer(bytes)
      var tokens: [Token] = []
      while true {
        let token = lexer.next()
        switch token.kind {
        case .end, .unclosedText, .unclosedName, .unclosedComment: return tokens
        case .semicolon: if token.span.start >= start { return tokens }
        default: if token.span.start >= start { tokens.append(token) }
        }
      }
    }
  }
}

/// The word that ends at the cursor, and the tokens of its statement before it.
private struct WordAtCursor {
  var writing = CursorContext.Writing.word
  var typed = ""
  var start = 0
  var end: Int
  /// The quote that is open.
  var quote: UInt8?
  var isFirst = true
  var tokensBefore: [Token] = []

  /// A byte that continues any word or path and is no part of a keyword.
  private static let sentinel: UInt8 = 0xFF

  /// Reads the text up to the cursor with one more letter, so that a word is there in any case, and its kind tells
  /// what would be typed. Nil where that is nothing to complete.
  init?(_ text: ArraySlice<UInt8>) {
    end = text.count
    let probe = text + [WordAtCursor.sentinel]
    var last: Token?
    probe.withUnsafeBufferPointer { bytes in
      var lexer = Lexer(bytes)
      while true {
        let token = lexer.next()
        if token.kind == .end { return }
        isFirst = last == nil
        if let last, last.kind != .semicolon { tokensBefore.append(last) } else { tokensBefore = [] }
        last = token
      }
    }
    guard let last, last.span.end == probe.count else { return nil }
    start = last.span.start
    switch last.kind {
    case .word: break
    case .path: writing = .path
    case .unclosedText:
      writing = .text
      quote = UInt8(ascii: "'")
    case .unclosedName:
      writing = .quotedName
      quote = UInt8(ascii: "\"")
    default: return nil
    }
    let written = text[(text.startIndex + start + (quote == nil ? 0 : 1))...]
    typed = String(decoding: WordAtCursor.halved(written, quote), as: UTF8.self)
  }

  /// Text with each doubled quote made one.
  private static func halved(_ text: ArraySlice<UInt8>, _ quote: UInt8?) -> [UInt8] {
    var isSecond = false
    return text.filter { byte in
      isSecond = byte == quote && !isSecond
      return !(byte == quote && !isSecond)
    }
  }
}

extension StatementTokens {
  /// The tokens of a statement that is being typed, `.end` included.
  init(_ tokens: [Token]) {
    self.tokens = tokens
    span = tokens.first.map { $0.span.through(tokens[tokens.count - 1].span) } ?? SourceSpan(0, 0)
  }
}

extension StatementParser {
  /// The name that the last two tokens make a qualifier: `name.`
  fileprivate mutating func qualifier(in tokens: [Token]) -> String? {
    guard tokens.count >= 2, tokens[tokens.count - 1].kind == .dot else { return nil }
    let name = tokens[tokens.count - 2]
    return switch name.kind {
    case .word: text(of: name)
    case .quotedName: quotedText(of: name)
    default: nil
    }
  }
}
