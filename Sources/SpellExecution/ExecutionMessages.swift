import SpellCore
import SpellDatabases
import SpellPlanning

// All prose of the module but that of the match report.

extension ExecutionProblem {
  var error: SpellError { SpellError(.statement, diagnostic) }
}

extension WindowSumProblem {
  var diagnostic: Diagnostic {
    switch self {
    case .sumTooGreat(let sum, let feature, let key):
      Diagnostic(
        code: "sum-overflow", "the sum of `\(feature)` of key \(key) is \(sum), beyond a whole number of 64 bits",
        help: "declare the value_type of the feature as decimal or float")
    case .decimalSumTooGreat(let feature, let key):
      Diagnostic(
        code: "sum-overflow",
        "the sum of `\(feature)` of key \(key) is too great for decimals of \(DecimalSum.wholeDigits) digits before "
          + "the point and \(DecimalSum.fractionDigits) after it",
        help: "declare the value_type of the feature as float")
    case .decimalTooLong(let text, let feature, let key):
      Diagnostic(
        code: "sum-overflow",
        "`\(feature)` of key \(key) is \(text): sums take decimals of at most \(DecimalSum.wholeDigits) digits before "
          + "the point and \(DecimalSum.fractionDigits) after it",
        help: "declare the value_type of the feature as float")
    }
  }
}

extension LabelProblem {
  var diagnostic: Diagnostic {
    switch self {
    case .badField(let text, let type, let problem, let column, let role, let place, let line):
      Diagnostic(
        code: "bad-field",
        "\(place): column `\(column)`: `\(text)` is not a value of type \(type.rawValue), which the \(role) is",
        notes: ["the line: \(line)"] + (FieldWords.form(of: type, problem).map { [$0] } ?? []),
        help: FieldWords.nullHint(text))
    case .unwritable(let column, let place):
      Diagnostic(
        code: "no-sql", "\(place): column `\(column)`: a statement cannot hold the field, which is not plain UTF-8",
        help: "the SELECT itself gives the answer; only its SQL cannot be shown")
    case .tooManyToSort(let rows, let memory):
      Diagnostic(
        code: "labels-beyond-memory",
        "ORDER BY needs all labels at once, and only \(Count.grouped(rows)) of them fit the memory of "
          + ByteSize.text(memory),
        help: "SET memory, or --memory, gives them more; without ORDER BY labels are joined in parts")
    case .badMoment(let text, let axis, let problem, let column, let place, let line):
      Diagnostic(
        code: "bad-moment",
        "\(place): column `\(column)`: `\(text)` is not \(axis == .time ? "a time" : "a number")"
          + (problem.map { FieldWords.reason($0) } ?? ""),
        notes: ["the line: \(line)"] + (axis == .time ? [FieldWords.timeForm] : []),
        help: FieldWords.nullHint(text)
          ?? (axis == .time ? "TIME unix_s, unix_ms or unix_us after the path reads whole numbers as times" : nil))
    case .inexactNumber(let text, let place):
      Diagnostic(
        code: "inexact-number",
        "\(place): `\(text)` is above 2^53, and other moments of the statement have fractions",
        help: "compare whole numbers with whole numbers")
    case .noMomentColumn(let source, let columns, let nearMiss):
      Diagnostic(
        code: "no-moment",
        "\(source): no column is called `event_timestamp`, and none holds a time in every row",
        notes: ["the labels have: \(columns.joined(separator: ", "))"]
          + (nearMiss.map { ["\($0.place): column `\($0.column)` held times up to here, where it is `\($0.value)`"] }
            ?? []),
        help: "add AS OF \(nearMiss?.column ?? "label_column")")
    case .ambiguousMomentColumn(let source, let candidates):
      Diagnostic(
        code: "ambiguous-moment",
        "\(source): no column is called `event_timestamp`, and several hold times: "
          + candidates.map { "`\($0)`" }.joined(separator: ", "),
        help: "add AS OF \(candidates[0])")
    }
  }
}

extension AxisProblem {
  var diagnostic: Diagnostic {
    switch self {
    case .inexactNumber(let text):
      Diagnostic(
        code: "inexact-number",
        "`\(text)` is above 2^53, and the statement compares it with numbers that have fractions",
        help: "compare whole numbers with whole numbers")
    }
  }
}

