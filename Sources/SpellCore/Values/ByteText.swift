/// The text forms of uuid and bytes.
package enum ByteText {
  /// Reads 8-4-4-4-12 hexadecimal digits in any case: the 36 lower-case characters, or nil.
  package static func uuid(_ text: ByteSlice) -> [UInt8]? {
    guard text.count == 36 else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(36)
    for (index, byte) in text.enumerated() {
      switch index {
      case 8, 13, 18, 23:
        guard byte == UInt8(ascii: "-") else { return nil }
        result.append(byte)
      default:
        guard hexadecimal(byte) != nil else { return nil }
        result.append(byte | 0x20)
      }
    }
    return result
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
