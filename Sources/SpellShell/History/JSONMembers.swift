import SpellCore

/// Reads the members of one JSON object in place. Values that are objects or arrays are passed over.
struct JSONMembers {
  enum Kind { case text, number, word, composite }

  /// A value, as a range of the bytes: of a text what is between its quotes.
  struct Value {
    var kind: Kind
    var start: Int
    var end: Int
    var hasEscapes = false
    /// Whether there are escapes for characters that could stand for themselves.
    var hasNeedlessEscapes = false
  }

  private let bytes: ByteSlice
  private var position = 0

  init(_ bytes: ByteSlice) { self.bytes = bytes }

  /// Calls the body for each member; false if the bytes are not one object.
  mutating func read(_ body: (_ name: ByteSlice, _ value: Value) -> Void) -> Bool {
    guard take(UInt8(ascii: "{")) else { return false }
    if take(UInt8(ascii: "}")) { return isAtEnd() }
    repeat {
      skipBlanks()
      guard let name = text(), take(UInt8(ascii: ":")), let value = value() else { return false }
      body(ByteSlice(rebasing: bytes[name.start..<name.end]), value)
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}")) && isAtEnd()
  }

  private mutating func isAtEnd() -> Bool {
    skipBlanks()
    return position == bytes.count
  }

  private mutating func skipBlanks() {
    while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func text() -> Value? {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
    var index = position + 1
    var value = Value(kind: .text, start: index, end: index)
    while true {
      index = endOfPlainText(from: index)
      guard index < bytes.count, bytes[index] >= 0x20 else { return nil }
      if bytes[index] == UInt8(ascii: "\"") {
        value.end = index
        position = index + 1
        return value
      }
      value.hasEscapes = true
      if index + 1 < bytes.count, [UInt8(ascii: "u"), UInt8(ascii: "/")].contains(bytes[index + 1]) {
        value.hasNeedlessEscapes = true
      }
      index += 2
    }
  }

  /// Where the next quote, backslash or control character is. Nearly all bytes of a history are passed over here, eight
  /// at a time.
  private func endOfPlainText(from start: Int) -> Int {
    var index = start
    let memory = UnsafeRawPointer(bytes.baseAddress)
    while let memory, index + 8 <= bytes.count,
      !Self.hasMark(memory.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    { index += 8 }
    while index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5C { index += 1 }
    return index
  }

  /// Whether one of eight bytes is a quote, a backslash or a control character.
  private static func hasMark(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // The highest bit of each byte that is less than another, for bytes below 128.
    func below(_ limit: UInt64, _ word: UInt64) -> UInt64 { (word &- ones &* limit) & ~word & (ones << 7) }
    return below(0x20, word) | below(1, word ^ ones &* 0x22) | below(1, word ^ ones &* 0x5C) != 0
  }

  private mutating func value() -> Value? {
    skipBlanks()
    guard position < bytes.count else { return nil }
    switch bytes[position] {
    case UInt8(ascii: "\""): return text()
    case UInt8(ascii: "{"), UInt8(ascii: "["): return composite()
    default:
      let start = position
      while position < bytes.count, !Self.endsWord(bytes[position]) { position += 1 }
      guard position > start else { return nil }
      let isWord = bytes[start] >= UInt8(ascii: "a") && bytes[start] <= UInt8(ascii: "z")
      return Value(kind: isWord ? .word : .number, start: start, end: position)
    }
  }

  private static func endsWord(_ byte: UInt8) -> Bool { byte <= 0x20 || byte == 0x2C || byte == 0x5D || byte == 0x7D }

  /// Counts brackets, of which none that is in a text counts.
  private mutating func composite() -> Value? {
    let start = position
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        guard text() != nil else { return nil }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      position += 1
      if depth == 0 { return Value(kind: .composite, start: start, end: position) }
    }
    return nil
  }

  // MARK: - Texts

  /// The bytes of a text whose escapes are replaced by what they stand for.
  static func unescaped(_ text: ByteSlice) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
        result.append(text[index])
        index += 1
        continue
      }
      switch text[index + 1] {
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "u"):
        let (scalar, length) = unicodeEscape(text, at: index)
        result.append(contentsOf: Array(String(Character(scalar)).utf8))
        index += length
        continue
      case let byte: result.append(byte)
      }
      index += 2
    }
    return result
  }

  /// The scalar of `\u00e9`, or of a pair of surrogates; U+FFFD for half a pair or malformed digits.
  private static func unicodeEscape(_ text: ByteSlice, at index: Int) -> (scalar: Unicode.Scalar, length: Int) {
    func unit(at index: Int) -> UInt32? {
      guard index + 6 <= text.count, text[index] == UInt8(ascii: "\\"), text[index + 1] == UInt8(ascii: "u") else {
        return nil
      }
      return UInt32(String(decoding: text[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
    guard let first = unit(at: index) else { return ("\u{FFFD}", 2) }
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    guard first < 0xDC00, let second = unit(at: index + 6), (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { return ("\u{FFFD}", 6) }
    return (scalar, 12)
  }
}
