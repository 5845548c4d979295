/// The text form of int and float.
package enum NumberText {
  /// Reads `-?[0-9]+`; nil for any other form and for what 64 bits do not hold.
  package static func parseInt(_ text: ByteSlice) -> Int64? {
    var index = 0
    let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
    if isNegative { index = 1 }
    guard index < text.count else { return nil }
    // Summed up below zero, where there is one number more.
    var value: Int64 = 0
    // 18 digits always fit.
    let unchecked = min(text.count, index + 18)
    while index < unchecked {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value &* 10 &- Int64(digit)
      index += 1
    }
    while index < text.count {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (difference, underflow) = product.subtractingReportingOverflow(Int64(digit))
      guard !overflow, !underflow else { return nil }
      value = difference
      index += 1
    }
    if isNegative { return value }
    return value == .min ? nil : -value
  }

  /// Reads `-?` and a decimal number with optional fraction and exponent (`1`, `1.5`, `.5`, `5.`, `1e-3`), or `inf`,
  /// `-inf`, `nan`: the nearest double. Nil for any other form and for a number too large for a double.
  package static func parseFloat(_ text: ByteSlice) -> Double? {
    guard let number = DecimalNumber(text) else { return namedFloat(text) }
    if let exact = number.exactDouble { return exact }
    // Unlike `strtod`, this heeds no locale: a host program may have chosen one with a decimal comma.
    guard let value = Double(String(bytes: text)), value.isFinite else { return nil }
    return value
  }

  /// The most bytes that `writeInt` and `writeFloat` put down.
  package static let capacity = 32

  /// Writes the plain form; returns the number of bytes.
  package static func writeInt(_ value: Int64, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
    guard value < 0 else { return writeDigits(UInt64(value), to: bytes) }
    bytes[0] = UInt8(ascii: "-")
    return 1 + writeDigits(value.magnitude, to: bytes + 1)
  }

  /// Writes the shortest form that reads back as the same double and always holds `.`, `e`, `inf` or `nan`; returns
  /// the number of bytes. The form is that of `Double.description`: digits with a point (`955.0`, `0.0001`) from 1e-4
  /// up to 2^54, else an exponent of at least two digits (`1e-05`, `1.5e+300`); zero keeps its sign.
  package static func writeFloat(_ value: Double, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
    let magnitude = abs(value)
    if magnitude < 1e15, magnitude >= 1e-4 || magnitude == 0 {
      if let count = writeShort(magnitude, isNegative: value.sign == .minus, to: bytes) { return count }
    }
    // Streams get the payload of a NaN too.
    if value.isNaN { return writeText("nan", to: bytes) }
    var digits = DigitStream(bytes: bytes)
    value.write(to: &digits)
    return digits.count
  }

  /// Takes the digits of a double without a string between.
  private struct DigitStream: TextOutputStream {
    let bytes: UnsafeMutablePointer<UInt8>
    var count = 0

    mutating func write(_ string: String) {
      for byte in string.utf8 { put(byte) }
    }

    /// What the standard library calls where the text is ASCII at hand.
    mutating func _writeASCII(_ buffer: UnsafeBufferPointer<UInt8>) {
      for byte in buffer { put(byte) }
    }

    private mutating func put(_ byte: UInt8) {
      guard count < capacity else { return }
      bytes[count] = byte
      count += 1
    }
  }

  package static func floatText(_ value: Double) -> String {
    String(unsafeUninitializedCapacity: capacity) { buffer in
      buffer.baseAddress.map { writeFloat(value, to: $0) } ?? 0
    }
  }

  /// Writes a number below 1e15 if it has at most six decimals and 15 digits. The test is exact: of two exact doubles
  /// the quotient is correctly rounded, and no two decimals of 15 digits share a double, so that a hit is the shortest
  /// form once its last zeros are gone.
  private static func writeShort(
    _ magnitude: Double, isNegative: Bool, to bytes: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    var places = 6
    var scale = 1e6
    while magnitude * scale >= 1e15 {
      places -= 1
      scale /= 10
    }
    // Rounds; what lies half-way between two is no hit anyway.
    let scaled = Int64(magnitude * scale + 0.5)
    guard Double(scaled) / scale == magnitude else { return nil }
    var count = 0
    if isNegative {
      bytes[0] = UInt8(ascii: "-")
      count = 1
    }
    let whole: UInt64
    var fraction: UInt64
    (whole, fraction) = UInt64(scaled).quotientAndRemainder(dividingBy: UInt64(scale))
    count += writeDigits(whole, to: bytes + count)
    bytes[count] = UInt8(ascii: ".")
    count += 1
    while places > 1, fraction.isMultiple(of: 10) {
      fraction /= 10
      places -= 1
    }
    places = max(places, 1)
    for place in stride(from: places - 1, through: 0, by: -1) {
      bytes[count + place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: fraction % 10)
      fraction /= 10
    }
    return count + places
  }

  /// The double nearest to a decimal; an infinity for one that is beyond all of them.
  package static func nearestFloat(ofDecimal text: ByteSlice) -> Double {
    parseFloat(text) ?? (text.first == UInt8(ascii: "-") ? -.infinity : .infinity)
  }

  private static func namedFloat(_ text: ByteSlice) -> Double? {
    if text.elementsEqual("inf".utf8) { return .infinity }
    if text.elementsEqual("-inf".utf8) { return -.infinity }
    if text.elementsEqual("nan".utf8) { return .nan }
    return nil
  }
}

