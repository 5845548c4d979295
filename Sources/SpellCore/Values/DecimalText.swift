/// The text form of exact decimals. Canonical: an optional `-`, digits without leading zeros (`0` alone excepted),
/// optionally `.` and digits; trailing zeros are kept, `-0` is `0`.
package enum DecimalText {
  private static let zero = UInt8(ascii: "0")
  private static let point = UInt8(ascii: ".")
  private static let minus = UInt8(ascii: "-")

  /// The canonical form of `[+-]digits[.digits]`; nil for any other form, exponents included.
  package static func canonical(_ text: ByteSlice) -> [UInt8]? {
    var index = 0
    var isNegative = false
    if !text.isEmpty, text[0] == minus || text[0] == UInt8(ascii: "+") {
      isNegative = text[0] == minus
      index = 1
    }
    var first = index
    index = endOfDigits(text, from: index)
    guard index > first else { return nil }
    while first < index - 1, text[first] == zero { first += 1 }
    if index < text.count {
      guard text[index] == point else { return nil }
      let end = endOfDigits(text, from: index + 1)
      guard end > index + 1, end == text.count else { return nil }
    }
    let digits = text[first...]
    let isZero = digits.allSatisfy { $0 == zero || $0 == point }
    var result: [UInt8] = []
    result.reserveCapacity(digits.count + 1)
    if isNegative && !isZero { result.append(minus) }
    result.append(contentsOf: digits)
    return result
  }

  /// The canonical form without trailing zeros, equal for equal values: the form of a key.
  package static func key(ofCanonical text: ByteSlice) -> ByteSlice {
    guard text.contains(point) else { return text }
    var end = text.count
    while text[end - 1] == zero { end -= 1 }
    if text[end - 1] == point { end -= 1 }
    return ByteSlice(rebasing: text[..<end])
  }

  /// Compares two canonical texts by value and, of equal values, by the number of digits: -1, 0 or 1.
  package static func compare(_ left: ByteSlice, _ right: ByteSlice) -> Int {
    let isLeftNegative = left.first == minus
    let isRightNegative = right.first == minus
    if isLeftNegative != isRightNegative { return isLeftNegative ? -1 : 1 }
    let order = compareMagnitudes(left, right, from: isLeftNegative ? 1 : 0)
    if order != 0 { return isLeftNegative ? -order : order }
    return (left.count - right.count).signum()
  }

  /// Compares the digits from an index on, which the sign takes up or not.
  private static func compareMagnitudes(_ left: ByteSlice, _ right: ByteSlice, from start: Int) -> Int {
    let leftWhole = endOfDigits(left, from: start)
    let rightWhole = endOfDigits(right, from: start)
    if leftWhole != rightWhole { return leftWhole < rightWhole ? -1 : 1 }
    // The points stand at one place; a fraction that has ended goes on with zeros.
    for index in start..<max(left.count, right.count) where index != leftWhole {
      let leftDigit = index < left.count ? left[index] : zero
      let rightDigit = index < right.count ? right[index] : zero
      if leftDigit != rightDigit { return leftDigit < rightDigit ? -1 : 1 }
    }
    return 0
  }

  private static func endOfDigits(_ text: ByteSlice, from start: Int) -> Int {
    var index = start
    while index < text.count, text[index] >= zero, text[index] <= UInt8(ascii: "9") { index += 1 }
    return index
  }
}
