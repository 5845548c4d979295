/// A sum of doubles that keeps about 106 bits, so that the order of the terms does not show in the result.
struct DoubleDouble {
  private(set) var high = 0.0
  private(set) var low = 0.0

  @inline(__always)
  mutating func add(_ value: Double, _ rest: Double = 0) {
    let sum = high + value
    let part = sum - high
    let error = (high - (sum - part)) + (value - part)
    low += error + rest
    high = sum + low
    low -= high - sum
  }

  /// The square, to about 106 bits.
  var squared: DoubleDouble {
    let square = high * high
    var result = DoubleDouble()
    result.add(square, (-square).addingProduct(high, high) + 2 * high * low)
    return result
  }

  func divided(by divisor: Double) -> DoubleDouble {
    let quotient = high / divisor
    let rest = high.addingProduct(-quotient, divisor) + low
    var result = DoubleDouble()
    result.add(quotient, rest / divisor)
    return result
  }

  static func - (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
    var result = left
    result.add(-right.high, -right.low)
    return result
  }

  var value: Double { high + low }
}

/// The sums from which mean and standard deviation follow.
struct PowerSums {
  private var count = 0
  private var sum = DoubleDouble()
  /// Of values so great that a sum of them might be none, a part of each.
  private var greatSum = DoubleDouble()
  private var squares = DoubleDouble()
  /// What arithmetic would make of infinities, which the compensated sums lose.
  private var infinities = 0.0

  @inline(__always)
  mutating func add(_ value: Double) {
    count += 1
    guard value.isFinite else {
      infinities += value
      return
    }
    if value.magnitude < Self.great { sum.add(value) } else { greatSum.add(value * Self.part) }
    let square = value * value
    squares.add(square, (-square).addingProduct(value, value))
  }

  /// Nil without values.
  var mean: Double? {
    if count == 0 { return nil }
    if infinities != 0 { return infinities }
    let great = greatSum.divided(by: Double(count)).value / Self.part
    return great + sum.divided(by: Double(count)).value
  }

  private static let great = 0x1p960
  private static let part = 0x1p-100

  /// Of a sample, as in SQL; nil with fewer than two values.
  var standardDeviation: Double? {
    guard count > 1 else { return nil }
    if infinities != 0 { return .nan }
    // Squares of such values are none.
    if greatSum.value != 0 { return .nan }
    let spread = (squares - sum.squared.divided(by: Double(count))).value
    return (max(0, spread) / Double(count - 1)).squareRoot()
  }
}
