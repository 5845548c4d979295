import SpellCore
import SpellPlanning

/// The words of CHECK.
struct CheckMessages {
  /// What to do where the problem says it all.
  static let correction = "correct the metadata at that place"

  let table: String
  let rowCount: Int
  let isWhole: Bool
  /// The rows with the fault, if they were counted.
  let tally: Tally?

  func diagnostic(_ fault: GroupFault, at location: SourceLocation) -> Diagnostic {
    let words = words(of: fault)
    return Diagnostic(words.severity, code: words.code, words.finding, at: location, help: words.advice)
  }

  private typealias Words = (severity: Diagnostic.Severity, code: String, finding: String, advice: String)

  private func words(of fault: GroupFault) -> Words {
    switch fault {
    case .null(let role, let column): return nullWords(role, column)
    case .unfit(let role, let column, let type, let isNull): return unfitWords(role, column, type, isNull: isNull)
    case .repeatedKey:
      return (
        .error, "duplicate-key",
        "`\(table)` repeats a key in \(share)\(such); a static group has at most one row per key",
        "declare event_timestamp_column, or give the group a query with one row per key"
      )
    case .repeatedRow(let hasCreated):
      return (
        .warning, "duplicate-row",
        "`\(table)` repeats key\(hasCreated ? ", event and created" : " and event") in \(share)\(such); features "
          + "decide which of the rows answers",
        hasCreated
          ? "give the group a query that keeps one of them"
          : "declare create_timestamp_column, or give the group a query that keeps one of them"
      )
    case .futureEvent(let column, let newest):
      return (
        .warning, "future-event",
        "event timestamp `\(column)` lies in the future in \(share), up to \(TimeText.text(newest))",
        "correct the rows, or declare the timestamp_storage or timezone that they have"
      )
    case .earlyEvent(let column, let oldest):
      return (
        .warning, "early-event",
        "event timestamp `\(column)` lies before 1971 in \(share), as early as \(TimeText.text(oldest))",
        "correct the rows, or declare the timestamp_storage that they have: unix_s, unix_ms or unix_us"
      )
    case .createdBeforeEvent(let created, let event):
      return (
        .warning, "created-before-event",
        "created timestamp `\(created)` lies before event timestamp `\(event)` in \(share)\(such)",
        "make sure that the two are not swapped and are of one zone; KNOWN takes such rows for known beforehand"
      )
    case .mixedForms(let column, let forms): return formWords(column, forms)
    case .naiveTimes(let columns): return naiveWords(columns)
    case .dateEvents(let column): return dateWords(column)
    case .ttlBelowGap(let ttl, let gap, let count):
      return (
        .warning, "ttl-below-gap",
        "the usual gap between two rows of a key, \(AgeText.text(gap)) (the median of \(Count.grouped(count))), is "
          + "longer than the ttl of \(IntervalText.text(ttl)), so that most moments find no row",
        "declare a longer ttl"
      )
    case .dead(let ttl, let newest):
      return (
        .note, "dead-group",
        "nothing is newer than the ttl of \(IntervalText.text(ttl)): the newest event is \(TimeText.text(newest))",
        "ask whether the table is still filled; AS OF a moment of then finds its rows"
      )
    case .noIndex(let columns, let sql):
      return (
        .note, "no-index",
        "`\(table)` has no index led by \(list(columns)), so that few labels take as "
          + "long as many", "ask for: \(sql);"
      )
    }
  }

  private func nullWords(_ role: GroupFault.Role, _ column: String) -> Words {
    switch role {
    case .key(let name):
      return (
        .warning, "null-key",
        "key `\(name)`, column `\(column)` of `\(table)`, is NULL in \(share), which no label finds",
        "give the group a query without them, or correct the rows"
      )
    case .created:
      return (
        .warning, "null-created",
        "created timestamp `\(column)` of `\(table)` is NULL in \(share), which KNOWN leaves out",
        "correct the rows, or leave create_timestamp_column out"
      )
    case .event, .feature:
      return (
        .warning, "null-event", "event timestamp `\(column)` of `\(table)` is NULL in \(share), which no label finds",
        "give the group a query without them, or correct the rows"
      )
    }
  }

  private func unfitWords(_ role: GroupFault.Role, _ column: String, _ type: ValueType, isNull: Bool) -> Words {
    let what =
      switch role {
      case .key(let name): "the key `\(name)`"
      case .event: "the event timestamp"
      case .created: "the created timestamp"
      case .feature(let name): "the feature `\(name)`"
      }
    let finding =
      "column `\(column)` of `\(table)`, \(what), holds no \(type.rawValue) in \(share), such as "
      + "`\(tally?.example ?? "")`"
    if case .key = role {
      return (.warning, "unfit-key", finding + "; no label finds them", "declare the value_type that is stored")
    }
    if isNull { return (.note, "unfit-value", finding + "; they are read as NULL", "correct the rows") }
    return (
      .error, "unfit-value", finding,
      "declare the value_type or timestamp_storage that is stored, correct the rows, or declare `invalid: null`"
    )
  }

  private func formWords(_ column: String, _ forms: [(example: String, count: Int)]) -> Words {
    let examples = forms.map { "\(Count.grouped($0.count)) like `\($0.example)`" }.joined(separator: ", ")
    return (
      .warning, "mixed-times",
      "times in `\(column)` of `\(table)` are written in \(forms.count) forms: \(examples)",
      "store one form, with an offset; what has none is in the group's timezone"
    )
  }

  private func naiveWords(_ columns: [String]) -> Words {
    (
      .warning, "naive-times",
      "times in \(list(columns)) of `\(table)` have no offset and the group has no timezone, so they count as UTC",
      "declare `timezone: UTC`, or the zone of the clock that wrote them"
    )
  }

  private func dateWords(_ column: String) -> Words {
    (
      .warning, "date-events",
      "event timestamp `\(column)` of `\(table)` holds days: a row counts from the start of its day, and a label of "
        + "that morning would see what the day brought",
      "declare `delay: 1d` if a row sums up its day, or `delay: 0s` if it is known as the day begins"
    )
  }

  private func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

  /// `12 of 2,561 rows`, `12 of the first 10,000 rows`.
  private var share: String {
    guard let tally else { return "at least one row" }
    return "\(Count.grouped(tally.count)) of \(isWhole ? "" : "the first ")\(Count.text(rowCount, "row"))"
  }

  /// `, such as key N14228 at …`
  private var such: String { tally.map { ", such as \($0.example)" } ?? "" }
}
