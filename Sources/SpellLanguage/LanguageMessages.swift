import SpellCore

/// The words for what is wrong with a statement.
enum LanguageMessages {
  static func diagnostic(_ problem: ParserProblem, in source: SourceText) -> Diagnostic {
    var diagnostic = diagnostic(problem.fact, in: source)
    diagnostic.location = SourceLocation(source: source, span: problem.span)
    return diagnostic
  }

  private static func diagnostic(_ fact: ParserProblem.Fact, in source: SourceText) -> Diagnostic {
    switch fact {
    case .expected(let expected, let found, let guess): return unexpected(expected, found, guess)
    case .unclosed(let kind, let suspect): return unclosed(kind, suspect, in: source)
    case .repeatedClause(let clause, let first):
      return Diagnostic(
        code: "repeated-clause", "\(clause.text) is given twice", notes: [place("the first", first, in: source)],
        help: "keep one of them")
    case .excludedClause(let clause, let other, let first):
      return Diagnostic(
        code: "repeated-clause", "\(clause.text) cannot stand beside \(other.text)",
        notes: [place(other.text, first, in: source)], help: "keep one of them")
    case .aliasOfSeveral:
      return Diagnostic(
        code: "invalid-alias", "an alias names one feature, not several",
        help: "name the features one by one, or use WITH FULL NAMES")
    case .exceptOfOne:
      return Diagnostic(
        code: "invalid-except", "EXCEPT follows `group.*` or a feature set, not one feature", help: "remove EXCEPT")
    case .windowWithoutAlias:
      return Diagnostic(
        code: "no-alias", "the column of a window has no name", help: "name it with AS, after the window")
    case .unknownFunction(let name):
      let known = AggregateFunction.allCases.map(\.text)
      return Diagnostic(
        code: "unknown-function", "no function `\(shown(name))`",
        label: Suggestion.question(name.uppercased(), among: known),
        notes: ["functions of a window: \(known.joined(separator: ", "))"])
    case .starOfFunction(let function):
      return Diagnostic(
        code: "invalid-argument", "\(function.text) takes a feature; only COUNT counts rows",
        help: "write \(function.text)(feature), or COUNT(*)")
    case .rowsOfNoGroup:
      return Diagnostic(
        code: "no-group", "`*` does not say of which group the rows are", help: "write IN group after the window")
    case .knownAtColumn(let name):
      return Diagnostic(
        code: "known-at-column", "KNOWN AT takes an instant, and `\(shown(name))` is a name",
        help: "write a time in quotes, NOW or a parameter; KNOWN alone goes by the moment of each row")
    case .invalidDuration(let text):
      return Diagnostic(
        code: "invalid-duration", "`\(shown(text))` is not a duration", help: durationHelp)
    case .invalidCount(let text):
      return Diagnostic(
        code: "invalid-count", "`\(shown(text))` is not a number of rows", help: "write a whole number, zero or more")
    case .invalidDelimiter(let text):
      return Diagnostic(
        code: "invalid-delimiter", "`\(shown(text))` is not a delimiter", help: delimiterHelp)
    case .fileClauseOfTable(let clause):
      return Diagnostic(
        code: "file-clause", "\(clause.text) says how a file is written, and the labels are a table",
        help: "remove \(clause.text); a table has columns and NULLs of its own")
    case .emptyName: return Diagnostic(code: "empty-name", "a name has at least one character")
    case .emptyPath: return Diagnostic(code: "empty-path", "a path has at least one character")
    case .invalidText:
      return Diagnostic(
        code: "invalid-text", "the text holds bytes that are not UTF-8, or a zero byte", help: "save the text as UTF-8")
    case .beyond(let limit): return beyond(limit)
    case .missingParameter(let name, let given): return missingParameter(name, given)
    case .unfitParameter(let name, let value, let expected): return unfitParameter(name, value, expected)
    }
  }

