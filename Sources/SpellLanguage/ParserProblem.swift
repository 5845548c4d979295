import SpellCore

/// What is wrong with a statement, as facts. `LanguageMessages` has the words.
struct ParserProblem: Sendable {
  var fact: Fact
  var span: SourceSpan

  enum Fact: Sendable {
    /// Something else stands here; `guess` is the keyword that was probably meant.
    case expected([Expectation], found: Found, guess: Keyword?)
    /// A quote or a comment that runs to the end; an earlier text of the same statement that spans lines may be why.
    case unclosed(Token.Kind, suspect: SourceSpan?)
    case repeatedClause(Clause, first: SourceSpan)
    /// Of two clauses a statement has one at most.
    case excludedClause(Clause, by: Clause, first: SourceSpan)
    /// `group.* AS x`, or an alias beside EXCEPT.
    case aliasOfSeveral
    /// EXCEPT after one feature.
    case exceptOfOne
    case windowWithoutAlias
    case unknownFunction(String)
    /// `SUM(*)`
    case starOfFunction(AggregateFunction)
    /// `COUNT(*)` without IN.
    case rowsOfNoGroup
    /// KNOWN AT and the name of a column.
    case knownAtColumn(String)
    case invalidDuration(String)
    case invalidCount(String)
    case invalidDelimiter(String)
    /// How a file is read, after the name of a table.
    case fileClauseOfTable(Clause)
    case emptyName
    case emptyPath
    /// Malformed UTF-8 or a zero byte in a name, a text or a path.
    case invalidText
    case beyond(Limit)
    case missingParameter(String, given: [String])
    case unfitParameter(String, value: String, Expectation)
  }

  /// Which of `Parser.Limits` was reached.
  enum Limit: Sendable {
    case statementBytes, nesting, conditionTerms, items
    /// The script has more problems than are worth telling.
    case problems
  }

  /// What stands where something else was expected.
  struct Found: Sendable {
    var kind: Token.Kind
    var keyword: Keyword?
    var text: String
  }
}

/// What may stand at a place.
package enum Expectation: Sendable, Equatable {
  case statement
  case keyword(Keyword)
  case symbol(String)
  case clause([Clause])
  case withPart
  case feature, featureName, alias, group, labelColumn, key, column, nameToDescribe, format, setting
  /// Of an aggregate function.
  case argument
  /// A feature that EXCEPT takes out of an item.
  case exception(of: SelectItem.Subject)
  /// What the setting of a name takes.
  case settingValue(of: String)
  case condition, comparison, value, text, path, table, duration, moment, instant, count, delimiter, timeUnit
  case end
}
