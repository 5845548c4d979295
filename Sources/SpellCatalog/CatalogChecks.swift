import SpellCore

/// Follows the references between documents and makes the catalog.
struct CatalogChecks {
  private let declarations: Declarations
  private let log: ProblemLog
  private var entities: [String: Entity]
  private var implicitEntities: [Entity] = []
  private var groups: [Group] = []

  /// The catalog that the declarations make. Of what cannot be resolved, the rest.
  static func resolve(_ declarations: Declarations, log: ProblemLog) -> Catalog {
    var checks = CatalogChecks(declarations, log: log)
    for document in declarations.groups { checks.groups.append(checks.resolved(document)) }
    return Catalog(
      engine: declarations.engines.first, entities: declarations.entities + checks.implicitEntities,
      groups: checks.groups, featureSets: declarations.featureSets.map { checks.resolved($0) })
  }

  private init(_ declarations: Declarations, log: ProblemLog) {
    self.declarations = declarations
    self.log = log
    entities = Dictionary(declarations.entities.map { ($0.name, $0) }) { first, _ in first }
  }

  private func isLost(_ name: String) -> Bool {
    declarations.lost.everything || declarations.lost.names.contains(name)
  }

  // MARK: - Groups

  private mutating func resolved(_ document: GroupDocument) -> Group {
    var group = document.group
    let found = document.entities.compactMap { entity($0, isSingle: document.isSingleEntity) }
    let columns = columns(document, of: found)
    for entity in found {
      for key in entity.keys {
        let column = columns[QualifiedKey(entity: entity.name, key: key.name)] ?? key.name
        group.keys.append(Group.KeyColumn(entity: entity.name, key: key, column: column))
      }
    }
    for (index, key) in group.keys.enumerated() {
      let same = group.keys[index...].filter { $0.column == key.column }
      let isFirst = !group.keys[..<index].contains { $0.column == key.column }
      if isFirst, same.count > 1 {
        let place = document.entities.last?.location ?? group.location
        log.add(.keysShareColumn(key.column, keys: same.map { "\($0.entity).\($0.key.name)" }), at: place)
      }
    }
    return group
  }

  private mutating func entity(_ name: Written<String>, isSingle: Bool) -> Entity? {
    if let entity = entities[name.value] { return entity }
    let known = declarations.entities.map(\.name)
    guard isSingle else {
      if let implicit = implicitEntities.first(where: { $0.name == name.value }) { return implicit }
      if !isLost(name.value) { log.add(.unknownEntity(name.value, known: known), at: name.location) }
      return nil
    }
    if !isLost(name.value), let nearest = Suggestion.nearest(to: name.value, among: known) {
      log.add(.undeclaredEntity(name.value, nearest: nearest), at: name.location)
    }
    if let implicit = implicitEntities.first(where: { $0.name == name.value }) { return implicit }
    let entity = Entity(
      name: name.value, keys: [Entity.Key(name: name.value, type: nil)], description: nil, isImplicit: true,
      location: name.location)
    implicitEntities.append(entity)
    return entity
  }

  private struct QualifiedKey: Hashable {
    var entity: String
    var key: String
  }

  /// The columns of `key_columns`, whose keys may be written `key` or `entity.key`.
  private func columns(_ document: GroupDocument, of entities: [Entity]) -> [QualifiedKey: String] {
    let keys = entities.flatMap { entity in entity.keys.map { QualifiedKey(entity: entity.name, key: $0.name) } }
    let isWhole = entities.count == document.entities.count && !document.entities.contains { isLost($0.value) }
    var columns: [QualifiedKey: String] = [:]
    for (written, column) in document.keyColumns {
      let meant = keys.filter { $0.key == written.value || "\($0.entity).\($0.key)" == written.value }
      if meant.count > 1 {
        let choices = meant.map { "\($0.entity).\($0.key)" }
        log.add(.ambiguousKey(written.value, choices: choices), at: written.location)
      } else if let key = meant.first {
        columns[key] = column
      } else if isWhole, !entities.isEmpty {
        log.add(.unknownKeyOfEntity(written.value, known: keys.map(\.key)), at: written.location)
      }
    }
    return columns
  }

  // MARK: - Feature sets

  private func resolved(_ document: FeatureSetDocument) -> FeatureSet {
    var members: [FeatureSet.Member] = []
    var taken: Set<FeatureSet.Member> = []
    var places: [FeatureSet.Member: SourceLocation] = [:]
    for written in document.members {
      let found = self.members(written)
      if let member = found.first, found.count == 1, !written.value.hasSuffix("*") {
        if let first = places[member] {
          log.add(
            .duplicate(what: "feature", name: "\(member.group).\(member.feature)", first: first),
            at: written.location)
        }
        places[member] = places[member] ?? written.location
      }
      members += found.filter { taken.insert($0).inserted }
    }
    return FeatureSet(
      name: document.name.value, members: members, description: document.description, location: document.name.location)
  }

  private func members(_ written: Written<String>) -> [FeatureSet.Member] {
    let parts = written.value.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, !parts.contains(""), written.value != "*" else {
      log.add(.malformedMember(written.value), at: written.location)
      return []
    }
    guard parts.count == 2 else { return bareMember(written) }
    let (groupName, featureName) = (parts[0], parts[1])
    guard let group = groups.first(where: { $0.name == groupName }) else {
      if !isLost(groupName) { log.add(.unknownGroup(groupName, known: groups.map(\.name)), at: written.location) }
      return []
    }
    if featureName == "*" { return group.features.map { FeatureSet.Member(group: groupName, feature: $0.name) } }
    guard group.features.contains(where: { $0.name == featureName }) else {
      if !isLost(groupName) {
        let known = group.features.map(\.name)
        log.add(.unknownFeature(featureName, group: groupName, known: known), at: written.location)
      }
      return []
    }
    return [FeatureSet.Member(group: groupName, feature: featureName)]
  }

  private func bareMember(_ written: Written<String>) -> [FeatureSet.Member] {
    let name = written.value
    let holders = groups.filter { group in group.features.contains { $0.name == name } }
    if holders.count > 1 {
      log.add(.ambiguousFeature(name, choices: holders.map { "\($0.name).\(name)" }), at: written.location)
    } else if holders.isEmpty, !declarations.lost.everything, declarations.lost.names.isEmpty {
      let known = groups.flatMap { $0.features.map(\.name) }
      log.add(.unknownBareFeature(name, known: known), at: written.location)
    }
    return holders.count == 1 ? [FeatureSet.Member(group: holders[0].name, feature: name)] : []
  }
}
