import SpellCore
import SpellTables

/// An open database: the one thing that drivers implement. Read-only unless it was opened for an import.
///
/// A database is used by one thread at a time; only its `Cancellation` may be touched from another.
package protocol Database: AnyObject {
  /// What prompts and messages show; never a password.
  var label: String { get }
  /// The name of the SQL dialect, as `Dialect.named` of SpellPlanning knows it.
  var dialectName: String { get }
  var isWritable: Bool { get }

  /// What is known of the engine; nil if it is in our process, or was not connected to yet.
  var server: ServerFacts? { get }

  /// How far, in microseconds, other servers of a list of hosts may be behind and still share a scan with the one that
  /// is connected to; nil if they must not. Nothing else is a list.
  var staleness: Int64? { get set }

  /// Columns, indexes and size of tables or of queries' results, at once; a table that there is not is left out.
  func facts(of sources: [TableSource]) throws -> [TableSource: TableFacts]

  /// Names of tables and views, for suggestions.
  func tableNames() throws -> [TableName]

  /// The keys that a table declares; none for a view, and where the engine does not tell.
  func relations(of table: TableName) throws -> TableRelations

  /// Runs reads that all see the same state of the database.
  func withSnapshot<R>(_ body: () throws -> R) throws -> R

  /// Runs reads of a snapshot that an engine may refuse which gives statements out to others. What it refuses does not
  /// end the snapshot, and is returned.
  func attempt(_ body: () throws -> Void) throws -> DatabaseError?

  /// Streams the rows of a query in batches that are reused; rows of a batch are valid during the call. `onBatch` may
  /// end the stream early by returning `.stop`, after which the snapshot may be over. Looks at the cancellation every
  /// few milliseconds.
  func read(_ request: ReadRequest, onBatch: (RowBatch) throws -> ReadControl) throws

  /// Tells which queries are read next in the running snapshot, in this order, so that a driver may ask for all of them
  /// before the first answer. What is read otherwise all the same is read as ever.
  func expect(_ requests: [ReadRequest]) throws

  /// The rows of a query for a user who does something else between its batches, even another read. To be used, and
  /// let go, within one snapshot.
  func cursor(_ request: ReadRequest) throws -> any RowCursor

  /// Creates or checks the table and inserts rows, in one transaction: all of them or none. `next` gives a batch with
  /// the request's columns, nil at the end. Returns the number of rows. Throws `UnfitImportValue` for a value that the
  /// table has no form for, `RefusedImportRow` for a row that its constraints refuse.
  func importRows(_ request: ImportRequest, next: () throws -> RowBatch?) throws -> Int
}

extension Database {
  package var staleness: Int64? {
    get { nil }
    set {}
  }

  package func attempt(_ body: () throws -> Void) throws -> DatabaseError? {
    try body()
    return nil
  }

  package func expect(_ requests: [ReadRequest]) throws {}

  /// Columns, indexes and size of a table or of a query's result; nil if there is no such table.
  package func facts(of source: TableSource) throws -> TableFacts? { try facts(of: [source])[source] }
}

package enum ReadControl: Sendable { case more, stop }

/// A query whose rows are asked for a batch at a time.
package protocol RowCursor: AnyObject {
  /// The next rows, never none; nil at the end. They are valid until the next call. Looks at the cancellation.
  func next() throws -> RowBatch?
}

/// A query and how the columns of its result are read.
package struct ReadRequest: Sendable {
  /// The query, without its order.
  package var sql: String
  /// The texts of its parameters; only what a dialect makes has any.
  package var parameters: [String]
  package var columns: [ColumnReading]
  /// Whether a column holds values that only the engine can make texts of.
  package var comesAsText: Bool
  /// How many rows there may be, where somebody knows: many are read on threads of their own.
  package var estimatedRows: Int
  /// The table that the query reads from start to end, if it does nothing else: a driver may read parts of it side by
  /// side, and the rows come in no order but the one that is asked for.
  package var scannedTable: TableName?
  /// The column of a key that all rows belong together by which have the same in it; nil where there is none.
  package var keyColumn: String?
  /// The order in which rows must come; nil for any.
  package var order: RowOrder?

  package init(
    sql: String, parameters: [String] = [], columns: [ColumnReading], comesAsText: Bool = false,
    estimatedRows: Int = 0, scannedTable: TableName? = nil, keyColumn: String? = nil, order: RowOrder? = nil
  ) {
    self.sql = sql
    self.parameters = parameters
    self.columns = columns
    self.comesAsText = comesAsText
    self.estimatedRows = estimatedRows
    self.scannedTable = scannedTable
    self.keyColumn = keyColumn
    self.order = order
  }

  /// What the engine is asked.
  var statement: String { sql + (order?.clause ?? "") }

  /// The request for those rows of the scanned table that meet a condition.
  func part(where condition: String) -> ReadRequest {
    var part = self
    part.sql += " WHERE \(condition)"
    return part
  }

  /// Whether threads are worth their start.
  var isLarge: Bool { estimatedRows >= 50_000 }
}

/// How a stored column becomes cells: values that do not fit the type become invalid cells, never errors.
package struct ColumnReading: Sendable {
  package var type: ValueType
  /// For datetime: how moments are stored where the engine has no such type.
  package var storage: TimestampStorage
  /// For datetime: the zone of naive values.
  package var zone: Zone
  /// For datetime: what a local time that occurs twice means, and digits beyond the microsecond.
  package var times: TimeReading

  package init(
    type: ValueType, storage: TimestampStorage = .iso8601, zone: Zone = .utc, times: TimeReading = .stored
  ) {
    self.type = type
    self.storage = storage
    self.zone = zone
    self.times = times
  }
}

/// What an import writes to.
package struct ImportRequest: Sendable {
  package enum Mode: Sendable {
    /// Adds rows to the table, which is created if it is missing.
    case append
    /// Replaces all rows of the table.
    case replace
    /// Fails if the table exists.
    case create
  }

  package struct Column: Sendable {
    package var name: String
    package var type: ValueType
    /// For datetime: how moments are stored in a table that exists.
    package var storage: TimestampStorage
    package var zone: Zone

    package init(name: String, type: ValueType, storage: TimestampStorage, zone: Zone) {
      self.name = name
      self.type = type
      self.storage = storage
      self.zone = zone
    }
  }

  package var table: TableName
  package var columns: [Column]
  /// Key columns and then the event column: the index of a table that is created.
  package var indexColumns: [String]
  package var mode: Mode

  package init(table: TableName, columns: [Column], indexColumns: [String], mode: Mode) {
    self.table = table
    self.columns = columns
    self.indexColumns = indexColumns
    self.mode = mode
  }
}

/// A value of an import that the table has no form for: a NaN, or a moment between two of the storage's units.
package struct UnfitImportValue: Error, Sendable {
  /// Its place in the batch that was given last.
  package var row: Int
  package var column: Int
  package var text: String
}

/// A row of an import that the table's constraints refuse.
package struct RefusedImportRow: Error, Sendable {
  /// Its place in the batch that was given last.
  package var row: Int
  /// In the engine's words.
  package var error: DatabaseError

  package init(row: Int, error: DatabaseError) {
    self.row = row
    self.error = error
  }
}