  private static func beyond(_ limit: ParserProblem.Limit) -> Diagnostic {
    switch limit {
    case .statementBytes:
      Diagnostic(
        code: "statement-too-long",
        "the statement that begins here is longer than \(Parser.Limits.statementBytes) bytes",
        help: "put long lists of values into a file and JOIN it; a `;` may be missing too")
    case .nesting:
      Diagnostic(
        code: "nesting-too-deep", "parentheses and NOT stand more than \(Parser.Limits.nesting) deep")
    case .conditionTerms:
      Diagnostic(
        code: "too-many-conditions", "a condition has at most \(Parser.Limits.conditionTerms) comparisons",
        help: "use IN (…) for many values of one column")
    case .items:
      Diagnostic(
        code: "too-many-items", "a list has at most \(Parser.Limits.items) entries",
        help: "put long lists of values into a file and JOIN it")
    case .problems:
      Diagnostic(code: "too-many-problems", "the text has too many problems; what follows was not read")
    }
  }

  private static func missingParameter(_ name: String, _ given: [String]) -> Diagnostic {
    let known = given.isEmpty ? "no parameters are given" : "given: \(given.map { ":\($0)" }.joined(separator: ", "))"
    return Diagnostic(
      code: "missing-parameter", "parameter `:\(name)` has no value",
      label: Suggestion.question(name, among: given, prefix: ":"), notes: [known],
      help: "give it with --param \(name)=VALUE, or \\set :\(name) VALUE in the shell")
  }

  private static func unfitParameter(_ name: String, _ value: String, _ expected: Expectation) -> Diagnostic {
    let help: String? =
      switch expected {
      case .duration: durationHelp
      case .delimiter: delimiterHelp
      default: nil
      }
    return Diagnostic(
      code: "invalid-parameter",
      "parameter `:\(name)` must be \(text(expected)) here, and its value is `\(shown(value))`", help: help)
  }

  // MARK: Something else was expected

  private static func unexpected(
    _ expected: [Expectation], _ found: ParserProblem.Found, _ guess: Keyword?
  ) -> Diagnostic {
    var diagnostic = Diagnostic(
      code: "syntax", "expected \(alternatives(expected.map(text))), found \(text(found))",
      label: guess.map { "did you mean `\($0.text)`?" })
    for case .clause(let clauses) in expected {
      diagnostic.notes.append("clauses that may stand here: \(clauses.map(\.text).joined(separator: ", "))")
    }
    if expected.contains(.statement) {
      let statements = StatementParser.heads.map { $0 == .select ? "SELECT FEATURES" : $0.text }
      diagnostic.notes.append("statements: \(statements.joined(separator: ", "))")
    }
    diagnostic.help = help(expected, found)
    return diagnostic
  }

  /// One thing to do about the commonest slips.
  private static func help(_ expected: [Expectation], _ found: ParserProblem.Found) -> String? {
    let isName = expected.contains { names.contains($0) }
    switch found.kind {
    case .bareDate: return "a time is written in single quotes: '\(shown(found.text))'"
    case .star where expected.contains(.feature): return "all features of a group are `group.*`"
    case .star where expected.contains(.keyword(.features)): return "write SELECT FEATURES and the features after it"
    case .equal where expected.contains(.value): return "equality is written with one `=`"
    case .text where expected.contains(.duration): return "a duration is written without quotes"
    case .numberWord where expected.contains(.moment) || expected.contains(.instant):
      return "a duration is added to a time, as in NOW - 90s"
    case .text where expected.contains(.table): return "a file is joined without TABLE"
    case .end where expected.contains(.table): return "a file called TABLE is written 'TABLE'"
    case .text where isName: return "names are written bare or in double quotes, texts in single quotes"
    case .quotedName where expected.contains(.path) || expected.contains(.text):
      return "texts and paths are written in single quotes, names in double quotes"
    case .word where expected.contains(.path): return "a file of this name is written '\(shown(found.text))'"
    case .word where isName && found.keyword != nil:
      return "a name that is also a keyword is written in double quotes: \"\(shown(found.text))\""
    case .numberWord where isName:
      return "a name that begins with a digit is written in double quotes: \"\(shown(found.text))\""
    case .invalid where expected.contains(.path) || expected.contains(.text) || expected.contains(.end):
      return "a value with such characters is written in single quotes"
    case .word where expected.contains(.comparison), .end where expected.contains(.comparison):
      return "a bool is compared like any other value: … = true"
    default: return nil
    }
  }

