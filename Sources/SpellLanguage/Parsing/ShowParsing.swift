/// SHOW.
extension StatementParser {
  /// Stands after SHOW.
  mutating func showStatement() -> ShowStatement? {
    clauseStarts = Clause.ofShow
    let word = keyword(of: [.all, .entities, .groups, .features, .sets])
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
    return subject == nil ? nil : show
  }
}