/// Digits, for this file and `TimeText`.
extension NumberText {
  /// All numbers of two digits. A static string needs no check that it has been made.
  private static var pairs: StaticString {
    """
    00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354\
    555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
    """
  }

  /// Writes a number from 0 to 99 as two digits.
  @inline(__always)
  static func writePair(_ value: Int, to bytes: UnsafeMutablePointer<UInt8>) {
    let digits = pairs.utf8Start + 2 * value
    bytes[0] = digits[0]
    bytes[1] = digits[1]
  }

  /// Reads two digits; negative if one is none.
  @inline(__always)
  static func pair(_ text: ByteSlice, at index: Int) -> Int {
    let high = text[index] &- UInt8(ascii: "0")
    let low = text[index + 1] &- UInt8(ascii: "0")
    return high <= 9 && low <= 9 ? Int(high) &* 10 &+ Int(low) : -1
  }

  @inline(__always)
  static func writeText(_ text: StaticString, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
    let start = text.utf8Start
    for index in 0..<text.utf8CodeUnitCount { bytes[index] = start[index] }
    return text.utf8CodeUnitCount
  }

  private static func writeDigits(_ value: UInt64, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
    var count = 1
    var bound = value
    while bound >= 100 {
      bound /= 100
      count += 2
    }
    if bound >= 10 { count += 1 }
    var rest = value
    var end = count
    while end >= 2 {
      let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
      writePair(Int(truncatingIfNeeded: pair), to: bytes + end - 2)
      rest = quotient
      end -= 2
    }
    if end == 1 { bytes[0] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest) }
    return count
  }
}

/// A text that follows the grammar of a decimal number, with as much of its value as fits.
private struct DecimalNumber {
  private var isNegative = false
  /// The digits without the point, if they fit; nil if more than 18 count.
  private var mantissa: UInt64? = 0
  /// The power of ten that the mantissa is to be multiplied with.
  private var exponent = 0

  init?(_ text: ByteSlice) {
    var index = 0
    if !text.isEmpty, text[0] == UInt8(ascii: "-") {
      isNegative = true
      index = 1
    }
    let wholeDigits = readDigits(text, &index)
    var decimals = 0
    if index < text.count, text[index] == UInt8(ascii: ".") {
      index += 1
      decimals = readDigits(text, &index)
    }
    guard wholeDigits + decimals > 0 else { return nil }
    if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      guard readExponent(text, &index) else { return nil }
    }
    guard index == text.count else { return nil }
    exponent -= decimals
  }

  /// The value, where two exact doubles make it by one operation, which rounds correctly.
  var exactDouble: Double? {
    guard let mantissa, mantissa <= 1 << 53, abs(exponent) <= 22 else { return nil }
    var scale = 1.0
    for _ in 0..<abs(exponent) { scale *= 10 }
    let magnitude = exponent < 0 ? Double(mantissa) / scale : Double(mantissa) * scale
    return isNegative ? -magnitude : magnitude
  }

  /// Adds digits to the mantissa; returns how many there are.
  private mutating func readDigits(_ text: ByteSlice, _ index: inout Int) -> Int {
    let start = index
    while index < text.count {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      if let sum = mantissa { mantissa = sum < 100_000_000_000_000_000 ? sum &* 10 &+ UInt64(digit) : nil }
      index += 1
    }
    return index - start
  }

  /// Reads `[+-]digits`; an exponent far beyond every double's stays so.
  private mutating func readExponent(_ text: ByteSlice, _ index: inout Int) -> Bool {
    var isExponentNegative = false
    if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
      isExponentNegative = text[index] == UInt8(ascii: "-")
      index += 1
    }
    let start = index
    while index < text.count {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      exponent = min(exponent * 10 + Int(digit), 1_000_000_000)
      index += 1
    }
    if isExponentNegative { exponent = -exponent }
    return index > start
  }
}
