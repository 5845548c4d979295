import SpellCore
import SpellTables

/// A result in memory: typed rows to iterate.
public struct Table: RandomAccessCollection {
  /// A row: its values by position or by column name.
  public struct Row {
    fileprivate let table: Table
    fileprivate let batch: RowBatch
    fileprivate let position: Int

    /// The value of a column.
    public subscript(column: Int) -> FeatureValue {
      table.value(batch.columns[column], column: column, row: position)
    }

    /// The value of the column of a name; nil if there is none.
    public subscript(name: String) -> FeatureValue? {
      table.columns.firstIndex { $0.name == name }.map { self[$0] }
    }

    /// The values in the order of the columns.
    public var values: [FeatureValue] { table.columns.indices.map { self[$0] } }
  }

  /// A column.
  public struct Column: Sendable, Equatable {
    /// The name, unique in the table.
    public let name: String
    /// The type of its values, as `value_type` of the metadata names it.
    public let type: String
  }

  /// The columns: those of the labels or the key, then features.
  public let columns: [Column]
  /// What each group found, for joins and snapshots.
  public let matches: [GroupMatches]

  private let types: [ValueType]
  private let batches: [RowBatch]
  /// The position of each batch's first row.
  private let starts: [Int]
  /// The number of rows.
  public let count: Int

  init(_ sink: CollectingSink, matches: [GroupMatches]) {
    columns = sink.columns.map { Column(name: $0.name, type: $0.type.rawValue) }
    types = sink.columns.map(\.type)
    self.matches = matches
    batches = sink.batches
    count = sink.rowCount
    var starts: [Int] = []
    var start = 0
    for batch in sink.batches {
      starts.append(start)
      start += batch.count
    }
    self.starts = starts
  }

  /// The position of the first row.
  public var startIndex: Int { 0 }
  /// The position after the last row.
  public var endIndex: Int { count }

  /// A row; the position must be below `count`.
  public subscript(position: Int) -> Row {
    var low = 0
    var high = starts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= position { low = middle } else { high = middle - 1 }
    }
    return Row(table: self, batch: batches[low], position: position - starts[low])
  }

  /// Label columns are kept as text; their type is that of the whole column.
  fileprivate func value(_ cells: SpellTables.Column, column: Int, row: Int) -> FeatureValue {
    let value = FeatureValue(cells.value(row))
    guard case .string(let text) = value else { return value }
    switch types[column] {
    case .int: return withBytes(of: text) { NumberText.parseInt($0) }.map { .int($0) } ?? value
    case .float: return withBytes(of: text) { NumberText.parseFloat($0) }.map { .float($0) } ?? value
    default: return value
    }
  }
}
