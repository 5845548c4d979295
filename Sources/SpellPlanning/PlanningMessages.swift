import SpellCore

extension LocatedProblem {
  /// The words for a problem.
  package var diagnostic: Diagnostic {
    let words = problem.words
    return Diagnostic(
      code: words.code, words.message, at: location, label: words.label, notes: words.notes, help: words.help)
  }
}

/// The parts of a message.
private struct Words {
  var code: String
  var message: String
  var label: String?
  var notes: [String] = []
  var help: String?

  init(_ code: String, _ message: String, label: String? = nil, notes: [String] = [], help: String? = nil) {
    self.code = code
    self.message = message
    self.label = label
    self.notes = notes
    self.help = help
  }
}

/// `did you mean …?`, and the list of what exists where it is short enough to help.
private func nearby(_ name: String, _ candidates: [String], _ what: String) -> (label: String?, notes: [String]) {
  let guess = Suggestion.question(name, among: candidates)
  let unique = candidates.reduce(into: [String]()) { list, name in if !list.contains(name) { list.append(name) } }
  guard !unique.isEmpty else { return (guess, []) }
  let shown = unique.prefix(12).joined(separator: ", ")
  let rest = unique.count > 12 ? ", … (\(unique.count) in all)" : ""
  return (guess, ["\(what): \(shown)\(rest)"])
}

/// A header of one field that holds another usual delimiter was probably split by the wrong one.
private func delimiterHint(_ columns: [String]) -> String? {
  guard columns.count == 1 else { return nil }
  return [";", "\t", "|"].first { columns[0].contains($0) }.map { found in
    "the header is one field; DELIMITER '\(found == "\t" ? "\\t" : found)' after the path splits it"
  }
}

private func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

extension PlanningProblem {
  fileprivate var words: Words {
    if case .inexpressible(let subject, let obstacle) = self { return inexpressibleWords(subject, obstacle) }
    if case .labelTable(let problem) = self { return problem.words }
    if case .window(let problem) = self { return problem.words }
    return nameWords ?? momentWords ?? storageWords
  }

  private var nameWords: Words? {
    switch self {
    case .unknownName(let name, let kind, let candidates):
      let (label, notes) = nearby(name, candidates, kind == .featureOrSet ? "features" : "there is")
      let isText = kind == .outputColumn && label == nil
      return Words(
        kind.code, "no \(kind.rawValue) `\(name)`", label: label, notes: notes,
        help: isText ? "a text stands in single quotes: \(QuotedText.literal(name))" : nil)
    case .groupForFeature(let group):
      return Words(
        NameKind.featureOrSet.code, "`\(group)` is a group, not a feature",
        help: "write \(group).* for all of its features")
    case .unknownFeature(let name, let group, let candidates):
      let (label, notes) = nearby(name, candidates, "\(group) has")
      return Words(
        "unknown-feature", "group `\(group)` has no feature `\(name)`", label: label, notes: notes,
        help: "DESCRIBE \(group);")
    case .ambiguousName(let name, let choices):
      return Words(
        "ambiguous-name", "`\(name)` could be any of \(list(choices))", help: "name one of them in full")
    case .exceptOnSingleFeature(let name):
      return Words(
        "except-on-feature", "EXCEPT follows `\(name)`, which is a single feature",
        help: "EXCEPT goes with `group.*` or a feature set")
    case .exceptRemovesNothing(let name, let item, let candidates):
      let (label, notes) = nearby(name, candidates, "`\(item)` stands for")
      return Words(
        "unknown-exception", "`\(name)` is none of the features that `\(item)` stands for", label: label, notes: notes)
    case .aliasOnSeveral(let name):
      return Words(
        "alias-on-several", "AS gives one name, and `\(name)` stands for several features",
        help: "name the features one by one, or use WITH FULL NAMES")
    case .everythingExcepted:
      return Words("no-features", "EXCEPT leaves no feature over")
    case .nameClash(let name, let sources, let isFullNamed):
      return Words(
        "name-clash", "two columns would be called `\(name)`: \(sources.joined(separator: " and "))",
        help: isFullNamed ? "rename one with AS" : "rename one with AS, or use WITH FULL NAMES")
    case .keyWithoutLabelColumn(let key, let group, let columns):
      let (label, notes) = nearby(key, columns, "the labels have")
      return Words(
        "missing-label-column", "the labels have no column `\(key)`, the key of group `\(group)`", label: label,
        notes: notes, help: delimiterHint(columns) ?? "ON \(key) = label_column")
    case .ambiguousKey(let key, let entities):
      return Words(
        "ambiguous-key", "`\(key)` is a key of several entities",
        help: "write one of \(list(entities.map { "\($0).\(key)" }))")
    case .keyMappedTwice(let key):
      return Words("duplicate-mapping", "key `\(key)` is mapped twice in ON")
    case .mappingWithoutLabels:
      return Words(
        "mapping-without-labels", "ON maps keys to label columns, and there is no JOIN", help: "add JOIN labels.csv")
    case .differentEntities(let first, let firstKeys, let second, let secondKeys):
      return Words(
        "different-entities",
        "a snapshot has one row per key, and group `\(first)` is keyed by \(list(firstKeys)) but `\(second)` by "
          + list(secondKeys),
        help: "JOIN labels that hold the keys of both, or take the groups one at a time")
    default: return nil
    }
  }

