import SpellCore

/// A format by name.
package struct ResultFormatEntry: Sendable {
  /// As in `FORMAT csv`.
  package let name: String
  /// Laid out for people: several results on a screen need an empty line between them.
  package let isForPeople: Bool
  /// Of files, in lower case.
  package let fileExtensions: [String]
  package let make: @Sendable (FormatOptions) -> any ResultFormat

  init(
    name: String, isForPeople: Bool = false, fileExtensions: [String],
    make: @escaping @Sendable (FormatOptions) -> any ResultFormat
  ) {
    self.name = name
    self.isForPeople = isForPeople
    self.fileExtensions = fileExtensions
    self.make = make
  }
}

/// The list of formats.
package enum ResultFormats {
  package static let all: [ResultFormatEntry] = [
    ResultFormatEntry(name: "table", isForPeople: true, fileExtensions: []) { TableFormat($0) },
    ResultFormatEntry(name: "csv", fileExtensions: ["csv"]) {
      DelimitedFormat(delimiter: UInt8(ascii: ","), $0)
    },
    ResultFormatEntry(name: "tsv", fileExtensions: ["tsv", "tab"]) {
      DelimitedFormat(delimiter: UInt8(ascii: "\t"), $0)
    },
    ResultFormatEntry(name: "json", fileExtensions: ["json"]) { _ in JSONFormat(.array) },
    ResultFormatEntry(name: "ndjson", fileExtensions: ["ndjson", "jsonl"]) { _ in JSONFormat(.lines) },
    ResultFormatEntry(name: "markdown", isForPeople: true, fileExtensions: ["md", "markdown"]) { _ in MarkdownFormat()
    },
    ResultFormatEntry(name: "html", isForPeople: true, fileExtensions: ["html", "htm"]) { _ in HTMLFormat() },
    ResultFormatEntry(name: "vertical", isForPeople: true, fileExtensions: []) { VerticalFormat($0) },
  ]

  /// Names are taken in any case.
  package static func named(_ name: String) -> ResultFormatEntry? { all.first { $0.name == name.lowercased() } }

  /// The format that the extension of a path stands for; nil for any other extension.
  package static func forPath(_ path: String) -> ResultFormatEntry? {
    guard let fileExtension = PathParts.fileExtension(of: path) else { return nil }
    return all.first { $0.fileExtensions.contains(fileExtension) }
  }
}
