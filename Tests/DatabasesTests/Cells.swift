import SpellCore
import SpellDatabases
import SpellTables

/// A cell of a batch, to compare.
enum Cell: Equatable {
  case value(Value)
  case null
  case invalid(String)

  init(_ column: Column, _ row: Int) {
    switch column.state(row) {
    case .null: self = .null
    case .invalid: self = .invalid(String(bytes: column.bytes(row)))
    case .value:
      switch column.type {
      case .int: self = .value(.int(column.integer(row)))
      case .float: self = .value(.float(column.double(row)))
      case .decimal: self = .value(.decimal(String(bytes: column.bytes(row))))
      case .str: self = .value(.str(String(bytes: column.bytes(row))))
      case .bool: self = .value(.bool(column.integer(row) != 0))
      case .datetime: self = .value(.datetime(Instant(microseconds: column.integer(row))))
      case .date: self = .value(.date(column.integer(row)))
      case .uuid: self = .value(.uuid(String(bytes: column.bytes(row))))
      case .bytes: self = .value(.bytes(Array(column.bytes(row))))
      }
    }
  }

  static func time(_ microseconds: Int64) -> Cell { .value(.datetime(Instant(microseconds: microseconds))) }
}

extension Database {
  /// All rows of a query.
  @discardableResult
  func rows(_ sql: String, _ columns: [ColumnReading], parameters: [String] = []) throws -> [[Cell]] {
    var rows: [[Cell]] = []
    try read(ReadRequest(sql: sql, parameters: parameters, columns: columns)) { batch in
      for row in 0..<batch.count { rows.append(batch.columns.map { Cell($0, row) }) }
      return .more
    }
    return rows
  }

  /// The first cell of a query.
  func cell(
    _ sql: String, _ type: ValueType, storage: TimestampStorage = .iso8601, zone: Zone = .utc
  ) throws -> Cell? {
    try rows(sql, [ColumnReading(type: type, storage: storage, zone: zone)]).first?.first
  }

  /// The number of rows of a table.
  func count(_ table: String) throws -> Cell? { try cell("SELECT count(*) FROM \(table)", .int) }
}
