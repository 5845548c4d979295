/// The answers as nested loops over rows in memory, written from the "Meaning" of the language alone. It shares no code
/// with the product, and is meant to be read beside the reference, not to be quick.
struct PointInTimeOracle {
  enum Miss { case nullKey, nullMoment, unknownKey, notAvailable, olderThanTTL }

  struct Choice {
    var row: Row?
    var miss: Miss?
    /// Another row shares the chosen one's event and created time.
    var isTied = false
    /// The chosen row's event is the moment itself.
    var isAtMoment = false
    /// The chosen row was created when the moment was over.
    var isCreatedLater = false
  }

  let world: World
  let query: Query

  /// The row of a group that stands for a key at a moment.
  func choose(_ group: Group, key: [Cell], moment: Int64?) -> Choice {
    if key.contains(.null) { return Choice(miss: .nullKey) }
    let candidates = group.rows.filter { $0.key == key }
    guard let first = candidates.first else { return Choice(miss: .unknownKey) }
    if group.isStatic { return Choice(row: first) }
    guard let moment else { return Choice(miss: .nullMoment) }
    var best: Row?
    var isTied = false
    for row in candidates where isAvailable(row, of: group, by: moment) {
      if let held = best {
        let isSameTime = held.event == row.event && held.created == row.created
        if isLess(rank(held, group), rank(row, group)) {
          best = row
          isTied = isSameTime
        } else if isSameTime {
          isTied = true
        }
      } else {
        best = row
      }
    }
    guard let best, let event = best.event else { return Choice(miss: .notAvailable) }
    if let ttl = query.within ?? group.ttl, event < moment - ttl.length {
      return Choice(miss: .olderThanTTL, isTied: isTied)
    }
    let isCreatedLater = best.created.map { query.isStrict ? $0 >= moment : $0 > moment } ?? false
    return Choice(row: best, isTied: isTied, isAtMoment: event == moment, isCreatedLater: isCreatedLater)
  }

  private func isAvailable(_ row: Row, of group: Group, by moment: Int64) -> Bool {
    guard let event = row.event else { return false }
    var availability = event + (group.delay?.length ?? 0)
    switch query.known {
    case .no: break
    case .own:
      guard let created = row.created else { return false }
      availability = max(availability, created)
    case .at(let instant):
      guard let created = row.created, created <= instant else { return false }
    }
    return query.isStrict ? availability < moment : availability <= moment
  }

  /// What decides between rows: event, created with NULL least, then the selected features in metadata order.
  private func rank(_ row: Row, _ group: Group) -> [Cell] {
    let selected = Set(query.columns.filter { world.groups[$0.group].name == group.name }.map(\.feature))
    return [row.event.map(Cell.time) ?? .null, row.created.map(Cell.time) ?? .null]
      + selected.sorted().map { row.values[$0] }
  }

  /// One label's or key's result: the output columns, then the chosen times, and the choice per group.
  private func answer(moment: Int64?, key: (Group) -> [Cell]) -> (cells: [Cell], choices: [Int: Choice]) {
    var choices: [Int: Choice] = [:]
    for index in query.groups {
      choices[index] = choose(world.groups[index], key: key(world.groups[index]), moment: moment)
    }
    let values = query.columns.map { choices[$0.group]?.row?.values[$0.feature] ?? .null }
    let times = query.timestamps.map { choices[$0]?.row?.event.map(Cell.time) ?? .null }
    return (values + times, choices)
  }

  /// A line of the result; `label` is nil in a snapshot, `key` in a join.
  private struct Line {
    var label: Label?
    /// As they are printed.
    var fields: [String] = []
    var key: [Cell] = []
    /// The event of a version.
    var event: [Cell] = []
    var cells: [Cell]
    var choices: [Int: Choice] = [:]
  }

