import SpellCore

/// `kind: group`, with references to entities as they were written.
struct GroupDocument {
  /// Without keys.
  var group: Group
  var entities: [Written<String>]
  /// Whether `entity` names the one entity: only then may it be a key column that nobody declares.
  var isSingleEntity: Bool
  /// Keys, as `key` or `entity.key`, and the columns that hold them.
  var keyColumns: [(key: Written<String>, column: String)]

  private static let keys = [
    "kind", "name", "entity", "entities", "table", "query", "key_columns", "event_timestamp_column",
    "create_timestamp_column", "timestamp_storage", "timezone", "ttl", "delay", "invalid", "description", "owner",
    "tags", "features",
  ]
  private static let keysOfFeature = ["name", "value_type", "description", "column", "aggregate", "window", "filter"]

  static func read(
    _ entries: [YAMLNode.Entry], at location: SourceLocation, into declarations: inout Declarations, log: ProblemLog
  ) {
    let reader = MappingReader(entries, owner: "group", keys: keys, at: location, log: log)
    reader.require("name")
    let name = reader.name("name")
    let entities = entities(reader)
    let source = source(reader)
    let keyColumns = keyColumns(reader)
    let times = GroupTimes(reader)
    let invalid = invalidValues(reader)
    let description = reader.text("description")?.value
    let owner = reader.text("owner")?.value
    let tags = (reader.list("tags") ?? []).compactMap { reader.text(of: $0, key: "tags")?.value }
    let (features, isWhole) = features(reader, times)
    guard let name else {
      declarations.lost.everything = true
      return
    }
    if !isWhole { declarations.lost.names.insert(name.value) }
    if let first = declarations.groups.first(where: { $0.group.name == name.value }) {
      log.add(.duplicate(what: "group", name: name.value, first: first.group.location), at: name.location)
      return
    }
    let group = Group(
      name: name.value, entities: entities.map(\.value), source: source ?? .table(TableName([name.value])), keys: [],
      eventColumn: times.eventColumn, createdColumn: times.createdColumn, timestampStorage: times.storage,
      zone: times.zone, ttl: times.ttl, delay: times.delay, invalidValues: invalid, description: description,
      owner: owner, tags: tags, features: features, location: name.location)
    declarations.groups.append(
      GroupDocument(
        group: group, entities: entities, isSingleEntity: reader.has("entity"), keyColumns: keyColumns))
  }

  private static func entities(_ reader: MappingReader) -> [Written<String>] {
    let log = reader.log
    if reader.has("entity"), reader.has("entities") {
      log.add(.together("entities", other: "entity", owner: "group"), at: reader.keyLocation("entities"))
    }
    if reader.lacks("entity"), reader.lacks("entities") {
      log.add(.missingEither("entity", "entities", owner: "group"), at: reader.location)
    }
    let items = reader.list("entities")
    if items?.isEmpty == true {
      log.add(.emptyList(key: "entities", owner: "group"), at: reader.keyLocation("entities"))
    }
    var listed: [Written<String>] = []
    for item in items ?? [] {
      guard let name = reader.name(of: item, key: "entities") else { continue }
      if let first = listed.first(where: { $0.value == name.value }) {
        log.add(.duplicate(what: "entity", name: name.value, first: first.location), at: name.location)
      } else {
        listed.append(name)
      }
    }
    return reader.has("entity") ? [reader.name("entity")].compactMap { $0 } : listed
  }

  private static func source(_ reader: MappingReader) -> TableSource? {
    let table = reader.text("table")
    let query = reader.text("query")
    if reader.has("table"), reader.has("query") {
      reader.log.add(.together("query", other: "table", owner: "group"), at: reader.keyLocation("query"))
    }
    var source: TableSource?
    if let query {
      switch QueryText.check(query.value) {
      case .success(let text): source = .query(text)
      case .failure(let problem): reader.log.add(.query(problem), at: query.location)
      }
    }
    if let table {
      switch TableNameText.parse(table.value) {
      case .success(let name): source = .table(name)
      case .failure(let problem): reader.log.add(.table(problem), at: table.location)
      }
    }
    return source
  }

  private static func keyColumns(_ reader: MappingReader) -> [(key: Written<String>, column: String)] {
    (reader.mapping("key_columns") ?? []).compactMap { entry in
      if case .null = entry.value.content { return nil }
      return reader.column(of: entry.value, key: "key_columns").map { (entry.key, $0.value) }
    }
  }

  /// Here the word `null` is a value; only `~` and nothing at all are not.
  private static func invalidValues(_ reader: MappingReader) -> Group.InvalidValues {
    if reader.isNullWord("invalid") { return .null }
    let word = reader.word("invalid", among: Group.InvalidValues.allCases.map(\.rawValue)) {
      Group.InvalidValues(rawValue: $0)
    }
    return word?.value ?? .error
  }

  /// The features, and whether each of them could be read.
  private static func features(_ reader: MappingReader, _ times: GroupTimes) -> ([Feature], isWhole: Bool) {
    reader.require("features")
    guard let items = reader.namedItems("features", owner: "feature", keys: keysOfFeature) else { return ([], false) }
    if reader.list("features")?.isEmpty == true {
      reader.log.add(.emptyList(key: "features", owner: "group"), at: reader.keyLocation("features"))
    }
    var features: [Feature] = []
    var places: [String: SourceLocation] = Dictionary(minimumCapacity: items.count)
    var isWhole = items.count == reader.list("features")?.count
    for item in items {
      item.require("name")
      let name = item.name("name")
      let type = item.valueType("value_type")
      let column = item.column("column")
      let aggregate = FeatureAggregate(item, times)
      let description = item.text("description")?.value
      guard let name else {
        isWhole = false
        continue
      }
      if let first = places[name.value] {
        reader.log.add(.duplicate(what: "feature", name: name.value, first: first), at: name.location)
        continue
      }
      places[name.value] = name.location
      features.append(
        Feature(
          name: name.value, type: type, column: column?.value ?? name.value, aggregate: aggregate,
          description: description, location: name.location))
    }
    return (features, isWhole)
  }
}
