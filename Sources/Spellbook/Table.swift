import SpellCore
import SpellExecution
import SpellTables

/// A value of a result.
public enum FeatureValue: Sendable, Equatable {
  case null
  case int(Int64)
  case float(Double)
  /// An exact decimal number, as its digits.
  case decimal(String)
  case string(String)
  case bool(Bool)
  /// Microseconds of UTC since 1970-01-01; the least and greatest values are the infinities.
  case datetime(microseconds: Int64)
  /// Days since 1970-01-01.
  case date(days: Int64)
  /// 36 lower-case characters.
  case uuid(String)
  case bytes([UInt8])

  init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .decimal(let text): self = .decimal(text)
    case .str(let text): self = .string(text)
    case .bool(let value): self = .bool(value)
    case .datetime(let value): self = .datetime(microseconds: value.microseconds)
    case .date(let days): self = .date(days: days)
    case .uuid(let text): self = .uuid(text)
    case .bytes(let bytes): self = .bytes(bytes)
    }
  }
}

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

/// What came of a result that went into a file.
public struct Summary: Sendable {
  /// The number of rows.
  public let rowCount: Int
  /// What each group found.
  public let matches: [GroupMatches]
}

/// How many rows of a result have an answer from a group, and why the others have none.
public struct GroupMatches: Sendable {
  /// The group's name.
  public let group: String
  /// Rows that asked: labels, or keys of a snapshot.
  public let asked: Int
  /// Rows with an answer.
  public let matched: Int
  /// Rows whose key is NULL.
  public let nullKey: Int
  /// Rows whose moment is NULL.
  public let nullMoment: Int
  /// Rows whose key has no stored row at all.
  public let unknownKey: Int
  /// Rows whose key has stored rows, but none with an event.
  public let noEvent: Int
  /// Rows whose key has stored rows, but none that was available by the moment.
  public let onlyInTheFuture: Int
  /// Rows whose answer would be older than the ttl.
  public let olderThanTTL: Int
  /// Rows for which only rows exist that were created later, under KNOWN.
  public let notKnownYet: Int
  /// Answers chosen among several rows with the same key, event and created time.
  public let ties: Int
  /// Answers with a value that did not fit its type and was read as NULL.
  public let invalid: Int

  static func list(_ report: MatchReport) -> [GroupMatches] {
    report.uses.map { use in
      func count(_ reason: MatchReport.Reason) -> Int { use.unmatched[reason.rawValue] }
      return GroupMatches(
        group: use.group, asked: use.asked, matched: use.matched, nullKey: count(.nullKey),
        nullMoment: count(.nullMoment), unknownKey: count(.unknownKey), noEvent: count(.noEvent),
        onlyInTheFuture: count(.onlyInTheFuture),
        olderThanTTL: count(.olderThanTTL), notKnownYet: count(.notKnownYet), ties: use.ties, invalid: use.invalid)
    }
  }
}
