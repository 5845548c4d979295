import SpellCore
import SpellLanguage

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

  /// Throws for a delimiter that is none. Without DELIMITER it is a tab for files whose name ends in `.tsv`, else a
  /// comma.
  package init(_ path: PathExpression, _ reading: FileReading, in source: SourceText) throws {
    switch path.value {
    case .file(let name): place = .file(name)
    case .standardStream: place = .standardInput
    case .parameter: preconditionFailure("a parameter was not bound")
    }
    nulls = reading.nulls.map { Array($0.plainText.utf8) }
    momentStorage = reading.timeUnit.flatMap { TimestampStorage(rawValue: $0.text.lowercased()) }
    guard let literal = reading.delimiter else {
      if case .file(let name) = place, name.lowercased().hasSuffix(".tsv") {
        delimiter = UInt8(ascii: "\t")
      } else {
        delimiter = UInt8(ascii: ",")
      }
      return
    }
    let text = literal.plainText
    let isTab = text == "\\t" || text.uppercased() == "TAB"
    let bytes = isTab ? [UInt8(ascii: "\t")] : Array(text.utf8)
    let forbidden: [UInt8] = [UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r")]
    guard bytes.count == 1, bytes[0] < 128, !forbidden.contains(bytes[0]) else {
      let location = SourceLocation(source: source, span: literal.span)
      throw SpellError(.statement, LocatedProblem(.badDelimiter(text), at: location).diagnostic)
    }
    delimiter = bytes[0]
  }
}

extension Literal {
  /// The text of a literal where only text makes sense.
  fileprivate var plainText: String {
    switch value {
    case .text(let text), .untyped(let text), .number(let text): text
    case .bool, .null, .parameter: ""
    }
  }
}
