import SpellCore

/// SELECT FEATURES.
extension StatementParser {
  /// Stands after SELECT.
  mutating func selectStatement() -> SelectStatement {
    expect(.features)
    var select = SelectStatement(items: [])
    clauseStarts = Clause.ofSelect
    select.items = items()
    clauses { $0.selectClause($1, &select) }
    return select
  }

  /// What a statement is about: features, groups and sets.
  mutating func items() -> [SelectItem] { list { $0.item() } }

  private mutating func selectClause(_ clause: Clause, _ select: inout SelectStatement) {
    switch clause {
    case .asOf, .before: select.cut = momentCut(clause)
    case .versions: select.versions = versionsClause()
    case .known: select.known = knownClause()
    case .within:
      advance()
      select.within = interval()
    case .join: select.labels = labelClause()
    case .on:
      advance()
      select.keyMappings = list { $0.keyMapping() }
    case .where:
      advance()
      select.condition = condition()
    case .orderBy:
      advance()
      expect(.by)
      select.order = list { $0.orderTerm() }
    case .limit:
      advance()
      select.limit = count()
    case .offset:
      advance()
      select.offset = count()
    case .withTimestamps, .withFullNames:
      advance()
      switch keyword(of: [.timestamps, .full], else: .withPart) {
      case .timestamps: select.withTimestamps = true
      case .full: select.withFullNames = expect(.names)
      default: break
      }
    default: outputClause(clause, &select.output)
    }
  }

  /// A feature, `group.feature`, `group.*` or a set, perhaps with an alias or exceptions.
  private mutating func item() -> SelectItem? {
    guard let subject = itemSubject() else { return nil }
    var item = SelectItem(subject: subject)
    if case .all = subject {} else { noteAtCursor(.keyword(.as)) }
    if subject.maybeSeveral { noteAtCursor(.keyword(.except)) }
    if current.keyword == .as && next.keyword != .of {
      let start = current.span
      advance()
      noteAtCursor(.keyword(.of))
      guard let alias = name(.alias) else { return nil }
      item.alias = alias
      if case .all = subject { report(.aliasOfSeveral, at: start.through(alias.span)) }
    } else if case .window(let window) = subject {
      report(.windowWithoutAlias, at: window.span)
    }
    if current.keyword == .except {
      let start = current.span
      advance()
      guard expect(.leftParenthesis, "(") else { return nil }
      item.except = list { $0.columnReference(.exception(of: subject)) }
      guard expect(.rightParenthesis, ")") else { return nil }
      let span = start.through(previousSpan)
      if !subject.maybeSeveral { report(.exceptOfOne, at: span) }
      if item.alias != nil { report(.aliasOfSeveral, at: span) }
    }
    return item
  }

  private mutating func itemSubject() -> SelectItem.Subject? {
    if current.kind == .word && next.kind == .leftParenthesis { return windowExpression().map { .window($0) } }
    // A clause word before a dot can only be the name of a group.
    guard let first = name(.feature, allowsClauseWords: next.kind == .dot) else { return nil }
    guard accept(.dot) else { return .name(first) }
    noteAtCursor(.symbol("*"))
    if accept(.star) { return .all(group: first) }
    return name(.featureName, allowsClauseWords: true).map { .feature(group: first, feature: $0) }
  }

  /// `key = label_column`.
  private mutating func keyMapping() -> KeyMapping? {
    guard let key = columnReference(.key), expect(.equal, "="), let column = name(.labelColumn) else { return nil }
    return KeyMapping(key: key, column: column)
  }

  private mutating func orderTerm() -> OrderTerm? {
    guard let column = columnReference(.column) else { return nil }
    if accept(.desc) { return OrderTerm(column: column, isDescending: true) }
    _ = accept(.asc)
    return OrderTerm(column: column, isDescending: false)
  }
}

extension SelectItem.Subject {
  /// Whether it may stand for several features.
  fileprivate var maybeSeveral: Bool {
    switch self {
    case .name, .all: true
    case .feature, .window: false
    }
  }
}
