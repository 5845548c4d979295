import CSQLite
import SpellCore

/// Hands the values of SQLite's rows to the writers of cells, by their storage class.
enum SQLiteCellReader {
  /// Reads a value into a row; returns the number of bytes that the cell holds beside its word.
  @inline(__always)
  static func read(_ value: OpaquePointer?, row: Int, by writer: CellWriter) -> Int {
    switch sqlite3_value_type(value) {
    case SQLITE_NULL: writer.setNull(row)
    case SQLITE_INTEGER: writer.set(row, integer: sqlite3_value_int64(value))
    case SQLITE_TEXT: writer.set(row, text: text(value))
    case SQLITE_FLOAT: writer.set(row, double: sqlite3_value_double(value))
    default: writer.set(row, blob: blob(value))
    }
  }

  /// The bytes of a text, valid until the statement moves on.
  @inline(__always)
  private static func text(_ value: OpaquePointer?) -> ByteSlice {
    // The text first: it may have to be converted, and only then is its length known.
    let start = sqlite3_value_text(value)
    return ByteSlice(start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(value)))
  }

  private static func blob(_ value: OpaquePointer?) -> ByteSlice {
    guard let start = sqlite3_value_blob(value) else { return ByteSlice(start: nil, count: 0) }
    return ByteSlice(start: start.assumingMemoryBound(to: UInt8.self), count: Int(sqlite3_value_bytes(value)))
  }
}
