import SpellCore

/// Where engines' SQL differs. Every member has a documented default in the extension; a dialect overrides what its
/// engine does otherwise, and nothing else in the house asks which engine it is.
package protocol Dialect: StatementDialect {
  /// What `Database.dialectName` says.
  var name: String { get }

  /// What fetching rows costs.
  var costs: AccessCosts { get }

  /// Whether what the engine sorts may be larger than memory, and takes none of ours.
  var sortsOnDisk: Bool { get }

  /// Whether ranges of keys, in the order of keys, are read side by side.
  var readsKeyRangesAtOnce: Bool { get }

  /// An identifier in quotes.
  func quoted(_ identifier: String) -> String

  /// An expression that is a column's text and whose equality tells all texts apart, or takes some for the same; nil
  /// where the engine cannot be trusted to find all rows of a text.
  func comparableText(_ column: String) -> String?

  /// How the engine sorts the moments of a column; nil where their order is not that of time, or depends on the clocks
  /// of a zone.
  func steps(of column: StoredColumn) -> MomentSteps?

  /// What stands for a parameter that is an array of keys, or of numbers; nil where the engine has none.
  func array(parameter number: Int, of type: ValueType) -> String?

  /// The text of such a parameter.
  func arrayText(_ values: [Value]) -> String

  /// The statement that makes an index of a table.
  func createIndex(on table: TableName, columns: [String]) -> String
}

extension Dialect {
  /// Of a server that is near.
  package var costs: AccessCosts {
    AccessCosts(
      statement: 0.5, scannedRow: 0.0003, key: 0.006, foundRow: 0.002, moment: 0.025, servedMoment: 0.017,
      look: 1.5, servedRow: 0.00006, joinedRow: 0.001)
  }

  /// It sorts in the memory of our process, or nobody knows.
  package var sortsOnDisk: Bool { false }

  /// One reader is enough for an engine in our process, and nobody knows how its keys are distributed.
  package var readsKeyRangesAtOnce: Bool { false }

  /// Standard SQL: double quotes, doubled inside.
  package func quoted(_ identifier: String) -> String { QuotedText.name(identifier) }

  /// Text depends on collations.
  package func comparableText(_ column: String) -> String? { nil }

  /// Nothing is known of it.
  package func steps(of column: StoredColumn) -> MomentSteps? { nil }

  /// It has none.
  package func array(parameter number: Int, of type: ValueType) -> String? { nil }

  /// Nobody asks for it.
  package func arrayText(_ values: [Value]) -> String { "" }

  /// The engine finds a name for it.
  package func createIndex(on table: TableName, columns: [String]) -> String {
    "CREATE INDEX ON \(from(.table(table))) (\(columns.map(quoted).joined(separator: ", ")))"
  }

  /// A condition that holds for every row whose column is exactly one of the values, and for few others; nil where the
  /// engine cannot be trusted to find them all. The fold compares keys again, so rows too many do no harm.
  func mayEqual(column: String, type: ValueType, values: [Value]) -> String? {
    let literals: [String] = values.compactMap { value in
      switch (type, value) {
      case (.int, .int(let number)): String(number)
      // A NUL would end the SQL text.
      case (.str, .str(let text)) where !text.utf8.contains(0): QuotedText.literal(text)
      default: nil
      }
    }
    guard !literals.isEmpty, literals.count == values.count,
      let operand = type == .str ? comparableText(column) : quoted(column)
    else { return nil }
    return "\(operand) IN (\(literals.joined(separator: ", ")))"
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
  package static let all: [any Dialect] = [SQLiteDialect(), PostgreSQLDialect()]

  package static func named(_ name: String) -> any Dialect {
    guard let dialect = all.first(where: { $0.name == name }) else {
      preconditionFailure("a driver names a dialect that is not in the list: \(name)")
    }
    return dialect
  }
}
