/// EXPLAIN.
extension StatementParser {
  /// Stands after EXPLAIN.
  mutating func explainStatement() -> ExplainStatement? {
    guard let word = keyword(of: [.analyze, .select]) else { return nil }
    if word == .analyze, !expect(.select) { return nil }
    return ExplainStatement(select: selectStatement(), isAnalyzed: word == .analyze)
  }
}
