import SpellCore

/// Cuts a text into tokens, one at a time. Parser and `StatementSplitter` share it, so they always agree on where a
/// statement ends.
///
/// After JOIN, INTO and IMPORT a raw word is a path. A comment may begin there, but not inside the word:
/// `JOIN a--b.csv` reads one file. The INTO of an IMPORT names a group, so no path follows it.
package struct Lexer {
  private let bytes: ByteSlice
  private(set) var position = 0
  /// The first word of the statement, once it was read.
  private var head: Keyword?
  private var isAtHead = true
  private var pathMayFollow = false
  private var previousKind = Token.Kind.semicolon

  package init(_ bytes: ByteSlice) {
    self.bytes = bytes
    if hasForeignCharacter(at: 0, [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next token; `.end` for ever once the text is used up.
  package mutating func next() -> Token {
    let token = skipBlanks() ?? path() ?? plainToken()
    if token.kind == .semicolon {
      beginStatement()
    } else {
      if isAtHead { head = token.keyword }
      pathMayFollow = previousKind != .dot && beginsPath(token.keyword)
      isAtHead = false
      previousKind = token.kind
    }
    return token
  }

  private mutating func beginStatement() {
    isAtHead = true
    head = nil
    pathMayFollow = false
    previousKind = .semicolon
  }

  /// Moves to the end of the line, where a statement may begin.
  mutating func skipLine() {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    beginStatement()
  }

  private func beginsPath(_ keyword: Keyword?) -> Bool {
    switch keyword {
    case .join: true
    case .import: isAtHead
    case .into: head != .import
    default: false
    }
  }

  // MARK: Blanks and comments

  /// Skips white space and comments; gives the comment that never ends, if there is one.
  private mutating func skipBlanks() -> Token? {
    while position < bytes.count {
      if Lexer.isBlank(bytes[position]) {
        position += 1
      } else if byte(0) == UInt8(ascii: "-"), byte(1) == UInt8(ascii: "-") {
        while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      } else if byte(0) == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
        let start = position
        guard skipComment() else { return Token(.unclosedComment, start, position) }
      } else {
        return nil
      }
    }
    return nil
  }

  /// Skips a comment and those inside it; false if the text ends first.
  private mutating func skipComment() -> Bool {
    var depth = 0
    while position < bytes.count {
      if byte(0) == UInt8(ascii: "/"), byte(1) == UInt8(ascii: "*") {
        depth += 1
        position += 2
      } else if byte(0) == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
        depth -= 1
        position += 2
        if depth == 0 { return true }
      } else {
        position += 1
      }
    }
    return false
  }

  // MARK: Tokens

  /// A raw path, where one may stand. A clause word and TABLE are no paths, so that a forgotten path is noticed.
  private mutating func path() -> Token? {
    guard pathMayFollow, position < bytes.count else { return nil }
    if byte(0) == UInt8(ascii: ":"), byte(1).map(Lexer.isWordStart) == true { return nil }
    var end = position
    while end < bytes.count, !Lexer.endsPath(bytes[end]) { end += 1 }
    guard end > position else { return nil }
    if let keyword = Keyword(bytes[position..<end]), keyword.isClauseWord || keyword == .table { return nil }
    return take(.path, end - position)
  }

  private mutating func plainToken() -> Token {
    guard let first = byte(0) else { return Token(.end, position, position) }
    switch first {
    case UInt8(ascii: "'"): return quoted(.text, unclosed: .unclosedText)
    case UInt8(ascii: "\""): return quoted(.quotedName, unclosed: .unclosedName)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
    case UInt8(ascii: ":"):
      guard byte(1).map(Lexer.isWordStart) == true else { return take(.invalid, 1) }
      return take(.parameter, wordLength(from: 1))
    case UInt8(ascii: ","): return take(.comma, 1)
    case UInt8(ascii: "."): return take(.dot, 1)
    case UInt8(ascii: "*"): return take(.star, 1)
    case UInt8(ascii: "("): return take(.leftParenthesis, 1)
    case UInt8(ascii: ")"): return take(.rightParenthesis, 1)
    case UInt8(ascii: "+"): return take(.plus, 1)
    case UInt8(ascii: "-"): return take(.minus, 1)
    case UInt8(ascii: ";"): return take(.semicolon, 1)
    case UInt8(ascii: "="): return take(.equal, 1)
    case UInt8(ascii: "<"):
      if byte(1) == UInt8(ascii: "=") { return take(.lessOrEqual, 2) }
      return byte(1) == UInt8(ascii: ">") ? take(.notEqual, 2) : take(.less, 1)
    case UInt8(ascii: ">"): return byte(1) == UInt8(ascii: "=") ? take(.greaterOrEqual, 2) : take(.greater, 1)
    case UInt8(ascii: "!") where byte(1) == UInt8(ascii: "="): return take(.notEqual, 2)
    default:
      let foreign = foreignLength(at: position)
      guard foreign == 0, Lexer.isWordStart(first) else { return take(.invalid, max(1, foreign)) }
      let length = wordLength(from: 0)
      return take(.word, length, keyword: Keyword(bytes[position..<position + length]))
    }
  }

  /// A quoted token; the quote is doubled to stand for itself.
  private mutating func quoted(_ kind: Token.Kind, unclosed: Token.Kind) -> Token {
    let quote = bytes[position]
    var end = position + 1
    while end < bytes.count {
      if bytes[end] != quote {
        end += 1
      } else if end + 1 < bytes.count, bytes[end + 1] == quote {
        end += 2
      } else {
        return take(kind, end + 1 - position)
      }
    }
    return take(unclosed, bytes.count - position)
  }

  private mutating func number() -> Token {
    if let length = bareDateLength() { return take(.bareDate, length) }
    var length = digits(from: 0)
    if byte(length) == UInt8(ascii: ".") {
      let fraction = digits(from: length + 1)
      if fraction > 0 { length += 1 + fraction }
    }
    if byte(length) == UInt8(ascii: "e") || byte(length) == UInt8(ascii: "E") {
      let sign = byte(length + 1) == UInt8(ascii: "+") || byte(length + 1) == UInt8(ascii: "-") ? 1 : 0
      let exponent = digits(from: length + 1 + sign)
      if exponent > 0 { length += 1 + sign + exponent }
    }
    let whole = wordLength(from: length)
    return whole > length ? take(.numberWord, whole) : take(.number, length)
  }

  /// The length of `2024-01-31` and what hangs on it, such as `T12:00`.
  private func bareDateLength() -> Int? {
    guard digits(from: 0) == 4, byte(4) == UInt8(ascii: "-"), digits(from: 5) == 2, byte(7) == UInt8(ascii: "-"),
      digits(from: 8) == 2
    else { return nil }
    var length = 10
    while let next = byte(length), !Lexer.endsPath(next), next != UInt8(ascii: ")") { length += 1 }
    return length
  }

  // MARK: Bytes

  /// The byte so far ahead, if the text has it.
  private func byte(_ ahead: Int) -> UInt8? {
    let index = position + ahead
    return index < bytes.count ? bytes[index] : nil
  }

  private mutating func take(_ kind: Token.Kind, _ length: Int, keyword: Keyword? = nil) -> Token {
    let start = position
    position += length
    return Token(kind, start, position, keyword: keyword)
  }

  /// The number of digits that stand so far ahead.
  private func digits(from ahead: Int) -> Int {
    var length = 0
    while let next = byte(ahead + length), Lexer.isDigit(next) { length += 1 }
    return length
  }

  /// The distance to the end of the word that goes on so far ahead.
  private func wordLength(from ahead: Int) -> Int {
    var length = ahead
    while let next = byte(length), Lexer.isWordStart(next) || Lexer.isDigit(next),
      foreignLength(at: position + length) == 0
    { length += 1 }
    return length
  }

  /// The bytes of a character that looks like a quote or a blank and is neither (text processors make them); else 0.
  private func foreignLength(at offset: Int) -> Int {
    switch bytes[offset] {
    case 0xC2: hasForeignCharacter(at: offset, [0xC2, 0xA0]) ? 2 : 0
    case 0xE2 where offset + 2 < bytes.count && bytes[offset + 1] == 0x80:
      // Zero-width space; single and double curved quotes.
      bytes[offset + 2] == 0x8B || (0x98...0x9F).contains(bytes[offset + 2]) ? 3 : 0
    case 0xEF: hasForeignCharacter(at: offset, [0xEF, 0xBB, 0xBF]) ? 3 : 0
    default: 0
    }
  }

  private func hasForeignCharacter(at offset: Int, _ character: [UInt8]) -> Bool {
    offset + character.count <= bytes.count && bytes[offset..<offset + character.count].elementsEqual(character)
  }

  package static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// Letters, `_` and everything that is not ASCII.
  static func isWordStart(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  private static func endsPath(_ byte: UInt8) -> Bool {
    isBlank(byte) || byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "'")
      || byte == UInt8(ascii: "\"")
  }
}
