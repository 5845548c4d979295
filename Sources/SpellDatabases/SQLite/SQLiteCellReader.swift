import CSQLite
import SpellCore
import SpellTables

/// Reads the cells of one result column. Plain memory without references, so that the loop over rows neither counts
/// them nor allocates: its column and zone are kept alive by `SQLiteCellReaders`.
struct SQLiteCellReader {
  /// How a stored value becomes a cell.
  enum Form {
    case int, float, decimal, str, bool, date, uuid, bytes
    /// Moments by storage.
    case timeText, unixTime, julianDay
    /// No value fits: a time whose storage is a number axis.
    case nothing
  }

  let form: Form
  /// Microseconds in the unit of `unixTime`.
  let unit: Int64
  let words: UnsafeMutablePointer<Int64>
  let states: UnsafeMutablePointer<UInt8>
  let column: Unmanaged<Column>
  let zone: UnsafePointer<Zone>

  init(_ reading: ColumnReading, column: Column, zone: UnsafePointer<Zone>) {
    (form, unit) = Self.form(of: reading)
    words = column.words
    states = column.states
    self.column = Unmanaged.passUnretained(column)
    self.zone = zone
  }

  private static func form(of reading: ColumnReading) -> (Form, Int64) {
    switch reading.type {
    case .int: (.int, 1)
    case .float: (.float, 1)
    case .decimal: (.decimal, 1)
    case .str: (.str, 1)
    case .bool: (.bool, 1)
    case .date: (.date, 1)
    case .uuid: (.uuid, 1)
    case .bytes: (.bytes, 1)
    case .datetime:
      switch reading.storage {
      case .iso8601: (.timeText, 1)
      case .unixSeconds: (.unixTime, 1_000_000)
      case .unixMilliseconds: (.unixTime, 1000)
      case .unixMicroseconds: (.unixTime, 1)
      case .julian: (.julianDay, 1)
      case .number: (.nothing, 1)
      }
    }
  }

  /// Reads a value into a row; returns the number of bytes that the cell holds beside its word.
  @inline(__always)
  func read(_ value: OpaquePointer?, row: Int) -> Int {
    let storageClass = sqlite3_value_type(value)
    if storageClass == SQLITE_NULL {
      states[row] = CellState.null.rawValue
      return 0
    }
    switch form {
    case .int:
      guard storageClass == SQLITE_INTEGER else { break }
      return set(row, sqlite3_value_int64(value))
    case .float:
      guard let double = SQLiteCell.double(value, storageClass) else { break }
      return set(row, Int64(bitPattern: double.bitPattern))
    case .str:
      guard storageClass == SQLITE_TEXT else { break }
      let text = SQLiteCell.text(value)
      guard SQLiteCell.isValidUTF8(text) else { break }
      return set(row, text)
    case .timeText:
      guard storageClass == SQLITE_TEXT else { break }
      guard case .success(let moment) = TimeText.parse(SQLiteCell.text(value), zone: zone.pointee, reading: .stored)
      else { break }
      return set(row, moment)
    case .unixTime:
      guard let moment = SQLiteCell.unixTime(value, storageClass, unit: unit) else { break }
      return set(row, moment)
    default: return readRare(value, storageClass, row)
    }
    return setInvalid(row, value, storageClass)
  }

  @inline(never)
  private func readRare(_ value: OpaquePointer?, _ storageClass: Int32, _ row: Int) -> Int {
    switch form {
    case .decimal:
      if storageClass == SQLITE_INTEGER {
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: NumberText.capacity) { buffer in
          guard let start = buffer.baseAddress else { return 0 }
          let count = NumberText.writeInt(sqlite3_value_int64(value), to: start)
          return set(row, ByteSlice(start: start, count: count))
        }
      }
      guard storageClass == SQLITE_TEXT else { break }
      let text = SQLiteCell.text(value)
      if SQLiteCell.isPlainDecimal(text) { return set(row, text) }
      guard let canonical = DecimalText.canonical(text) else { break }
      return canonical.withUnsafeBufferPointer { set(row, $0) }
    case .bool:
      guard storageClass == SQLITE_INTEGER, case let word = sqlite3_value_int64(value), word == 0 || word == 1
      else { break }
      return set(row, word)
    case .date:
      guard storageClass == SQLITE_TEXT, case .success(let day) = TimeText.parseDate(SQLiteCell.text(value))
      else { break }
      return set(row, day)
    case .uuid:
      guard storageClass == SQLITE_TEXT else { break }
      return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 36) { buffer in
        guard let start = buffer.baseAddress, ByteText.writeUUID(SQLiteCell.text(value), to: start)
        else { return setInvalid(row, value, storageClass) }
        return set(row, ByteSlice(start: start, count: 36))
      }
    case .bytes:
      guard storageClass == SQLITE_BLOB else { break }
      return set(row, SQLiteCell.blob(value))
    case .julianDay:
      guard let moment = SQLiteCell.julianDay(value, storageClass) else { break }
      return set(row, moment)
    case .int, .float, .str, .timeText, .unixTime, .nothing: break
    }
    return setInvalid(row, value, storageClass)
  }

  @inline(__always)
  private func set(_ row: Int, _ word: Int64) -> Int {
    words[row] = word
    states[row] = CellState.value.rawValue
    return 0
  }

  @inline(__always)
  private func set(_ row: Int, _ bytes: ByteSlice) -> Int {
    column._withUnsafeGuaranteedRef { $0.set(row, bytes: bytes) }
    return bytes.count
  }

  @inline(never)
  private func setInvalid(_ row: Int, _ value: OpaquePointer?, _ storageClass: Int32) -> Int {
    SQLiteCell.withShownText(value, storageClass) { text in
      column._withUnsafeGuaranteedRef { $0.setInvalid(row, bytes: text) }
      return text.count
    }
  }
}

/// The readers of all columns of a result, and what they point to.
final class SQLiteCellReaders {
  let readers: UnsafeMutableBufferPointer<SQLiteCellReader>
  private let zones: UnsafeMutableBufferPointer<Zone>
  private let batch: RowBatch

  init(_ readings: [ColumnReading], batch: RowBatch) {
    self.batch = batch
    zones = .allocate(capacity: readings.count)
    readers = .allocate(capacity: readings.count)
    for (index, reading) in readings.enumerated() {
      zones.initializeElement(at: index, to: reading.zone)
      guard let zone = zones.baseAddress else { continue }
      readers.initializeElement(
        at: index, to: SQLiteCellReader(reading, column: batch.columns[index], zone: UnsafePointer(zone + index)))
    }
  }

  deinit {
    readers.deallocate()
    zones.deinitialize()
    zones.deallocate()
  }
}
