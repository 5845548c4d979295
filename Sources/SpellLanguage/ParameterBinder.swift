import SpellCore

/// Puts values in the place of parameters. A value is never read as a part of the statement's text: `-` is a file of
/// that name, and quotes mean nothing. As a moment the word `now` is NOW.
package enum ParameterBinder {
  /// Returns the statement without parameters; where one has no value or an unfit one, it stays, and a diagnostic says
  /// so.
  package static func bind(
    _ statement: Statement, _ parameters: [String: String]
  ) -> (statement: Statement, diagnostics: [Diagnostic]) {
    var binding = Binding(parameters: parameters)
    let bound = bind(statement, &binding)
    let problems = binding.problems.sorted { $0.span.start < $1.span.start }
    return (bound, problems.map { LanguageMessages.diagnostic($0, in: statement.source) })
  }

  /// The parameters in a statement, and what each stands for at its first place: those that a binding without values
  /// misses.
  package static func kinds(in statement: Statement) -> [String: ParameterKind] {
    var binding = Binding(parameters: [:])
    _ = bind(statement, &binding)
    return binding.missing
  }

  private static func bind(_ statement: Statement, _ binding: inout Binding) -> Statement {
    var bound = statement
    switch statement.body {
    case .select(var select):
      binding.bind(&select)
      bound.body = .select(select)
    case .explain(var explain):
      binding.bind(&explain.select)
      bound.body = .explain(explain)
    case .profile(var profile):
      binding.bind(&profile)
      bound.body = .profile(profile)
    case .show(var show):
      show.like.mutate { binding.bind(&$0) }
      binding.bind(&show.output)
      bound.body = .show(show)
    case .showSQL(var show):
      binding.bind(&show.select)
      bound.body = .showSQL(show)
    case .check(var check):
      binding.bind(&check.output)
      bound.body = .check(check)
    case .importRows(var statement):
      binding.bind(&statement.path)
      binding.bind(&statement.reading)
      bound.body = .importRows(statement)
    case .set(var set):
      binding.bind(&set.value)
      bound.body = .set(set)
    case .describe: break
    }
    return bound
  }
}

/// One run over a statement.
private struct Binding {
  let parameters: [String: String]
  var problems: [ParserProblem] = []
  /// Parameters whose lack was reported.
  private(set) var missing: [String: ParameterKind] = [:]

  init(parameters: [String: String]) { self.parameters = parameters }

  // MARK: Values

  private mutating func value(of name: String, _ kind: ParameterKind, at span: SourceSpan) -> String? {
    if let value = parameters[name] { return value }
    if missing.updateValue(missing[name] ?? kind, forKey: name) == nil {
      problems.append(ParserProblem(fact: .missingParameter(name, given: parameters.keys.sorted()), span: span))
    }
    return nil
  }

  private mutating func unfit(_ name: String, _ value: String, _ expected: Expectation, at span: SourceSpan) {
    problems.append(ParserProblem(fact: .unfitParameter(name, value: value, expected), span: span))
  }

  mutating func bind(_ literal: inout Literal, as kind: ParameterKind = .value) {
    guard case .parameter(let name) = literal.value, let value = value(of: name, kind, at: literal.span) else { return }
    literal.value = .untyped(value)
  }

  mutating func bind(_ path: inout PathExpression) {
    guard case .parameter(let name) = path.value, let value = value(of: name, .path, at: path.span) else { return }
    if value.isEmpty || value.utf8.contains(0) {
      unfit(name, value, .path, at: path.span)
    } else {
      path.value = .file(value)
    }
  }

  mutating func bind(_ interval: inout IntervalExpression) {
    guard case .parameter(let name) = interval.value, let value = value(of: name, .duration, at: interval.span)
    else { return }
    if let length = withBytes(of: value, { IntervalText.parse($0) }) {
      interval.value = .interval(length)
    } else {
      unfit(name, value, .duration, at: interval.span)
    }
  }

