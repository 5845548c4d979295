import TestSupport

/// Makes statements over a world: their meaning for the oracle, and one of the texts that say it.
struct QueryMaker {
  let entities: [Entity]
  let groups: [Group]
  let momentColumns: [String]
  let labels: [Label]
  let instants: [Int64]
  let isNumberAxis: Bool
  let ttls: [Span]
  /// Of windows.
  let onlyAddsUp: Bool
  var random: SeededRandom

  private var query = Query()
  private var clauses: [String] = []

  init(
    entities: [Entity], groups: [Group], momentColumns: [String], labels: [Label], instants: [Int64],
    isNumberAxis: Bool, ttls: [Span], onlyAddsUp: Bool, random: SeededRandom
  ) {
    self.entities = entities
    self.groups = groups
    self.momentColumns = momentColumns
    self.labels = labels
    self.instants = instants
    self.isNumberAxis = isNumberAxis
    self.ttls = ttls
    self.onlyAddsUp = onlyAddsUp
    self.random = random
  }

  /// The statement that writes `<number>.csv`.
  mutating func make(number: Int) -> Query {
    query = Query(joins: random.chance(70))
    clauses = []
    let isOfVersions = !query.joins && random.chance(30) && groups.contains { !$0.isStatic }
    let items = isOfVersions ? chooseVersions() : chooseItems()
    let timed = query.groups.filter { !groups[$0].isStatic }
    if isOfVersions {
      addVersions(timed[0])
    } else if query.joins {
      addJoin(timed)
    } else {
      addSnapshotMoment(timed)
    }
    if !timed.isEmpty, !isOfVersions {
      addKnown(timed)
      addWithin(timed)
    }
    if random.chance(15) { addFilter() }
    if random.chance(15) { addLimit() }
    clauses.shuffle(using: &random)
    let words = ["SELECT FEATURES " + items.joined(separator: ", ")] + clauses
    query.text =
      words.joined(separator: random.pick([" ", "\n  "]))
      + random.pick([" INTO '\(number).csv'", " INTO \(number).csv"])
    return query
  }

  // MARK: Items

  /// Fills the output columns; returns the items' texts.
  private mutating func chooseItems() -> [String] {
    let entity = groups[random.below(groups.count)].entity
    let usable = groups.indices.filter { query.joins || groups[$0].entity == entity }
    var used = usable.filter { _ in random.chance(60) }
    if used.isEmpty { used = [random.pick(usable)] }
    let isFullNamed = random.chance(20)
    if isFullNamed { clauses.append("WITH FULL NAMES") }
    var items = used.flatMap { index -> [Item] in
      let windows = groups[index].isStatic || !random.chance(onlyAddsUp ? 70 : 25) ? [] : windowItems(index)
      return !windows.isEmpty && random.chance(50) ? windows : groupItems(index, isFullNamed: isFullNamed) + windows
    }
    items.shuffle(using: &random)
    for column in items.flatMap(\.columns) where !query.columns.contains(column) { query.columns.append(column) }
    if !isNumberAxis && random.chance(30) {
      clauses.append("WITH TIMESTAMPS")
      query.timestamps = query.uses.filter { !$0.isOfWindows }.map(\.group).filter { !groups[$0].isStatic }
    }
    return items.map(\.text)
  }

  /// Items of one timed group.
  private mutating func chooseVersions() -> [String] {
    let isFullNamed = random.chance(20)
    if isFullNamed { clauses.append("WITH FULL NAMES") }
    let group = random.pick(groups.indices.filter { !groups[$0].isStatic })
    // Of stored rows alone.
    var items =
      groupItems(group, isFullNamed: isFullNamed).map { ($0.text, $0.columns.filter { $0.window == nil }) }
      .filter { !$0.1.isEmpty } as [Item]
    items.shuffle(using: &random)
    for column in items.flatMap(\.columns) where !query.columns.contains(column) { query.columns.append(column) }
    return items.map(\.text)
  }

  private typealias Item = (text: String, columns: [OutputColumn])