  private var momentWords: Words? {
    switch self {
    case .columnMomentWithoutLabels(let name):
      return Words(
        "moment-without-labels", "`\(name)` would be a label column, and there is no JOIN",
        help: "write a time in quotes such as '2024-01-31 12:00:00', or NOW, or add JOIN labels.csv")
    case .momentNeeded:
      return Words(
        "no-moment", "a snapshot of groups that are placed by numbers has no now", help: "add AS OF number")
    case .notAMoment(let text, let axis, let problem):
      return momentLiteralWords(text, axis: axis, problem: problem)
    case .intervalOffAxis(let text, let axis):
      return switch axis {
      case .time:
        Words(
          "interval-off-axis", "`\(text)` is a bare number on an axis of time",
          help: "write a unit: 500ms 90s 15m 12h 7d 2w")
      case .number:
        Words("interval-off-axis", "`\(text)` is a length of time on an axis of numbers", help: "write a bare number")
      }
    case .mixedAxes(let first, let second):
      return Words(
        "mixed-axes", "group `\(first)` is placed on an axis of time and `\(second)` on one of numbers",
        help: "join them in two statements, or declare the timestamp_storage of the group that holds times")
    case .knownWithoutCreated(let group):
      return Words(
        "no-created-column",
        "KNOWN needs to know when rows were created, and group `\(group)` has no "
          + "create_timestamp_column",
        help: "declare create_timestamp_column in the metadata, or leave KNOWN out")
    case .besideVersions(let conflict): return conflict.words
    case .versionsOfSeveral(let groups):
      return Words(
        "versions-of-several", "VERSIONS lists the stored rows of one group, and the items are of \(list(groups))",
        help: "take the groups one at a time")
    case .versionsOfStatic(let group):
      return Words(
        "versions-of-static", "VERSIONS goes by event times, and the static group `\(group)` has none",
        help: "leave VERSIONS out")
    case .versionsBackwards(let from, let to):
      return Words("versions-backwards", "VERSIONS FROM \(from) TO \(to) runs backwards", help: "swap the two")
    case .withinNotAboveDelay(let within, let delay, let group):
      return Words(
        "within-not-above-delay",
        "WITHIN \(within) is not above the delay of group `\(group)` (\(delay)), so that nothing would match")
    case .ttlNotAboveDelay(let ttl, let delay, let group):
      return Words("ttl-not-above-delay", "the ttl of group `\(group)` (\(ttl)) is not above its delay (\(delay))")
    case .lengthOffAxis(let text, let what, let group, let axis):
      let found = axis == .time ? "a bare number on an axis of time" : "a length of time on an axis of numbers"
      return Words(
        "interval-off-axis", "the \(what) `\(text)` of group `\(group)` is \(found)",
        help: "the stored type decides the axis unless timestamp_storage does")
    case .timeUnitOffAxis:
      return Words(
        "time-on-numbers", "TIME says how label times are written, and the groups are placed by plain numbers")
    default: return nil
    }
  }

