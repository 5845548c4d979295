import SpellCore
import SpellPlanning
import SpellTables

/// A delimited file that was opened and whose header was read: the labels of a join, or the rows of an import.
package final class LabelFile {
  package let source: ByteSource
  package let columnNames: [String]
  /// The names as the file writes them, quotes included.
  let rawColumnNames: [String]
  let delimiter: UInt8
  /// Whole numbers as moments.
  let momentStorage: TimestampStorage?
  private let nulls: [[UInt8]]

  /// Opens the file. Throws for one that cannot be read, an empty one, and a header with a duplicate name.
  package init(_ plan: FilePlan, cancellation: Cancellation) throws {
    delimiter = plan.delimiter
    nulls = plan.nulls
    momentStorage = plan.momentStorage
    switch plan.place {
    case .file(let name): source = try ByteSource(path: name, cancellation: cancellation)
    case .standardInput: source = try ByteSource(standardInput: "<stdin>", cancellation: cancellation)
    }
    var reader = CSVReader(source: source, delimiter: delimiter)
    columnNames = try reader.readHeader()
    rawColumnNames = columnNames.indices.map { String(bytes: reader.field($0).raw) }
  }

  /// A reader that stands behind the header.
  func makeReader() throws -> CSVReader {
    var reader = CSVReader(source: source, delimiter: delimiter)
    _ = try reader.readHeader()
    return reader
  }

  /// A reader that stands before the record at an offset, which is on the given line.
  func makeReader(at offset: Int, line: Int) -> CSVReader {
    CSVReader(source: source, delimiter: delimiter, startingAt: offset, line: line, fieldCount: columnNames.count)
  }

  /// A reader for the one record at an offset.
  func makeReader(at offset: Int) -> CSVReader {
    CSVReader(source: source, delimiter: delimiter, startingAt: offset, blockSize: 4096)
  }

  @inline(__always)
  func isNull(_ field: CSVField) -> Bool {
    if field.isQuoted { return false }
    if field.raw.isEmpty { return true }
    return nulls.isEmpty ? false : nulls.contains { KeyHash.areEqual(field.raw, $0) }
  }
}
