import SpellCore

/// A sum of doubles of any magnitudes without any rounding, as digits of 32 bits from 2^-1184 up: more than the least
/// double and what `FloatSums` makes of it need. What is added and taken out again leaves nothing behind.
struct ExactSum {
  private static let lowest = -1184
  private static let digitCount = 76
  /// Additions after which the carries must be settled: a digit has 31 bits to spare.
  private static let mostAdditions = 1 << 29

  private var digits = [Int64](repeating: 0, count: digitCount)
  private var additions = 0

  /// Adds a finite number.
  mutating func add(_ value: Double) {
    let (significand, exponent) = value.wholeParts
    add(UInt128(significand), exponent: exponent, isNegative: value.sign == .minus)
  }

  /// Adds a multiple of a power of two that is at least 2^-1184.
  mutating func add(_ number: Int128, exponent: Int) {
    add(number.magnitude, exponent: exponent, isNegative: number < 0)
  }

  private mutating func add(_ magnitude: UInt128, exponent: Int, isNegative: Bool) {
    let position = exponent - Self.lowest
    var digit = position / 32
    var rest = magnitude
    while rest != 0 {
      let piece = UInt64(truncatingIfNeeded: rest) & 0xFFFF_FFFF
      let shifted = piece << UInt64(position % 32)
      let low = Int64(shifted & 0xFFFF_FFFF)
      let high = Int64(shifted >> 32)
      digits[digit] += isNegative ? -low : low
      digits[digit + 1] += isNegative ? -high : high
      rest >>= 32
      digit += 1
    }
    additions += 1
    if additions == Self.mostAdditions { settle() }
  }

  /// Makes every digit but the last one of 32 bits without a sign.
  private mutating func settle() {
    var carry: Int64 = 0
    for index in 0..<Self.digitCount - 1 {
      let value = digits[index] + carry
      digits[index] = value & 0xFFFF_FFFF
      carry = value >> 32
    }
    digits[Self.digitCount - 1] += carry
    additions = 0
  }

  /// The sum to twice the digits of a double: the nearest double, and the one nearest to what that leaves.
  var rounded: (high: Double, low: Double) {
    let high = nearest
    guard high.isFinite else { return (high, 0) }
    var rest = self
    rest.add(-high)
    return (high, rest.nearest)
  }

  private var nearest: Double {
    var sum = self
    sum.settle()
    let isNegative = sum.digits[Self.digitCount - 1] < 0
    if isNegative {
      for index in sum.digits.indices { sum.digits[index].negate() }
      sum.settle()
    }
    guard let top = sum.digits.lastIndex(where: { $0 != 0 }) else { return 0 }
    var leading: UInt128 = 0
    for index in stride(from: top, through: top - 3, by: -1) {
      leading = leading << 32 | UInt128(index >= 0 ? UInt64(sum.digits[index]) : 0)
    }
    // Far below the last bit of a double: whether there is more decides between two that are equally near.
    if top > 3, sum.digits[..<(top - 3)].contains(where: { $0 != 0 }) { leading |= 1 }
    let value = Double(sign: .plus, exponent: Self.lowest + 32 * (top - 3), significand: Double(leading))
    return isNegative ? -value : value
  }
}

extension Double {
  /// A finite number without its sign as a whole number of 53 bits and a power of two.
  @inline(__always)
  var wholeParts: (significand: UInt64, exponent: Int) {
    let exponent = Int(exponentBitPattern)
    return exponent == 0
      ? (significandBitPattern, -1074) : (significandBitPattern | 1 << 52, exponent - 1075)
  }
}
