import SpellCatalog
import SpellCore
import SpellLanguage

/// SHOW: what the catalog holds, as a table. Never opens the database.
package struct ShowTable {
  let catalog: Catalog

  package init(catalog: Catalog) { self.catalog = catalog }

  /// Throws if the group of IN is unknown.
  package func table(_ show: ShowStatement, source: SourceText) throws -> TextTable {
    let group = try show.group.map { try CatalogLookup(catalog: catalog, source: source).group($0) }
    let shown = ShownCatalog(catalog, of: group, like: show.like)
    return switch show.subject {
    case .entities:
      TextTable(
        columns: ["name", "value-type", "description"],
        rows: shown.entities.map { [$0.name, Self.types(of: $0), $0.description] })
    case .groups:
      TextTable(
        columns: ["name", "entity", "description", "event_timestamp"],
        rows: shown.groups.map { [$0.name, Self.entities(of: $0), $0.description, $0.eventColumn] })
    case .features:
      TextTable(
        columns: ["name", "group", "entity", "value-type", "description"],
        rows: shown.features.map { feature, group in
          [feature.name, group.name, Self.entities(of: group), feature.resultType?.rawValue, feature.description]
        })
    case .sets:
      TextTable(
        columns: ["name", "features", "description"],
        rows: shown.sets.map { set in
          [set.name, set.members.map { "\($0.group).\($0.feature)" }.joined(separator: ", "), set.description]
        })
    case .all: Self.all(shown)
    }
  }

  /// One table of everything, for programs.
  private static func all(_ shown: ShownCatalog) -> TextTable {
    var rows: [[String?]] = shown.entities.map { ["entity", $0.name, nil, types(of: $0), $0.description] }
    rows += shown.groups.map { ["group", $0.name, entities(of: $0), nil, $0.description] }
    rows += shown.features.map { feature, group in
      [
        "feature", "\(group.name).\(feature.name)", entities(of: group), feature.resultType?.rawValue,
        feature.description,
      ]
    }
    rows += shown.sets.map { ["set", $0.name, nil, nil, $0.description] }
    return TextTable(columns: ["kind", "name", "entity", "value-type", "description"], rows: rows)
  }

  private static func entities(of group: Group) -> String { group.entities.joined(separator: ", ") }

  /// `str`, or `bank_id str, account_no int` for a composite key; nil where the table decides.
  private static func types(of entity: Entity) -> String? {
    if entity.keys.count == 1 { return entity.keys[0].type?.rawValue }
    return entity.keys.map { key in key.name + (key.type.map { " \($0.rawValue)" } ?? "") }.joined(separator: ", ")
  }
}

/// What IN and LIKE leave of a catalog.
private struct ShownCatalog {
  let entities: [Entity]
  let groups: [Group]
  let features: [(feature: Feature, group: Group)]
  let sets: [FeatureSet]

  init(_ catalog: Catalog, of group: Group?, like: Literal?) {
    let pattern: LikePattern? =
      switch like?.value {
      case .text(let text), .untyped(let text): withBytes(of: text) { LikePattern($0) }
      default: nil
      }
    func isLike(_ name: String) -> Bool { pattern.map { like in withBytes(of: name) { like.matches($0) } } ?? true }
    let candidates = catalog.groups.filter { group == nil || $0.name == group?.name }
    entities = catalog.entities.filter { entity in
      isLike(entity.name) && (group == nil || candidates.contains { $0.entities.contains(entity.name) })
    }
    groups = candidates.filter { isLike($0.name) }
    // A feature is shown by its own name, whatever its group is called.
    features = candidates.flatMap { group in group.features.filter { isLike($0.name) }.map { ($0, group) } }
    sets = catalog.featureSets.filter { set in
      isLike(set.name) && (group == nil || set.members.contains { $0.group == group?.name })
    }
  }
}
