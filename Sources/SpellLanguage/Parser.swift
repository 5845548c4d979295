import SpellCore

/// The statements of a text that are sound, and what is wrong with the others.
package struct ParsedScript: Sendable {
  package var statements: [Statement]
  /// In the order of the text.
  package var diagnostics: [Diagnostic]
}

/// Statement text to syntax trees. Never throws and never stops at the first problem: a statement with a problem is
/// left out, and parsing goes on.
package enum Parser {
  /// Bounds of one statement; beyond them it is refused.
  package enum Limits {
    package static let statementBytes = 1 << 20
    /// Parentheses and NOTs within each other.
    package static let nesting = 64
    /// Comparisons that AND and OR join, and so the height of the tree.
    package static let conditionTerms = 1_000
    /// Entries of one list.
    package static let items = 10_000
    /// Problems that are told.
    static let problemsOfStatement = 20
    static let problemsOfScript = 200
  }

  /// Parses all statements of a text.
  package static func parse(_ source: SourceText) -> ParsedScript {
    source.bytes.withUnsafeBufferPointer { bytes in
      var script = ParsedScript(statements: [], diagnostics: [])
      var lexer = Lexer(bytes)
      while let text = StatementTokens(&lexer) {
        let problems = parse(text, of: source, into: &script)
        script.diagnostics += problems.map { LanguageMessages.diagnostic($0, in: source) }
        if script.diagnostics.count >= Limits.problemsOfScript {
          let last = ParserProblem(fact: .beyond(.problems), span: text.span)
          script.diagnostics.append(LanguageMessages.diagnostic(last, in: source))
          break
        }
      }
      return script
    }
  }

  /// Parses a text that is a condition and nothing else; nil and problems if it is none.
  package static func condition(_ source: SourceText) -> (condition: Condition?, diagnostics: [Diagnostic]) {
    source.bytes.withUnsafeBufferPointer { bytes in
      var lexer = Lexer(bytes)
      guard let text = StatementTokens(&lexer) else { return (nil, []) }
      var parser = StatementParser(text, of: source)
      let condition = parser.condition()
      parser.expectEnd()
      return (
        parser.problems.isEmpty ? condition : nil,
        parser.problems.map { LanguageMessages.diagnostic($0, in: source) }
      )
    }
  }

  /// Parses one statement and appends it if it is sound; returns its problems.
  private static func parse(
    _ text: StatementTokens, of source: SourceText, into script: inout ParsedScript
  ) -> [ParserProblem] {
    guard let first = text.tokens.first else { return [] }
    if text.isTooLong && text.unclosed == nil {
      return [ParserProblem(fact: .beyond(.statementBytes), span: first.span)]
    }
    var parser = StatementParser(text, of: source)
    let body = parser.statement()
    guard let body, parser.problems.isEmpty else {
      return parser.problems.sorted { $0.span.start < $1.span.start }
    }
    script.statements.append(Statement(body: body, source: source, span: text.span))
    return []
  }
}

/// The tokens of one statement, its `;` left out and `.end` put last.
struct StatementTokens {
  var tokens: [Token] = []
  /// The token that runs to the end of the text because its quote or comment is not closed.
  var unclosed: Token?
  /// Longer than the limit; the tokens beyond it are left out.
  var isTooLong = false
  /// From the first token to the last, `.end` not counted.
  var span = SourceSpan(0, 0)

  /// Reads up to the next `;`, empty statements skipped; nil at the end of the text.
  init?(_ lexer: inout Lexer) {
    var token = lexer.next()
    while token.kind == .semicolon { token = lexer.next() }
    guard token.kind != .end else { return nil }
    span = token.span
    while token.kind != .semicolon && token.kind != .end {
      span = span.through(token.span)
      isTooLong = isTooLong || span.end - span.start > Parser.Limits.statementBytes
      switch token.kind {
      case .unclosedText, .unclosedName, .unclosedComment: unclosed = token
      default: if !isTooLong || tokens.isEmpty { tokens.append(token) }
      }
      token = lexer.next()
    }
    // An unclosed token that begins the statement stands for all of it.
    if tokens.isEmpty, let unclosed { span = unclosed.span }
    tokens.append(Token(.end, span.end, span.end))
  }
}
