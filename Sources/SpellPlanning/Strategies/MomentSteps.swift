import SpellCore

/// The stored moments of a column as its engine sorts them: whole steps of one length since 1970.
///
/// Only steps of the years that can be read, a day less at either end, are told apart. What lies outside of
/// `first..<end` has to be looked at by its value: times of other years, the infinities, and whatever an engine puts
/// into a column of numbers beside them.
package struct MomentSteps: Sendable {
  /// Microseconds from step to step.
  let length: Int64
  /// How far the clock of the column is ahead of UTC, in microseconds.
  let offset: Int64
  /// Whether values lie between steps too: they count as later than the step, and as no later than the next.
  let hasFractions: Bool
  /// A step in the engine's SQL.
  let literal: @Sendable (Int64) -> String
  /// The step that lies a number of steps after another, both in the engine's SQL; nil where nobody asks for it.
  let sum: (@Sendable (String, String) -> String)?

  let first: Int64
  let end: Int64

  /// The starts of 0001-01-02 and 9999-12-30: by no clock is that of another year.
  private static let moments: Range<Int64> = -62_135_510_400_000_000..<253_402_128_000_000_000
  private static let day: Int64 = 86_400_000_000

  init(
    length: Int64, offset: Int64 = 0, hasFractions: Bool = false,
    sum: (@Sendable (String, String) -> String)? = nil, literal: @escaping @Sendable (Int64) -> String
  ) {
    self.length = length
    self.offset = offset
    self.hasFractions = hasFractions
    self.sum = sum
    self.literal = literal
    first = Self.floor(Self.moments.lowerBound, length)
    end = Self.floor(Self.moments.upperBound, length)
  }

  /// The last step at or before a moment; the one before `first` for all that lies before.
  func step(atOrBefore moment: Int64) -> Int64 {
    let near = min(max(moment, Self.moments.lowerBound - 2 * Self.day), Self.moments.upperBound + 2 * Self.day)
    return min(max(Self.floor(near + offset, length), first - 1), end - 1)
  }

  private static func floor(_ number: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, rest) = number.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
  }
}
