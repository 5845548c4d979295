import SpellCore

/// Statements as canonical text on one line: keywords in capitals, clauses in the order of the reference, names quoted
/// only where they must be, paths always. Parsing the text gives the same statement again. A bound parameter
/// (`.untyped`) is printed as a text.
package enum StatementPrinter {
  package static func text(_ statement: StatementBody) -> String {
    switch statement {
    case .select(let select): return text(select)
    case .show(let show):
      var parts = ["SHOW", show.subject.rawValue.uppercased()]
      if let group = show.group { parts += ["IN", name(group)] }
      if let like = show.like { parts += ["LIKE", text(like)] }
      return (parts + words(show.output)).joined(separator: " ")
    case .showSQL(let show): return "SHOW SQL FOR " + text(show.select)
    case .describe(let describe):
      return "DESCRIBE " + text(ColumnReference(qualifier: describe.qualifier, name: describe.name))
    case .explain(let explain): return (explain.isAnalyzed ? "EXPLAIN ANALYZE " : "EXPLAIN ") + text(explain.select)
    case .profile(let profile):
      var parts = ["PROFILE", list(profile.items, text)]
      if let cut = profile.cut { parts += words(cut) }
      if let condition = profile.condition { parts += ["WHERE", text(condition)] }
      return (parts + words(profile.output)).joined(separator: " ")
    case .check(let check):
      var parts = ["CHECK"]
      if !check.groups.isEmpty { parts.append(list(check.groups, name)) }
      if check.isDeep { parts.append("DEEP") }
      return (parts + words(check.output)).joined(separator: " ")
    case .importRows(let statement):
      var parts = ["IMPORT", text(statement.path), "INTO", name(statement.group)]
      if let mode = statement.mode { parts.append(mode.rawValue.uppercased()) }
      return (parts + words(statement.reading)).joined(separator: " ")
    case .set(let set): return "SET \(name(set.name)) = \(text(set.value))"
    }
  }

  private static func text(_ select: SelectStatement) -> String {
    var parts = ["SELECT FEATURES", list(select.items, text)]
    if let cut = select.cut { parts += words(cut) }
    if let versions = select.versions { parts += ["VERSIONS FROM", text(versions.from), "TO", text(versions.to)] }
    if let known = select.known {
      parts.append("KNOWN")
      if let instant = known.instant { parts += ["AT", text(instant)] }
    }
    if let within = select.within { parts += ["WITHIN", text(within)] }
    if let labels = select.labels { parts += ["JOIN", text(labels.source)] + words(labels.reading) }
    if !select.keyMappings.isEmpty {
      parts += ["ON", list(select.keyMappings) { "\(text($0.key)) = \(name($0.column))" }]
    }
    if let condition = select.condition { parts += ["WHERE", text(condition)] }
    if !select.order.isEmpty {
      parts += ["ORDER BY", list(select.order) { text($0.column) + ($0.isDescending ? " DESC" : "") }]
    }
    if let limit = select.limit { parts += ["LIMIT", text(limit)] }
    if let offset = select.offset { parts += ["OFFSET", text(offset)] }
    if select.withTimestamps { parts.append("WITH TIMESTAMPS") }
    if select.withFullNames { parts.append("WITH FULL NAMES") }
    return (parts + words(select.output)).joined(separator: " ")
  }

  private static func text(_ item: SelectItem) -> String {
    var result =
      switch item.subject {
      case .name(let subject): name(subject)
      case .feature(let group, let feature): "\(name(group)).\(name(feature))"
      case .all(let group): "\(name(group)).*"
      case .window(let window): text(window)
      }
    if let alias = item.alias { result += " AS \(name(alias))" }
    if !item.except.isEmpty { result += " EXCEPT (\(list(item.except, text)))" }
    return result
  }

  private static func text(_ window: WindowExpression) -> String {
    let argument =
      switch window.argument {
      case .rows: "*"
      case .feature(let reference): text(reference)
      }
    let filter = window.filter.map { " FILTER (WHERE \(text(of: $0)))" } ?? ""
    let length =
      switch window.length {
      case .all: "ALL"
      case .interval(let interval): text(interval)
      }
    let group = window.group.map { " IN \(name($0))" } ?? ""
    return "\(window.function.text)(\(argument))\(filter) OVER \(length)\(group)"
  }

  // MARK: Clauses

  private static func words(_ cut: MomentCut) -> [String] { [cut.isStrict ? "BEFORE" : "AS OF", text(cut.moment)] }

  private static func words(_ reading: FileReading) -> [String] {
    var parts: [String] = []
    if let delimiter = reading.delimiter {
      parts += ["DELIMITER", delimiter.value == .text("\t") ? "'\\t'" : text(delimiter)]
    }
    if !reading.nulls.isEmpty { parts += ["NULL", list(reading.nulls, text)] }
    if let unit = reading.timeUnit { parts += ["TIME", unit.text] }
    return parts
  }

  private static func words(_ output: OutputClause) -> [String] {
    var parts: [String] = []
    if let format = output.format { parts += ["FORMAT", name(format)] }
    if let path = output.into { parts += ["INTO", text(path)] }
    if output.overwrites { parts.append("OVERWRITE") }
    return parts
  }

  private static func text(_ moment: Moment) -> String {
    let base =
      switch moment.base {
      case .literal(let literal): text(literal)
      case .now: "NOW"
      case .column(let column): name(column)
      }
    guard let offset = moment.offset else { return base }
    return "\(base) \(offset.isNegative ? "-" : "+") \(text(offset.length))"
  }

  // MARK: Conditions

  /// How tightly a condition binds; a part that binds less than its place stands in parentheses.
  private enum Binding: Int { case or, and, not }

  package static func text(of condition: Condition) -> String { text(condition) }

  private static func text(_ condition: Condition, in place: Binding = .or) -> String {
    switch condition {
    case .compare(let left, let comparison, let right):
      return "\(text(left)) \(comparison.rawValue) \(text(right))"
    case .isIn(let operand, let values, let isNegated):
      return "\(text(operand))\(negation(isNegated)) IN (\(list(values, text)))"
    case .isBetween(let operand, let low, let high, let isNegated):
      return "\(text(operand))\(negation(isNegated)) BETWEEN \(text(low)) AND \(text(high))"
    case .isLike(let operand, let pattern, let isNegated):
      return "\(text(operand))\(negation(isNegated)) LIKE \(text(pattern))"
    case .isNull(let operand, let isNegated): return "\(text(operand)) IS\(negation(isNegated)) NULL"
    case .not(let inner): return "NOT " + text(inner, in: .not)
    case .and(let left, let right):
      return parenthesized("\(text(left, in: .and)) AND \(text(right, in: .not))", if: place == .not)
    case .or(let left, let right):
      return parenthesized("\(text(left, in: .or)) OR \(text(right, in: .and))", if: place != .or)
    }
  }

  private static func negation(_ isNegated: Bool) -> String { isNegated ? " NOT" : "" }

  private static func parenthesized(_ text: String, if isNeeded: Bool) -> String { isNeeded ? "(\(text))" : text }

  private static func text(_ operand: Operand) -> String {
    switch operand {
    case .column(let column): text(column)
    case .literal(let literal): text(literal)
    }
  }

  // MARK: Leaves

  private static func text(_ literal: Literal) -> String {
    switch literal.value {
    case .text(let text), .untyped(let text): QuotedText.literal(text)
    case .number(let number): number
    case .bool(let bool): bool ? "true" : "false"
    case .null: "NULL"
    case .parameter(let parameter): ":\(parameter)"
    }
  }

  private static func text(_ path: PathExpression) -> String {
    switch path.value {
    case .file(let file): QuotedText.literal(file)
    case .standardStream: "-"
    case .parameter(let parameter): ":\(parameter)"
    }
  }

  private static func text(_ labels: LabelClause.Source) -> String {
    switch labels {
    case .file(let path): text(path)
    case .table(let table): "TABLE " + table.parts.map(name).joined(separator: ".")
    }
  }

  private static func text(_ interval: IntervalExpression) -> String {
    switch interval.value {
    case .interval(let interval): IntervalText.text(interval)
    case .parameter(let parameter): ":\(parameter)"
    }
  }

  private static func text(_ count: IntegerExpression) -> String {
    switch count.value {
    case .integer(let integer): String(integer)
    case .parameter(let parameter): ":\(parameter)"
    }
  }

  private static func text(_ reference: ColumnReference) -> String {
    (reference.qualifier.map { name($0) + "." } ?? "") + name(reference.name)
  }

  private static func name(_ name: Name) -> String { self.name(name.text) }

  /// A name, quoted if it must be.
  package static func name(_ text: String) -> String { isPlain(text) ? text : QuotedText.name(text) }

  /// Whether a text is read as one path without quotes around it.
  package static func isBarePath(_ text: String) -> Bool {
    withBytes(of: "JOIN " + text) { bytes in
      var lexer = Lexer(bytes)
      let join = lexer.next()
      let token = lexer.next()
      return text != "-" && token.kind == .path && token.span == SourceSpan(join.span.end + 1, bytes.count)
    }
  }

  /// Whether the lexer reads a text as one word that is no keyword.
  private static func isPlain(_ text: String) -> Bool {
    withBytes(of: text) { bytes in
      var lexer = Lexer(bytes)
      let token = lexer.next()
      return token.kind == .word && token.span == SourceSpan(0, bytes.count) && token.keyword == nil
    }
  }

  private static func list<T>(_ elements: [T], _ text: (T) -> String) -> String {
    elements.map(text).joined(separator: ", ")
  }
}
