import SpellCore

/// Sums of doubles at every slot, exact whatever the order of the rows.
///
/// A sum is a whole number of 128 bits in a unit that the first values decide: 34 bits below the digits of the greatest
/// of them, and 40 above. A value that does not fit is put aside, and added when the sums are finished. So are
/// infinities and NaN, which are counted, because they could not be taken out again.
final class FloatSums {
  /// What is no number.
  private struct Specials {
    var nans = 0
    var positives = 0
    var negatives = 0

    /// What they make of a sum; nil if there are none.
    var sum: Double? {
      if nans > 0 || (positives > 0 && negatives > 0) { return .nan }
      return positives > 0 ? .infinity : negatives > 0 ? -.infinity : nil
    }
  }

  /// Bytes of a sum in a record.
  static let size = 16
  private static let bitsBelow = 34
  private static let significandBits = 52

  /// Where the sum is in the record of a slot.
  let offset: Int
  /// The sums are multiples of two to this power; nil before the first value that is not zero.
  private var unit: Int?
  private var aside: [(slot: Int32, value: Double)] = []
  /// With so many aside those of each slot are made fewer.
  private var mostAside = FloatSums.leastCondensed
  private static let leastCondensed = 1 << 16
  private var specials: [Int32: Specials] = [:]

  init(offset: Int) { self.offset = offset }

  /// Bytes of what was put aside.
  var byteCount: Int { aside.count * 16 + specials.count * 48 }

  /// Chooses the unit, if it is open, by the values that come first.
  func prepare(_ values: UnsafeBufferPointer<Double>) {
    guard unit == nil else { return }
    let exponents = values.lazy.filter { $0.isFinite && $0 != 0 }.map { $0.wholeParts.exponent }
    unit = exponents.max().map { $0 - Self.bitsBelow }
  }

  /// Adds a value to the sum of a slot, whose record this is, or takes it out.
  @inline(__always)
  func add(_ value: Double, to record: UnsafeMutableRawPointer, slot: Int32, isTakenOut: Bool) {
    if value == 0 { return }
    guard value.isFinite, let unit else { return addSpecial(value, slot: slot, isTakenOut: isTakenOut) }
    let (significand, exponent) = value.wholeParts
    let shift = exponent - unit
    var number: Int128
    if shift >= 0, shift < 72 {
      number = Int128(significand) << Int128(shift)
    } else if shift < 0, shift >= -Self.significandBits, significand & ((1 << UInt64(-shift)) - 1) == 0 {
      number = Int128(significand >> UInt64(-shift))
    } else {
      return putAside(isTakenOut ? -value : value, slot: slot)
    }
    if (value.sign == .minus) != isTakenOut { number = -number }
    let (sum, overflow) = record.load(fromByteOffset: offset, as: Int128.self).addingReportingOverflow(number)
    if overflow { return putAside(isTakenOut ? -value : value, slot: slot) }
    record.storeBytes(of: sum, toByteOffset: offset, as: Int128.self)
  }

  private func addSpecial(_ value: Double, slot: Int32, isTakenOut: Bool) {
    guard !value.isFinite else { return putAside(isTakenOut ? -value : value, slot: slot) }
    let step = isTakenOut ? -1 : 1
    if value.isNaN {
      specials[slot, default: Specials()].nans += step
    } else if value > 0 {
      specials[slot, default: Specials()].positives += step
    } else {
      specials[slot, default: Specials()].negatives += step
    }
  }

  private func putAside(_ value: Double, slot: Int32) {
    aside.append((slot, value))
    guard aside.count >= mostAside else { return }
    sortAside()
    var condensed: [(slot: Int32, value: Double)] = []
    var rest = aside[...]
    while let slot = rest.first?.slot {
      let values = rest.prefix { $0.slot == slot }.map(\.value)
      condensed += (values.withTheSameSum ?? values).map { (slot, $0) }
      rest = rest.dropFirst(values.count)
    }
    aside = condensed
    mostAside = max(Self.leastCondensed, 2 * aside.count)
  }

  // MARK: - Finishing

  /// Sorts what was put aside, so that `Running` meets it in the order of slots.
  func sortAside() { aside.sort { $0.slot < $1.slot } }

