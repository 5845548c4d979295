import SpellCore

/// Texts and bytes as engines store them.
enum StoredText {
  /// The most bytes of a stored value that a message shows.
  static let shownBytes = 200

  /// Whether a text is UTF-8: some engines store whatever they are given.
  @inline(__always)
  static func isUTF8(_ text: ByteSlice) -> Bool {
    var position = 0
    if let start = UnsafeRawPointer(text.baseAddress) {
      while position &+ 8 <= text.count {
        if start.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { break }
        position &+= 8
      }
    }
    while position < text.count {
      if text[position] >= 0x80 { return isUTF8Beyond(text) }
      position &+= 1
    }
    return true
  }

  @inline(never)
  private static func isUTF8Beyond(_ text: ByteSlice) -> Bool {
    (try? UTF8Span(validating: text.span)) != nil
  }

  /// Whether a decimal is surely canonical already: digits from a non-zero one on, then perhaps a fraction.
  static func isPlainDecimal(_ text: ByteSlice) -> Bool {
    var position = text.first == UInt8(ascii: "-") ? 1 : 0
    guard position < text.count, case UInt8(ascii: "1")...UInt8(ascii: "9") = text[position] else { return false }
    position = endOfDigits(text, from: position)
    if position == text.count { return true }
    guard text[position] == UInt8(ascii: "."), position + 1 < text.count else { return false }
    return endOfDigits(text, from: position + 1) == text.count
  }

  private static func endOfDigits(_ text: ByteSlice, from start: Int) -> Int {
    var position = start
    while position < text.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = text[position] { position += 1 }
    return position
  }

  /// The start of a text, as far as a message shows it: not cut in the middle of a character.
  static func shown(_ text: ByteSlice) -> ByteSlice {
    var count = min(text.count, shownBytes)
    while count < text.count, count > 0, text[count] & 0xC0 == 0x80 { count -= 1 }
    return ByteSlice(rebasing: text[..<count])
  }

  /// Writes the start of a blob as `x'...'`, at most `shownBytes` bytes; returns their number.
  static func writeBlob(_ blob: ByteSlice, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
    bytes[0] = UInt8(ascii: "x")
    bytes[1] = UInt8(ascii: "'")
    var count = 2
    for byte in blob.prefix((shownBytes - 3) / 2) {
      writeHexadecimal(byte, to: bytes + count)
      count += 2
    }
    bytes[count] = UInt8(ascii: "'")
    return count + 1
  }

  /// Writes the 36 characters of a UUID of 16 bytes.
  static func writeUUID(_ uuid: ByteSlice, to bytes: UnsafeMutablePointer<UInt8>) {
    var count = 0
    for (index, byte) in uuid.prefix(16).enumerated() {
      if index == 4 || index == 6 || index == 8 || index == 10 {
        bytes[count] = UInt8(ascii: "-")
        count += 1
      }
      writeHexadecimal(byte, to: bytes + count)
      count += 2
    }
  }

  @inline(__always)
  private static func writeHexadecimal(_ byte: UInt8, to bytes: UnsafeMutablePointer<UInt8>) {
    let digits = StaticString("0123456789abcdef").utf8Start
    bytes[0] = digits[Int(byte >> 4)]
    bytes[1] = digits[Int(byte & 15)]
  }
}
