/// Finds passwords in URLs, connection strings, metadata and statements, so that no message and no file shows one.
/// Where it is unclear how far a password reaches, more is hidden rather than less.
package enum SecretMask {
  /// The text with each password replaced by `***`.
  package static func hidden(in text: String) -> String {
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

  /// Whether what goes by this name is a password: `db_password`, `API_TOKEN`.
  package static func isSecret(name: String) -> Bool {
    let name = Array(name.lowercased().utf8)
    return words.contains { word in name.indices.contains { word.stands(in: name, at: $0) } }
  }

  /// A word that a password follows.
  private struct Word {
    let bytes: [UInt8]
    /// Also behind blanks and a colon, as in metadata. The other words are names of features too.
    let isLoose: Bool

    init(_ text: String, isLoose: Bool = false) {
      bytes = Array(text.utf8)
      self.isLoose = isLoose
    }

    /// Whether the word stands at an index, in any case.
    func stands(in text: [UInt8], at index: Int) -> Bool {
      guard text.count - index >= bytes.count else { return false }
      for offset in bytes.indices {
        let byte = text[index + offset]
        if byte != bytes[offset], byte | 0x20 != bytes[offset] { return false }
      }
      return true
    }
  }

  private static let words = [
    Word("password", isLoose: true), Word("passwd"), Word("passphrase"), Word("pwd"), Word("secret"), Word("token"),
    Word("api_key"), Word("apikey"),
  ]

  /// A set of letters in any case, for a look at a byte that takes next to no time.
  private struct Letters {
    private let bits: UInt32

    init(_ letters: [UInt8]) { bits = letters.reduce(0) { $0 | 1 << UInt32($1 & 0x1F) } }

    func contains(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x40 && bits >> UInt32(byte & 0x1F) & 1 == 1 }
  }

  /// What the words begin with, and what comes second in them: nearly no place of a text has both.
  private static let first = Letters(words.map { $0.bytes[0] })
  private static let second = Letters(words.map { $0.bytes[1] })

  private static func passwords(in bytes: [UInt8]) -> [Range<Int>] {
    // Nearly all texts have neither an `=` nor a `:`, encoded or not, and hold no password.
    guard bytes.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "%") })
    else { return [] }
    let text = DecodedText(bytes)
    let (first, second) = (first, second)
    var found: [Range<Int>] = []
    func add(_ range: Range<Int>) { found.append(text.place(of: range.lowerBound)..<text.place(of: range.upperBound)) }
    // The password of a URL begins some way behind its `://`, and settings may stand between the two.
    var ahead: Range<Int>?
    var index = 0
    while index < text.bytes.count {
      if let password = ahead, index >= password.lowerBound {
        add(password)
        ahead = nil
        index = max(index + 1, password.upperBound)
        continue
      }
      let byte = text.bytes[index]
      if byte == UInt8(ascii: ":"), ahead == nil { ahead = ofUserInformation(in: text.bytes, at: index) }
      guard first.contains(byte), index + 1 < text.bytes.count, second.contains(text.bytes[index + 1]),
        var setting = ofSetting(in: text.bytes, at: index), ahead.map({ setting.lowerBound < $0.lowerBound }) ?? true
      else {
        index += 1
        continue
      }
      if let password = ahead, setting.upperBound >= password.lowerBound {
        // Nobody can tell which of the two it is: all of the word goes.
        let word = text.bytes[setting.lowerBound...].prefix { !isEndOfWord($0) }
        setting = setting.lowerBound..<max(setting.upperBound, word.endIndex)
        ahead = nil
      }
      add(setting)
      index = max(index + 1, setting.upperBound)
    }
    return found
  }

  /// `://user:password@`: the password may hold raw `/`, `?` and `@`, so it ends at the last `@` of the word. So
  /// may the name, as in `name@server:password@host`.
  private static func ofUserInformation(in bytes: [UInt8], at index: Int) -> Range<Int>? {
    guard bytes[index...].starts(with: "://".utf8) else { return nil }
    let word = bytes[(index + 3)...].prefix { !isEndOfWord($0) }
    guard let colon = word.firstIndex(of: UInt8(ascii: ":")), let last = word.lastIndex(of: UInt8(ascii: "@")),
      colon < last
    else { return nil }
    return colon + 1..<last
  }

  /// `password=…` of a query or connection string, `password: …` of a mapping.
  private static func ofSetting(in bytes: [UInt8], at index: Int) -> Range<Int>? {
    guard let word = words.first(where: { $0.stands(in: bytes, at: index) }) else { return nil }
    var start = index + word.bytes.count
    func skipBlanks() {
      while word.isLoose, start < bytes.count, isBlank(bytes[start]) { start += 1 }
    }
    if start < bytes.count, isQuote(bytes[start]) { start += 1 }
    skipBlanks()
    guard start < bytes.count,
      bytes[start] == UInt8(ascii: "=") || (word.isLoose && bytes[start] == UInt8(ascii: ":"))
    else { return nil }
    start += 1
    skipBlanks()
    guard start < bytes.count else { return nil }
    let length = lengthOfValue(bytes[start...])
    return length == 0 ? nil : start..<start + length
  }

  /// A quoted password may hold anything, quotes in several spellings and line ends included: the rest of the line
  /// goes, and what follows up to the quote that closes it. Within a text in quotes both are written twice.
  private static func lengthOfValue(_ bytes: ArraySlice<UInt8>) -> Int {
    let word = bytes.prefix { !isEndOfWord($0) }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    if let quote = bytes.first, isQuote(quote) {
      let closing = bytes.drop { $0 == quote }.firstIndex(of: quote) ?? bytes.endIndex
      return max(line.count, closing - bytes.startIndex)
    }
    if word.contains(UInt8(ascii: "\\")) { return line.count }
    return word.prefix { $0 != UInt8(ascii: "&") }.count
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") }

  private static func isEndOfWord(_ byte: UInt8) -> Bool { byte <= 0x20 || isQuote(byte) }
}

/// A text in which `%70assword%3d` reads `password=`, and the place of each byte in the text as it is written.
private struct DecodedText {
  private(set) var bytes: [UInt8] = []
  /// One more than there are bytes; nil where nothing is encoded, and each byte is in its own place.
  private var places: [Int]?

  /// The place of a byte, or of the end.
  func place(of index: Int) -> Int { places?[index] ?? index }

  init(_ written: [UInt8]) {
    guard written.contains(UInt8(ascii: "%")) else {
      bytes = written
      return
    }
    var places: [Int] = []
    var index = 0
    while index < written.count {
      places.append(index)
      if written[index] == UInt8(ascii: "%"), index + 2 < written.count,
        let code = UInt8(String(decoding: written[index + 1...index + 2], as: UTF8.self), radix: 16)
      {
        // What would end a word or a value if it were written out does not end it in this form.
        let isMark = "abcdefghijklmnopqrstuvwxyz_:/@=".utf8.contains(code) || (0x41...0x5A).contains(code)
        bytes.append(isMark ? code : UInt8(ascii: "x"))
        index += 3
      } else {
        bytes.append(written[index])
        index += 1
      }
    }
    places.append(written.count)
    self.places = places
  }
}