  private var storageWords: Words {
    switch self {
    case .unknownTable(let table, let group, let candidates):
      let (label, notes) = nearby(table.description, candidates, "the database has")
      return Words(
        "unknown-table", "the database has no table `\(table)` for group `\(group)`", label: label, notes: notes)
    case .unknownColumn(let column, let table, let role, let candidates):
      let (label, notes) = nearby(column, candidates, "`\(table)` has")
      return Words(
        "unknown-column", "`\(table)` has no column `\(column)` for the \(role)", label: label, notes: notes)
    case .unreadable(let column?, let table, let role):
      return Words(
        "no-permission", "no right to read column `\(column)` of `\(table)`, the \(role)",
        help: "ask for GRANT SELECT on the column, or leave the \(role) out")
    case .unreadable(nil, let table, let role):
      return Words(
        "no-permission", "no right to read `\(table)`, the table of group `\(role)`",
        help: "ask for GRANT SELECT on the table")
    case .mixedValues(let column, let table, let role):
      return Words(
        "mixed-values", "column `\(column)` of `\(table)` has no declared type and holds values of several kinds",
        help: "declare the value_type of the \(role)")
    case .repeatedColumn(let column, let table):
      return Words(
        "repeated-column", "`\(table)` has several columns `\(column)`",
        help: "give each column of the query its own name")
    case .typeNeverFits(let column, let table, let stored, let declared, let role):
      return Words(
        "type-never-fits",
        "column `\(column)` of `\(table)` is \(stored), which never holds the \(declared.rawValue) that the \(role) is",
        help: "declare the value_type that is stored")
    case .notAnEventColumn(let column, let table, let stored, let axis):
      return Words(
        "not-an-event-column",
        "column `\(column)` of `\(table)` is \(stored), which holds no \(axis == .time ? "moments" : "numbers")",
        help: axis == .time
          ? "declare how they are stored with timestamp_storage"
          : "the events of the group are plain numbers, and so must be its created times")
    case .keyTypesDiffer(let key, let first, let firstType, let second, let secondType):
      return Words(
        "key-types-differ",
        "key `\(key)` is \(firstType.rawValue) in group `\(first)` and \(secondType.rawValue) in `\(second)`",
        help: "declare the entity with its value_type")
    case .differentTypes(let left, let right):
      return Words("different-types", "\(left) cannot be compared with \(right)")
    case .badLiteral(let text, let type):
      return Words("bad-literal", "`\(text)` is not a value of type \(type.rawValue)")
    case .likeOnOther(let type):
      return Words("like-on-other", "LIKE compares text, not \(type.rawValue)")
    default:
      preconditionFailure("a planning problem has no words: \(self)")
    }
  }

  private func momentLiteralWords(_ text: String, axis: Axis, problem: TimeProblem?) -> Words {
    if axis == .number {
      let isNumber = AxisNumber(text: text) != nil
      return Words(
        "bad-moment",
        isNumber
          ? "`'\(text)'` is text, and the groups are placed by numbers"
          : "`\(text)` is not a number, and the groups are placed by numbers",
        help: isNumber ? "write it without quotes" : "write AS OF number")
    }
    let form = "YYYY-MM-DD[ HH:MM[:SS[.ffffff]]][Z or ±HH:MM]"
    return switch problem {
    case .impossible: Words("bad-moment", "`\(text)` has the form of a time, but there is no such day or hour")
    case .skipped(let zone): Words("bad-moment", "`\(text)` does not exist in \(zone): the clocks skip it")
    case .outOfRange: Words("bad-moment", "`\(text)` is out of range")
    case .malformed, nil: Words("bad-moment", "`\(text)` is not a time", help: "times are written \(form)")
    }
  }

