import SpellCore
import SpellPlanning

/// What can go wrong while a statement runs: facts only. `ExecutionMessages` holds the words.
enum ExecutionProblem: Sendable {
  /// A field of a delimited file; `role` is what it should be, such as "key `tailnum`".
  case badField(
    String, type: ValueType, problem: FieldProblem, column: String, role: String, place: String, line: String)
  case badMoment(String, axis: Axis, problem: TimeProblem?, column: String, place: String, line: String)
  case inexactNumber(String, place: String)
  case noMomentColumn(file: String, columns: [String])
  case ambiguousMomentColumn(file: String, candidates: [String])
  /// A stored value where the answer depends on it.
  case invalidStored(table: String, column: String, key: String, value: String, type: ValueType, role: String)
  case secondStaticRow(table: String, key: String, group: String)
  case importColumnMissing(String, group: String, file: String, columns: [String])
  case importColumnUnknown(String, group: String, file: String, expected: [String])
  case importIntoQuery(group: String)
  case importIntoReadOnly(group: String)
}

extension ExecutionProblem {
  var error: SpellError { SpellError(.statement, diagnostic) }
}
