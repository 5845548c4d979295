import CPostgres
import SpellCore

/// A result of libpq's, freed with its owner.
final class PostgresResult {
  let pointer: OpaquePointer
  private let library: PostgresLibrary

  init(_ pointer: OpaquePointer, _ library: PostgresLibrary) {
    self.pointer = pointer
    self.library = library
  }

  deinit { libpq.PQclear(pointer) }

  private var libpq: postgres_functions { library.functions }
  var status: ExecStatusType { libpq.PQresultStatus(pointer) }
  var rowCount: Int { Int(libpq.PQntuples(pointer)) }
  var columnCount: Int { Int(libpq.PQnfields(pointer)) }

  var columns: [PostgresConnection.ResultColumn] {
    (0..<Int32(columnCount)).map { index in
      PostgresConnection.ResultColumn(
        name: libpq.PQfname(pointer, index).map { String(cString: $0) } ?? "", type: libpq.PQftype(pointer, index),
        modifier: Int(libpq.PQfmod(pointer, index)))
    }
  }

  /// All rows.
  var texts: [[String?]] { (0..<rowCount).map { row in (0..<columnCount).map { text(row, $0) } } }

  func text(_ row: Int, _ column: Int) -> String? {
    withBytes(row, column) { $0.map { String(bytes: $0) } }
  }

  /// Gives the bytes of a value, nil for NULL.
  func withBytes<R>(_ row: Int, _ column: Int, _ body: (ByteSlice?) -> R) -> R {
    let (row, column) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
    guard libpq.PQgetisnull(pointer, row, column) == 0, let value = libpq.PQgetvalue(pointer, row, column) else {
      return body(nil)
    }
    let count = Int(libpq.PQgetlength(pointer, row, column))
    return value.withMemoryRebound(to: UInt8.self, capacity: count) { body(ByteSlice(start: $0, count: count)) }
  }

  /// A part of an error: one of the letters of the shim.
  func field(_ letter: Int) -> String? {
    libpq.PQresultErrorField(pointer, Int32(letter)).map { String(cString: $0) }
  }
}
