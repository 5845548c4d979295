/// The answers as nested loops over rows in memory, written from the "Meaning" of the language alone. It shares no code
/// with the product, and is meant to be read beside the reference, not to be quick.
struct PointInTimeOracle {
  enum Miss { case nullKey, nullMoment, unknownKey, notAvailable, olderThanTTL, beforeWindows }

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

  /// The latest row of a group in any of the statement's windows of it.
  private func chooseForWindows(_ group: Group, _ lengths: [Span?], key: [Cell], moment: Int64?) -> Choice {
    if key.contains(.null) { return Choice(miss: .nullKey) }
    let candidates = group.rows.filter { $0.key == key }
    if candidates.isEmpty { return Choice(miss: .unknownKey) }
    guard let moment else { return Choice(miss: .nullMoment) }
    let available = candidates.filter { isAvailable($0, of: group, by: moment) }
    if available.isEmpty { return Choice(miss: .notAvailable) }
    let inside = available.filter { row in lengths.contains { isWithin($0, row, of: moment) } }
    guard let latest = inside.max(by: { isLess(rank($0, []), rank($1, [])) }) else {
      return Choice(miss: .beforeWindows)
    }
    let isCreatedLater = latest.created.map { query.isStrict ? $0 >= moment : $0 > moment } ?? false
    return Choice(row: latest, isAtMoment: latest.event == moment, isCreatedLater: isCreatedLater)
  }

  /// Whether a row's event is not too early for a window.
  private func isWithin(_ length: Span?, _ row: Row, of moment: Int64) -> Bool {
    guard let event = row.event, let length else { return row.event != nil }
    return query.isStrict ? event >= moment - length.length : event > moment - length.length
  }

  /// What a window of a group holds for a key at a moment.
  private func value(of window: Window, _ group: Group, key: [Cell], moment: Int64?) -> Cell {
    let rows = group.rows.filter { row in
      guard let moment, !key.contains(.null), row.key == key, isAvailable(row, of: group, by: moment) else {
        return false
      }
      let passes =
        switch window.filter {
        case nil: true
        case .isNull(let feature, let wanted): (row.values[feature] == .null) == wanted
        case .isAbove(let feature, let bound):
          if case .int(let value) = row.values[feature] { value > bound } else { false }
        }
      return passes && isWithin(window.length, row, of: moment)
        && window.feature.map { row.values[$0] != .null } ?? true
    }
    guard let feature = window.feature, window.function != "count" else { return .int(Int64(rows.count)) }
    let inOrder = rows.sorted { isLess(rank($0, [feature]), rank($1, [feature])) }
    let values = rows.map { $0.values[feature] }
    switch window.function {
    case "first": return inOrder.first?.values[feature] ?? .null
    case "last": return inOrder.last?.values[feature] ?? .null
    case "min": return values.min(by: isLess) ?? .null
    case "max": return values.max(by: isLess) ?? .null
    default: return WindowArithmetic.value(of: window.function, values)
    }
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
    let columns = query.columns.filter { world.groups[$0.group].name == group.name && $0.window == nil }
    return rank(row, Set(columns.map(\.feature)).sorted())
  }

  private func rank(_ row: Row, _ features: [Int]) -> [Cell] {
    [row.event.map(Cell.time) ?? .null, row.created.map(Cell.time) ?? .null] + features.map { row.values[$0] }
  }

  /// One label's or key's result: the output columns, then the chosen times, and the choice per group.
  private func answer(moment: Int64?, key: (Group) -> [Cell]) -> (cells: [Cell], choices: [Use: Choice]) {
    var choices: [Use: Choice] = [:]
    for use in query.uses {
      let group = world.groups[use.group]
      let windows = query.columns.filter { $0.group == use.group }.compactMap(\.window)
      choices[use] =
        use.isOfWindows
        ? chooseForWindows(group, windows.map(\.length), key: key(group), moment: moment)
        : choose(group, key: key(group), moment: moment)
    }
    let values = query.columns.map { column in
      let group = world.groups[column.group]
      if let window = column.window { return value(of: window, group, key: key(group), moment: moment) }
      return choices[Use(group: column.group, isOfWindows: false)]?.row?.values[column.feature] ?? .null
    }
    let times = query.timestamps.map { choices[Use(group: $0, isOfWindows: false)]?.row?.event.map(Cell.time) ?? .null }
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
    var choices: [Use: Choice] = [:]
  }

  /// The expected file, and for every line that the report speaks of the choice per group. Fields of labels that are
  /// no file's are printed in another form.
  func result(labelFields: [[String]]? = nil) -> (csv: String, choices: [[Use: Choice]]) {
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
