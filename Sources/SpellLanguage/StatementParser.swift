import SpellCore

/// Reads one statement from its tokens: the cursor, and what all statements share. Each statement has a file of its
/// own under `Parsing`.
///
/// A function that finds a problem reports it and returns nil or what it has; a statement with a problem is dropped
/// as a whole, so no function needs to care what a half-read part looks like.
struct StatementParser {
  let source: SourceText
  private let tokens: [Token]
  /// The text ends within a quote or a comment, or the rest was given up: what is missing at the end needs no words.
  private var isCut: Bool
  private(set) var problems: [ParserProblem] = []
  /// The clauses that this statement may have, and where recovery stops.
  var clauseStarts: [Clause] = []
  private var index = 0
  private var depth = 0
  /// Separators that were looked for at the current token, so that a message can name them.
  private var missed: [Expectation] = []
  /// What was looked for at the cursor of a statement that is being typed.
  private(set) var expectedAtCursor: [Expectation] = []
  /// Something had to stand at the cursor; what recovery looks for there is no longer of interest.
  private var isCursorSettled = false

  init(_ text: StatementTokens, of source: SourceText) {
    self.source = source
    tokens = text.tokens
    isCut = text.unclosed != nil
    if let unclosed = text.unclosed {
      let suspect = tokens.first { $0.kind == .text && source.bytes[$0.span.start..<$0.span.end].contains(0x0A) }
      let opening = SourceSpan(unclosed.span.start, unclosed.span.start + (unclosed.kind == .unclosedComment ? 2 : 1))
      report(.unclosed(unclosed.kind, suspect: suspect?.span), at: opening)
    }
  }

  // MARK: Statements

  /// The words that begin a statement.
  static let heads: [Keyword] = [.select, .show, .describe, .explain, .profile, .check, .import, .set]

  mutating func statement() -> StatementBody? {
    let isSpelledRight = current.keyword != nil
    guard let head = keyword(of: StatementParser.heads, else: .statement) else { return nil }
    // A path after a misspelt IMPORT was not read as one, and a word that only resembles SELECT may be none: reading on
    // would report the same slip again.
    if !isSpelledRight && (head == .import || (head == .select && current.keyword != .features)) { return nil }
    return switch head {
    case .select: .select(selectStatement())
    case .show: showStatement()
    case .describe: describeStatement().map { .describe($0) }
    case .explain: explainStatement().map { .explain($0) }
    case .profile: .profile(profileStatement())
    case .check: .check(checkStatement())
    case .import: importStatement().map { .importRows($0) }
    default: setStatement().map { .set($0) }
    }
  }

  // MARK: The cursor

  var current: Token { tokens[index] }
  var next: Token { tokens[min(index + 1, tokens.count - 1)] }
  var previousSpan: SourceSpan { tokens[max(0, index - 1)].span }
  var isAtEnd: Bool { current.kind == .end }

  mutating func advance() {
    index = min(index + 1, tokens.count - 1)
    missed = []
  }

  /// Gives the rest of the statement up.
  mutating func abandon() {
    index = tokens.count - 1
    isCut = true
  }

  mutating func accept(_ kind: Token.Kind) -> Bool {
    guard current.kind == kind else { return false }
    advance()
    return true
  }

  mutating func accept(_ keyword: Keyword) -> Bool {
    guard current.keyword == keyword else {
      noteAtCursor(.keyword(keyword))
      return false
    }
    advance()
    return true
  }

  /// Like `accept`, but a message about the current token names what was looked for.
  mutating func acceptSeparator(_ kind: Token.Kind, _ expectation: Expectation) -> Bool {
    if accept(kind) { return true }
    missed.append(expectation)
    return false
  }

  mutating func acceptSeparator(_ keyword: Keyword) -> Bool {
    if accept(keyword) { return true }
    missed.append(.keyword(keyword))
    return false
  }

  mutating func expect(_ kind: Token.Kind, _ symbol: String) -> Bool {
    if accept(kind) { return true }
    unexpected(.symbol(symbol))
    return false
  }

  /// Takes a keyword; a word that resembles it is reported and taken for it.
  @discardableResult
  mutating func expect(_ keyword: Keyword) -> Bool { self.keyword(of: [keyword]) != nil }

  /// Takes one of some keywords; a word that resembles one is reported and taken for it.
  mutating func keyword(of keywords: [Keyword], else expectation: Expectation? = nil) -> Keyword? {
    if let keyword = current.keyword, keywords.contains(keyword) {
      advance()
      return keyword
    }
    for keyword in keywords { noteAtCursor(.keyword(keyword)) }
    guard let guess = unexpected(expectation.map { [$0] } ?? keywords.map { .keyword($0) }, candidates: keywords) else {
      return nil
    }
    advance()
    return guess
  }

  /// Notes what could stand at the cursor, if it is here.
  mutating func noteAtCursor(_ expectation: Expectation) {
    if current.kind == .cursor, !isCursorSettled, !expectedAtCursor.contains(expectation) {
      expectedAtCursor.append(expectation)
    }
  }

