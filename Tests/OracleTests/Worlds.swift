import TestSupport

/// Makes the world of a seed: three keys and five instants per entity, at most six rows per group, in some worlds 39,
/// and six labels, so that ties, edges and misses happen all the time. The weights are drawn too, so that seeds differ
/// in kind.
struct WorldMaker {
  private let seed: Int
  private let isDeep: Bool
  private var random: SeededRandom
  private let isNumberAxis: Bool
  private let instants: [Int64]
  private let nullPercent: Int
  private let tiePercent: Int
  private let neighbourPercent: Int
  private let unknownPercent: Int

  private static let hour: Int64 = 3_600_000_000
  /// Ten in the morning; before a leap day's midnight; before the epoch; a winter night of 1900.
  private static let starts: [Int64] = [
    1_704_103_200_000_000, 1_709_157_600_000_000, -7_200_000_000, -2_177_463_600_000_000,
  ]
  private static let ttls = [
    Span(text: "500ms", length: 500_000), Span(text: "1h", length: hour), Span(text: "60m", length: hour),
    Span(text: "2h", length: 2 * hour), Span(text: "5400s", length: 3 * hour / 2), Span(text: "1d", length: 24 * hour),
  ]
  private static let delays = [
    Span(text: "500ms", length: 500_000), Span(text: "30m", length: hour / 2), Span(text: "1h", length: hour),
  ]
  private static let numberTTLs = [1, 5, 10, 20].map { Span(text: "\($0)", length: $0) }
  private static let numberDelays = [5, 10].map { Span(text: "\($0)", length: $0) }

  /// Whether all windows are such that an engine may add up their rows.
  private var onlyAddsUp: Bool { seed % 3 == 0 }

  private init(seed: Int) {
    self.seed = seed
    var random = SeededRandom(seed: UInt64(truncatingIfNeeded: seed))
    let isNumberAxis = random.chance(8)
    let start = random.pick(Self.starts)
    self.isNumberAxis = isNumberAxis
    instants = (1...5).map { isNumberAxis ? $0 * 10 : start + $0 * Self.hour }
    nullPercent = random.pick([0, 5, 15, 30])
    tiePercent = random.pick([0, 15, 40, 60])
    neighbourPercent = random.pick([0, 10, 30])
    isDeep = random.chance(25)
    unknownPercent = random.pick([0, 10, 30])
    self.random = random
  }

  static func make(seed: Int, queryCount: Int) -> World {
    var maker = WorldMaker(seed: seed)
    return maker.world(queryCount: queryCount)
  }

  private mutating func world(queryCount: Int) -> World {
    let entities = (1...(1 + random.below(2))).map { entity(number: $0) }
    var groups: [Group] = []
    for number in 1...(1 + random.below(3)) {
      var group = makeGroup(number: number, entities)
      group.rows = group.isStatic ? staticRows(group, entities) : timedRows(group, entities)
      if !group.isStatic, random.chance(25) { group.windows = [declaredWindow(number, of: group)] }
      groups.append(group)
    }
    let momentColumns = random.pick([["event_timestamp"], ["scheduled_at"], ["event_timestamp", "other_at"]])
    var (header, labels) = makeLabels(entities, groups, momentColumns)
    for index in labels.indices where index > 0 && random.chance(15) { labels[index] = labels[random.below(index)] }
    let queries = (0..<queryCount).map { number in
      var maker = QueryMaker(
        entities: entities, groups: groups, momentColumns: momentColumns, labels: labels, instants: instants,
        isNumberAxis: isNumberAxis, ttls: isNumberAxis ? Self.numberTTLs : Self.ttls, onlyAddsUp: onlyAddsUp,
        random: random)
      let query = maker.make(number: number)
      random = maker.random
      return query
    }
    let script = sqlScript(groups, entities, .sqlite, &random)
    let metadata = metadataText(groups, entities, &random)
    let serverScript = sqlScript(groups, entities, .server, &random)
    let storedLabels = [SQLFlavour.sqlite, .server].map { flavour in
      var maker = LabelTableMaker(
        header: header, labels: labels, entities: entities, momentColumns: momentColumns, isNumberAxis: isNumberAxis,
        flavour: flavour, random: SeededRandom(seed: UInt64(truncatingIfNeeded: ~seed)))
      return (flavour, maker.make())
    }
    return World(
      seed: seed, isDeep: isDeep, isNumberAxis: isNumberAxis, entities: entities, groups: groups,
      momentColumns: momentColumns,
      header: header, labels: labels, scripts: [.sqlite: script, .server: serverScript],
      metadata: metadata, labelText: labelText(header, labels),
      storedLabels: Dictionary(uniqueKeysWithValues: storedLabels), queries: queries)
  }

