/// The text forms of uuid and bytes.
package enum ByteText {
  /// Reads 8-4-4-4-12 hexadecimal digits in any case: the 36 lower-case characters, or nil.
  package static func uuid(_ text: ByteSlice) -> [UInt8]? {
    var isUUID = false
    let result = [UInt8](unsafeUninitializedCapacity: 36) { buffer, count in
      isUUID = buffer.baseAddress.map { writeUUID(text, to: $0) } ?? false
      count = isUUID ? 36 : 0
    }
    return isUUID ? result : nil
  }

  /// Writes the 36 lower-case characters of a UUID in its 8-4-4-4-12 form; false for any other text.
  package static func writeUUID(_ text: ByteSlice, to bytes: UnsafeMutablePointer<UInt8>) -> Bool {
    guard text.count == 36 else { return false }
    for position in 0..<36 {
      let byte = text[position]
      switch (position, byte) {
      case (8, _), (13, _), (18, _), (23, _):
        guard byte == UInt8(ascii: "-") else { return false }
        bytes[position] = byte
      case (_, UInt8(ascii: "0")...UInt8(ascii: "9")), (_, UInt8(ascii: "a")...UInt8(ascii: "f")):
        bytes[position] = byte
      case (_, UInt8(ascii: "A")...UInt8(ascii: "F")): bytes[position] = byte | 0x20
      default: return false
      }
    }
    return true
  }

  /// Reads `\x` and pairs of hexadecimal digits; nil for any other form.
  package static func bytes(_ text: ByteSlice) -> [UInt8]? {
    guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else {
      return nil
    }
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 2)
    for index in stride(from: 2, to: text.count, by: 2) {
      guard let high = hexadecimal(text[index]), let low = hexadecimal(text[index + 1]) else { return nil }
      result.append(high << 4 | low)
    }
    return result
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
