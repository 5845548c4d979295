import SpellCatalog
import SpellCore

/// CHECK of one group: what the facts of its table tell, and how its rows are looked at.
package struct CheckPlan: Sendable {
  package var group: Group
  /// What is wrong before any row is read, with the feature that it is about; each is an error.
  package var problems: [(feature: String?, diagnostic: Diagnostic)]
  /// Nil if the rows cannot be read as the group declares them.
  package var rows: CheckedRows?
}

/// How the rows of a group are looked at.
package struct CheckedRows: Sendable {
  /// A column that is read as moments.
  package struct MomentColumn: Sendable {
    /// Among the columns of the use: keys, event, created, features.
    package var position: Int
    package var facts: ColumnFacts
    package var storage: TimestampStorage
    /// Where the column is read once more, as the text that is stored; nil where none is.
    package var textPosition: Int?
  }

  /// The group with the features that can be read.
  package var use: GroupUse
  package var moments: [MomentColumn]
  package var sql: String
  /// The table to read from start to end, if there is one and all of it is read.
  package var scannedTable: TableName?
  /// The oldest event and the newest one, where an index leads to them; nil where none does.
  package var extremesSQL: (oldest: String, newest: String)?
  /// The statement that makes the index which the group wants; nil if there is one, or none can be made.
  package var missingIndex: String?

  /// The first rows of a use, or all.
  init(_ use: GroupUse, limit: Int?, dialect: any Dialect) {
    self.use = use
    moments = use.momentColumns
    var names = use.columns
    for index in moments.indices where moments[index].storage == .iso8601 {
      moments[index].textPosition = names.count
      names.append(moments[index].facts.name)
    }
    let source = dialect.from(use.group.source)
    sql = "SELECT \(names.map(dialect.quoted).joined(separator: ", ")) FROM \(source)"
    let table: TableName? = if case .table(let table) = use.group.source { table } else { nil }
    if let limit { sql += " LIMIT \(limit)" } else { scannedTable = table }

    if let event = use.event, use.facts.indexes.contains(where: { $0.columns.first == event.column }),
      SeekStrategy.steps(of: event, use: use, dialect: dialect) != nil
    {
      let column = dialect.quoted(event.column)
      let rows = "SELECT \(column) FROM \(source) WHERE \(column) IS NOT NULL ORDER BY \(column)"
      extremesSQL = ("\(rows) LIMIT 1", "\(rows) DESC LIMIT 1")
    }
    let index = use.isStatic ? LookupStrategy.index(for: use) : SeekStrategy.index(for: use)
    if index == nil, use.facts.isStored, let table {
      let columns = use.keys.map(\.column) + [use.event?.column].compactMap { $0 }
      missingIndex = dialect.createIndex(on: table, columns: columns)
    }
  }
}

extension GroupUse {
  fileprivate var momentColumns: [CheckedRows.MomentColumn] {
    var storages: [TimestampStorage?] = keys.map { $0.type == .datetime ? $0.storage : nil }
    if let event {
      let isTime = event.storage != .number
      storages.append(isTime ? event.storage : nil)
      if event.createdColumn != nil { storages.append(isTime ? event.createdStorage : nil) }
    }
    storages += features.map { $0.type == .datetime ? $0.storage : nil }
    return zip(columns, storages).enumerated().compactMap { position, column in
      guard let storage = column.1, let facts = facts.column(named: column.0) else { return nil }
      return CheckedRows.MomentColumn(position: position, facts: facts, storage: storage)
    }
  }
}
