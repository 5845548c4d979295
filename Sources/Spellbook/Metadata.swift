import SpellCatalog

/// What the metadata files declare.
public struct Metadata: Sendable {
  /// What features describe.
  public struct Entity: Sendable, Equatable {
    /// The name.
    public let name: String
    /// The key columns; several for a composite key.
    public let keys: [String]
    /// The description, if there is one.
    public let description: String?
  }

  /// A feature group.
  public struct Group: Sendable, Equatable {
    /// The name.
    public let name: String
    /// The entities that it describes.
    public let entities: [String]
    /// The description, if there is one.
    public let description: String?
    /// The column of event timestamps; nil for a static group.
    public let eventTimestampColumn: String?
  }

  /// A feature of a group.
  public struct Feature: Sendable, Equatable {
    /// The group's name.
    public let group: String
    /// The name.
    public let name: String
    /// The declared type; nil where the stored type decides.
    public let valueType: String?
    /// The description, if there is one.
    public let description: String?
  }

  /// A named list of features.
  public struct FeatureSet: Sendable, Equatable {
    /// The name.
    public let name: String
    /// The features, as `group.feature`.
    public let features: [String]
    /// The description, if there is one.
    public let description: String?
  }

  /// In the order of the files.
  public let entities: [Entity]
  /// In the order of the files.
  public let groups: [Group]
  /// In the order of the files.
  public let features: [Feature]
  /// In the order of the files.
  public let featureSets: [FeatureSet]

  init(_ catalog: Catalog) {
    entities = catalog.entities.map {
      Entity(name: $0.name, keys: $0.keys.map(\.name), description: $0.description)
    }
    groups = catalog.groups.map {
      Group(
        name: $0.name, entities: $0.entities, description: $0.description, eventTimestampColumn: $0.eventColumn)
    }
    features = catalog.groups.flatMap { group in
      group.features.map {
        Feature(group: group.name, name: $0.name, valueType: $0.resultType?.rawValue, description: $0.description)
      }
    }
    featureSets = catalog.featureSets.map { set in
      FeatureSet(
        name: set.name, features: set.members.map { "\($0.group).\($0.feature)" }, description: set.description)
    }
  }
}
