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
    let pattern: LikePattern? =
      switch show.like?.value {
      case .text(let text), .untyped(let text): withBytes(of: text) { LikePattern($0) }
      default: nil
      }
    func isLike(_ name: String) -> Bool { pattern.map { like in withBytes(of: name) { like.matches($0) } } ?? true }
    let groups = catalog.groups.filter { group == nil || $0.name == group?.name }
    let entities = catalog.entities.filter { entity in
      isLike(entity.name) && (group == nil || groups.contains { $0.entities.contains(entity.name) })
    }
    let sets = catalog.featureSets.filter { set in
      isLike(set.name) && (group == nil || set.members.contains { $0.group == group?.name })
    }
    switch show.subject {
    case .entities:
      return TextTable(
        columns: ["name", "value-type", "description"],
        rows: entities.map { [$0.name, Self.types(of: $0), $0.description] })
    case .groups:
      return TextTable(
        columns: ["name", "entity", "description", "event_timestamp"],
        rows: groups.filter { isLike($0.name) }.map {
          [$0.name, $0.entities.joined(separator: ", "), $0.description, $0.eventColumn]
        })
    case .features:
      return TextTable(
        columns: ["name", "group", "entity", "value-type", "description"],
        rows: groups.flatMap { group in
          group.features.filter { isLike($0.name) }.map {
            [$0.name, group.name, group.entities.joined(separator: ", "), $0.type?.rawValue, $0.description]
          }
        })
    case .sets:
      return TextTable(
        columns: ["name", "features", "description"],
        rows: sets.map { set in
          [set.name, set.members.map { "\($0.group).\($0.feature)" }.joined(separator: ", "), set.description]
        })
    case .all:
      return TextTable(
        columns: ["kind", "name", "entity", "value-type", "description"],
        rows: entities.map { ["entity", $0.name, nil, Self.types(of: $0), $0.description] }
          + groups.filter { isLike($0.name) }.map {
            ["group", $0.name, $0.entities.joined(separator: ", "), nil, $0.description]
          }
          + groups.flatMap { group in
            group.features.filter { isLike($0.name) }.map {
              [
                "feature", "\(group.name).\($0.name)", group.entities.joined(separator: ", "), $0.type?.rawValue,
                $0.description,
              ]
            }
          } + sets.map { ["set", $0.name, nil, nil, $0.description] })
    }
  }

  /// `str`, or `bank_id str, account_no int` for a composite key; nil where the table decides.
  private static func types(of entity: Entity) -> String? {
    if entity.keys.count == 1 { return entity.keys[0].type?.rawValue }
    return entity.keys.map { key in key.name + (key.type.map { " \($0.rawValue)" } ?? "") }.joined(separator: ", ")
  }
}