  // MARK: Entities and groups

  private mutating func entity(number: Int) -> Entity {
    let texts: [Cell] = ["1", "11", "a|b", "é", "e\u{301}", "007", "7", "", "a", "A", "NULL", "x,y"].map { .text($0) }
    let numbers: [Cell] = [1, 11, 7, -3, 0, .max, .min].map { .int($0) }
    let pairs: [[Cell]] = [("1", "11"), ("11", "1"), ("a|b", "c"), ("a", "b|c"), ("", "x"), ("x", "")].map {
      [.text($0), .text($1)]
    }
    let kind = random.below(4)
    let types: [CellType] = [[.str], [.int], [.str, .int], [.str, .str]][kind]
    var pool: [[Cell]] = []
    while pool.count < 3 {
      let key: [Cell] =
        switch kind {
        case 0: [random.pick(texts)]
        case 1: [random.pick(numbers)]
        case 2: [random.pick(texts), random.pick(numbers)]
        default: random.pick(pairs)
        }
      if !pool.contains(key) { pool.append(key) }
    }
    let name = "entity\(number)"
    let names = types.count == 1 ? [name] : ["\(name)a", "\(name)b"]
    let isRenamed = random.chance(30)
    return Entity(
      name: name, keys: zip(names, types).map { Key(name: $0, type: $1) }, pool: pool,
      labelColumns: isRenamed ? names.map { "label_\($0)" } : names)
  }

  private mutating func makeGroup(number: Int, _ entities: [Entity]) -> Group {
    let isStatic = random.chance(20)
    let ttl = random.chance(55) && !isStatic ? random.pick(isNumberAxis ? Self.numberTTLs : Self.ttls) : nil
    let delay = random.chance(35) && !isStatic ? random.pick(isNumberAxis ? Self.numberDelays : Self.delays) : nil
    let times = Storage.allCases.filter { $0 != .number }
    let storage: Storage = isNumberAxis ? (isStatic ? .iso8601 : .number) : random.pick(times + [.iso8601, .iso8601])
    let entity = number == 1 ? 0 : random.below(entities.count)
    let types = CellType.allCases.filter { !isNumberAxis || $0 != .datetime }
    let features = (1...(1 + random.below(3))).map { feature in
      let name = "f\(number)\(feature)"
      return Feature(name: name, column: random.chance(25) ? "stored_\(name)" : name, type: random.pick(types))
    }
    return Group(
      name: "group\(number)", entity: entity, isStatic: isStatic,
      hasCreated: !isStatic && random.chance(onlyAddsUp ? 20 : 65), storage: storage,
      zoneMinutes: storage == .iso8601 && !isNumberAxis ? random.pick([0, 0, 120]) : 0,
      ttl: (delay?.length ?? 0) < (ttl?.length ?? 0) ? ttl : nil, delay: delay,
      keyColumns: entities[entity].keys.map { random.chance(25) ? "stored_\($0.name)" : $0.name }, features: features)
  }

  private mutating func declaredWindow(_ number: Int, of group: Group) -> DeclaredWindow {
    var maker = WindowMaker(
      group: group, rows: group.rows, lengths: isNumberAxis ? Self.numberTTLs : Self.ttls, onlyAddsUp: onlyAddsUp,
      random: random)
    defer { random = maker.random }
    return DeclaredWindow(name: "d\(number)", window: maker.make())
  }

  // MARK: Rows

  private mutating func timedRows(_ group: Group, _ entities: [Entity]) -> [Row] {
    var rows: [Row] = []
    for _ in 0..<random.below(isDeep ? 40 : 7) {
      var row = Row(key: rowKey(entities[group.entity]), event: rowTime(group), created: rowTime(group), values: [])
      if let earlier = rows.isEmpty ? nil : random.pick(rows), random.chance(tiePercent) {
        row.key = earlier.key
        row.event = earlier.event
        if random.chance(60) { row.created = earlier.created }
      }
      if !group.hasCreated { row.created = nil }
      row.values = group.features.map { value($0.type, group) }
      rows.append(row)
    }
    return rows.shuffled(using: &random)
  }

  private mutating func staticRows(_ group: Group, _ entities: [Entity]) -> [Row] {
    var keys = entities[group.entity].pool.filter { _ in random.chance(70) }
    if let first = keys.first, random.chance(nullPercent) {
      let unmatchable = withNull(first)
      keys += [unmatchable, unmatchable]
    }
    return keys.shuffled(using: &random).map { key in
      Row(key: key, values: group.features.map { value($0.type, group) })
    }
  }

