import SpellCatalog
import SpellCore
import SpellLanguage

/// A feature that a select list names, or a window.
struct SelectedFeature {
  var group: Int
  /// Of a window of the statement what it reads; nil for rows.
  var feature: Int?
  /// Of the statement's own, rather than of the metadata.
  var window: WindowExpression?
  var alias: String?
  /// Whether the item stands for this alone.
  var isNamed: Bool
  var span: SourceSpan
}

/// Turns the items of a select list into features of the catalog.
struct ItemResolver {
  let catalog: Catalog
  var problems: [(PlanningProblem, SourceSpan)] = []

  /// What a bare name may stand for.
  private struct Meaning {
    var text: String
    var members: [(group: Int, feature: Int)]
    var isSet: Bool
  }

  /// A list may name thousands of features, and a catalog have more: what is called just so is found by its name.
  private lazy var groupPositions = Dictionary(
    catalog.groups.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  private lazy var featurePositions = catalog.groups.map { group in
    Dictionary(group.features.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
  /// Of the catalog, features first.
  private lazy var bareNames = bareMeanings()
  private lazy var barePositions = Dictionary(
    grouping: bareNames.names.indices, by: { [names = bareNames.names] in names[$0] })

  init(catalog: Catalog) { self.catalog = catalog }

  mutating func resolve(_ items: [SelectItem]) -> [SelectedFeature] {
    var selected: [SelectedFeature] = []
    for item in items { selected += resolve(item) }
    if selected.isEmpty, problems.isEmpty, let first = items.first {
      problems.append((.everythingExcepted, first.subject.span))
    }
    return selected
  }

  private mutating func resolve(_ item: SelectItem) -> [SelectedFeature] {
    let span = item.subject.span
    var members: [(group: Int, feature: Int)]
    var standsForSeveral = true
    switch item.subject {
    case .all(let group):
      guard let index = findGroup(group) else { return [] }
      members = catalog.groups[index].features.indices.map { (index, $0) }
    case .feature(let group, let feature):
      guard let index = findGroup(group), let found = findFeature(feature, in: index) else { return [] }
      members = [(index, found)]
      standsForSeveral = false
    case .name(let name):
      guard let found = findBareName(name) else { return [] }
      members = found.members
      standsForSeveral = found.isSet
    case .window(let window): return resolve(window, alias: item.alias).map { [$0] } ?? []
    }
    if let alias = item.alias, standsForSeveral {
      problems.append((.aliasOnSeveral(item.subject.text), alias.span))
    }
    if !item.except.isEmpty {
      guard standsForSeveral else {
        problems.append((.exceptOnSingleFeature(item.subject.text), item.except[0].span))
        return []
      }
      remove(item.except, from: &members, of: item.subject.text)
    }
    return members.map { member in
      SelectedFeature(
        group: member.group, feature: member.feature, alias: item.alias?.text, isNamed: !standsForSeveral, span: span)
    }
  }

  private mutating func resolve(_ window: WindowExpression, alias: Name?) -> SelectedFeature? {
    var place: (group: Int, feature: Int?)
    switch window.argument {
    case .rows:
      guard let group = window.group, let index = findGroup(group) else { return nil }
      place = (index, nil)
    case .feature(let reference):
      guard let found = findArgument(reference, group: window.group) else { return nil }
      place = (found.group, found.feature)
      let feature = catalog.groups[found.group].features[found.feature]
      if feature.aggregate != nil {
        problems.append((.window(.ofAggregate(window.function, feature: feature.name)), reference.span))
        return nil
      }
    }
    return SelectedFeature(
      group: place.group, feature: place.feature, window: window, alias: alias?.text, isNamed: true, span: window.span)
  }

  /// What a function is of: a feature of the group that IN names, else of that before the dot, else of any.
  private mutating func findArgument(
    _ reference: ColumnReference, group: Name?
  ) -> (group: Int, feature: Int)? {
    guard let name = group ?? reference.qualifier else {
      guard let found = findBareName(reference.name) else { return nil }
      if found.isSet { problems.append((.window(.ofSet(reference.name.text)), reference.span)) }
      return found.isSet ? nil : found.members.first
    }
    guard let index = findGroup(name) else { return nil }
    if let qualifier = reference.qualifier, let other = findGroup(qualifier), other != index {
      problems.append(
        (.window(.twoGroups(catalog.groups[other].name, catalog.groups[index].name)), reference.span))
      return nil
    }
    return findFeature(reference.name, in: index).map { (index, $0) }
  }

  private mutating func remove(
    _ exceptions: [ColumnReference], from members: inout [(group: Int, feature: Int)], of item: String
  ) {
    for exception in exceptions {
      let candidates = members.indices.filter { index in
        guard let qualifier = exception.qualifier else { return true }
        return NameLookup.find(qualifier.text, among: [catalog.groups[members[index].group].name]) != .none
      }
      let names = candidates.map { catalog.groups[members[$0].group].features[members[$0].feature].name }
      switch NameLookup.find(exception.name.text, among: names) {
      case .one(let index): members.remove(at: candidates[index])
      // A set may hold features of one name from several groups; without a group, all of them are meant.
      case .several(let indexes) where indexes.allSatisfy({ names[$0] == exception.name.text }):
        for index in indexes.reversed() { members.remove(at: candidates[index]) }
      case .several(let indexes):
        problems.append((.ambiguousName(exception.text, choices: indexes.map { names[$0] }), exception.span))
      case .none:
        problems.append((.exceptRemovesNothing(exception.text, item: item, candidates: names), exception.span))
      }
    }
  }

  private mutating func findGroup(_ name: Name) -> Int? {
    if let exact = groupPositions[name.text] { return exact }
    let names = catalog.groups.map(\.name)
    switch NameLookup.find(name.text, among: names) {
    case .one(let index): return index
    case .several(let indexes):
      problems.append((.ambiguousName(name.text, choices: indexes.map { names[$0] }), name.span))
    case .none: problems.append((.unknownName(name.text, kind: .group, candidates: names), name.span))
    }
    return nil
  }

  private mutating func findFeature(_ name: Name, in group: Int) -> Int? {
    if let exact = featurePositions[group][name.text] { return exact }
    let names = catalog.groups[group].features.map(\.name)
    switch NameLookup.find(name.text, among: names) {
    case .one(let index): return index
    case .several(let indexes):
      problems.append((.ambiguousName(name.text, choices: indexes.map { names[$0] }), name.span))
    case .none:
      problems.append((.unknownFeature(name.text, group: catalog.groups[group].name, candidates: names), name.span))
    }
    return nil
  }

  private mutating func findBareName(_ name: Name) -> (members: [(group: Int, feature: Int)], isSet: Bool)? {
    if let exact = barePositions[name.text], exact.count == 1 {
      let meaning = bareNames.meanings[exact[0]]
      return (meaning.members, meaning.isSet)
    }
    let (names, choices) = bareNames
    switch NameLookup.find(name.text, among: names) {
    case .one(let index): return (choices[index].members, choices[index].isSet)
    case .several(let indexes):
      problems.append((.ambiguousName(name.text, choices: indexes.map { choices[$0].text }), name.span))
    case .none:
      let groups = catalog.groups.map(\.name)
      if case .one(let group) = NameLookup.find(name.text, among: groups) {
        problems.append((.groupForFeature(groups[group]), name.span))
      } else {
        problems.append((.unknownName(name.text, kind: .featureOrSet, candidates: names), name.span))
      }
    }
    return nil
  }

  private mutating func bareMeanings() -> (names: [String], meanings: [Meaning]) {
    var names: [String] = []
    var meanings: [Meaning] = []
    for (index, group) in catalog.groups.enumerated() {
      for (position, feature) in group.features.enumerated() {
        names.append(feature.name)
        meanings.append(
          Meaning(text: "\(group.name).\(feature.name)", members: [(index, position)], isSet: false))
      }
    }
    for set in catalog.featureSets {
      names.append(set.name)
      meanings.append(Meaning(text: "feature set \(set.name)", members: members(of: set), isSet: true))
    }
    return (names, meanings)
  }

  private mutating func members(of set: FeatureSet) -> [(group: Int, feature: Int)] {
    var members: [(group: Int, feature: Int)] = []
    for member in set.members {
      guard let group = groupPositions[member.group], let feature = featurePositions[group][member.feature] else {
        continue
      }
      members.append((group, feature))
    }
    return members
  }
}

/// The keys behind a select list.
package enum ItemKeys {
  /// The names of the keys of the groups that items name, each once. Items that name nothing add nothing.
  package static func names(of items: [SelectItem], in catalog: Catalog) -> [String] {
    var resolver = ItemResolver(catalog: catalog)
    let keys = resolver.resolve(items).flatMap { catalog.groups[$0.group].keys.map(\.key.name) }
    return keys.reduce(into: []) { names, key in if !names.contains(key) { names.append(key) } }
  }
}

extension SelectItem.Subject {
  var span: SourceSpan {
    switch self {
    case .name(let name), .all(let name): name.span
    case .feature(let group, let feature): group.span.through(feature.span)
    case .window(let window): window.span
    }
  }

  var text: String {
    switch self {
    case .name(let name): name.text
    case .feature(let group, let feature): "\(group.text).\(feature.text)"
    case .all(let group): "\(group.text).*"
    case .window(let window): window.function.text
    }
  }
}
