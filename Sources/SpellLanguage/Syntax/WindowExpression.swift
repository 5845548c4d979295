import SpellCore

/// `AVG(feature) FILTER (WHERE condition) OVER 7d IN group`: an aggregate of the rows of a group that lie in a window
/// before the moment.
package struct WindowExpression: Sendable, Equatable {
  package enum Argument: Sendable, Equatable {
    /// `*`: the rows themselves.
    case rows
    case feature(ColumnReference)
  }

  package enum Length: Sendable, Equatable {
    /// `ALL`: every row up to the moment.
    case all
    case interval(IntervalExpression)
  }

  package var function: AggregateFunction
  package var argument: Argument
  package var filter: Condition?
  package var length: Length
  /// Absent: the group that the argument names, or the only one that has it.
  package var group: Name?
  package var span: SourceSpan
}
