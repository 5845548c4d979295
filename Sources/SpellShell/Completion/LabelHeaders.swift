import Glibc
import SpellCore
import SpellLanguage
import SpellTables

/// The column names of label files, kept as long as the file stays as it is.
package final class LabelHeaders {
  private struct Key: Hashable {
    let path: String
    let delimiter: UInt8
  }

  private struct Entry {
    let size: Int
    let seconds: Int
    let nanoseconds: Int
    let columns: [String]
  }

  /// A longer first line is no header that anybody wants to see.
  private static let headerLimit = 1 << 16

  private var entries: [Key: Entry] = [:]

  package init() {}

  /// The columns of the file that a JOIN names. None if it is no regular file, which alone can be read twice, or has
  /// no sound header, and none of a table: the database is not asked. Only the first line is read.
  package func columns(of labels: LabelClause) -> [String] {
    guard case .file(let source) = labels.source, case .file(let path) = source.value else { return [] }
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
    var delimiter = CSVReader.usualDelimiter(ofPath: path)
    if case .text(let text) = labels.reading.delimiter?.value, let byte = text.utf8.first { delimiter = byte }
    let key = Key(path: path, delimiter: delimiter)
    let size = Int(status.st_size)
    if let entry = entries[key], entry.size == size, entry.seconds == status.st_mtim.tv_sec,
      entry.nanoseconds == status.st_mtim.tv_nsec
    {
      return entry.columns
    }
    let columns = (try? LabelHeaders.read(path, delimiter: delimiter)) ?? []
    entries[key] = Entry(
      size: size, seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec, columns: columns)
    return columns
  }

  private static func read(_ path: String, delimiter: UInt8) throws -> [String] {
    var reader = CSVReader(
      source: try ByteSource(path: path), delimiter: delimiter, blockSize: 4096, recordLimit: headerLimit)
    return try reader.readHeader()
  }
}
