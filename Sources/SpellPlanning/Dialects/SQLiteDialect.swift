import SpellCore

/// SQLite: collations belong to columns and can be overruled per comparison.
struct SQLiteDialect: Dialect {
  let name = "sqlite"

  func mayEqual(column: String, type: ValueType, values: [Value]) -> String? {
    let literals: [String] = values.compactMap { value in
      switch (type, value) {
      case (.int, .int(let number)): String(number)
      // A NUL would end the SQL text.
      case (.str, .str(let text)) where !text.utf8.contains(0): QuotedText.literal(text)
      default: nil
      }
    }
    guard !literals.isEmpty, literals.count == values.count else { return nil }
    let collation = type == .str ? " COLLATE BINARY" : ""
    return "\(quoted(column))\(collation) IN (\(literals.joined(separator: ", ")))"
  }
}