  private mutating func groupItems(_ index: Int, isFullNamed: Bool) -> [Item] {
    let group = groups[index]
    func column(_ feature: Int) -> OutputColumn {
      let name = group.features[feature].name
      return OutputColumn(group: index, feature: feature, name: isFullNamed ? "\(group.name)__\(name)" : name)
    }
    let declared = group.windows.map { declared in
      let name = isFullNamed ? "\(group.name)__\(declared.name)" : declared.name
      return OutputColumn(group: index, feature: -1, name: name, window: declared.window)
    }
    let all = group.features.indices.map(column) + declared
    if random.chance(30) { return [("\(group.name).*", all)] }
    if group.features.count > 1 && random.chance(15) {
      let left = random.below(group.features.count)
      return [("\(group.name).* EXCEPT (\(group.features[left].name))", all.filter { $0.feature != left })]
    }
    var chosen = Array(group.features.indices).filter { _ in random.chance(60) }
    if chosen.isEmpty || random.chance(10) { chosen.append(random.below(group.features.count)) }
    return chosen.map { feature in
      let name = group.features[feature].name
      let text = random.chance(25) ? name : "\(group.name).\(name)"
      guard random.chance(20) else { return (text, [column(feature)]) }
      return ("\(text) AS alias_\(name)", [OutputColumn(group: index, feature: feature, name: "alias_\(name)")])
    }
  }

  /// Windows of the statement's own.
  private mutating func windowItems(_ index: Int) -> [Item] {
    let group = groups[index]
    return (1...(1 + random.below(3))).map { number in
      var maker = WindowMaker(group: group, rows: group.rows, lengths: ttls, onlyAddsUp: onlyAddsUp, random: random)
      let window = maker.make()
      random = maker.random
      let name = "w\(index)\(number)"
      let argument = window.feature.map { group.features[$0].name }
      let isQualified = random.chance(30)
      let filter = window.filter.map { " FILTER (WHERE \(filterText($0, of: group)))" } ?? ""
      let place = argument == nil || random.chance(20) ? " IN \(group.name)" : ""
      let text =
        "\(window.function.uppercased())(\(argument.map { isQualified ? "\(group.name).\($0)" : $0 } ?? "*"))\(filter)"
        + " OVER \(window.length?.text ?? "ALL")\(place) AS \(name)"
      return (text, [OutputColumn(group: index, feature: -1, name: name, window: window)])
    }
  }

  // MARK: Moments

  private mutating func addJoin(_ timed: [Int]) {
    clauses.append(random.pick(["JOIN labels.csv", "JOIN 'labels.csv'"]))
    let used = Set(query.groups.map { groups[$0].entity }).sorted().map { entities[$0] }
    let pairs = used.flatMap { entity in zip(entity.keys, entity.labelColumns).map { ($0.name, $1) } }
    let renamed = pairs.filter { $0 != $1 }
    if !renamed.isEmpty { clauses.append("ON " + renamed.map { "\($0) = \($1)" }.joined(separator: ", ")) }

    if !isNumberAxis && momentColumns[0] == "event_timestamp" && random.chance(25) {
      query.moment = .column(0, shift: 0)
    } else if timed.isEmpty && random.chance(60) {
      query.moment = .none
    } else if random.chance(15) {
      addInstant()
    } else {
      let column = random.below(momentColumns.count)
      let (text, shift) = random.chance(25) ? randomShift() : ("", 0)
      query.moment = .column(column, shift: shift)
      addMoment(momentColumns[column] + text)
    }
  }

  private mutating func addSnapshotMoment(_ timed: [Int]) {
    if !isNumberAxis && random.chance(10) {
      // No clause means now, which is long after every row.
      query.moment = .instant(2_000_000_000_000_000)
    } else if !timed.isEmpty {
      addInstant()
    }
  }