  /// The expected file, and for every line that the report speaks of the choice per group. Fields of labels that are
  /// no file's are printed in another form.
  func result(labelFields: [[String]]? = nil) -> (csv: String, choices: [[Int: Choice]]) {
    var lines =
      query.joins ? joined(labelFields ?? world.labels.map(\.fields)) : query.versions == nil ? snapshot() : versions()
    lines = lines.filter { passes($0) }
    let end = min(lines.count, query.limit.map { query.offset + $0 } ?? lines.count)
    lines = Array(lines[min(query.offset, end)..<end])
    let entity = world.entities[world.groups[query.columns[0].group].entity]
    let header =
      (query.joins ? world.header : entity.keys.map(\.name)) + (query.versions == nil ? [] : ["event_timestamp"])
      + query.columns.map(\.name)
      + query.timestamps.map { "\(world.groups[$0].name)__event_timestamp" }
    let body = lines.map { line in
      ((line.label == nil ? (line.key + line.event).map(printed) : line.fields) + line.cells.map(printed))
        .joined(separator: ",") + "\n"
    }
    return (header.joined(separator: ",") + "\n" + body.joined(), lines.map(\.choices))
  }

  private func joined(_ fields: [[String]]) -> [Line] {
    zip(world.labels, fields).map { label, fields in
      var moment: Int64?
      switch query.moment {
      case .column(let column, let shift): moment = label.moments[column].map { $0 + shift }
      case .instant(let instant): moment = instant
      case .none: break
      }
      let (cells, choices) = answer(moment: moment) { label.keys[$0.entity] }
      return Line(label: label, fields: fields, cells: cells, choices: choices)
    }
  }

  private func snapshot() -> [Line] {
    var moment: Int64?
    if case .instant(let instant) = query.moment { moment = instant }
    let keys = Set(query.groups.flatMap { world.groups[$0].rows.map(\.key) }).sorted(by: isLess)
    return keys.compactMap { key in
      let (cells, choices) = answer(moment: moment) { _ in key }
      return choices.values.contains { $0.row != nil } ? Line(key: key, cells: cells, choices: choices) : nil
    }
  }

  /// Every stored row of the time, by key and then as rows of a key are ranked.
  private func versions() -> [Line] {
    guard let versions = query.versions else { return [] }
    let group = world.groups[query.groups[0]]
    let rows = group.rows.filter { row in
      guard let event = row.event, !row.key.contains(.null) else { return false }
      if case .at(let instant) = query.known, row.created.map({ $0 > instant }) ?? true { return false }
      return versions.from <= event && event < versions.to
    }
    return rows.sorted { isLess($0.key + rank($0, group), $1.key + rank($1, group)) }.map { row in
      let event = row.event.map(Cell.time) ?? .null
      return Line(key: row.key, event: [event], cells: query.columns.map { row.values[$0.feature] })
    }
  }

  private func passes(_ line: Line) -> Bool {
    switch query.filter {
    case nil: true
    case .null(let column, let wanted): (line.cells[column] == .null) == wanted
    case .numberAbove(let bound): (line.label?.number ?? 0) > bound
    case .key(let entity, let value): (line.label?.keys[entity] ?? line.key)[0] == value
    }
  }

  private func printed(_ cell: Cell) -> String { world.isNumberAxis ? printedNumber(cell) : printedCell(cell) }
}

/// Is one tuple before the other, column by column?
func isLess(_ left: [Cell], _ right: [Cell]) -> Bool {
  for (a, b) in zip(left, right) where a != b { return isLess(a, b) }
  return false
}

/// NULL least, false before true, numbers and times by value, text by its bytes.
private func isLess(_ left: Cell, _ right: Cell) -> Bool {
  switch (left, right) {
  case (.null, _): right != .null
  case (.int(let a), .int(let b)), (.time(let a), .time(let b)), (.decimal(let a), .decimal(let b)): a < b
  case (.float(let a), .float(let b)): a < b
  case (.bool(let a), .bool(let b)): !a && b
  case (.text(let a), .text(let b)): a.lexicographicallyPrecedes(b)
  default: false
  }
}
