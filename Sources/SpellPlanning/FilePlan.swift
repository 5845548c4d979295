import SpellCore
import SpellLanguage
import SpellTables

/// A delimited file that a statement reads: labels, or rows to import.
package struct FilePlan: Sendable {
  package enum Place: Sendable {
    case file(String)
    case standardInput
  }

  package var place: Place
  package var delimiter: UInt8
  /// Texts of unquoted fields that are NULL, beside the empty one.
  package var nulls: [[UInt8]]
  /// Whole numbers as moments, where TIME says so.
  package var momentStorage: TimestampStorage?

  /// Without DELIMITER, a tab stands between the fields of files whose name ends in `.tsv`, else a comma.
  package init(_ path: PathExpression, _ reading: FileReading) {
    switch path.value {
    case .file(let name): place = .file(name)
    case .standardStream: place = .standardInput
    case .parameter: preconditionFailure("a parameter was not bound")
    }
    nulls = reading.nulls.map { Array($0.plainText.utf8) }
    momentStorage = reading.timeUnit.flatMap { TimestampStorage(rawValue: $0.text) }
    let usual = if case .file(let name) = place { CSVReader.usualDelimiter(ofPath: name) } else { UInt8(ascii: ",") }
    // The parser and the binder let delimiters of one byte through.
    delimiter = reading.delimiter?.plainText.utf8.first ?? usual
  }
}
