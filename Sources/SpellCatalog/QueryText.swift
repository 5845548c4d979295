/// A first look at a group's query. The database checks the rest.
enum QueryText {
  /// The query without what ends it: one statement that starts with SELECT, WITH or VALUES.
  static func check(_ text: String) -> Result<String, QueryProblem> {
    let bytes = Array(text.utf8)
    let start = afterBlanks(bytes, 0)
    guard start < bytes.count, bytes[start] != UInt8(ascii: ";") else { return .failure(.empty) }
    let word = String(decoding: bytes[start...].prefix { isWordByte($0) }, as: UTF8.self)
    guard ["SELECT", "WITH", "VALUES"].contains(word.uppercased()) else { return .failure(.notSelect(found: word)) }
    var index = start
    while index < bytes.count, bytes[index] != UInt8(ascii: ";") { index = afterToken(bytes, index) }
    let end = index
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: ";") else { return .failure(.moreText) }
      index = afterBlanks(bytes, index + 1)
    }
    return .success(String(decoding: bytes[..<end], as: UTF8.self))
  }

  /// Past white space and comments.
  private static func afterBlanks(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start
    while index < bytes.count {
      if bytes[index] <= 0x20 { index += 1; continue }
      let next = afterComment(bytes, index)
      if next == index { break }
      index = next
    }
    return index
  }

  /// Past one comment; the same index if there is none.
  private static func afterComment(_ bytes: [UInt8], _ index: Int) -> Int {
    if bytes[index...].starts(with: "--".utf8) {
      return bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    }
    guard bytes[index...].starts(with: "/*".utf8) else { return index }
    var end = index + 2
    while end < bytes.count, !bytes[end...].starts(with: "*/".utf8) { end += 1 }
    return min(end + 2, bytes.count)
  }

  /// Past a comment, something in quotes, or one byte.
  private static func afterToken(_ bytes: [UInt8], _ index: Int) -> Int {
    let next = afterComment(bytes, index)
    if next > index { return next }
    let quote = bytes[index]
    guard "'\"`".utf8.contains(quote) else { return index + 1 }
    let close = bytes[(index + 1)...].firstIndex(of: quote)
    return close.map { $0 + 1 } ?? bytes.count
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
  }
}

/// Why a text is no query for a group.
enum QueryProblem: Error, Equatable {
  case empty
  case notSelect(found: String)
  /// Something follows a `;`.
  case moreText
}