  /// The key with one of its parts made NULL.
  private mutating func withNull(_ key: [Cell]) -> [Cell] {
    var key = key
    key[random.below(key.count)] = .null
    return key
  }

  private mutating func rowKey(_ entity: Entity) -> [Cell] {
    let key = random.pick(entity.pool)
    return random.chance(nullPercent / 2) ? withNull(key) : key
  }

  private mutating func rowTime(_ group: Group) -> Int64? {
    if random.chance(nullPercent) { return nil }
    let time = random.pick(instants)
    return random.chance(neighbourPercent) ? time + random.pick([-1, 1]) * group.storage.grain : time
  }

  private mutating func value(_ type: CellType, _ group: Group) -> Cell {
    if random.chance(nullPercent) { return .null }
    switch type {
    case .int: return .int(random.pick([0, 1, -1, 9, 10, 1_000_000, .max, .min]))
    case .float:
      return .float(random.pick([0, 1.5, -2.25, 0.1, 3, 9.5, 10, .infinity, -.infinity, 0.30000000000000004]))
    case .bool: return .bool(random.chance(50))
    case .decimal: return .decimal(random.pick([0, 1, -1, 950, 1000, -25, 150, 123_456_789_012_345_678]))
    case .str:
      return .text(random.pick(["", "a", "B", "é", "a,b", "say \"hi\"", "two\nlines", "10", "9", "NULL", "z'z", "日"]))
    case .datetime: return rowTime(group).map(Cell.time) ?? .null
    }
  }

  // MARK: Labels

  private mutating func makeLabels(
    _ entities: [Entity], _ groups: [Group], _ momentColumns: [String]
  ) -> (header: [String], labels: [Label]) {
    let names = ["n", "y"] + entities.flatMap(\.labelColumns) + momentColumns
    let order = Array(names.indices).shuffled(using: &random)
    var labels: [Label] = []
    for number in 0..<random.below(7) {
      let keys = entities.map { labelKey($0) }
      let moments = momentColumns.map { _ in labelMoment(groups) }
      let note = random.pick([
        "plain", "\"quoted\"", "\"a,b\"", "\"two\nlines\"", "\"\"", "", "NA", "\"say \"\"hi\"\"\"", " x ",
      ])
      let fields = ["\(number)", note] + keys.flatMap { $0.map { keyField($0) } } + moments.map { momentField($0) }
      labels.append(Label(fields: order.map { fields[$0] }, keys: keys, moments: moments, number: Int64(number)))
    }
    return (order.map { names[$0] }, labels)
  }

  private mutating func labelKey(_ entity: Entity) -> [Cell] {
    let key = random.pick(entity.pool)
    if random.chance(nullPercent) { return withNull(key) }
    guard random.chance(unknownPercent) else { return key }
    return entity.keys.map { $0.type == .int ? .int(424242) : .text("nobody") }
  }

  /// An instant of the world, or the very edge of a row's time, ttl or delay, and at times a neighbour of either.
  private mutating func labelMoment(_ groups: [Group]) -> Int64? {
    if random.chance(nullPercent) { return nil }
    var moment = random.pick(instants)
    let group = random.pick(groups)
    if let row = group.rows.isEmpty ? nil : random.pick(group.rows), let event = row.event, random.chance(50) {
      moment = random.pick([event, row.created ?? event])
      moment += random.pick([0, group.ttl?.length ?? 0, group.delay?.length ?? 0])
    }
    return random.chance(neighbourPercent) ? moment + random.pick([-1, 1]) : moment
  }

  private mutating func keyField(_ cell: Cell) -> String {
    switch cell {
    case .int(let value):
      let text = value >= 0 && random.chance(20) ? "00\(value)" : "\(value)"
      return random.chance(10) ? "\"\(text)\"" : text
    case .text(let bytes): return csvField(bytes, always: random.chance(20))
    default: return ""
    }
  }

  private mutating func momentField(_ moment: Int64?) -> String {
    guard let moment else { return "" }
    let text =
      isNumberAxis ? "\(moment)" : anyTimeText(moment, naiveMinutes: 0, beyond: .truncated, &random)
    return random.chance(10) ? "\"\(text)\"" : text
  }

  private mutating func labelText(_ header: [String], _ labels: [Label]) -> String {
    let lineEnd = random.pick(["\n", "\n", "\r\n"])
    let lines = ([header] + labels.map(\.fields)).map { $0.joined(separator: ",") }
    return (random.chance(15) ? "\u{FEFF}" : "") + lines.joined(separator: lineEnd)
      + (random.chance(80) ? lineEnd : "")
  }
}
