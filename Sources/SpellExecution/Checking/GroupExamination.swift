import SpellCore
import SpellPlanning

/// A fault of a group that its rows or its table show: facts, for which `CheckMessages` has the words.
enum GroupFault {
  /// What a column of the group is for.
  enum Role {
    case key(String)
    case event, created
    case feature(String)
  }

  case null(Role, column: String)
  /// Values that do not fit; `isNull` is whether the group reads them as NULL.
  case unfit(Role, column: String, type: ValueType, isNull: Bool)
  /// Two rows of a key in a static group.
  case repeatedKey
  /// Two rows of a key and a moment; `hasCreated` is whether they were created at one moment too.
  case repeatedRow(hasCreated: Bool)
  /// No row is counted where an index alone led to the event.
  case futureEvent(column: String, newest: Int64)
  case earlyEvent(column: String, oldest: Int64)
  case createdBeforeEvent(created: String, event: String)
  /// Each form by an example, the most frequent first.
  case mixedForms(column: String, [(example: String, count: Int)])
  case naiveTimes(columns: [String])
  case dateEvents(column: String)
  case ttlBelowGap(ttl: Interval, gap: Int64, count: Int)
  case dead(ttl: Interval, newest: Int64)
  case noIndex(columns: [String], sql: String)
}

/// Judges what was seen of a group's rows.
struct GroupExamination {
  private let seen: GroupObservation
  private let now: Int64
  private let use: GroupUse

  init(_ observation: GroupObservation, now: Int64) {
    seen = observation
    self.now = now
    use = observation.rows.use
  }

  /// In the order of the columns, and then of what concerns several.
  func findings() -> [Finding] {
    columnFaults() + rowFaults() + timeFaults() + indexFaults()
  }

  private func finding(_ fault: GroupFault, _ tally: Tally? = nil, feature: GroupUse.UsedFeature? = nil) -> Finding {
    let group = use.group
    let messages = CheckMessages(
      table: group.tableText, rowCount: seen.rowCount, isWhole: seen.isWhole, tally: tally)
    let location = feature?.feature.location ?? group.location
    return Finding(
      group: group.name, feature: feature?.feature.name, rows: tally?.count,
      diagnostic: messages.diagnostic(fault, at: location))
  }

  // MARK: - Columns

  /// A column of the group, in the order in which they are read.
  private struct ReadColumn {
    var role: GroupFault.Role
    var name: String
    var type: ValueType
    var feature: GroupUse.UsedFeature?
  }

  private var columns: [ReadColumn] {
    var columns = use.keys.map { ReadColumn(role: .key($0.name), name: $0.column, type: $0.type) }
    if let event = use.event {
      columns.append(ReadColumn(role: .event, name: event.column, type: event.readingType))
      if let created = event.createdColumn {
        columns.append(ReadColumn(role: .created, name: created, type: event.readingType))
      }
    }
    return columns
      + use.features.map { feature in
        ReadColumn(
          role: .feature(feature.feature.name), name: feature.feature.column, type: feature.type, feature: feature)
      }
  }

  private func columnFaults() -> [Finding] {
    columns.enumerated().flatMap { position, column in
      var found: [Finding] = []
      let nulls = seen.nulls[position]
      if column.feature == nil, nulls.count > 0 {
        found.append(finding(.null(column.role, column: column.name), nulls))
      }
      let unfit = seen.unfit[position]
      if unfit.count > 0 {
        let fault = GroupFault.unfit(
          column.role, column: column.name, type: column.type, isNull: use.group.invalidValues == .null)
        found.append(finding(fault, unfit, feature: column.feature))
      }
      return found
    }
  }

  // MARK: - Rows

  private func rowFaults() -> [Finding] {
    var found: [Finding] = []
    // A window takes every row, and none has to be chosen.
    let isChosenFrom = use.isStatic || use.group.features.contains { $0.aggregate == nil }
    if seen.repeated.count > 0, isChosenFrom {
      let fault = use.event.map { GroupFault.repeatedRow(hasCreated: $0.createdColumn != nil) } ?? .repeatedKey
      found.append(finding(fault, seen.repeated))
    }
    if seen.createdFirst.count > 0, let event = use.event, let created = event.createdColumn {
      found.append(finding(.createdBeforeEvent(created: created, event: event.column), seen.createdFirst))
    }
    return found
  }

  // MARK: - Times

  private func timeFaults() -> [Finding] {
    var found: [Finding] = []
    if let event = use.event, let newest = seen.newest, let oldest = seen.oldest {
      if newest > now {
        found.append(finding(.futureEvent(column: event.column, newest: newest), counted(seen.future)))
      }
      if oldest < GroupObservation.earliestPlausible {
        found.append(finding(.earlyEvent(column: event.column, oldest: oldest), counted(seen.early)))
      }
    }
    found += formFaults()
    if isOfDates, use.group.delay == nil, let event = use.event {
      found.append(finding(.dateEvents(column: event.column)))
    }
    guard let ttl = use.ttl, case .time(let length) = ttl else { return found }
    if let usual = seen.gaps.usual(), usual.microseconds > length {
      found.append(finding(.ttlBelowGap(ttl: ttl, gap: usual.microseconds, count: usual.count)))
    }
    if seen.isWhole || seen.hasExtremes, let newest = seen.newest,
      AxisArithmetic.move(newest, by: length, isNegative: false) < now
    {
      found.append(finding(.dead(ttl: ttl, newest: newest)))
    }
    return found
  }

  /// Nil where an index alone led to the row.
  private func counted(_ tally: Tally) -> Tally? { tally.count > 0 ? tally : nil }

  private func formFaults() -> [Finding] {
    var found: [Finding] = []
    var naive: [String] = []
    for moment in seen.rows.moments {
      let forms = seen.forms[moment.position] ?? [:]
      if moment.facts.isNaive || forms.keys.contains(where: \.isNaive) { naive.append(moment.facts.name) }
      guard forms.count > 1 else { continue }
      let examples = forms.values.map { (example: $0.example, count: $0.count) }
        .sorted { ($1.count, $0.example) < ($0.count, $1.example) }
      found.append(finding(.mixedForms(column: moment.facts.name, examples)))
    }
    if !naive.isEmpty, use.group.declaredZone == nil { found.append(finding(.naiveTimes(columns: naive))) }
    return found
  }

  /// Whether the events say a day and no hour.
  private var isOfDates: Bool {
    guard let event = use.event, seen.eventCount > 0, seen.dayStarts == seen.eventCount else { return false }
    let forms = seen.forms[use.keys.count] ?? [:]
    return use.facts.column(named: event.column)?.naturalType == .date
      || seen.eventCount >= GroupObservation.fewestDayStarts
      || !forms.isEmpty && forms.keys.allSatisfy(\.isDate)
  }

  // MARK: - Access

  private func indexFaults() -> [Finding] {
    guard let sql = seen.rows.missingIndex else { return [] }
    let columns = use.keys.map(\.column) + [use.event?.column].compactMap { $0 }
    return [finding(.noIndex(columns: columns, sql: sql))]
  }
}
