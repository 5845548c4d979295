import CSQLite
import SpellCore
import SpellTables

/// Gives a cell to a parameter without a copy: the memory of the batch and `scratch` outlive the row's step.
struct SQLiteBinding {
  let statement: OpaquePointer
  let parameter: Int32
  /// Room for `TimeText.capacity` bytes.
  let scratch: UnsafeMutablePointer<UInt8>

  /// False if SQLite cannot hold the value.
  func bind(_ column: Column, row: Int, storage: TimestampStorage) -> Bool {
    switch column.state(row) {
    case .null: return sqlite3_bind_null(statement, parameter) == SQLITE_OK
    case .invalid: return false
    case .value: break
    }
    switch column.type {
    case .int, .bool: return bind(integer: column.integer(row))
    // SQLite would store NULL for a NaN.
    case .float: return !column.double(row).isNaN && bind(double: column.double(row))
    case .decimal, .str, .uuid: return bind(text: column.bytes(row))
    case .bytes:
      let bytes = column.bytes(row)
      return sqlite3_bind_blob64(statement, parameter, bytes.baseAddress, UInt64(bytes.count), nil) == SQLITE_OK
    case .date:
      return bind(text: ByteSlice(start: scratch, count: TimeText.writeDate(column.integer(row), to: scratch)))
    case .datetime: return bind(moment: column.integer(row), storage: storage)
    }
  }

  private func bind(moment: Int64, storage: TimestampStorage) -> Bool {
    let unit: Int64 =
      switch storage {
      case .iso8601, .unixMicroseconds, .number, .native: 1
      case .unixMilliseconds, .julian: 1000
      case .unixSeconds: 1_000_000
      }
    if storage == .iso8601 {
      return bind(text: ByteSlice(start: scratch, count: TimeText.write(moment, to: scratch)))
    }
    // A moment that the unit does not divide would be another one when it is read again.
    guard Instant(microseconds: moment).isFinite, moment % unit == 0 else { return false }
    if storage == .julian {
      return bind(double: Double(moment / unit) / 86_400_000 + StoredTime.julianDayOf1970)
    }
    return bind(integer: moment / unit)
  }

  private func bind(integer: Int64) -> Bool { sqlite3_bind_int64(statement, parameter, integer) == SQLITE_OK }

  private func bind(double: Double) -> Bool { sqlite3_bind_double(statement, parameter, double) == SQLITE_OK }

  private func bind(text: ByteSlice) -> Bool {
    text.withMemoryRebound(to: CChar.self) {
      sqlite3_bind_text64(
        statement, parameter, $0.baseAddress, UInt64($0.count), nil, UInt8(SQLITE_UTF8)) == SQLITE_OK
    }
  }
}