  mutating func bind(_ count: inout IntegerExpression) {
    guard case .parameter(let name) = count.value, let value = value(of: name, .number, at: count.span) else { return }
    if let integer = Int(value), integer >= 0 {
      count.value = .integer(integer)
    } else {
      unfit(name, value, .count, at: count.span)
    }
  }

  // MARK: Parts

  mutating func bind(_ select: inout SelectStatement) {
    for index in select.items.indices { bind(&select.items[index]) }
    select.cut.mutate { bind(&$0.moment) }
    select.versions.mutate {
      bind(&$0.from)
      bind(&$0.to)
    }
    select.known.mutate { $0.instant.mutate { bind(&$0) } }
    select.within.mutate { bind(&$0) }
    select.labels.mutate {
      if case .file(var path) = $0.source {
        bind(&path)
        $0.source = .file(path)
      }
      bind(&$0.reading)
    }
    select.condition = select.condition.map { bound($0) }
    select.limit.mutate { bind(&$0) }
    select.offset.mutate { bind(&$0) }
    bind(&select.output)
  }

  private mutating func bind(_ item: inout SelectItem) {
    guard case .window(var window) = item.subject else { return }
    window.filter = window.filter.map { bound($0) }
    if case .interval(var length) = window.length {
      bind(&length)
      window.length = .interval(length)
    }
    item.subject = .window(window)
  }

  mutating func bind(_ profile: inout ProfileStatement) {
    profile.cut.mutate { bind(&$0.moment) }
    profile.condition = profile.condition.map { bound($0) }
    bind(&profile.output)
  }

  mutating func bind(_ output: inout OutputClause) { output.into.mutate { bind(&$0) } }

  mutating func bind(_ reading: inout FileReading) {
    reading.delimiter.mutate { bindDelimiter(&$0) }
    for index in reading.nulls.indices { bind(&reading.nulls[index]) }
  }

  private mutating func bindDelimiter(_ literal: inout Literal) {
    guard case .parameter(let name) = literal.value, let value = value(of: name, .value, at: literal.span) else {
      return
    }
    if let delimiter = FileReading.delimiter(value) {
      literal.value = .untyped(delimiter)
    } else {
      unfit(name, value, .delimiter, at: literal.span)
    }
  }

  private mutating func bind(_ moment: inout Moment) {
    if case .literal(var literal) = moment.base {
      bind(&literal, as: .moment)
      moment.base = .literal(literal)
      if case .untyped(let text) = literal.value, ParameterKind.isNow(text) { moment.base = .now(literal.span) }
    }
    moment.offset.mutate { bind(&$0.length) }
  }

  private mutating func bound(_ condition: Condition) -> Condition {
    switch condition {
    case .compare(let left, let comparison, let right): .compare(bound(left), comparison, bound(right))
    case .isIn(let operand, let values, let isNegated):
      .isIn(bound(operand), values.map { bound($0) }, isNegated: isNegated)
    case .isBetween(let operand, let low, let high, let isNegated):
      .isBetween(bound(operand), low: bound(low), high: bound(high), isNegated: isNegated)
    case .isLike(let operand, let pattern, let isNegated):
      .isLike(bound(operand), pattern: bound(pattern), isNegated: isNegated)
    case .isNull(let operand, let isNegated): .isNull(bound(operand), isNegated: isNegated)
    case .and(let left, let right): .and(bound(left), bound(right))
    case .or(let left, let right): .or(bound(left), bound(right))
    case .not(let inner): .not(bound(inner))
    }
  }

  private mutating func bound(_ operand: Operand) -> Operand {
    guard case .literal(var literal) = operand else { return operand }
    bind(&literal)
    return .literal(literal)
  }
}

extension Optional {
  /// Changes the value in place, if there is one.
  fileprivate mutating func mutate(_ body: (inout Wrapped) -> Void) {
    guard var value = self else { return }
    body(&value)
    self = value
  }
}
