import SpellCore
import Testing

@Suite struct CivilDateTests {
  @Test func knownDays() {
    #expect(CivilDate(days: 0) == CivilDate(year: 1970, month: 1, day: 1))
    #expect(CivilDate(days: -1) == CivilDate(year: 1969, month: 12, day: 31))
    #expect(CivilDate(days: 19_782) == CivilDate(year: 2024, month: 2, day: 29))
    #expect(CivilDate(year: 1, month: 1, day: 1).days == -719_162)
    #expect(CivilDate(year: 9999, month: 12, day: 31).days == 2_932_896)
    #expect(CivilDate(days: -719_163) == CivilDate(year: 0, month: 12, day: 31))
  }

  @Test func everyDayOfACycleFollowsTheOneBefore() {
    var previous = CivilDate(year: 1799, month: 12, day: 31)
    for days in CivilDate(year: 1800, month: 1, day: 1).days...CivilDate(year: 2201, month: 1, day: 1).days {
      let date = CivilDate(days: days)
      let isLastOfMonth = previous.day == CivilDate.length(ofMonth: previous.month, year: previous.year)
      let expected =
        if !isLastOfMonth {
          CivilDate(year: previous.year, month: previous.month, day: previous.day + 1)
        } else if previous.month < 12 {
          CivilDate(year: previous.year, month: previous.month + 1, day: 1)
        } else {
          CivilDate(year: previous.year + 1, month: 1, day: 1)
        }
      guard date == expected, date.days == days, date.isValid else {
        Issue.record("\(days) is \(date), not \(expected)")
        return
      }
      previous = date
    }
  }

  @Test func leapYearsAndLengths() {
    #expect(CivilDate.isLeap(2000) && CivilDate.isLeap(2024) && CivilDate.isLeap(0))
    #expect(!CivilDate.isLeap(1900) && !CivilDate.isLeap(2023))
    #expect(CivilDate(year: 2024, month: 2, day: 29).isValid)
    #expect(!CivilDate(year: 2100, month: 2, day: 29).isValid)
    #expect(!CivilDate(year: 2024, month: 4, day: 31).isValid)
    #expect(!CivilDate(year: 2024, month: 0, day: 1).isValid)
    #expect(!CivilDate(year: 2024, month: 13, day: 1).isValid)
    #expect(!CivilDate(year: 2024, month: 1, day: 0).isValid)
  }

  @Test func extremesDoNotTrap() {
    #expect(CivilDate(days: .max).year > 25_000_000_000_000_000)
    #expect(CivilDate(days: .min).year < -25_000_000_000_000_000)
  }
}
