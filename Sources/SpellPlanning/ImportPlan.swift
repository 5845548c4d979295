import SpellCatalog
import SpellCore
import SpellLanguage

/// What an import writes, as the metadata has it; what the table and the file say is found when it runs.
package struct ImportPlan: Sendable {
  /// A column of the table.
  package struct Target: Sendable {
    package var column: String
    /// For messages: "key `tailnum`".
    package var role: String
    /// Nil: what the table has, or what the file looks like.
    package var type: ValueType?
    /// Whether the column places rows on the axis.
    package var isEvent: Bool
  }

  package var groupName: String
  package var source: TableSource
  /// Every column that the group names, once.
  package var targets: [Target]
  /// Key columns and then the event column: the index of a table that is created.
  package var indexColumns: [String]
  package var timestampStorage: TimestampStorage?
  package var zone: Zone

  /// Throws if there is no such group.
  package init(_ name: Name, in catalog: Catalog, source: SourceText) throws {
    let group = try CatalogLookup(catalog: catalog, source: source).group(name)
    groupName = group.name
    self.source = group.source
    timestampStorage = group.timestampStorage
    zone = group.zone
    indexColumns = group.keys.map(\.column) + (group.eventColumn.map { [$0] } ?? [])
    // On an axis of numbers the table or the file tells the type.
    let eventType: ValueType? = group.timestampStorage == .number ? nil : .datetime
    var targets = group.keys.map { key in
      Target(column: key.column, role: "key `\(key.key.name)`", type: key.key.type, isEvent: false)
    }
    for (column, role) in [(group.eventColumn, "event timestamp"), (group.createdColumn, "created timestamp")] {
      if let column { targets.append(Target(column: column, role: role, type: eventType, isEvent: true)) }
    }
    for feature in group.features where feature.aggregate?.countsRows != true {
      targets.append(
        Target(column: feature.column, role: "feature `\(feature.name)`", type: feature.type, isEvent: false))
    }
    self.targets = targets.reduce(into: []) { unique, target in
      if !unique.contains(where: { $0.column == target.column }) { unique.append(target) }
    }
  }

  /// How moments are stored in a column that exists, or will be in one that is created.
  package func storage(of column: ColumnFacts?) -> TimestampStorage {
    column?.storage(declared: timestampStorage) ?? timestampStorage ?? .iso8601
  }
}
