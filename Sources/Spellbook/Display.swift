import SpellCore
import SpellTables

/// What a statement showed, kept for the export of a session: the beginning of its result, and what was told about it.
package struct Display {
  /// Of a result so many rows are kept, and so many bytes of cells.
  static let keptRows = 1000
  static let keptBytes = 1 << 20

  package enum Content {
    /// Rows, and how many there were.
    case table(CollectingSink, rowCount: Int)
    case text(String)
  }

  package internal(set) var content: Content?
  /// The rows of the result; nil for what has none.
  package internal(set) var rowCount: Int?
  /// The lines below a result: rows and features, the match report, warnings.
  package internal(set) var summary = ""

  /// The content in one of the formats for people, or nil if it is no table.
  package func table(inFormat name: String) -> String? {
    guard case .table(let rows, _) = content, let entry = ResultFormats.named(name) else { return nil }
    let page = MemoryTarget()
    do {
      try rows.write(to: FormattedSink(format: entry.make(FormatOptions(unicodeBox: true)), target: page))
    } catch {
      preconditionFailure("memory refused to be written: \(error)")
    }
    return String(decoding: page.bytes, as: UTF8.self)
  }

  /// That rows are missing from the content, as a line; nil if none are.
  package var elision: String? {
    guard case .table(let rows, let count) = content, rows.rowCount < count else { return nil }
    return "\(Count.grouped(rows.rowCount)) of \(Count.text(count, "row")) are shown"
  }
}
