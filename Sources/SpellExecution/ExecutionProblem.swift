import SpellCore
import SpellPlanning
import SpellTables

// What can go wrong while a statement runs, as facts: `ExecutionMessages` has the words.

/// A problem that ends the statement.
protocol ExecutionProblem {
  var diagnostic: Diagnostic { get }
}

/// The fields of a delimited file: labels, or rows to import; and labels whose moments are in question.
enum LabelProblem: ExecutionProblem {
  /// A column that held moments up to a value that is none.
  struct NearMiss {
    var column: String
    var value: String
    var place: String
  }

  /// `role` is what the field should be, such as "key `tailnum`".
  case badField(
    String, type: ValueType, problem: FieldProblem, column: String, role: String, place: String, line: String)
  case badMoment(String, axis: Axis, problem: TimeProblem?, column: String, place: String, line: String)
  case inexactNumber(String, place: String)
  case noMomentColumn(source: String, columns: [String], nearMiss: NearMiss?)
  case ambiguousMomentColumn(source: String, candidates: [String])
  /// ORDER BY needs all labels at once, of which only so many fit so many bytes.
  case tooManyToSort(rows: Int, memory: Int)
  /// A field that a statement cannot hold: no UTF-8, or a zero byte in it.
  case unwritable(column: String, place: String)
}

/// Numbers of the statement itself.
enum AxisProblem: ExecutionProblem {
  /// A whole number that no double is equal to, beside fractions.
  case inexactNumber(String)
}

/// Stored values where the answer depends on them.
enum StoredProblem: ExecutionProblem {
  case invalidStored(table: String, column: String, key: String, value: String, type: ValueType, role: String)
  /// A label in a table. `role` is what the value should be, such as "key `tailnum`".
  case invalidLabel(table: String, column: String, value: String, type: ValueType, role: String)
  case inexactTime(String, table: String, column: String, key: String)
  case secondStaticRow(table: String, key: String, group: String)
}

extension GroupUse {
  /// The event, or else the created time, of a row where it does not fit; nil if both do.
  func invalidTime(_ batch: RowBatch, _ row: Int, key: @autoclosure () -> String) -> StoredProblem? {
    for (offset, name) in [event?.column, event?.createdColumn].enumerated() {
      guard let name else { return nil }
      let column = batch.columns[keys.count + offset]
      guard column.state(row) == .invalid else { continue }
      return .invalidStored(
        table: group.tableText, column: name, key: key(), value: CellText.text(column, row), type: column.type,
        role: offset == 0 ? "event timestamp" : "created timestamp")
    }
    return nil
  }

  /// The event of a row on the axis; nil for NaN, which is no point. `batch` has the row's keys, for the message.
  func code(ofEvent events: Column, _ row: Int, _ coding: AxisCoding, keys batch: RowBatch) throws -> Int64? {
    if events.type == .float { return events.double(row).isNaN ? nil : AxisCoding.code(events.double(row)) }
    if let code = coding.code(wholeNumber: events.integer(row)) { return code }
    throw inexactTime(events.integer(row), of: event?.column, key: keyText(batch.columns[..<keys.count], row)).error
  }

  /// A row's key as messages show it.
  func keyText(_ columns: ArraySlice<Column>, _ row: Int) -> String {
    KeyIndex.text(of: columns.map { CellText.text($0, row) })
  }

  /// The position of the first feature among the columns of `access`.
  var firstFeature: Int { keys.count + (event == nil ? 0 : event?.createdColumn == nil ? 1 : 2) }

  /// The positions of a number and a sum among the columns of `access`, where it has sums.
  func sumColumns(argument: Int?, filter: WindowPlan.Filter?) -> (count: Int, sum: Int?)? {
    var position = firstFeature
    for sum in access.sums {
      if sum.isOf(argument: argument, filter: filter) { return (position, sum.isSummed ? position + 1 : nil) }
      position += sum.isSummed ? 2 : 1
    }
    return nil
  }

  /// Which of the columns of `access` holds what a column of the result shows.
  func column(of origin: PlannedColumn.Origin, in columns: [Column]) -> Column {
    switch origin {
    case .key(let key): columns[key]
    case .timestamp: columns[keys.count]
    case .feature(_, let feature): columns[firstFeature + feature]
    case .label, .window: preconditionFailure("stored rows have neither labels nor windows")
    }
  }

  /// The type of a key or a feature.
  func type(of origin: PlannedColumn.Origin) -> ValueType? {
    switch origin {
    case .key(let key): keys[key].type
    case .feature(_, let feature): features[feature].type
    case .label, .window, .timestamp: nil
    }
  }

  /// A whole number on the axis, among fractions that could not be compared with it exactly.
  func inexactTime(_ number: Int64, of column: String?, key: String) -> StoredProblem {
    .inexactTime(String(number), table: group.tableText, column: column ?? "", key: key)
  }
}

/// Sums of a window that have no value of their type.
enum WindowSumProblem: ExecutionProblem {
  case sumTooGreat(String, feature: String, key: String)
  case decimalSumTooGreat(feature: String, key: String)
  case decimalTooLong(String, feature: String, key: String)
}

/// Stored versions that cannot be listed.
enum VersionsProblem: ExecutionProblem {
  /// So many rows were held when the memory was full.
  case beyondMemory(group: String, rows: Int, memory: Int)
}

/// What keeps rows from being imported.
enum ImportProblem: ExecutionProblem {
  case columnMissing(String, group: String, file: String, columns: [String])
  /// A row that the table's constraints refuse, in the engine's words.
  case refused(String, place: String)
  case columnUnknown(String, group: String, file: String, expected: [String])
  case intoQuery(group: String)
  /// A value of the right type that the table has no form for.
  case unstorable(String, type: ValueType, storage: TimestampStorage, column: String, place: String)
}
