import SpellCatalog
import SpellCore
import SpellLanguage

/// The names of the catalog and of the statement around the cursor.
extension CompletionRun {
  // MARK: The catalog

  mutating func add(_ group: Group, ending: CandidateCollector.Ending) {
    collector.add(group.name, .group, form: .name, ending: ending, description: group.description ?? "")
  }

  private mutating func add(_ feature: Feature, qualifier: String? = nil) {
    collector.add(
      feature.name, .feature, form: .name, qualifier: qualifier, type: feature.type?.rawValue ?? "",
      description: feature.description ?? "")
  }

  private mutating func add(_ set: FeatureSet) {
    collector.add(set.name, .set, form: .name, description: set.description ?? "")
  }

  /// Groups, sets and features. A feature that its name alone does not tell is written with its group.
  mutating func addFeaturesAndSets(groupEnding: CandidateCollector.Ending) {
    for group in context.catalog.groups { add(group, ending: groupEnding) }
    for set in context.catalog.featureSets { add(set) }
    var matches: [(group: Int, feature: Int)] = []
    var uses: [String: Int] = [:]
    for (index, group) in context.catalog.groups.enumerated() {
      for (position, feature) in group.features.enumerated() where collector.match(feature.name) != nil {
        matches.append((index, position))
        uses[feature.name, default: 0] += 1
      }
    }
    for set in context.catalog.featureSets { uses[set.name]? += 1 }
    for match in matches {
      let group = context.catalog.groups[match.group]
      let feature = group.features[match.feature]
      add(feature, qualifier: uses[feature.name] == 1 ? nil : group.name)
    }
  }

  mutating func addNamesToDescribe() {
    let groups = Set(context.catalog.groups.map(\.name))
    for entity in context.catalog.entities where !groups.contains(entity.name) {
      collector.add(entity.name, .entity, form: .name, description: entity.description ?? "")
    }
    addFeaturesAndSets(groupEnding: .blank)
  }

  mutating func addFeatures(ofGroup name: String) {
    guard let group = context.catalog.group(spelled: name) else { return }
    for feature in group.features { add(feature) }
  }

  /// What a function can take: a feature of the group before the dot, or of any.
  mutating func addArguments() {
    if let qualifier = position.qualifier { return addFeatures(ofGroup: qualifier) }
    for group in context.catalog.groups {
      add(group, ending: .dot)
      for feature in group.features { add(feature) }
    }
  }

  /// What EXCEPT can take out of an item; with its group where a set has several features of the name.
  mutating func addExceptions(_ subject: SelectItem.Subject) {
    let features = StatementScope.features(of: SelectItem(subject: subject), in: context.catalog)
    let names = features.reduce(into: [String: Int]()) { $0[$1.feature.name, default: 0] += 1 }
    for found in features {
      if let qualifier = position.qualifier {
        if qualifier.lowercased() == found.group.name.lowercased() { add(found.feature) }
      } else {
        add(found.feature, qualifier: names[found.feature.name] == 1 ? nil : found.group.name)
      }
    }
  }

  // MARK: The statement

  mutating func addLabelColumns() {
    for column in labelColumns { collector.add(column, .label, form: .name) }
  }

  private var labelColumns: [String] { position.select?.labels.map(context.labelColumns) ?? [] }

  private var scope: StatementScope? {
    position.select.map { StatementScope($0, in: context.catalog, labelColumns: labelColumns) }
  }

  /// The keys that ON may map; with the entity where two have a key of the name.
  mutating func addKeys() {
    guard let scope else { return }
    let names = scope.keys.reduce(into: [String: Int]()) { $0[$1.key.name, default: 0] += 1 }
    for (entity, key) in scope.keys where position.qualifier.map({ $0 == entity }) ?? true {
      let isTold = position.qualifier != nil || names[key.name] == 1
      collector.add(
        key.name, .key, form: .name, qualifier: isTold ? nil : entity, type: key.type?.rawValue ?? "")
    }
  }

  /// Columns of the result, keys and label columns; behind a dot, those of a group or an entity.
  mutating func addColumns() {
    guard let scope else { return }
    guard let qualifier = position.qualifier?.lowercased() else {
      for column in scope.columns {
        collector.add(
          column.name, column.kind, form: .name, type: column.type?.rawValue ?? "", description: column.description)
      }
      return
    }
    for found in scope.features where found.group.name.lowercased() == qualifier { add(found.feature) }
    for (entity, key) in scope.keys where entity.lowercased() == qualifier {
      collector.add(key.name, .key, form: .name, type: key.type?.rawValue ?? "")
    }
  }
}
