/// EXPLAIN.
extension StatementParser {
  /// Stands after EXPLAIN.
  mutating func explainStatement() -> ExplainStatement? {
    expect(.select) ? ExplainStatement(select: selectStatement()) : nil
  }
}
