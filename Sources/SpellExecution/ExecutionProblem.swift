import SpellCore
import SpellPlanning

/// What can go wrong while a statement runs: facts only. `ExecutionMessages` holds the words.
enum ExecutionProblem: Sendable {
  /// A column that held moments up to a value that is none.
  struct NearMiss: Sendable {
    var column: String
    var value: String
    var place: String
  }

  /// A field of a delimited file; `role` is what it should be, such as "key `tailnum`".
  case badField(
    String, type: ValueType, problem: FieldProblem, column: String, role: String, place: String, line: String)
  case badMoment(String, axis: Axis, problem: TimeProblem?, column: String, place: String, line: String)
  case inexactNumber(String, place: String)
  case inexactEvent(String, table: String, column: String, key: String)
  case noMomentColumn(file: String, columns: [String], nearMiss: NearMiss?)
  case ambiguousMomentColumn(file: String, candidates: [String])
  /// A stored value where the answer depends on it.
  case invalidStored(table: String, column: String, key: String, value: String, type: ValueType, role: String)
  case secondStaticRow(table: String, key: String, group: String)
  case importColumnMissing(String, group: String, file: String, columns: [String])
  case importColumnUnknown(String, group: String, file: String, expected: [String])
  case importIntoQuery(group: String)
  /// A value of the right type that the table has no form for.
  case unstorable(String, type: ValueType, storage: TimestampStorage, column: String, place: String)
}

extension ExecutionProblem {
  var error: SpellError { SpellError(.statement, diagnostic) }
}