  private static let names: [Expectation] = [
    .feature, .featureName, .argument, .alias, .group, .labelColumn, .key, .column, .nameToDescribe, .condition,
    .moment, .format,
    .setting, .table,
  ]

  private static func text(_ expectation: Expectation) -> String {
    switch expectation {
    case .statement: "a statement"
    case .keyword(let keyword): keyword.text
    case .symbol(let symbol): "`\(symbol)`"
    case .clause: "a clause"
    case .withPart: "TIMESTAMPS or FULL NAMES"
    case .feature: "a feature, `group.*` or a feature set"
    case .featureName, .exception: "the name of a feature"
    case .argument: "a feature or `*`"
    case .alias: "an alias"
    case .group: "the name of a group"
    case .labelColumn: "a label column"
    case .key: "a key"
    case .column: "a column"
    case .nameToDescribe: "the name of a group, a feature, an entity or a set"
    case .format: "the name of a format"
    case .setting: "the name of a setting"
    case .condition: "a condition"
    case .comparison: "=, <>, <, <=, >, >=, IN, BETWEEN, LIKE or IS"
    case .value: "a value or a column"
    case .settingValue: "a value"
    case .text: "a text in single quotes"
    case .path: "a path"
    case .table: "the name of a table"
    case .duration: "a duration such as 90s"
    case .moment: "a time in single quotes, NOW, a number or a label column"
    case .instant: "a time in single quotes, NOW or a number"
    case .count: "a number of rows"
    case .delimiter: "a delimiter such as ';'"
    case .timeUnit: alternatives(FileReading.timeUnits)
    case .end: "the end of the statement"
    }
  }

  private static func text(_ found: ParserProblem.Found) -> String {
    switch found.kind {
    case .end: return "the end of the statement"
    case .text: return "the text \(shown(found.text))"
    case .invalid:
      guard let scalar = found.text.unicodeScalars.first else { return "a character that is not UTF-8" }
      let isVisible = scalar.value > 0x20 && scalar.value < 0x7F
      let isQuote = (0x2018...0x201F).contains(scalar.value)
      if isQuote { return "`\(scalar)`, which is not a straight quote" }
      return isVisible ? "`\(scalar)`" : "the character \(VisibleText.codePoint(scalar))"
    default: return "`\(shown(found.text))`"
    }
  }

  private static func unclosed(_ kind: Token.Kind, _ suspect: SourceSpan?, in source: SourceText) -> Diagnostic {
    let notes = suspect.map {
      [place("a text of the same statement that spans lines", $0, in: source) + "; its quote may be missing there"]
    }
    switch kind {
    case .unclosedComment:
      return Diagnostic(
        code: "unclosed-comment", "the comment that begins here is never closed", help: "close it with */")
    case .unclosedName:
      return Diagnostic(
        code: "unclosed-quote", "the quoted name that begins here is never closed", notes: notes ?? [],
        help: "close it with \"")
    default:
      return Diagnostic(
        code: "unclosed-quote", "the text that begins here is never closed", notes: notes ?? [],
        help: "close it with '; a quote inside a text is doubled")
    }
  }

  // MARK: Parts

  private static let durationHelp = "a duration is a whole number and a unit: 500ms 90s 15m 12h 7d 2w"
  private static let delimiterHelp = "a delimiter is one ASCII character such as ',' or ';', or '\\t' for a tab"

  private static func place(_ what: String, _ span: SourceSpan, in source: SourceText) -> String {
    "\(what) is at \(SourceLocation(source: source, span: span).place)"
  }

  /// `a, b or c`
  private static func alternatives(_ words: [String]) -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }

  /// A text short enough for a message.
  private static func shown(_ text: String) -> String {
    let limit = 60
    return text.unicodeScalars.count <= limit ? text : String(text.unicodeScalars.prefix(limit)) + "…"
  }
}
