import SpellCore

/// The binary form of `numeric`: four numbers of 16 bits (digits, weight of the first one, sign, decimals shown) and
/// then digits to the base of 10,000.
package enum PostgresNumeric {
  private static let negative: UInt16 = 0x4000
  private static let notANumber: UInt16 = 0xC000
  private static let positiveInfinity: UInt16 = 0xD000
  private static let negativeInfinity: UInt16 = 0xF000
  /// The most digits before and behind the point that the server can hold.
  private static let mostWeight = 32_768
  private static let mostDecimals = 16_383

  /// The canonical text as of `DecimalText`, or `NaN`, `Infinity`, `-Infinity`; nil if the bytes are none of the form.
  package static func text(_ bytes: ByteSlice) -> [UInt8]? {
    guard bytes.count >= 8 else { return nil }
    let count = Int(number(bytes, 0))
    let weight = Int(Int16(bitPattern: number(bytes, 1)))
    let sign = number(bytes, 2)
    let decimals = Int(number(bytes, 3))
    switch sign {
    case notANumber: return Array("NaN".utf8)
    case positiveInfinity: return Array("Infinity".utf8)
    case negativeInfinity: return Array("-Infinity".utf8)
    default: break
    }
    guard sign == 0 || sign == negative, bytes.count == 8 + 2 * count, decimals <= mostDecimals,
      abs(weight) <= mostWeight
    else { return nil }
    // Digits that are not written are 0.
    func group(_ index: Int) -> UInt16? {
      guard index >= 0, index < count else { return 0 }
      let group = number(bytes, 4 + index)
      return group < 10_000 ? group : nil
    }
    var text: [UInt8] = []
    text.reserveCapacity(max(0, weight + 1) * 4 + decimals + 3)
    if sign == negative { text.append(UInt8(ascii: "-")) }
    let first = text.count
    for index in 0..<max(0, weight + 1) {
      guard let group = group(index) else { return nil }
      append(group, to: &text)
    }
    let zeros = text[first...].prefix { $0 == UInt8(ascii: "0") }.count
    text.removeSubrange(first..<first + zeros)
    if text.count == first { text.append(UInt8(ascii: "0")) }
    if decimals > 0 {
      text.append(UInt8(ascii: "."))
      let end = text.count + decimals
      var index = weight + 1
      while text.count < end {
        guard let group = group(index) else { return nil }
        append(group, to: &text)
        index += 1
      }
      text.removeSubrange(end...)
    }
    return text
  }

  private static func number(_ bytes: ByteSlice, _ index: Int) -> UInt16 {
    UInt16(bytes[2 * index]) << 8 | UInt16(bytes[2 * index + 1])
  }

  private static func append(_ group: UInt16, to text: inout [UInt8]) {
    for divisor: UInt16 in [1000, 100, 10, 1] {
      text.append(UInt8(ascii: "0") + UInt8(group / divisor % 10))
    }
  }
}
