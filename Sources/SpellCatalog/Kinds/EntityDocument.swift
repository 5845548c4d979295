import SpellCore

/// `kind: entity`.
enum EntityDocument {
  private static let keys = ["kind", "name", "value_type", "keys", "description"]
  private static let keysOfKey = ["name", "value_type"]

  static func read(
    _ entries: [YAMLNode.Entry], at location: SourceLocation, into declarations: inout Declarations, log: ProblemLog
  ) {
    let reader = MappingReader(entries, owner: "entity", keys: keys, at: location, log: log)
    reader.require("name")
    let name = reader.name("name")
    let type = reader.valueType("value_type")
    let description = reader.text("description")?.value
    if reader.has("keys"), reader.has("value_type") {
      log.add(.together("value_type", other: "keys", owner: "entity"), at: reader.keyLocation("value_type"))
    }
    let listed = compositeKeys(reader)
    guard let name else {
      declarations.lost.everything = true
      return
    }
    if let first = declarations.entities.first(where: { $0.name == name.value }) {
      log.add(.duplicate(what: "entity", name: name.value, first: first.location), at: name.location)
      return
    }
    let keys = reader.has("keys") ? listed : [Entity.Key(name: name.value, type: type)]
    if keys == nil { declarations.lost.names.insert(name.value) }
    declarations.entities.append(
      Entity(
        name: name.value, keys: keys ?? [], description: description, isImplicit: false, location: name.location))
  }

  /// Nil if a key could not be read.
  private static func compositeKeys(_ reader: MappingReader) -> [Entity.Key]? {
    guard let items = reader.namedItems("keys", owner: "key", keys: keysOfKey) else { return nil }
    if reader.list("keys")?.isEmpty == true {
      reader.log.add(.emptyList(key: "keys", owner: "entity"), at: reader.keyLocation("keys"))
      return nil
    }
    var keys: [Entity.Key] = []
    var places: [String: SourceLocation] = [:]
    var isWhole = items.count == reader.list("keys")?.count
    for item in items {
      item.require("name")
      let type = item.valueType("value_type")
      guard let name = item.name("name") else {
        isWhole = false
        continue
      }
      if let first = places[name.value] {
        reader.log.add(.duplicate(what: "key", name: name.value, first: first), at: name.location)
        continue
      }
      places[name.value] = name.location
      keys.append(Entity.Key(name: name.value, type: type))
    }
    return isWhole ? keys : nil
  }
}