  private mutating func addVersions(_ group: Int) {
    let first = randomInstant()
    let second = randomInstant()
    let (from, to) = first.instant <= second.instant ? (first, second) : (second, first)
    query.versions = (from.instant, to.instant)
    clauses.append("VERSIONS FROM \(from.text) TO \(to.text)")
    guard groups[group].hasCreated, random.chance(60) else { return }
    let (text, instant) = randomInstant()
    query.known = .at(instant)
    clauses.append("KNOWN AT " + text)
  }

  private mutating func addMoment(_ text: String) {
    query.isStrict = random.chance(30)
    clauses.append((query.isStrict ? "BEFORE " : "AS OF ") + text)
  }

  private mutating func addInstant() {
    let (text, instant) = randomInstant()
    query.moment = .instant(instant)
    addMoment(text)
  }

  private mutating func randomShift() -> (text: String, shift: Int64) {
    let span = random.pick(ttls)
    return random.chance(50) ? (" + \(span.text)", span.length) : (" - \(span.text)", -span.length)
  }

  /// An instant of the world or the very edge of a row, as a literal with or without a duration.
  private mutating func randomInstant() -> (text: String, instant: Int64) {
    var instant = random.pick(instants)
    let rows = random.pick(groups).rows
    if !rows.isEmpty && random.chance(50) {
      let row = random.pick(rows)
      instant = random.pick([row.event, row.created]) ?? instant
    }
    var (shiftText, shift) = random.chance(20) ? randomShift() : ("", 0)
    // The language has no sign before a number; rows of a world are never before zero.
    if isNumberAxis && instant < shift { (shiftText, shift) = ("", 0) }
    let start = instant - shift
    let literal =
      isNumberAxis ? "\(start)" : "'\(anyTimeText(start, naiveMinutes: 0, beyond: .none, &random))'"
    return (literal + shiftText, instant)
  }

  // MARK: Other clauses

  private mutating func addKnown(_ timed: [Int]) {
    guard timed.allSatisfy({ groups[$0].hasCreated }), random.chance(45) else { return }
    if random.chance(60) {
      query.known = .own
      clauses.append("KNOWN")
    } else {
      let (text, instant) = randomInstant()
      query.known = .at(instant)
      clauses.append("KNOWN AT " + text)
    }
  }

  private mutating func addWithin(_ timed: [Int]) {
    // A window says itself how far back it goes.
    guard query.uses.contains(where: { !$0.isOfWindows && timed.contains($0.group) }) else { return }
    let longestDelay = timed.map { groups[$0].delay?.length ?? 0 }.max() ?? 0
    let choices = ttls.filter { $0.length > longestDelay }
    guard !choices.isEmpty, random.chance(30) else { return }
    let span = random.pick(choices)
    query.within = span
    clauses.append("WITHIN \(span.text)")
  }

  private mutating func addFilter() {
    let feature = random.below(query.columns.count)
    let isNull = random.chance(50)
    // An empty label file leaves the type of `n` open.
    switch random.below(query.joins && !labels.isEmpty ? 3 : 2) {
    case 0:
      query.filter = .null(feature, isNull)
      clauses.append("WHERE \(query.columns[feature].name) IS \(isNull ? "NULL" : "NOT NULL")")
    case 1:
      let entity = entities[groups[query.columns[0].group].entity]
      let value = random.pick(entity.pool)[0]
      query.filter = .key(entity: groups[query.columns[0].group].entity, value)
      clauses.append("WHERE \(entity.keys[0].name) = \(keyLiteral(value))")
    default:
      query.filter = .numberAbove(2)
      clauses.append("WHERE n > 2")
    }
  }

  private func keyLiteral(_ cell: Cell) -> String {
    if case .text(let bytes) = cell { quoted(String(decoding: bytes, as: UTF8.self), "'") } else { printedCell(cell) }
  }

  private mutating func addLimit() {
    let limit = random.below(5)
    query.limit = limit
    query.offset = random.chance(30) ? random.below(3) : 0
    clauses.append("LIMIT \(limit)" + (query.offset > 0 ? " OFFSET \(query.offset)" : ""))
  }
}
