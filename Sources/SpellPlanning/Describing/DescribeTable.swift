import SpellCatalog
import SpellCore
import SpellLanguage

/// What the database tells of a group that is described.
package struct StoredDescription: Sendable {
  package var facts: TableFacts
  /// When the last event was, and how long ago that is; nil where the rows were not read, and without events.
  package var lastEvent: String?
  /// How the values of a feature are distributed, by its name.
  package var distributions: [String: String]

  package init(facts: TableFacts, lastEvent: String? = nil, distributions: [String: String] = [:]) {
    self.facts = facts
    self.lastEvent = lastEvent
    self.distributions = distributions
  }

  /// ` stored as TEXT`, if the table has the column.
  fileprivate func storage(of column: String) -> String {
    facts.column(named: column).map { $0.declaredType.isEmpty ? "" : ", stored as \($0.declaredType)" } ?? ""
  }
}

/// DESCRIBE: the definition of a group, a feature, an entity or a set, with its place in the metadata, and what the
/// database has on it.
package struct DescribeTable {
  /// Gives what the database has on a group and some of its features; nil where nobody asks it.
  package typealias Look = (Group, [Feature]) throws -> StoredDescription?

  let catalog: Catalog
  let look: Look

  package init(catalog: Catalog, look: @escaping Look = { _, _ in nil }) {
    self.catalog = catalog
    self.look = look
  }

  /// A table of properties. Throws if the name is unknown, or means several things.
  package func table(_ describe: DescribeStatement, source: SourceText) throws -> TextTable {
    let lookup = CatalogLookup(catalog: catalog, source: source)
    let rows: [(String, String?)]
    if let qualifier = describe.qualifier {
      let group = try lookup.group(qualifier)
      rows = try self.rows(of: try lookup.feature(describe.name, in: group), in: group)
    } else {
      rows = try subjects(named: describe.name, lookup: lookup)
    }
    return TextTable(columns: ["property", "value"], rows: rows.filter { $0.1 != nil }.map { [$0.0, $0.1] })
  }

  private func subjects(named name: Name, lookup: CatalogLookup) throws -> [(String, String?)] {
    typealias Subject = (name: String, choice: String, rows: () throws -> [(String, String?)])
    var subjects: [Subject] = catalog.groups.map { group in
      (group.name, "group \(group.name)", { try rows(of: group) })
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
          (feature.name, "\(group.name).\(feature.name)", { try rows(of: feature, in: group) })
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
    return try subjects[try lookup.index(of: name, kind: .subject, among: names)].rows()
  }

  private func rows(of group: Group) throws -> [(String, String?)] {
    let stored = try look(group, group.features.filter { $0.aggregate == nil })
    func storage(_ column: String) -> String { stored?.storage(of: column) ?? "" }
    let keys = group.keys.map { key in
      let type = key.key.type.map { " \($0.rawValue)" } ?? ""
      return key.key.name + type + (key.column == key.key.name ? "" : " (column \(key.column))") + storage(key.column)
    }
    return [
      ("group", group.name), ("defined in", group.location.fileAndLine), ("description", group.description),
      ("owner", group.owner), ("tags", group.tags.isEmpty ? nil : group.tags.joined(separator: ", ")),
      ("entity", group.entities.joined(separator: ", ")), ("table", source(of: group, stored)),
      ("key", keys.joined(separator: ", ")),
      ("event timestamp", group.eventColumn.map { $0 + storage($0) } ?? "none: a static group"),
      ("created timestamp", group.createdColumn.map { $0 + storage($0) }),
      ("read as", group.timestampStorage?.rawValue),
      ("time zone", group.eventColumn == nil ? nil : group.zone.name), ("indexes", indexes(stored)),
      ("ttl", ttl(of: group)), ("delay", delay(of: group)), ("last event", stored?.lastEvent),
      ("invalid values", group.invalidValues == .error ? nil : "read as NULL"),
    ]
      + group.features.map { feature in
        let type = feature.resultType?.rawValue ?? "as stored"
        if let aggregate = feature.aggregateText {
          return ("feature \(feature.name)", "\(type)  \(aggregate)" + (feature.description.map { ": \($0)" } ?? ""))
        }
        let column = feature.column == feature.name ? "" : " (column \(feature.column))"
        let values = stored?.distributions[feature.name].map { "  \($0)" } ?? ""
        let description = feature.description.map { ": \($0)" } ?? ""
        return ("feature \(feature.name)", type + column + storage(feature.column) + description + values)
      } + [("example", example(SelectItem(subject: .all(group: Name(group.name))), of: group))]
  }

  private func rows(of feature: Feature, in group: Group) throws -> [(String, String?)] {
    let stored = try look(group, feature.aggregate == nil ? [feature] : [])
    let storage = stored?.storage(of: feature.column) ?? ""
    let subject = SelectItem.Subject.feature(group: Name(group.name), feature: Name(feature.name))
    return [
      ("feature", "\(group.name).\(feature.name)"), ("defined in", feature.location.fileAndLine),
      ("description", feature.description), ("value type", feature.resultType?.rawValue ?? "as stored"),
      ("window", feature.aggregateText),
      (
        "column",
        feature.aggregate?.countsRows == true ? nil : "\(group.tableText).\(feature.column)\(storage)"
      ),
      ("entity", group.entities.joined(separator: ", ")),
      ("event timestamp", group.eventColumn ?? "none: a static group"),
      ("ttl", feature.aggregate == nil ? ttl(of: group) : nil),
      ("delay", delay(of: group)), ("last event", stored?.lastEvent), ("values", stored?.distributions[feature.name]),
      ("example", example(SelectItem(subject: subject), of: group)),
    ]
  }

  // MARK: - Words

  private func source(of group: Group, _ stored: StoredDescription?) -> String {
    var source = group.tableText
    if case .query(let text) = group.source { source = text }
    return source + (stored?.facts.estimatedRows.map { " (about \(Count.text($0, "row")))" } ?? "")
  }

  private func indexes(_ stored: StoredDescription?) -> String? {
    guard let stored, stored.facts.isStored else { return nil }
    let indexes = stored.facts.indexes.map { index in
      "\(index.name) (\(index.columns.joined(separator: ", ")))" + (index.isUnique ? " unique" : "")
    }
    return indexes.isEmpty ? "none" : indexes.joined(separator: "; ")
  }

  private func ttl(of group: Group) -> String? {
    if group.eventColumn == nil { return nil }
    return group.ttl.map { "\(IntervalText.text($0)): an older row is no answer" } ?? "none: however old, a row counts"
  }

  private func delay(of group: Group) -> String? {
    group.delay.map { "\(IntervalText.text($0)): a row counts so long after its event" }
  }

  /// A statement that can be run as it stands.
  private func example(_ item: SelectItem, of group: Group) -> String? {
    if group.features.isEmpty { return nil }
    var select = SelectStatement(items: [item], limit: IntegerExpression(.integer(5)))
    if group.eventColumn != nil, group.timestampStorage == .number { select.cut = .someNumber }
    return StatementPrinter.text(.select(select)) + ";"
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
      + set.members.map { ("feature", "\($0.group).\($0.feature)") } + [("example", example(of: set))]
  }

  /// Without labels the groups of a statement have one key.
  private func example(of set: FeatureSet) -> String? {
    let groups = catalog.groups.filter { group in set.members.contains { $0.group == group.name } }
    guard let first = groups.first else { return nil }
    let item = SelectItem(subject: .name(Name(set.name)))
    if groups.allSatisfy({ $0.entities == first.entities }) { return example(item, of: first) }
    let select = SelectStatement(
      items: [item], labels: LabelClause(path: PathExpression(.file("labels.csv"))),
      output: OutputClause(into: PathExpression(.file("train.csv"))))
    return StatementPrinter.text(.select(select)) + ";"
  }
}
