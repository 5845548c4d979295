import SpellCore

/// Paths, how a file is read, and where a result goes.
extension StatementParser {
  mutating func path() -> PathExpression? {
    let token = current
    switch token.kind {
    case .path:
      guard let text = text(of: token) else { return nil }
      advance()
      return PathExpression(text == "-" ? .standardStream : .file(text), span: token.span)
    case .text:
      guard let text = quotedText(of: token) else { return nil }
      if text.isEmpty { report(.emptyPath, at: token.span) }
      advance()
      return PathExpression(.file(text), span: token.span)
    case .parameter: return parameter().map { PathExpression(.parameter($0), span: token.span) }
    default:
      unexpected(.path)
      return nil
    }
  }

  /// `JOIN path [DELIMITER ';'] [NULL 'NA', …] [TIME unix_s]` or `JOIN TABLE name [TIME unix_s]`.
  mutating func labelClause() -> LabelClause? {
    advance()
    let isTable = accept(.table)
    guard let source = isTable ? table().map({ .table($0) }) : path().map({ LabelClause.Source.file($0) }) else {
      return nil
    }
    var labels = LabelClause(source: source)
    let fitting = isTable ? Clause.ofLabelTable : Clause.ofLabels
    var seen: [Clause: SourceSpan] = [:]
    while let clause = clause(of: Clause.ofLabels) {
      if !fitting.contains(clause) { report(.fileClauseOfTable(clause), at: current.span) }
      note(clause, &seen)
      readingClause(clause, &labels.reading)
    }
    noteAtCursor(.clause(fitting.filter { seen[$0] == nil }))
    return labels
  }

  /// DELIMITER, NULL or TIME; stands at its first word.
  mutating func readingClause(_ clause: Clause, _ reading: inout FileReading) {
    advance()
    switch clause {
    case .delimiter: reading.delimiter = delimiter()
    case .nulls: reading.nulls = list { $0.textLiteral(.text) }
    default: reading.timeUnit = timeUnit()
    }
  }

  private mutating func delimiter() -> Literal? {
    let span = current.span
    if accept(.tab) { return Literal(.text("\t"), span: span) }
    guard let literal = textLiteral(.delimiter) else { return nil }
    guard case .text(let text) = literal.value else { return literal }
    guard let delimiter = FileReading.delimiter(text) else {
      report(.invalidDelimiter(text), at: span)
      return nil
    }
    return Literal(.text(delimiter), span: span)
  }

  private mutating func timeUnit() -> Name? {
    let token = current
    let written = source.text(token.span).lowercased()
    guard token.kind == .word, FileReading.timeUnits.contains(written) else {
      unexpected(.timeUnit)
      return nil
    }
    advance()
    return Name(written, span: token.span)
  }

  /// FORMAT or `INTO path [OVERWRITE]`; stands at its first word.
  mutating func outputClause(_ clause: Clause, _ output: inout OutputClause) {
    advance()
    if clause == .format {
      output.format = name(.format)
    } else {
      output.into = path()
      output.overwrites = accept(.overwrite)
    }
  }
}

extension FileReading {
  /// What TIME takes.
  package static let timeUnits = [TimestampStorage.unixSeconds, .unixMilliseconds, .unixMicroseconds].map(\.rawValue)

  /// The delimiter that a text names: one ASCII character that is no quote and no line end, or `\t`.
  static func delimiter(_ text: String) -> String? {
    if text == "\\t" { return "\t" }
    guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x7F, byte >= 0x20 || byte == 0x09 else {
      return nil
    }
    return byte == UInt8(ascii: "\"") ? nil : text
  }
}