  private func inexpressibleWords(_ subject: SQLSubject, _ obstacle: SQLObstacle) -> Words {
    let what = if case .condition = subject { "this condition" } else { subject.words }
    return Words(
      "no-sql", "the database's own SQL cannot say \(what): \(obstacle.reason)",
      help: "the SELECT itself gives the answer; only its SQL cannot be shown")
  }
}

extension SQLSubject {
  fileprivate var words: String {
    switch self {
    case .column(let column, let table, let role): "column `\(column)` of `\(table)`, the \(role)"
    case .outputColumn(let name): "the column `\(name)` of the result"
    case .window(let function): "the window of \(function.text)"
    case .labelColumn(let name): "the column `\(name)` of the labels"
    case .condition: "the condition"
    }
  }
}

extension SQLObstacle {
  fileprivate var reason: String {
    switch self {
    case .textTimes: "the times are text, and texts do not sort as times"
    case .julianDays: "Julian day numbers are exact to the millisecond only after rounding"
    case .changingClocks(let zone): "its times name no offset, and \(zone) changes its clocks"
    case .decimals: "the database has no exact decimals"
    case .singlePrecision: "single-precision numbers are compared there by other digits than they print"
    case .settingsDecide(let type): "the text of type \(type) depends on settings of the session"
    case .unknownType(let type): "nothing is known of type \(type)"
    case .wholeNumbersWithFractions: "whole numbers are rounded where they are compared with fractions"
    case .noConstant(let text): "there is no exact way to write `\(text)`"
    case .patternFromColumn: "a pattern of LIKE has to be a text"
    case .unwritableText: "it holds a zero byte"
    case .nameTooLong(let most): "names have at most \(most) bytes"
    case .emptyName: "a name has at least one character"
    case .inexactSums: "it adds floats in no certain order and rounds every sum"
    case .otherRounding: "it rounds otherwise on the way"
    case .noAggregate(let function, let type): "it has no \(function.text) of \(type.rawValue) that is told alike"
    }
  }
}

extension ServerObstacle {
  /// The note on a SELECT that is carried out in another way than the one that was forced.
  var note: String { "server \(reason), so that each group is fetched on its own" }

  private var reason: String {
    switch self {
    case .inexpressible(let subject, let obstacle): "has no SQL for \(subject.words) (\(obstacle.reason))"
    case .manyLabels: "carries at most \(Count.text(StatementLabels.mostRows, "label")) of a file"
    case .unwritableLabel(let column, let place): "cannot carry \(place): column `\(column)`, which is not plain UTF-8"
    case .refused(let message): "was refused by the database (\(message))"
    }
  }
}

extension VersionsConflict {
  fileprivate var words: Words {
    switch self {
    case .labels:
      Words(
        "versions-with-labels", "VERSIONS lists stored rows, which answer no labels",
        help: "leave JOIN out; WHERE on the key chooses keys")
    case .knownByMoment:
      Words(
        "versions-known", "KNOWN goes by a row's own moment, and VERSIONS has none",
        help: "KNOWN AT 'time' gives the rows that were created by then")
    case .within:
      Words("versions-within", "WITHIN limits the age at a moment, and VERSIONS goes by none", help: "leave WITHIN out")
    case .timestamps:
      Words(
        "versions-timestamps", "VERSIONS has the event in its column `event_timestamp`",
        help: "leave WITH TIMESTAMPS out")
    }
  }
}

