import SpellCore

/// Why a table cannot take an import, on every engine: facts, and the words for them.
enum ImportTableProblem {
  case notWritable
  case tableExists(TableName)
  /// An import of no columns, or a table name of too many parts.
  case unusableTable(TableName)
  case columnMissing(name: String, table: TableName, columns: [String])
  /// `stored` is what the column is, as words that follow "is".
  case columnUnfit(name: String, table: TableName, stored: String, type: ValueType, storage: TimestampStorage)

  var message: String {
    switch self {
    case .notWritable: "the database is open for reading only"
    case .tableExists(let table): "table `\(table)` exists"
    case .unusableTable(let table): "table `\(table)` cannot be imported into"
    case .columnMissing(let name, let table, _): "table `\(table)` has no column `\(name)`"
    case .columnUnfit(let name, let table, let stored, let type, let storage):
      "column `\(name)` of table `\(table)` is \(stored), which cannot hold "
        + (type == .datetime ? "datetime as \(storage.rawValue)" : type.rawValue)
    }
  }

  var help: String? {
    switch self {
    case .notWritable: "open the session with --writable"
    case .tableExists: "append to it, replace its rows, or choose another name"
    case .unusableTable: "name a table of the database, with at least one column"
    case .columnMissing(let name, _, let columns):
      Suggestion.question(name, among: columns)
        ?? "its columns are " + columns.map { "`\($0)`" }.joined(separator: ", ")
    case .columnUnfit: nil
    }
  }
}
