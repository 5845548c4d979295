import SpellCore

/// A format by name.
package struct ResultFormatEntry: Sendable {
  /// As in `FORMAT csv`.
  package let name: String
  /// Of files, in lower case.
  package let fileExtensions: [String]
  package let make: @Sendable (FormatOptions) -> any ResultFormat
}

/// The list of formats.
package enum ResultFormats {
  package static let all: [ResultFormatEntry] = [
    ResultFormatEntry(name: "table", fileExtensions: ["txt"]) { TableFormat($0) },
    ResultFormatEntry(name: "csv", fileExtensions: ["csv"]) { _ in DelimitedFormat(delimiter: UInt8(ascii: ",")) },
    ResultFormatEntry(name: "tsv", fileExtensions: ["tsv", "tab"]) { _ in
      DelimitedFormat(delimiter: UInt8(ascii: "\t"))
    },
    ResultFormatEntry(name: "json", fileExtensions: ["json"]) { _ in JSONFormat(.array) },
    ResultFormatEntry(name: "ndjson", fileExtensions: ["ndjson", "jsonl"]) { _ in JSONFormat(.lines) },
    ResultFormatEntry(name: "markdown", fileExtensions: ["md", "markdown"]) { _ in MarkdownFormat() },
    ResultFormatEntry(name: "vertical", fileExtensions: []) { VerticalFormat($0) },
  ]

  /// Names are taken in any case.
  package static func named(_ name: String) -> ResultFormatEntry? { all.first { $0.name == name.lowercased() } }

  /// The format that the extension of a path stands for; nil for any other extension.
  package static func forPath(_ path: String) -> ResultFormatEntry? {
    guard let fileExtension = PathParts.fileExtension(of: path) else { return nil }
    return all.first { $0.fileExtensions.contains(fileExtension) }
  }
}
