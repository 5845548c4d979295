/// DESCRIBE.
extension StatementParser {
  /// Stands after DESCRIBE.
  mutating func describeStatement() -> DescribeStatement? {
    guard var name = name(.nameToDescribe, allowsClauseWords: true) else { return nil }
    var qualifier: Name?
    if accept(.dot) {
      guard let second = self.name(.featureName, allowsClauseWords: true) else { return nil }
      qualifier = name
      name = second
    }
    expectEnd()
    return DescribeStatement(qualifier: qualifier, name: name)
  }
}
