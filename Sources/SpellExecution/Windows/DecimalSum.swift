import SpellCore
import SpellTables

/// Decimals as whole numbers of 10^-18, to be added exactly.
enum DecimalSum {
  /// Digits after the point, and before it at most.
  static let fractionDigits = 18
  static let wholeDigits = 20
  /// 10^18
  static let unitsOfOne: UInt128 = 1_000_000_000_000_000_000

  /// A canonical decimal in units; nil if it has too many digits.
  static func units(_ text: ByteSlice) -> Int128? {
    var number: Int128 = 0
    var fraction = 0
    var isFraction = false
    var digits = 0
    /// False for a digit too many, which a number of 128 bits might not hold.
    func append(_ digit: Int128) -> Bool {
      if number != 0 || digit != 0 { digits += 1 }
      guard digits <= wholeDigits + fractionDigits else { return false }
      number = number * 10 + digit
      if isFraction { fraction += 1 }
      return true
    }
    for byte in text {
      switch byte {
      case UInt8(ascii: "-"): continue
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = Int128(byte - UInt8(ascii: "0"))
        if isFraction, fraction == fractionDigits {
          if digit != 0 { return nil }
          continue
        }
        guard append(digit) else { return nil }
      default: return nil
      }
    }
    isFraction = true
    while fraction < fractionDigits {
      guard append(0) else { return nil }
    }
    return text.first == UInt8(ascii: "-") ? -number : number
  }

  /// Adds to a sum that lies at an offset of a record, and to what it carries: how many times 2^128.
  @inline(__always)
  static func add(_ number: Int128, to record: UnsafeMutableRawPointer, at offset: Int, carry: Int) {
    let (sum, overflow) = record.load(fromByteOffset: offset, as: Int128.self).addingReportingOverflow(number)
    record.storeBytes(of: sum, toByteOffset: offset, as: Int128.self)
    guard overflow else { return }
    let carried = record.load(fromByteOffset: carry, as: Int64.self)
    record.storeBytes(of: carried + (number < 0 ? -1 : 1), toByteOffset: carry, as: Int64.self)
  }

  /// A canonical decimal without a fraction, as the whole number that it is.
  static func whole(_ text: ByteSlice) -> Int128 {
    let isNegative = text.first == UInt8(ascii: "-")
    let magnitude = text.dropFirst(isNegative ? 1 : 0).reduce(Int128(0)) { $0 * 10 + Int128($1 - UInt8(ascii: "0")) }
    return isNegative ? -magnitude : magnitude
  }

  /// The canonical text of a sum, without zeros at its end.
  static func text(_ units: Int128) -> [UInt8] {
    var digits = Array(String(units.magnitude).utf8)
    if digits.count <= fractionDigits {
      digits = [UInt8](repeating: UInt8(ascii: "0"), count: fractionDigits + 1 - digits.count) + digits
    }
    let point = digits.count - fractionDigits
    var fraction = digits[point...]
    while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
    let text = Array(digits[..<point]) + (fraction.isEmpty ? [] : [UInt8(ascii: ".")] + fraction)
    return units < 0 ? [UInt8(ascii: "-")] + text : text
  }
}
