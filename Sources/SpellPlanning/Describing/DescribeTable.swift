import SpellCatalog
import SpellCore
import SpellLanguage

/// DESCRIBE: the definition of a group, a feature, an entity or a set, with its place in the metadata.
package struct DescribeTable {
  let catalog: Catalog

  package init(catalog: Catalog) { self.catalog = catalog }

  /// A table of properties. Throws if the name is unknown, or means several things.
  package func table(_ describe: DescribeStatement, source: SourceText) throws -> TextTable {
    let lookup = CatalogLookup(catalog: catalog, source: source)
    let rows: [(String, String?)]
    if let qualifier = describe.qualifier {
      let group = try lookup.group(qualifier)
      rows = self.rows(of: try lookup.feature(describe.name, in: group), in: group)
    } else {
      rows = try subjects(named: describe.name, lookup: lookup)
    }
    return TextTable(columns: ["property", "value"], rows: rows.filter { $0.1 != nil }.map { [$0.0, $0.1] })
  }

  private func subjects(named name: Name, lookup: CatalogLookup) throws -> [(String, String?)] {
    typealias Subject = (name: String, choice: String, rows: () -> [(String, String?)])
    var subjects: [Subject] = catalog.groups.map { group in
      (group.name, "group \(group.name)", { rows(of: group) })
    }
    subjects += catalog.featureSets.map { set in (set.name, "set \(set.name)", { rows(of: set) }) }
    let named = Set(subjects.map(\.name))
    // Where an entity and a group share a name, the group is the more telling one.
    subjects += catalog.entities.filter { !named.contains($0.name) }.map { entity in
      (entity.name, "entity \(entity.name)", { rows(of: entity) })
    }
    if !subjects.contains(where: { $0.name == name.text }) {
      subjects += catalog.groups.flatMap { group in
        group.features.map { feature in
          (feature.name, "\(group.name).\(feature.name)", { rows(of: feature, in: group) })
        }
      }
    }
    let names = subjects.map(\.name)
    if case .several(let indexes) = NameLookup.find(name.text, among: names) {
      let problem = PlanningProblem.ambiguousName(name.text, choices: indexes.map { subjects[$0].choice })
      throw SpellError(
        .statement,
        LocatedProblem(problem, at: SourceLocation(source: lookup.source, span: name.span)).diagnostic)
    }
    return subjects[try lookup.index(of: name, kind: .subject, among: names)].rows()
  }

  private func rows(of group: Group) -> [(String, String?)] {
    let keys = group.keys.map { key in
      let type = key.key.type.map { " \($0.rawValue)" } ?? ""
      return key.key.name + type + (key.column == key.key.name ? "" : " (column \(key.column))")
    }
    var source = group.tableText
    if case .query(let text) = group.source { source = text }
    return [
      ("group", group.name), ("defined in", group.location.fileAndLine), ("description", group.description),
      ("owner", group.owner), ("tags", group.tags.isEmpty ? nil : group.tags.joined(separator: ", ")),
      ("entity", group.entities.joined(separator: ", ")), ("table", source), ("key", keys.joined(separator: ", ")),
      ("event timestamp", group.eventColumn ?? "none: a static group"),
      ("created timestamp", group.createdColumn),
      ("stored as", group.timestampStorage?.rawValue),
      ("time zone", group.eventColumn == nil ? nil : group.zone.name),
      ("ttl", group.eventColumn == nil ? nil : group.ttl.map(IntervalText.text) ?? "none"),
      ("delay", group.delay.map(IntervalText.text)),
      ("invalid values", group.invalidValues == .error ? nil : "read as NULL"),
    ]
      + group.features.map { feature in
        let type = feature.type?.rawValue ?? "as stored"
        let column = feature.column == feature.name ? "" : " (column \(feature.column))"
        return ("feature \(feature.name)", type + column + (feature.description.map { ": \($0)" } ?? ""))
      }
  }

  private func rows(of feature: Feature, in group: Group) -> [(String, String?)] {
    [
      ("feature", "\(group.name).\(feature.name)"), ("defined in", feature.location.fileAndLine),
      ("description", feature.description), ("value type", feature.type?.rawValue ?? "as stored"),
      ("column", "\(group.tableText).\(feature.column)"), ("entity", group.entities.joined(separator: ", ")),
      ("event timestamp", group.eventColumn ?? "none: a static group"),
      ("ttl", group.eventColumn == nil ? nil : group.ttl.map(IntervalText.text) ?? "none"),
    ]
  }

  private func rows(of entity: Entity) -> [(String, String?)] {
    let groups = catalog.groups.filter { $0.entities.contains(entity.name) }.map(\.name)
    return [
      ("entity", entity.name), ("defined in", entity.location.fileAndLine), ("description", entity.description),
      (
        "key",
        entity.keys.map { $0.name + ($0.type.map { " \($0.rawValue)" } ?? " (as stored)") }.joined(separator: ", ")
      ),
      ("groups", groups.isEmpty ? nil : groups.joined(separator: ", ")),
    ]
  }

  private func rows(of set: FeatureSet) -> [(String, String?)] {
    [("feature set", set.name), ("defined in", set.location.fileAndLine), ("description", set.description)]
      + set.members.map { ("feature", "\($0.group).\($0.feature)") }
  }
}
