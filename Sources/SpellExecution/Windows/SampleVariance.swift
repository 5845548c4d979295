/// The variance of a sample from exact sums.
enum SampleVariance {
  /// A number of twice the digits of a double: the sum of two.
  private typealias Twofold = (high: Double, low: Double)

  /// A difference that is smaller than its terms by more than this is computed anew, exactly.
  private static let coarsest = 0x1p-45

  /// Of the values in a series at a slot, two or more; NaN where a square is beyond all doubles.
  ///
  /// It is `(n Σx² - (Σx)²) / n(n - 1)`, and the difference is the double nearest to the true one but in rare cases,
  /// where it is the one beside it. Values that hardly differ have sums that are exact as the sums of two doubles, so
  /// that nothing is lost where the terms cancel out.
  static func of(_ series: WindowSeries, _ record: UnsafeMutableRawPointer, count: Double) -> Double {
    guard let floats = series.floats, let squares = series.squares else { return .nan }
    func sum(_ sums: FloatSums) -> Twofold {
      (
        record.load(fromByteOffset: sums.offset, as: Double.self),
        record.load(fromByteOffset: sums.offset + 8, as: Double.self)
      )
    }
    let total = sum(floats)
    let parts = (sum(squares.high), sum(squares.low))
    let square = multiply(add(parts.0, parts.1), (count, 0))
    let difference = add(square, negate(multiply(total, total)))
    guard total.high.isFinite, square.high.isFinite, difference.high.isFinite else { return .nan }
    let isFine = difference.high > square.high * coarsest
    let numerator = isFine ? difference.high : exactDifference(total, parts, count: count)
    return max(0, numerator) / (count * (count - 1))
  }

  private static func exactDifference(_ total: Twofold, _ squares: (Twofold, Twofold), count: Double) -> Double {
    var sum = ExactSum()
    func add(_ left: Double, _ right: Double) {
      let product = left * right
      sum.add(product)
      sum.add((-product).addingProduct(left, right))
    }
    for part in [squares.0.high, squares.0.low, squares.1.high, squares.1.low] { add(count, part) }
    add(-total.high, total.high)
    add(-2 * total.high, total.low)
    add(-total.low, total.low)
    return sum.rounded.high
  }

  private static func negate(_ number: Twofold) -> Twofold { (-number.high, -number.low) }

  private static func add(_ left: Twofold, _ right: Twofold) -> Twofold {
    let high = twoSum(left.high, right.high)
    let low = twoSum(left.low, right.low)
    let middle = quickTwoSum(high.high, high.low + low.high)
    return quickTwoSum(middle.high, middle.low + low.low)
  }

  private static func multiply(_ left: Twofold, _ right: Twofold) -> Twofold {
    let product = left.high * right.high
    let rest = (-product).addingProduct(left.high, right.high)
    return quickTwoSum(product, rest + (left.high * right.low + left.low * right.high))
  }

  /// A sum and what rounding took from it.
  private static func twoSum(_ left: Double, _ right: Double) -> Twofold {
    let sum = left + right
    let part = sum - left
    return (sum, (left - (sum - part)) + (right - part))
  }

  /// The same where the first is not the smaller.
  private static func quickTwoSum(_ left: Double, _ right: Double) -> Twofold {
    let sum = left + right
    return (sum, right - (sum - left))
  }
}
