import SpellCore

/// What SHOW SQL asks of an engine: how values of tables, labels and statements are written so that the engine compares
/// and sorts them as the language does. Each member has a documented default.
package protocol StatementDialect: Sendable {
  /// The value that a stored column has for the language, or what stands in the way. Of type datetime it is a moment of
  /// the engine's, in the one form that `literal` gives moments too.
  func value(of column: StoredColumn) -> Result<String, SQLObstacle>

  /// A value that is equal to none but its own like and sorts as the language wants: text by its bytes, NULL in the
  /// place of NaN, which is no key and no event.
  func exact(_ value: String, type: ValueType) -> String

  /// Text whose comparisons go by its bytes.
  func bytewise(_ text: String) -> String

  /// What decides between two values that the engine takes for equal and the tie order does not.
  func tieBreakers(_ value: String, type: ValueType) -> [String]

  /// A constant of a comparison; nil where the engine has none for the value.
  func literal(_ value: Value, type: ValueType) -> String?

  /// A constant in a list of rows, of which the first says the types.
  func element(_ value: Value, type: ValueType, isFirst: Bool) -> String?

  /// The engine's name of a type, for casts and for those who fill a table of labels.
  func typeName(_ type: ValueType) -> String

  /// The moment so many microseconds after another.
  func moved(_ moment: String, by microseconds: Int64) -> String

  /// Whether text is like a pattern, case and all; nil where the engine cannot tell.
  func isLike(_ text: String, pattern: SQLPattern) -> String?

  /// An aggregate that is the first of some values in an order, NULL for none; nil where the engine has none.
  func first(_ value: String, orderedBy order: [String], where condition: String) -> String?

  /// The double nearest to the quotient of a sum of whole numbers or decimals and its count; NULL without a sum. Where
  /// the engine would give another, its statement fails.
  func mean(sum: String, count: String) -> String

  /// How a value is put out.
  func printed(_ value: String, type: ValueType) -> String

  /// The form of moments that are put out.
  var printedMoments: TimestampStorage { get }

  /// Whether whole numbers are compared with fractions without being rounded.
  var comparesIntsExactly: Bool { get }

  /// What is wrong with a name of an output column.
  func obstacle(toName name: String) -> SQLObstacle?

  /// LIMIT and OFFSET; empty for neither.
  func cut(limit: Int?, offset: Int) -> String
}

/// A pattern of LIKE: the text of one, or an expression.
package enum SQLPattern: Sendable {
  case text(String)
  case expression(String)
}

/// A column of a group's table, and what it is for the language.
package struct StoredColumn: Sendable {
  package var name: String
  /// As the engine spells it.
  package var declaredType: String
  package var type: ValueType
  /// For type datetime.
  package var storage: TimestampStorage
  /// Of naive moments.
  package var zone: Zone
  /// Whether values are held against others than the column's own.
  package var isCompared: Bool
}

/// Why an engine's SQL cannot say what the language says.
package enum SQLObstacle: Error, Sendable, Equatable {
  /// Times as text: they do not sort as times.
  case textTimes
  case julianDays
  /// Naive times of a zone that changes its clocks.
  case changingClocks(zone: String)
  /// The engine has no exact decimals.
  case decimals
  /// Single-precision numbers are equal to other doubles in the engine than here.
  case singlePrecision
  /// The text that the engine makes of a value depends on settings of the session.
  case settingsDecide(type: String)
  case unknownType(String)
  case wholeNumbersWithFractions
  /// The engine has no constant for a value.
  case noConstant(String)
  case patternFromColumn
  /// A text that no statement can hold.
  case unwritableText
  case nameTooLong(most: Int)
  case emptyName
  /// An aggregate of floats, which depends on the order in which the engine adds them.
  case inexactSums
  /// VARIANCE and STDDEV.
  case otherRounding
  /// An aggregate that the engine has not, or not for a type.
  case noAggregate(AggregateFunction, ValueType)
}

extension StatementDialect {
  /// The value itself, text by its bytes.
  package func exact(_ value: String, type: ValueType) -> String { type == .str ? bytewise(value) : value }

  /// Nothing: the engine tells apart what the tie order does.
  package func tieBreakers(_ value: String, type: ValueType) -> [String] { [] }

  /// The constant of a comparison: a list needs no types.
  package func element(_ value: Value, type: ValueType, isFirst: Bool) -> String? { literal(value, type: type) }

  /// It has none.
  package func first(_ value: String, orderedBy order: [String], where condition: String) -> String? { nil }

  /// The value itself.
  package func printed(_ value: String, type: ValueType) -> String { value }

  /// The engine's own type.
  package var printedMoments: TimestampStorage { .native }

  /// They are made doubles first.
  package var comparesIntsExactly: Bool { false }

  /// Any name will do that a statement can hold.
  package func obstacle(toName name: String) -> SQLObstacle? { name.utf8.contains(0) ? .unwritableText : nil }

  /// One after the other, as they are.
  package func cut(limit: Int?, offset: Int) -> String {
    [limit.map { "LIMIT \($0)" }, offset > 0 ? "OFFSET \(offset)" : nil].compactMap { $0 }.joined(separator: " ")
  }

  /// A number as another type of number.
  func cast(_ value: String, to type: ValueType) -> String { "CAST(\(value) AS \(typeName(type)))" }
}
