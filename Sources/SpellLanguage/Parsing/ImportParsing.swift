/// IMPORT.
extension StatementParser {
  /// Stands after IMPORT.
  mutating func importStatement() -> ImportStatement? {
    let path = path()
    if path == nil {
      while !isAtEnd && current.keyword != .into { advance() }
    }
    guard expect(.into) else { return nil }
    let group = name(.group)
    clauseStarts = Clause.ofImport
    if group == nil { skipToClause() }
    var mode: ImportStatement.Mode?
    var reading = FileReading()
    clauses { parser, clause in
      switch clause {
      case .append, .replace:
        mode = clause == .append ? .append : .replace
        parser.advance()
      default: parser.readingClause(clause, &reading)
      }
    }
    guard let path, let group else { return nil }
    return ImportStatement(path: path, group: group, mode: mode, reading: reading)
  }
}