extension WindowProblem {
  fileprivate var words: Words {
    switch self {
    case .ofStatic(let group):
      Words(
        "window-of-static", "a window goes by event times, and the static group `\(group)` has none",
        help: "declare event_timestamp_column in the metadata, or select its features as they are")
    case .ofAggregate(let function, let feature):
      Words(
        "window-of-aggregate", "`\(feature)` is an aggregate already, and \(function.text) takes a stored feature",
        help: "select `\(feature)` itself, or name the stored feature that it is made of")
    case .ofSet(let name):
      Words("window-of-set", "`\(name)` is a feature set, and a function takes one feature")
    case .twoGroups(let first, let second):
      Words(
        "window-of-two-groups", "the feature is one of group `\(first)`, and IN names `\(second)`",
        help: "leave IN out")
    case .argumentType(let function, let type, let feature):
      Words(
        "window-type", "\(function.text) adds numbers, and `\(feature)` is \(type.rawValue)",
        help: "COUNT, MIN, MAX, FIRST and LAST take every type")
    case .zero: Words("window-zero", "a window of no length holds nothing", help: "write a length such as 24h, or ALL")
    case .notAboveDelay(let length, let delay, let group):
      Words(
        "window-not-above-delay",
        "the window \(length) is not above the delay of group `\(group)` (\(delay)), so that it would be empty")
    case .filter(let feature, let message):
      Words(
        "bad-filter", "the filter of feature `\(feature)` is no condition" + (message.map { ": \($0)" } ?? ""),
        help: "write a condition on features and keys of the group, such as carrier = 'UA'")
    case .parameterInFilter(let feature):
      Words(
        "bad-filter", "the filter of feature `\(feature)` has a parameter, which only a statement can have",
        help: "write the value, or write the window in the statement")
    case .amongStoredRows:
      Words(
        "window-of-rows", "a window is of a moment, and stored rows are asked for",
        help: "name stored features; SELECT FEATURES computes windows")
    case .within:
      Words(
        "within-windows", "WITHIN limits the age of a row that answers, and a window says itself how far back it goes",
        help: "leave WITHIN out")
    }
  }
}

extension LabelTableProblem {
  fileprivate var words: Words {
    switch self {
    case .unknown(let table, let candidates):
      let (label, notes) = nearby(table.description, candidates, "the database has")
      return Words(
        "unknown-table", "the database has no table `\(table)`", label: label, notes: notes,
        help: "a file is joined without TABLE")
    case .unreadable(let column?, let table):
      return Words(
        "no-permission", "no right to read column `\(column)` of `\(table)`, and all columns of labels are printed",
        help: "ask for GRANT SELECT on the column, or JOIN TABLE a view without it")
    case .unreadable(nil, let table):
      return Words(
        "no-permission", "no right to read `\(table)`, the table of labels", help: "ask for GRANT SELECT on the table")
    case .mixedValues(let column, let table):
      return Words(
        "mixed-values", "column `\(column)` of `\(table)` has no declared type and holds values of several kinds",
        help: "JOIN TABLE a view that casts the column or leaves it out")
    case .keyNeverFits(let column, let table, let stored, let type, let key):
      return Words(
        "type-never-fits",
        "column `\(column)` of `\(table)` is \(stored), which never holds the \(type.rawValue) that key `\(key)` is",
        help: "JOIN TABLE a view that casts the column")
    case .noMoments(let column, let table, let stored, let isInt, let axis, let unit):
      let head = "column `\(column)` of `\(table)` is \(stored)"
      return switch (axis, unit) {
      case (.number, _):
        Words("not-a-moment-column", "\(head), which holds no numbers, and the groups are placed by numbers")
      case (.time, let unit?):
        Words(
          "not-a-moment-column", "\(head), and TIME \(unit) reads whole numbers as times", help: "leave TIME out")
      case (.time, nil):
        Words(
          "not-a-moment-column", "\(head), which holds no moments",
          help: isInt ? "TIME unix_s, unix_ms or unix_us after the table reads whole numbers as times" : nil)
      }
    }
  }
}
