import SpellCore

/// A name as written, without its quotes.
package struct Name: Sendable, Hashable {
  package var text: String
  /// Written as `"name"`, so never a keyword.
  package var isQuoted: Bool
  package var span: SourceSpan

  package init(_ text: String, isQuoted: Bool = false, span: SourceSpan = SourceSpan(0, 0)) {
    self.text = text
    self.isQuoted = isQuoted
    self.span = span
  }
}

/// `name` or `qualifier.name`: an output column, a group's feature or an entity's key.
package struct ColumnReference: Sendable, Hashable {
  package var qualifier: Name?
  package var name: Name

  package init(qualifier: Name? = nil, name: Name) {
    self.qualifier = qualifier
    self.name = name
  }

  package var span: SourceSpan { (qualifier?.span ?? name.span).through(name.span) }
  package var text: String { qualifier.map { "\($0.text).\(name.text)" } ?? name.text }
}

/// A table of the database: `table`, `schema.table` or `catalog.schema.table`.
package struct TableReference: Sendable, Hashable {
  static let mostParts = 3

  /// At least one, the table itself last.
  package var parts: [Name]

  package init(_ parts: [Name]) { self.parts = parts }

  package var name: TableName { TableName(parts.map(\.text)) }
  package var span: SourceSpan { parts[0].span.through(parts[parts.count - 1].span) }
}

/// A literal value.
package struct Literal: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    /// `'text'`; also the moment, the date and the decimal that it may be.
    case text(String)
    /// A number as written, sign included.
    case number(String)
    case bool(Bool)
    case null
    /// `:name`; gone after `ParameterBinder`.
    case parameter(String)
    /// The value of a parameter: text whose type the place decides.
    case untyped(String)
  }

  package var value: Value
  package var span: SourceSpan

  package init(_ value: Value, span: SourceSpan = SourceSpan(0, 0)) {
    self.value = value
    self.span = span
  }

  /// The value where only a word makes sense: a text without its quotes, a number as written; empty for NULL.
  package var plainText: String {
    switch value {
    case .text(let text), .number(let text), .untyped(let text): text
    case .bool(let value): value ? "true" : "false"
    case .null, .parameter: ""
    }
  }
}

/// A file, standard input or output, or a parameter that names one.
package struct PathExpression: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    case file(String)
    /// The bare word `-`.
    case standardStream
    /// `:name`; gone after `ParameterBinder`, which always makes a file of it.
    case parameter(String)
  }

  package var value: Value
  package var span: SourceSpan

  package init(_ value: Value, span: SourceSpan = SourceSpan(0, 0)) {
    self.value = value
    self.span = span
  }
}

/// A length on the axis: `90s`, or a bare number.
package struct IntervalExpression: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    case interval(Interval)
    /// `:name`; gone after `ParameterBinder`.
    case parameter(String)
  }

  package var value: Value
  package var span: SourceSpan

  package init(_ value: Value, span: SourceSpan = SourceSpan(0, 0)) {
    self.value = value
    self.span = span
  }
}

/// A count: zero or more.
package struct IntegerExpression: Sendable, Equatable {
  package enum Value: Sendable, Equatable {
    case integer(Int)
    /// `:name`; gone after `ParameterBinder`.
    case parameter(String)
  }

  package var value: Value
  package var span: SourceSpan

  package init(_ value: Value, span: SourceSpan = SourceSpan(0, 0)) {
    self.value = value
    self.span = span
  }
}

/// A condition over output columns, keys and label columns, in three-valued logic.
package indirect enum Condition: Sendable, Equatable {
  package enum Comparison: String, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  case compare(Operand, Comparison, Operand)
  case isIn(Operand, [Operand], isNegated: Bool)
  case isBetween(Operand, low: Operand, high: Operand, isNegated: Bool)
  case isLike(Operand, pattern: Operand, isNegated: Bool)
  case isNull(Operand, isNegated: Bool)
  case and(Condition, Condition)
  case or(Condition, Condition)
  case not(Condition)

  /// Every operand, in the order of the text.
  package var operands: [Operand] {
    switch self {
    case .compare(let left, _, let right): [left, right]
    case .isIn(let subject, let members, _): [subject] + members
    case .isBetween(let subject, let low, let high, _): [subject, low, high]
    case .isLike(let subject, let pattern, _): [subject, pattern]
    case .isNull(let subject, _): [subject]
    case .and(let left, let right), .or(let left, let right): left.operands + right.operands
    case .not(let inner): inner.operands
    }
  }
}

/// One side of a comparison.
package enum Operand: Sendable, Equatable {
  case column(ColumnReference)
  case literal(Literal)

  package var span: SourceSpan {
    switch self {
    case .column(let reference): reference.span
    case .literal(let literal): literal.span
    }
  }
}
