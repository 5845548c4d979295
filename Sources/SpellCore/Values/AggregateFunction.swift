/// What a window makes of the values of its rows.
package enum AggregateFunction: String, Sendable, CaseIterable {
  /// How many rows there are, or values that are not NULL.
  case count
  case sum
  case avg
  case min
  case max
  /// Of a sample, as in SQL: NULL for fewer than two values.
  case variance
  case stddev
  /// The value of the earliest row that has one.
  case first
  /// The value of the latest row that has one.
  case last

  /// The function that a name spells in any case.
  package init?(spelling: String) { self.init(rawValue: spelling.lowercased()) }

  /// As messages and printed statements spell it.
  package var text: String { rawValue.uppercased() }

  /// The type of the result for values of a type; nil where the function has no meaning for them.
  package func type(of argument: ValueType) -> ValueType? {
    switch self {
    case .count: .int
    case .sum: argument.isNumeric ? argument : nil
    case .avg, .variance, .stddev: argument.isNumeric ? .float : nil
    case .min, .max, .first, .last: argument
    }
  }

  /// How many rows there must be for a value.
  package var fewestRows: Int64 {
    switch self {
    case .count: 0
    case .variance, .stddev: 2
    case .sum, .avg, .min, .max, .first, .last: 1
    }
  }

  /// Whether it goes by sums, so that rows can be taken out again.
  package var isAdditive: Bool {
    switch self {
    case .count, .sum, .avg, .variance, .stddev: true
    case .min, .max, .first, .last: false
    }
  }
}
