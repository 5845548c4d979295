/// PROFILE.
extension StatementParser {
  /// Stands after PROFILE.
  mutating func profileStatement() -> ProfileStatement {
    clauseStarts = Clause.ofProfile
    var profile = ProfileStatement(items: items())
    clauses { parser, clause in
      switch clause {
      case .asOf, .before: profile.cut = parser.momentCut(clause)
      case .where:
        parser.advance()
        profile.condition = parser.condition()
      default: parser.outputClause(clause, &profile.output)
      }
    }
    return profile
  }
}
