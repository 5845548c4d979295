import SpellCore

/// Where engines' SQL differs. Every member has a documented default in the extension; a dialect overrides what its
/// engine does otherwise, and nothing else in the house asks which engine it is.
package protocol Dialect: Sendable {
  /// What `Database.dialectName` says.
  var name: String { get }

  /// An identifier in quotes.
  func quoted(_ identifier: String) -> String

  /// A condition that holds for every row whose column is exactly one of the values, and for few others; nil where the
  /// engine cannot be trusted to find them all. The fold compares keys again, so rows too many do no harm.
  func mayEqual(column: String, type: ValueType, values: [Value]) -> String?
}

extension Dialect {
  /// Standard SQL: double quotes, doubled inside.
  package func quoted(_ identifier: String) -> String { QuotedText.name(identifier) }

  /// Whole numbers only: text depends on collations.
  package func mayEqual(column: String, type: ValueType, values: [Value]) -> String? {
    guard type == .int else { return nil }
    let numbers = values.compactMap { value in if case .int(let number) = value { String(number) } else { nil } }
    guard numbers.count == values.count else { return nil }
    return "\(quoted(column)) IN (\(numbers.joined(separator: ", ")))"
  }

  /// What stands after FROM.
  package func from(_ source: TableSource) -> String {
    switch source {
    case .table(let table): table.parts.map(quoted).joined(separator: ".")
    case .query(let text): "(\(text)\n) AS \(quoted("query"))"
    }
  }
}

/// The one list of dialects.
package enum Dialects {
  package static let all: [any Dialect] = [SQLiteDialect()]

  package static func named(_ name: String) -> any Dialect {
    guard let dialect = all.first(where: { $0.name == name }) else {
      preconditionFailure("a driver names a dialect that is not in the list: \(name)")
    }
    return dialect
  }
}
