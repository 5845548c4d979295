/// SHOW, and SHOW SQL FOR.
extension StatementParser {
  /// Stands after SHOW.
  mutating func showStatement() -> StatementBody? {
    clauseStarts = Clause.ofShow
    let word = keyword(of: [.all, .entities, .groups, .features, .sets, .sql])
    if word == .sql { return showSQLStatement().map { .showSQL($0) } }
    if word == nil { skipToClause() }
    let subject = word.flatMap { ShowStatement.Subject(rawValue: $0.rawValue) }
    var show = ShowStatement(subject: subject ?? .all)
    clauses { parser, clause in
      switch clause {
      case .in:
        parser.advance()
        show.group = parser.name(.group)
      case .like:
        parser.advance()
        show.like = parser.textLiteral(.text)
      default: parser.outputClause(clause, &show.output)
      }
    }
    return subject == nil ? nil : .show(show)
  }

  /// Stands after SHOW SQL.
  private mutating func showSQLStatement() -> ShowSQLStatement? {
    expect(.for) && expect(.select) ? ShowSQLStatement(select: selectStatement()) : nil
  }
}
