/// CHECK.
extension StatementParser {
  /// Stands after CHECK.
  mutating func checkStatement() -> CheckStatement {
    clauseStarts = Clause.ofCheck
    var check = CheckStatement()
    noteAtCursor(.group)
    if !isAtEnd, current.kind != .cursor, clause(of: clauseStarts) == nil { check.groups = list { $0.name(.group) } }
    clauses { parser, clause in
      if clause == .deep {
        check.isDeep = true
        parser.advance()
      } else {
        parser.outputClause(clause, &check.output)
      }
    }
    return check
  }
}
