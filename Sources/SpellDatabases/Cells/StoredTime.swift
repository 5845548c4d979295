import SpellCore

/// Moments as engines store them. All results are of the years 0001 to 9999.
package enum StoredTime {
  static let microsecondsPerDay: Int64 = 86_400_000_000
  static let julianDayOf1970 = 2_440_587.5

  /// From the start of the year 0001 to the end of 9999.
  private static let moments: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
  private static let days: ClosedRange<Int64> = -719_162...2_932_896

  /// Whether a moment is one that Spellbook can tell; the infinities are.
  @inline(__always)
  static func isReadable(_ microseconds: Int64) -> Bool {
    moments.contains(microseconds) || microseconds == .max || microseconds == .min
  }

  static func isReadable(days: Int64) -> Bool { Self.days.contains(days) || days == .max || days == .min }

  /// Microseconds since 1970 of a whole number in a unit. nil beyond the years: milliseconds taken for seconds end
  /// there.
  @inline(__always)
  package static func unix(_ count: Int64, unit: Int64) -> Int64? {
    let (moment, overflow) = count.multipliedReportingOverflow(by: unit)
    return !overflow && moments.contains(moment) ? moment : nil
  }

  /// As for a whole number; rounded up, for a stored time never moves backward.
  static func unix(_ count: Double, unit: Int64) -> Int64? {
    // Also false for infinities; keeps all that follows within 64 bits.
    guard count.magnitude < 1e18 / Double(unit) else { return nil }
    let whole = count.rounded(.down)
    let rest = ((count - whole) * Double(unit)).rounded(.up)
    let moment = Int64(whole) * unit + Int64(rest)
    return moments.contains(moment) ? moment : nil
  }

  /// Microseconds since 1970 of a Julian day number. A double of today's size has a grain of 0.04 ms, so the
  /// millisecond is what it can tell.
  static func julian(_ day: Double) -> Int64? {
    let days = day - julianDayOf1970
    guard days.magnitude < 1e7 else { return nil }
    let moment = Int64((days * 86_400_000).rounded()) * 1000
    return moments.contains(moment) ? moment : nil
  }
}
