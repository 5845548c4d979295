import SpellCore
import SpellDatabases

/// Metadata made up from a schema, for a person to read through.
package struct StarterMetadata {
  struct Entity {
    var name: String
    var type: ValueType
  }

  struct Group {
    struct Key {
      var entity: String
      var column: String
    }

    struct Feature {
      var name: String
      var type: ValueType
      var column: String
    }

    var name: String
    var table: TableName
    var keys: [Key]
    var keyGuess: KeyGuess
    /// Nil for a static group.
    var times: TimeGuess?
    /// What has to be said of how moments are stored.
    var storage: TimestampStorage?
    var isNaive = false
    /// The events are days.
    var areDays = false
    var features: [Feature] = []
    /// Columns with values that do not fit their type.
    var unfit: [String] = []
    /// Columns that are of no one type, or cannot be named or read.
    var leftOut: [String] = []
  }

  /// Why a table has no group.
  enum Obstacle {
    case noKey
    /// Several rows have one key, and no column says when each holds.
    case severalRows
    case noFeatures
    /// The name holds control characters.
    case name
    /// In the words of the engine.
    case unreadable(String)
  }

  private(set) var entities: [Entity] = []
  private(set) var groups: [Group] = []
  private(set) var leftOut: [(table: TableName, obstacle: Obstacle)] = []

  /// Reads what a database tells of its tables, and the first rows of each.
  package init(of database: any Database, progress: any Progress) throws {
    let reader = SchemaReader(database: database, progress: progress)
    let (tables, unreadable) = try reader.read()
    let guesser = KeyGuesser(tables)
    let names = EntityName(tables: tables)
    leftOut = unreadable.map { ($0.table, .unreadable($0.reason)) }
    for table in tables {
      if table.name.parts.contains(where: { $0.unicodeScalars.contains(where: VisibleText.isControl) }) {
        leftOut.append((table.name, .name))
        continue
      }
      let times = TimeGuess(for: table)
      let guesses = guesser.guesses(for: table, event: times?.event)
      let guess = try guesses.first { try times != nil || $0.isUnique || reader.isUnique($0.columns, of: table) }
      if let guess {
        add(table, guess, times, names: names)
      } else {
        leftOut.append((table.name, guesses.isEmpty ? .noKey : .severalRows))
      }
    }
  }

  private mutating func add(_ table: TableSketch, _ guess: KeyGuess, _ times: TimeGuess?, names: EntityName) {
    let entitiesBefore = entities
    var group = Group(name: groupName(for: table.name), table: table.name, keys: [], keyGuess: guess, times: times)
    for column in guess.columns {
      let entity = entity(
        named: names.name(of: column, in: table), type: table.column(column)?.naturalType ?? .str,
        orElse: EntityName.plain("\(table.ownName)_\(column)"), taken: group.keys.map(\.entity))
      group.keys.append(Group.Key(entity: entity, column: column))
    }
    group.describe(table)
    guard !group.features.isEmpty else {
      entities = entitiesBefore
      leftOut.append((table.name, .noFeatures))
      return
    }
    groups.append(group)
  }

  /// The entity of a name, made if there is none; another name where one of other values has it.
  private mutating func entity(named name: String, type: ValueType, orElse other: String, taken: [String]) -> String {
    for candidate in sequence(first: name, next: { $0 == name && other != name ? other : $0 + "_" })
    where !taken.contains(candidate) {
      if let known = entities.first(where: { $0.name == candidate }) {
        if known.type == type { return candidate }
      } else {
        entities.append(Entity(name: candidate, type: type))
        return candidate
      }
    }
    preconditionFailure("longer names never end")
  }

  private func groupName(for table: TableName) -> String {
    let own = EntityName.plain(table.parts.last ?? "")
    let whole = EntityName.plain(table.parts.joined(separator: "_"))
    let names = sequence(first: own) { $0 == own && whole != own ? whole : $0 + "_" }
    return names.first { name in !groups.contains { $0.name == name } } ?? own
  }
}

extension StarterMetadata.Group {
  /// Adds the features, and what has to be said of all columns together.
  fileprivate mutating func describe(_ table: TableSketch) {
    let placing = keys.map(\.column) + [times?.event, times?.created].compactMap { $0 }
    let event = times.flatMap { table.moments[$0.event] }
    if let event, event.storage != .iso8601, event.storage != .native { storage = event.storage }
    areDays = event?.areDays ?? false
    isNaive = [times?.event, times?.created].compactMap { $0 }.contains { table.moments[$0]?.isNaive == true }
    leftOut = table.facts.columns.map(\.name).filter { table.column($0) == nil }
    for column in table.columns where !placing.contains(column.name) {
      guard let type = table.featureType(of: column, storage: storage) else {
        leftOut.append(column.name)
        continue
      }
      if type == .datetime, table.moments[column.name]?.isNaive == true { isNaive = true }
      features.append(Feature(name: featureName(for: column.name), type: type, column: column.name))
    }
    unfit = table.columns.map(\.name).filter { name in
      let isRead = features.first { $0.column == name }.map { $0.type == table.column(name)?.naturalType }
      return isRead ?? (name == times?.event || name == times?.created) && table.holdsUnfitValues(in: name)
    }
  }

  private func featureName(for column: String) -> String {
    let names = sequence(first: EntityName.plain(column)) { $0 + "_" }
    return names.first { name in !features.contains { $0.name == name } } ?? column
  }
}

extension TableSketch {
  /// Whether values of a column are none of what it is read as.
  func holdsUnfitValues(in column: String) -> Bool {
    guard let sample = samples[column] else { return false }
    return sample.unfit > 0 && (moments[column] == nil || sample.unfit < sample.values)
  }

  /// The type of a feature; nil where the values are of several. `storage` is what the group says of its moments.
  func featureType(of column: ColumnFacts, storage: TimestampStorage?) -> ValueType? {
    guard let natural = column.naturalType, let moments = moments[column.name] else { return column.naturalType }
    if natural == .date, moments.storage == column.naturalStorage { return .date }
    if natural == .str, samples[column.name]?.areAllDates == true { return .date }
    if moments.storage == column.storage(declared: storage), moments.storage != .number { return .datetime }
    // Moments that are stored in another way than those of the group are what they are without a meaning.
    switch moments.storage {
    case .unixSeconds, .unixMilliseconds, .unixMicroseconds: return natural == .float ? .float : .int
    case .julian: return .float
    case .iso8601, .native, .number: return .str
    }
  }
}
