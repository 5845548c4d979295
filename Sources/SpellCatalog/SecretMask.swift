/// Finds passwords in URLs, connection strings and metadata, so that no message shows one. Where it is unclear how far
/// a password reaches, more is hidden rather than less.
enum SecretMask {
  /// The text with each password replaced by `***`.
  static func hidden(in text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var done = 0
    for range in passwords(in: bytes) where range.lowerBound >= done {
      result += bytes[done..<range.lowerBound] + Array("***".utf8)
      done = range.upperBound
    }
    return String(decoding: result + bytes[done...], as: UTF8.self)
  }

  /// The bytes with each byte of a password replaced by `*`: places stay where they are.
  static func starred(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    for range in passwords(in: bytes) {
      for index in range { result[index] = UInt8(ascii: "*") }
    }
    return result
  }

  private static func passwords(in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index < bytes.count {
      var range: Range<Int>?
      if bytes[index] == UInt8(ascii: ":") {
        range = ofUserInformation(in: bytes, at: index)
      } else if bytes[index] | 0x20 == UInt8(ascii: "p") {
        range = ofSetting(in: bytes, at: index)
      }
      if let range {
        found.append(range)
        index = max(index + 1, range.upperBound)
      } else {
        index += 1
      }
    }
    return found
  }

  /// `://user:password@`: the password may hold raw `/`, `?` and `@`, so it ends at the last `@` of the word.
  private static func ofUserInformation(in bytes: [UInt8], at index: Int) -> Range<Int>? {
    guard bytes[index...].starts(with: "://".utf8) else { return nil }
    let word = bytes[(index + 3)...].prefix { !isEndOfWord($0) }
    guard let colon = word.firstIndex(of: UInt8(ascii: ":")), let first = word.firstIndex(of: UInt8(ascii: "@")),
      let last = word.lastIndex(of: UInt8(ascii: "@")), colon < first
    else { return nil }
    return colon + 1..<last
  }

  /// `password=…` of a query or connection string, `password: …` of a mapping.
  private static func ofSetting(in bytes: [UInt8], at index: Int) -> Range<Int>? {
    let word = "password"
    guard bytes[index...].prefix(word.utf8.count).map({ $0 | 0x20 }) == Array(word.utf8) else { return nil }
    var start = index + word.utf8.count
    if start < bytes.count, isQuote(bytes[start]) { start += 1 }
    while start < bytes.count, isBlank(bytes[start]) { start += 1 }
    guard start < bytes.count, bytes[start] == UInt8(ascii: "=") || bytes[start] == UInt8(ascii: ":") else {
      return nil
    }
    start += 1
    while start < bytes.count, isBlank(bytes[start]) { start += 1 }
    guard start < bytes.count else { return nil }
    // A quoted password may hold anything, quotes in several spellings included: the rest of the line goes.
    let isQuoted = isQuote(bytes[start]) || bytes[start...].prefix { !isEndOfWord($0) }.contains(UInt8(ascii: "\\"))
    let length = bytes[start...].prefix {
      isQuoted ? $0 != UInt8(ascii: "\n") : !isEndOfWord($0) && $0 != UInt8(ascii: "&")
    }.count
    return length == 0 ? nil : start..<start + length
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") }

  private static func isEndOfWord(_ byte: UInt8) -> Bool { byte <= 0x20 || isQuote(byte) }
}
