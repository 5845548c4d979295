import SpellCatalog
import SpellCore
import SpellLanguage

/// What the names in a SELECT may mean, as far as it is typed: names that lead nowhere are left out.
struct StatementScope {
  /// A feature that an item names.
  struct FoundFeature {
    var group: Group
    var feature: Feature
    var alias: String?
  }

  /// A column that WHERE and ORDER BY may name.
  struct Column {
    var name: String
    var kind: Candidate.Kind
    var type: ValueType?
    var description = ""
  }

  /// Each feature once.
  private(set) var features: [FoundFeature] = []
  /// The keys behind the features, each once.
  private(set) var keys: [(entity: String, key: Entity.Key)] = []
  /// Label columns, keys, and features by the names that they have in the result; each name once.
  private(set) var columns: [Column] = []

  init(_ select: SelectStatement, in catalog: Catalog, labelColumns: [String]) {
    var groups: [Group] = []
    var knownGroups: Set<String> = []
    var knownFeatures: Set<String> = []
    for found in StatementScope.features(of: select.items, in: catalog) {
      if knownGroups.insert(found.group.name).inserted { groups.append(found.group) }
      let name = "\(found.group.name).\(found.feature.name).\(found.alias ?? "")"
      if knownFeatures.insert(name).inserted { features.append(found) }
    }
    for column in groups.flatMap(\.keys) {
      let isKnown = keys.contains { $0.entity == column.entity && $0.key.name == column.key.name }
      if !isKnown { keys.append((column.entity, column.key)) }
    }
    var known: Set<String> = []
    func add(_ column: Column, to columns: inout [Column]) {
      if known.insert(column.name).inserted { columns.append(column) }
    }
    for name in labelColumns { add(Column(name: name, kind: .label), to: &columns) }
    for (_, key) in keys { add(Column(name: key.name, kind: .key, type: key.type), to: &columns) }
    for found in features {
      let full = select.withFullNames ? "\(found.group.name)__\(found.feature.name)" : found.feature.name
      let column = Column(
        name: found.alias ?? full, kind: .feature, type: found.feature.type,
        description: found.feature.description ?? "")
      add(column, to: &columns)
    }
    guard select.withTimestamps else { return }
    for group in groups where group.eventColumn != nil {
      add(Column(name: "\(group.name)__event_timestamp", kind: .column), to: &columns)
    }
  }

  /// The features that an item stands for.
  static func features(of item: SelectItem, in catalog: Catalog) -> [FoundFeature] {
    features(of: [item], in: catalog)
  }

  /// The features that items stand for, in their order. Looks at every name of the catalog once, however many items
  /// there are.
  private static func features(of items: [SelectItem], in catalog: Catalog) -> [FoundFeature] {
    var bare: [String: [FoundFeature]] = [:]
    for case .name(let name) in items.map(\.subject) { bare[name.text.lowercased()] = [] }
    if !bare.isEmpty {
      for group in catalog.groups {
        for feature in group.features {
          bare[feature.name.lowercased()]?.append(FoundFeature(group: group, feature: feature))
        }
      }
    }
    return items.flatMap { item -> [FoundFeature] in
      let excepted = Set(item.except.map { $0.name.text.lowercased() })
      let found: [FoundFeature]
      switch item.subject {
      case .all(let group):
        found =
          catalog.group(spelled: group.text).map { group in
            group.features.map { FoundFeature(group: group, feature: $0) }
          } ?? []
      case .feature(let group, let feature):
        found =
          catalog.group(spelled: group.text).flatMap { group in
            group.features.spelled(feature.text, \.name).map { [FoundFeature(group: group, feature: $0)] }
          } ?? []
      case .name(let name):
        let matches = bare[name.text.lowercased()] ?? []
        let exact = matches.filter { $0.feature.name == name.text }
        let features = exact.isEmpty ? matches : exact
        found = features.isEmpty ? members(ofSet: name.text, in: catalog) : features
      case .window(let window):
        found = column(of: window, alias: item.alias, in: catalog).map { [$0] } ?? []
      }
      return found.compactMap { found in
        if excepted.contains(found.feature.name.lowercased()) { return nil }
        return FoundFeature(group: found.group, feature: found.feature, alias: item.alias?.text)
      }
    }
  }

  /// The column that a window makes.
  private static func column(of window: WindowExpression, alias: Name?, in catalog: Catalog) -> FoundFeature? {
    let argument: ColumnReference? = if case .feature(let reference) = window.argument { reference } else { nil }
    let groups =
      (window.group ?? argument?.qualifier).map { catalog.group(spelled: $0.text).map { [$0] } ?? [] } ?? catalog.groups
    for group in groups {
      let stored = argument.map { group.features.spelled($0.name.text, \.name) }
      if let stored, stored == nil { continue }
      let type = stored??.type.flatMap { window.function.type(of: $0) } ?? (window.function == .count ? .int : nil)
      let column = Feature(
        name: alias?.text ?? window.function.text, type: type, column: "", description: nil, location: group.location)
      return FoundFeature(group: group, feature: column)
    }
    return nil
  }

  private static func members(ofSet name: String, in catalog: Catalog) -> [FoundFeature] {
    guard let set = catalog.featureSets.spelled(name, \.name) else { return [] }
    return set.members.compactMap { member in
      guard let group = catalog.group(spelled: member.group) else { return nil }
      return group.features.spelled(member.feature, \.name).map { FoundFeature(group: group, feature: $0) }
    }
  }
}

extension Catalog {
  /// The group of a name: exactly, else one that differs in case.
  func group(spelled name: String) -> Group? { groups.spelled(name, \.name) }
}

extension Array {
  /// The element of a name: exactly, else the first that differs in case.
  fileprivate func spelled(_ name: String, _ nameOf: (Element) -> String) -> Element? {
    if let exact = first(where: { nameOf($0) == name }) { return exact }
    let folded = name.lowercased()
    return first { nameOf($0).lowercased() == folded }
  }
}
