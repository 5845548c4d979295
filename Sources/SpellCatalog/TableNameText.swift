import SpellCore

/// The text form of a table's name: one to three parts with dots between them; a part in `"…"` may hold dots, and
/// quotes written twice.
enum TableNameText {
  static let partsMaximum = 3

  static func parse(_ text: String) -> Result<TableName, TableNameProblem> {
    guard !text.unicodeScalars.contains(where: VisibleText.isControl) else {
      return .failure(.controlCharacter)
    }
    let quote = UInt8(ascii: "\"")
    let dot = UInt8(ascii: ".")
    let bytes = Array(text.utf8)
    var parts: [String] = []
    var index = 0
    while true {
      var part: [UInt8] = []
      if index < bytes.count, bytes[index] == quote {
        index += 1
        while true {
          guard index < bytes.count else { return .failure(.unclosedQuote) }
          if bytes[index] == quote {
            index += 1
            guard index < bytes.count, bytes[index] == quote else { break }
          }
          part.append(bytes[index])
          index += 1
        }
        guard index == bytes.count || bytes[index] == dot else { return .failure(.strayQuote) }
      } else {
        part = Array(bytes[index...].prefix { $0 != dot })
        guard !part.contains(quote) else { return .failure(.strayQuote) }
        index += part.count
      }
      guard !part.isEmpty else { return .failure(.emptyPart) }
      parts.append(String(decoding: part, as: UTF8.self))
      if index == bytes.count { break }
      index += 1
    }
    return parts.count <= partsMaximum ? .success(TableName(parts)) : .failure(.tooManyParts(parts.count))
  }
}

/// Why a text is no table's name.
enum TableNameProblem: Error, Equatable {
  case controlCharacter
  case emptyPart
  case unclosedQuote
  /// A quote inside a part, or text after a closing quote.
  case strayQuote
  case tooManyParts(Int)
}