  // MARK: Problems

  mutating func report(_ fact: ParserProblem.Fact, at span: SourceSpan) {
    problems.append(ParserProblem(fact: fact, span: span))
    if problems.count >= Parser.Limits.problemsOfStatement { abandon() }
  }

  mutating func unexpected(_ expected: Expectation...) { unexpected(expected, candidates: []) }

  /// Reports the current token, once; returns the keyword that was probably meant.
  @discardableResult
  mutating func unexpected(_ expected: [Expectation], candidates: [Keyword]) -> Keyword? {
    let token = current
    for expectation in expected { noteAtCursor(expectation) }
    isCursorSettled = isCursorSettled || token.kind == .cursor
    if isCut && isAtEnd { return nil }
    if let last = problems.last, last.span == token.span { return nil }
    let text = source.text(token.span)
    let guess = token.kind == .word ? Keyword.nearest(to: text, among: candidates) : nil
    let found = ParserProblem.Found(kind: token.kind, keyword: token.keyword, text: text)
    report(.expected(missed + expected, found: found, guess: guess), at: token.span)
    return guess
  }

  /// Runs a part that may contain itself, up to the limit on nesting.
  mutating func nested<R>(_ body: (inout StatementParser) -> R?) -> R? {
    guard depth < Parser.Limits.nesting else {
      report(.beyond(.nesting), at: current.span)
      abandon()
      return nil
    }
    depth += 1
    defer { depth -= 1 }
    return body(&self)
  }

  // MARK: Clauses and lists

  /// Reads the clauses of `clauseStarts` in any order to the end of the statement; `body` stands at a clause's first
  /// word.
  mutating func clauses(_ body: (inout StatementParser, Clause) -> Void) {
    var seen: [Clause: SourceSpan] = [:]
    var open: [Clause] { clauseStarts.filter { seen[$0] == nil && $0.excluded.allSatisfy { seen[$0] == nil } } }
    var passedCursor = false
    while !isAtEnd {
      let start = index
      if current.kind == .cursor {
        passedCursor = !isCursorSettled
        isCursorSettled = true
      } else if let clause = clause(of: clauseStarts) ?? unknownClause(open) {
        note(clause, &seen)
        body(&self, clause)
      } else {
        skipToClause()
      }
      if index == start { advance() }
    }
    // Only now is it known which clauses stand behind the cursor.
    if passedCursor { expectedAtCursor.append(.clause(open)) }
  }

  /// The clause that the current token begins. `WITH` alone stands for the first clause that it may begin.
  func clause(of allowed: [Clause]) -> Clause? {
    guard let keyword = current.keyword, current.kind == .word else { return nil }
    let candidates = allowed.filter { $0.keywords[0] == keyword }
    if keyword == .as && next.keyword != .of && next.kind != .cursor { return nil }
    return candidates.first { $0.keywords.count > 1 && $0.keywords[1] == next.keyword } ?? candidates.first
  }

  /// Notes where a clause stands and reports one that stands already.
  mutating func note(_ clause: Clause, _ seen: inout [Clause: SourceSpan]) {
    if let first = seen[clause] {
      report(.repeatedClause(clause, first: first), at: current.span)
    } else if let excluded = clause.excluded.first(where: { seen[$0] != nil }), let first = seen[excluded] {
      report(.excludedClause(clause, by: excluded, first: first), at: current.span)
    } else {
      seen[clause] = current.span
    }
  }

  /// Reports what is no clause; returns the one that was probably meant, unless it begins with a path, which was not
  /// read as one.
  private mutating func unknownClause(_ open: [Clause]) -> Clause? {
    let expected: [Expectation] = open.isEmpty ? [.end] : [.clause(open)]
    let guess = unexpected(expected, candidates: open.map { $0.keywords[0] })
    return open.first { $0.keywords[0] == guess && $0 != .join && $0 != .into }
  }

  mutating func skipToClause() {
    while !isAtEnd && current.kind != .cursor && clause(of: clauseStarts) == nil { advance() }
  }

  /// Reports what follows a whole statement.
  mutating func expectEnd() {
    if !isAtEnd { unexpected(.end) }
  }

  /// Reads elements with commas between them. An element that cannot be read is skipped.
  mutating func list<T>(_ element: (inout StatementParser) -> T?) -> [T] {
    var result: [T] = []
    repeat {
      if result.count == Parser.Limits.items {
        report(.beyond(.items), at: current.span)
        abandon()
        return result
      }
      if let read = element(&self) {
        result.append(read)
      } else {
        skipElement()
      }
    } while acceptSeparator(.comma, .symbol(","))
    return result
  }

  private mutating func skipElement() {
    while !isAtEnd && clause(of: clauseStarts) == nil {
      if current.kind == .comma || current.kind == .rightParenthesis { return }
      advance()
    }
  }
}
