/// A day of the proleptic Gregorian calendar; years are astronomical, so that year 0 comes before year 1.
package struct CivilDate: Sendable, Hashable {
  package let year: Int
  /// 1 to 12.
  package let month: Int
  /// 1 to 31.
  package let day: Int

  /// Days in the 400 years after which the calendar repeats.
  static let daysPerCycle = 146_097

  /// Days from 0000-03-01, the start of a cycle that ends with a leap day, to 1970-01-01.
  private static let daysBeforeEpoch = 719_468

  /// Takes the parts as they are; whether they name a day is asked with `isValid`.
  package init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day that lies so many days after 1970-01-01; takes every number.
  package init(days: Int64) {
    // The cycle is split off first, so that adding the distance to the epoch cannot overflow.
    var (cycle, rest) = Int(days).quotientAndRemainder(dividingBy: Self.daysPerCycle)
    rest += Self.daysBeforeEpoch
    cycle += rest / Self.daysPerCycle
    let day = rest % Self.daysPerCycle
    // Years that start in March have their leap day at the end.
    let yearOfCycle = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
    let dayOfYear = day - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01, for years within some billions.
  package var days: Int64 {
    let yearFromMarch = month <= 2 ? year - 1 : year
    let cycle = (yearFromMarch >= 0 ? yearFromMarch : yearFromMarch - 399) / 400
    let yearOfCycle = yearFromMarch - cycle * 400
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
    return Int64(cycle * Self.daysPerCycle + dayOfCycle - Self.daysBeforeEpoch)
  }

  /// Whether there is such a day.
  package var isValid: Bool {
    month >= 1 && month <= 12 && day >= 1 && day <= Self.length(ofMonth: month, year: year)
  }

  package static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// The number of days of a month, 1 to 12.
  package static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
