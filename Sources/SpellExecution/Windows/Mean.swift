/// Means to the nearest double, so that values which are all the same have themselves as their mean.
enum Mean {
  /// The double nearest to a quotient of whole numbers, of two the even one.
  static func nearestFloat(_ number: Int128, dividedBy divisor: UInt128) -> Double {
    let size = number.magnitude
    if size == 0 { return 0 }
    // A quotient of 64 or 65 bits, and one far below the last of a double that says whether there is more.
    let shift = 64 + divisor.usedBits - size.usedBits
    let (quotient, remainder) =
      shift < 0
      ? size.quotientAndRemainder(dividingBy: divisor << -shift)
      : divisor.dividingFullWidth((size >> (UInt128.bitWidth - shift), size << shift))
    let nearest = Double(sign: .plus, exponent: -shift, significand: Double(quotient | (remainder == 0 ? 0 : 1)))
    return number < 0 ? -nearest : nearest
  }

  /// The mean of so many doubles whose sum is given to twice the digits of one.
  static func nearestFloat(ofSum high: Double, _ low: Double, count: Double) -> Double {
    let quotient = high / count
    // What the division has left is a double itself.
    let rest = high.addingProduct(-quotient, count)
    return rest.isFinite ? quotient + (rest + low) / count : quotient
  }
}

extension UInt128 {
  /// How many bits the number has.
  fileprivate var usedBits: Int { Self.bitWidth - leadingZeroBitCount }
}
