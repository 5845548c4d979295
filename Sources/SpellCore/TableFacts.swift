/// A table by name, one to three parts from the widest (catalog, schema) to the table itself, unquoted.
package struct TableName: Sendable, Hashable, CustomStringConvertible {
  package let parts: [String]

  package init(_ parts: [String]) { self.parts = parts }

  package var description: String { parts.joined(separator: ".") }
}

/// What a group's rows come from.
package enum TableSource: Sendable, Hashable {
  case table(TableName)
  /// One SELECT, used as a derived table.
  case query(String)
}

/// The order in which rows of a table are read: that of columns, by name and unquoted.
package struct RowOrder: Sendable {
  package var columns: [String]

  package init(columns: [String]) { self.columns = columns }

  /// What follows the rest of the query.
  package var clause: String { " ORDER BY " + columns.map(QuotedText.name).joined(separator: ", ") }
}

/// What the database knows of a table without reading its rows.
package struct TableFacts: Sendable {
  package let columns: [ColumnFacts]
  /// The positions of columns by their exact names: a list may name all of a wide table's.
  private let positions: [String: [Int]]
  package var indexes: [IndexFacts]
  /// The engine's own estimate; nil where it has none.
  package var estimatedRows: Int?
  /// Whether the rows lie in the table itself, so that it can be given an index: it is no view and no query.
  package var isStored: Bool
  /// Where the rows lie; nil for one table, or where nobody tells.
  package var placement: TablePlacement?

  package init(
    columns: [ColumnFacts], indexes: [IndexFacts], estimatedRows: Int?, isStored: Bool = false,
    placement: TablePlacement? = nil
  ) {
    self.columns = columns
    positions = Dictionary(grouping: columns.indices) { columns[$0].name }
    self.indexes = indexes
    self.estimatedRows = estimatedRows.map { min(max(0, $0), EstimatedRows.most) }
    self.isStored = isStored
    self.placement = placement
  }

  /// The column of exactly this name, else the only one that differs in case.
  package func column(named name: String) -> ColumnFacts? {
    if let exact = positions[name] { return columns[exact[0]] }
    let folded = columns.filter { $0.name.lowercased() == name.lowercased() }
    return folded.count == 1 ? folded[0] : nil
  }

  /// How many columns have exactly this name: the result of a query may repeat one.
  package func columnCount(named name: String) -> Int { positions[name]?.count ?? 0 }
}

/// A column of a table, seen from the outside.
package struct ColumnFacts: Sendable {
  package var name: String
  /// The type as the engine spells it; empty where it has none.
  package var declaredType: String
  /// The type of a feature that declares none; nil where the values are of several kinds.
  package var naturalType: ValueType?
  /// The types that a value of the column can have; any other declaration is an error before anything is read.
  package var acceptedTypes: Set<ValueType>
  /// How moments are stored in the column unless the metadata says so; `.number` for a number axis.
  package var naturalStorage: TimestampStorage
  /// The storages that moments in the column can have.
  package var acceptedStorages: Set<TimestampStorage>
  /// Whether its type holds times of a clock on the wall, which nothing but the metadata places in a zone.
  package var isNaive: Bool
  /// Whether the engine's equality on the column is the exact one (a text key under NOCASE is not).
  package var hasExactEquality: Bool
  /// Whether the engine sorts texts of the column by their bytes.
  package var sortsByBytes: Bool
  /// Whether the role may read the column.
  package var isReadable: Bool
  /// Whether values come as texts that only the engine can make of them.
  package var comesAsText: Bool
  /// How many rows share a value, by the engine's own statistics; nil where it has none.
  package var rowsPerValue: Double?

  /// How moments of the column are stored: as declared, unless the engine has a type for them, or the declaration makes
  /// the axis one of numbers, which says nothing of other columns.
  package func storage(declared: TimestampStorage?) -> TimestampStorage {
    guard let declared, declared != .number, naturalStorage != .native else { return naturalStorage }
    return declared
  }

  package init(
    name: String, declaredType: String, naturalType: ValueType?, acceptedTypes: Set<ValueType>,
    naturalStorage: TimestampStorage, acceptedStorages: Set<TimestampStorage>, isNaive: Bool = false,
    hasExactEquality: Bool, sortsByBytes: Bool = false, isReadable: Bool = true, comesAsText: Bool = false,
    rowsPerValue: Double? = nil
  ) {
    self.name = name
    self.declaredType = declaredType
    self.naturalType = naturalType
    self.acceptedTypes = acceptedTypes
    self.naturalStorage = naturalStorage
    self.acceptedStorages = acceptedStorages
    self.isNaive = isNaive
    self.hasExactEquality = hasExactEquality
    self.sortsByBytes = sortsByBytes
    self.isReadable = isReadable
    self.comesAsText = comesAsText
    self.rowsPerValue = rowsPerValue.flatMap(EstimatedRows.perValue)
  }
}

/// An index that can serve a search: not partial, plain columns only.
package struct IndexFacts: Sendable {
  package var name: String
  /// Column names, the leading one first.
  package var columns: [String]
  package var isUnique: Bool
  /// How many rows share a value of the leading column, by the engine's own statistics; nil where it has none.
  package var rowsPerLeadingValue: Double?
  /// Whether rows lie in the table in about the order of the leading column, so that reading them in the order of the
  /// index jumps little.
  package var isClustered: Bool

  package init(
    name: String, columns: [String], isUnique: Bool, rowsPerLeadingValue: Double? = nil, isClustered: Bool = false
  ) {
    self.name = name
    self.columns = columns
    self.isUnique = isUnique
    self.rowsPerLeadingValue = rowsPerLeadingValue.flatMap(EstimatedRows.perValue)
    self.isClustered = isClustered
  }
}

/// Bounds of what engines tell of their rows: statistics may hold anything.
package enum EstimatedRows {
  /// More rows no table has, and so many of a thousand tables can be added up.
  package static let most = 1 << 50

  /// A number of rows.
  package static func whole(_ estimate: Double) -> Int { Int(max(0, min(estimate, Double(most)))) }

  /// How many rows share a value: at least one. Nil for what is no number.
  static func perValue(_ number: Double) -> Double? { number.isNaN ? nil : max(1, min(number, Double(most))) }
}
