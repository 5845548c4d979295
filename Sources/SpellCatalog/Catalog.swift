import SpellCore

/// What the metadata declares: entities, groups with their features, feature sets and at most one engine.
///
/// Every reference in it has been checked: an entity that a group names is in `entities`, a feature that a set names
/// is in its group. Order is that of the files.
package struct Catalog: Sendable {
  package var engine: EngineDeclaration?
  package var entities: [Entity]
  package var groups: [Group]
  package var featureSets: [FeatureSet]

  package static let empty = Catalog(entities: [], groups: [], featureSets: [])

  package func entity(named name: String) -> Entity? { entities.first { $0.name == name } }
}

/// The `engine` document.
package struct EngineDeclaration: Sendable {
  /// As written, with `${…}` replaced.
  package var url: String
  /// The folder of the metadata file, to which a relative SQLite path refers.
  package var folder: String
  package var location: SourceLocation
}

/// What features describe: one or more key columns.
package struct Entity: Sendable {
  package struct Key: Sendable {
    package var name: String
    /// Nil for an entity that only a group names: the type found in the table.
    package var type: ValueType?

    package init(name: String, type: ValueType?) {
      self.name = name
      self.type = type
    }
  }

  package var name: String
  package var keys: [Key]
  package var description: String?
  /// Whether no `entity` document declares it (spellstore style).
  package var isImplicit: Bool
  package var location: SourceLocation

  package init(
    name: String, keys: [Key], description: String?, isImplicit: Bool, location: SourceLocation
  ) {
    self.name = name
    self.keys = keys
    self.description = description
    self.isImplicit = isImplicit
    self.location = location
  }
}

/// A feature group: a table, or a query, whose rows hold features of entities at moments.
package struct Group: Sendable {
  package enum InvalidValues: String, Sendable, CaseIterable { case error, null }

  /// One key of the group's entities and the column that holds it.
  package struct KeyColumn: Sendable {
    package var entity: String
    package var key: Entity.Key
    package var column: String
  }

  package var name: String
  /// Names of entities, in order.
  package var entities: [String]
  package var source: TableSource
  /// The keys of all entities, in order: the group's composite key.
  package var keys: [KeyColumn]
  /// Absent: a static group.
  package var eventColumn: String?
  package var createdColumn: String?
  /// Absent: what the stored type suggests.
  package var timestampStorage: TimestampStorage?
  /// Absent: UTC.
  package var declaredZone: Zone?
  package var ttl: Interval?
  package var delay: Interval?
  package var invalidValues: InvalidValues
  package var description: String?
  package var owner: String?
  package var tags: [String]
  package var features: [Feature]
  package var location: SourceLocation

  package init(
    name: String, entities: [String], source: TableSource, keys: [KeyColumn], eventColumn: String?,
    createdColumn: String?, timestampStorage: TimestampStorage?, zone: Zone?, ttl: Interval?, delay: Interval?,
    invalidValues: InvalidValues, description: String?, owner: String?, tags: [String], features: [Feature],
    location: SourceLocation
  ) {
    self.name = name
    self.entities = entities
    self.source = source
    self.keys = keys
    self.eventColumn = eventColumn
    self.createdColumn = createdColumn
    self.timestampStorage = timestampStorage
    declaredZone = zone
    self.ttl = ttl
    self.delay = delay
    self.invalidValues = invalidValues
    self.description = description
    self.owner = owner
    self.tags = tags
    self.features = features
    self.location = location
  }

  /// Of naive stored times.
  package var zone: Zone { declaredZone ?? .utc }
}

/// One feature of a group.
package struct Feature: Sendable {
  package var name: String
  /// Nil: the stored type decides.
  package var type: ValueType?
  package var column: String
  /// Nil for a feature that is stored; else what is made of its column, whose type `type` is.
  package var aggregate: FeatureAggregate?
  package var description: String?
  package var location: SourceLocation

  package init(
    name: String, type: ValueType?, column: String, aggregate: FeatureAggregate? = nil, description: String?,
    location: SourceLocation
  ) {
    self.name = name
    self.type = type
    self.column = column
    self.aggregate = aggregate
    self.description = description
    self.location = location
  }

  /// The type of its values; nil: the stored type decides.
  package var resultType: ValueType? {
    guard let aggregate else { return type }
    return aggregate.function == .count ? .int : type.flatMap { aggregate.function.type(of: $0) }
  }

  /// `AVG(arr_delay) FILTER (WHERE distance > 500) OVER 7d`; nil for a feature that is stored.
  package var aggregateText: String? {
    guard let aggregate else { return nil }
    let filter = aggregate.filter.map { " FILTER (WHERE \($0.text))" } ?? ""
    let length = aggregate.window.map(IntervalText.text) ?? "ALL"
    return "\(aggregate.function.text)(\(aggregate.countsRows ? "*" : column))\(filter) OVER \(length)"
  }
}

/// What a feature makes of the rows in a window before the moment.
package struct FeatureAggregate: Sendable {
  /// A condition of the query language, on the group's stored features and keys.
  package struct Filter: Sendable {
    package var text: String
    package var location: SourceLocation
  }

  package var function: AggregateFunction
  /// COUNT without a column.
  package var countsRows: Bool
  /// Nil: every row up to the moment.
  package var window: Interval?
  package var filter: Filter?
}

/// A named list of features.
package struct FeatureSet: Sendable {
  package struct Member: Sendable, Hashable {
    package var group: String
    package var feature: String

    package init(group: String, feature: String) {
      self.group = group
      self.feature = feature
    }
  }

  package var name: String
  package var members: [Member]
  package var description: String?
  package var location: SourceLocation

  package init(name: String, members: [Member], description: String?, location: SourceLocation) {
    self.name = name
    self.members = members
    self.description = description
    self.location = location
  }
}
