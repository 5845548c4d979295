import SpellCore

/// What is known of a table when its group is made up.
struct TableSketch {
  /// A column that holds moments.
  struct Moments {
    var storage: TimestampStorage
    /// Nothing but the metadata places the values in a zone.
    var isNaive: Bool
    /// The values are days.
    var areDays: Bool
  }

  let name: TableName
  let facts: TableFacts
  let relations: TableRelations
  /// The columns that can be declared: readable, and of a name that metadata can hold.
  let columns: [ColumnFacts]
  /// By the column's name.
  private(set) var samples: [String: ColumnSample] = [:]
  private(set) var moments: [String: Moments] = [:]

  init(name: TableName, facts: TableFacts, relations: TableRelations) {
    self.name = name
    self.facts = facts
    self.relations = relations
    columns = facts.columns.filter { column in
      column.isReadable && !column.name.isEmpty && facts.columns.count { $0.name == column.name } == 1
        && !column.name.unicodeScalars.contains(where: VisibleText.isControl)
    }
  }

  func column(_ name: String) -> ColumnFacts? { columns.first { $0.name == name } }

  /// The name of the table itself.
  var ownName: String { name.parts.last ?? "" }

  /// Lists of columns that no two rows share, and lists that lead to rows, the primary key first.
  var keyLists: [(columns: [String], isUnique: Bool, evidence: StarterEvidence)] {
    let primary = relations.primaryKey.isEmpty ? [] : [(relations.primaryKey, true, StarterEvidence.primaryKey)]
    let unique = facts.indexes.filter(\.isUnique).map { ($0.columns, true, StarterEvidence.uniqueIndex($0.columns)) }
    let others = facts.indexes.filter { !$0.isUnique }.map { ($0.columns, false, StarterEvidence.index($0.columns)) }
    return (primary + unique + others).filter { list in list.0.allSatisfy { column($0) != nil } }
  }

  /// Takes what the first rows show.
  mutating func learn(_ samples: [String: ColumnSample]) {
    self.samples = samples
    for column in columns {
      if let sample = samples[column.name] { moments[column.name] = Self.moments(of: column, sample) }
    }
  }

  private static func moments(of column: ColumnFacts, _ sample: ColumnSample) -> Moments? {
    let areDays =
      column.naturalType == .date || sample.areAllDates
      || sample.areAllTimes && sample.dayStarts == sample.times && sample.times >= GroupObservation.fewestDayStarts
    let native = Moments(
      storage: column.naturalStorage, isNaive: column.isNaive || sample.naiveTimes > 0 || sample.areAllDates,
      areDays: areDays)
    let mayBeNumber = NameWords(column.name).meanMoment || NameWords(column.name).meanCreation
    let inNumbers = sample.numberStorage.map { Moments(storage: $0, isNaive: false, areDays: false) }
    switch column.naturalType {
    case .datetime, .date:
      // A declared type says little where the engine does not hold to it.
      if sample.values > 0, sample.unfit == sample.values { return sample.times > 0 ? nil : inNumbers }
      return native
    case .str: return sample.areAllTimes && column.acceptedTypes.contains(.datetime) ? native : nil
    case .int, .float: return mayBeNumber && column.acceptedTypes.contains(.datetime) ? inNumbers : nil
    default: return nil
    }
  }
}