  /// The sums of slots that come one after the other, each the one before it and what its own record adds.
  struct Running {
    private let sums: FloatSums
    private var sum: Int128 = 0
    /// What did not fit.
    private var rest: ExactSum?
    private var specials = Specials()
    /// Into `aside`.
    private var next = 0

    init(_ sums: FloatSums) { self.sums = sums }

    /// Begins anew, at the first slot of a key.
    mutating func begin() {
      sum = 0
      rest = nil
      specials = Specials()
    }

    /// Puts the finished sum of the next slot into its record: a double, and the double nearest to what that leaves.
    mutating func finish(_ record: UnsafeMutableRawPointer, slot: Int32) {
      let own = record.load(fromByteOffset: sums.offset, as: Int128.self)
      let (sum, overflow) = self.sum.addingReportingOverflow(own)
      if overflow { rest = (rest ?? ExactSum()).adding(self.sum, exponent: sums.unit ?? 0) }
      self.sum = overflow ? own : sum
      while next < sums.aside.count, sums.aside[next].slot == slot {
        var exact = rest ?? ExactSum()
        exact.add(sums.aside[next].value)
        rest = exact
        next += 1
      }
      if let own = sums.specials[slot] {
        specials.nans += own.nans
        specials.positives += own.positives
        specials.negatives += own.negatives
      }
      let (high, low) = value
      record.storeBytes(of: high, toByteOffset: sums.offset, as: Double.self)
      record.storeBytes(of: low, toByteOffset: sums.offset + 8, as: Double.self)
    }

    private var value: (high: Double, low: Double) {
      if let special = specials.sum { return (special, 0) }
      let unit = sums.unit ?? 0
      if let rest { return rest.adding(sum, exponent: unit).rounded }
      let high = sum.nearestFloat
      guard high.magnitude < 0x1p127 else { return ExactSum().adding(sum, exponent: unit).rounded }
      let (significand, exponent) = high.wholeParts
      // A double that is nearest to a whole number is one.
      let whole = exponent < 0 ? Int128(significand >> UInt64(-exponent)) : Int128(significand) << Int128(exponent)
      let rest = sum - (high < 0 ? -whole : whole)
      return (high.timesTwo(to: unit), rest.nearestFloat.timesTwo(to: unit))
    }
  }
}

extension [Double] {
  /// A few numbers, no two of which share a bit, that have exactly the sum of these (Shewchuk 1997, as `math.fsum` of
  /// Python does); nil if there is an infinity on the way.
  fileprivate var withTheSameSum: [Double]? {
    var parts: [Double] = []
    for value in self {
      var sum = value
      var count = 0
      // By position: the array is written to meanwhile, and a copy of it would be made for each value.
      for index in parts.indices {
        let part = parts[index]
        let high = sum + part
        guard high.isFinite else { return nil }
        let low = sum.magnitude < part.magnitude ? sum - (high - part) : part - (high - sum)
        if low != 0 {
          parts[count] = low
          count += 1
        }
        sum = high
      }
      parts.removeSubrange(count...)
      if sum != 0 { parts.append(sum) }
    }
    return parts
  }
}

extension ExactSum {
  fileprivate func adding(_ number: Int128, exponent: Int) -> ExactSum {
    var sum = self
    sum.add(number, exponent: exponent)
    return sum
  }
}

extension Int128 {
  /// The nearest double, of two the even one: what `Double.init` gives for integers of every size, and many times as
  /// fast.
  @inline(__always)
  var nearestFloat: Double {
    if let small = Int64(exactly: self) { return Double(small) }
    let size = magnitude
    let dropped = 64 - size.leadingZeroBitCount
    // A bit far below the last of a double says whether there is more.
    let rest: UInt64 = size & ((1 << UInt128(dropped)) - 1) == 0 ? 0 : 1
    let leading = Double(UInt64(truncatingIfNeeded: size >> UInt128(dropped)) | rest).timesTwo(to: dropped)
    return self < 0 ? -leading : leading
  }
}

extension Double {
  /// Times a power of two.
  @inline(__always)
  fileprivate func timesTwo(to exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: self)
  }
}