extension StoredProblem {
  var diagnostic: Diagnostic {
    switch self {
    case .invalidStored(let table, let column, let key, let value, let type, let role):
      Diagnostic(
        code: "invalid-value",
        "`\(table)`, column `\(column)`, key \(key): the stored value `\(value)` is not a value of type "
          + "\(type.rawValue), which the \(role) is",
        help: "correct the declaration or the data, or declare `invalid: null` to read such values as NULL")
    case .invalidLabel(let table, let column, let value, let type, let role):
      Diagnostic(
        code: "invalid-value",
        "`\(table)`, column `\(column)`: the stored value `\(value)` is not a value of type \(type.rawValue), which "
          + "the \(role) is",
        help: "correct the data, or JOIN TABLE a view without such rows")
    case .inexactTime(let value, let table, let column, let key):
      Diagnostic(
        code: "inexact-number",
        "`\(table)`, column `\(column)`, key \(key): `\(value)` is above 2^53, and other numbers of the statement have "
          + "fractions",
        help: "compare whole numbers with whole numbers")
    case .secondStaticRow(let table, let key, let group):
      Diagnostic(
        code: "second-static-row",
        "`\(table)` has more than one row for key \(key), and the static group `\(group)` has at most one row per key",
        help: "declare event_timestamp_column, or give the group a query with one row per key")
    }
  }
}

extension VersionsProblem {
  var diagnostic: Diagnostic {
    switch self {
    case .beyondMemory(let group, let rows, let memory):
      Diagnostic(
        code: "versions-beyond-memory",
        "the versions of group `\(group)` are sorted in memory, and \(Count.grouped(rows)) of them filled "
          + ByteSize.text(memory),
        help: "SET memory, or --memory, gives them more; a shorter time or WHERE on the key leaves fewer")
    }
  }
}

extension ImportProblem {
  var diagnostic: Diagnostic {
    switch self {
    case .refused(let reason, let place):
      Diagnostic(code: "refused-row", "\(place): the table refuses the row: \(reason)")
    case .columnMissing(let column, let group, let file, let columns):
      Diagnostic(
        code: "missing-column", "\(file): group `\(group)` needs a column `\(column)`, which the file does not have",
        notes: ["the file has: \(columns.joined(separator: ", "))"],
        help: Suggestion.nearest(to: column, among: columns).map { "rename `\($0)` in the header" })
    case .columnUnknown(let column, let group, let file, let expected):
      Diagnostic(
        code: "unknown-column", "\(file): column `\(column)` is none of group `\(group)`",
        notes: ["the group has: \(expected.joined(separator: ", "))"],
        help: Suggestion.question(column, among: expected)
          ?? "declare it as a feature, or leave it out of the file")
    case .unstorable(let text, let type, let storage, let column, let place):
      Diagnostic(
        code: "unstorable-value",
        type == .datetime
          ? "\(place): column `\(column)`: `\(text)` cannot be stored as \(storage.rawValue)"
          : "\(place): column `\(column)`: `\(text)` cannot be stored as \(type.rawValue)")
    case .intoQuery(let group):
      Diagnostic(code: "import-into-query", "group `\(group)` is a query, and rows are imported into tables")
    }
  }
}

extension DatabaseError {
  /// The error that ends the statement, in the engine's own words.
  package var spellError: SpellError {
    let message = "\(engine): \(message) [\(code)]"
    return switch kind {
    case .connection: SpellError(.connection, Diagnostic(code: "database", message, help: help))
    case .statement:
      SpellError(
        .statement,
        Diagnostic(
          code: "database", message, notes: sql.map { ["the SQL was: \(Self.oneLine($0))"] } ?? [], help: help))
    case .interrupted: .interrupted
    }
  }

  private static func oneLine(_ sql: String) -> String {
    sql.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

/// Words on the forms of values.
enum FieldWords {
  static let timeForm = "times are written YYYY-MM-DD[ HH:MM[:SS[.ffffff]]][Z or ±HH:MM]"

  /// What to do about the usual texts for NULL.
  static func nullHint(_ text: String) -> String? {
    text == "NA" || text == "NULL" ? "NULL '\(text)' after the path reads it as NULL" : nil
  }

  static func reason(_ problem: TimeProblem) -> String {
    switch problem {
    case .malformed: ""
    case .impossible: ": there is no such day or hour"
    case .skipped(let zone): ": the clocks of \(zone) skip it"
    case .outOfRange: ": it is out of range"
    }
  }

  static func form(of type: ValueType, _ problem: FieldProblem) -> String? {
    if case .time(let time) = problem, time != .malformed { return String(reason(time).dropFirst(2)) }
    return switch type {
    case .int: "ints are written as digits with an optional minus sign, within 64 bits"
    case .bool: "bools are written true, false, 1 or 0"
    case .datetime: timeForm
    case .date: "dates are written YYYY-MM-DD"
    case .bytes: "bytes are written \\x and hexadecimal digits"
    case .float, .decimal, .str, .uuid: nil
    }
  }
}
