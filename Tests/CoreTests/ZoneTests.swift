import TestSupport
import Testing

@testable import SpellCore

/// Microseconds of a time on some clock.
private func clock(_ text: String) throws -> Int64 {
  try withBytes(of: text) { TimeText.parse($0, zone: .utc, reading: .label) }.get()
}

private func resolve(_ text: String, _ zone: Zone) throws -> String {
  switch zone.resolve(localMicroseconds: try clock(text)) {
  case .unique(let moment): TimeText.text(moment)
  case .skipped: "skipped"
  case .ambiguous(let earlier, let later): "\(TimeText.text(earlier)) or \(TimeText.text(later))"
  }
}

@Suite struct ZoneTests {
  @Test(arguments: [
    ("+02:00", "+02:00", "2024-01-01 10:00:00+00:00"), ("+02", "+02:00", "2024-01-01 10:00:00+00:00"),
    ("-05:30", "-05:30", "2024-01-01 17:30:00+00:00"), ("-00:00", "+00:00", "2024-01-01 12:00:00+00:00"),
    ("+23:59", "+23:59", "2023-12-31 12:01:00+00:00"), ("UTC", "UTC", "2024-01-01 12:00:00+00:00"),
  ])
  func fixedOffsets(text: String, name: String, noon: String) throws {
    let zone = try Zone(named: text)
    #expect(zone.name == name)
    #expect(try resolve("2024-01-01 12:00", zone) == noon)
  }

  @Test(arguments: [
    "", "+", "+2", "+0200", "+02:0", "+24", "+02:60", "02:00", "+02:00:00", "/etc/passwd", "/America/New_York",
    "../zoneinfo/America/New_York", "America/../America/New_York", "America/./New_York", "America//New_York", "America",
    "America/", "zone.tab", "tzdata.zi", "America/New_York\u{0}", "Amérique/Paris", "..", ".",
  ])
  func refusedNames(name: String) {
    #expect {
      try Zone(named: name)
    } throws: { error in
      guard case .unknown(name, _) = error as? ZoneProblem else { return false }
      return true
    }
  }

  @Test(arguments: [
    ("america/new_york", "America/New_York"), ("New_York", "America/New_York"),
    ("Amerika/New_York", "America/New_York"),
    ("Europe/Berln", "Europe/Berlin"), ("utc", "UTC"),
  ])
  func unknownNamesComeWithCandidates(name: String, candidate: String) {
    #expect(throws: ZoneProblem.unknown(name: name, candidates: [candidate])) { try Zone(named: name) }
  }

  @Test func withoutDatabaseOnlyOffsetsWork() throws {
    let nowhere = TimeZoneDatabase(folders: ["/nonexistent/zoneinfo"])
    #expect(throws: ZoneProblem.noDatabase(name: "Europe/Berlin")) {
      try Zone(named: "Europe/Berlin", database: nowhere)
    }
    #expect(try Zone(named: "UTC", database: nowhere).name == "UTC")
    #expect(try Zone(named: "+01", database: nowhere).name == "+01:00")
  }

  @Test(arguments: [2007, 2024, 2037, 2038, 2050, 2399, 2400, 2807, 9998])
  func newYorkChangesByItsRuleForEver(year: Int) throws {
    let zone = try Zone(named: "America/New_York")
    func sunday(_ number: Int, month: Int) -> String {
      // 1970-01-04 was a Sunday.
      let first = CivilDate(year: year, month: month, day: 1).days
      let day = 1 + (number - 1) * 7 + Int(((3 - first) % 7 + 7) % 7)
      return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }
    let spring = sunday(2, month: 3)
    #expect(try resolve("\(spring) 01:59:59.999999", zone) == "\(spring) 06:59:59.999999+00:00")
    #expect(try resolve("\(spring) 02:00", zone) == "skipped")
    #expect(try resolve("\(spring) 02:59:59.999999", zone) == "skipped")
    #expect(try resolve("\(spring) 03:00", zone) == "\(spring) 07:00:00+00:00")
    let autumn = sunday(1, month: 11)
    #expect(try resolve("\(autumn) 00:59:59.999999", zone) == "\(autumn) 04:59:59.999999+00:00")
    #expect(try resolve("\(autumn) 01:00", zone) == "\(autumn) 05:00:00+00:00 or \(autumn) 06:00:00+00:00")
    #expect(try resolve("\(autumn) 01:59:59", zone) == "\(autumn) 05:59:59+00:00 or \(autumn) 06:59:59+00:00")
    #expect(try resolve("\(autumn) 02:00", zone) == "\(autumn) 07:00:00+00:00")
    #expect(try resolve("\(year)-12-31 12:00", zone) == "\(year)-12-31 17:00:00+00:00")
    #expect(try resolve("\(year)-07-01 12:00", zone) == "\(year)-07-01 16:00:00+00:00")
  }

  @Test func historyOfOtherZones() throws {
    // Local mean time, to the second.
    #expect(try resolve("1800-01-01", Zone(named: "America/New_York")) == "1800-01-01 04:56:02+00:00")
    // A whole day was left out when the date line moved.
    #expect(try resolve("2011-12-30 12:00", Zone(named: "Pacific/Apia")) == "skipped")
    #expect(try resolve("2011-12-31 00:00", Zone(named: "Pacific/Apia")) == "2011-12-30 10:00:00+00:00")
    // Summer time of half an hour, on the southern half of the earth.
    let lordHowe = try Zone(named: "Australia/Lord_Howe")
    #expect(try resolve("2050-01-01 12:00", lordHowe) == "2050-01-01 01:00:00+00:00")
    #expect(try resolve("2050-07-01 12:00", lordHowe) == "2050-07-01 01:30:00+00:00")
    // Ireland's winter time is the exception in its rule.
    let dublin = try Zone(named: "Europe/Dublin")
    #expect(try resolve("2060-01-01 12:00", dublin) == "2060-01-01 12:00:00+00:00")
    #expect(try resolve("2060-07-01 12:00", dublin) == "2060-07-01 11:00:00+00:00")
    #expect(try resolve("2024-07-01 12:00", Zone(named: "Asia/Kolkata")) == "2024-07-01 06:30:00+00:00")
    #expect(try resolve("9999-12-31 23:00", Zone(named: "Asia/Tokyo")) == "9999-12-31 14:00:00+00:00")
  }

  @Test func extremesDoNotTrap() throws {
    for name in ["America/New_York", "Asia/Tokyo", "+23:59", "-23:59"] {
      let zone = try Zone(named: name)
      for local in [Int64.min, .min + 1, .max - 1, .max] {
        guard case .unique(let moment) = zone.resolve(localMicroseconds: local) else {
          Issue.record("\(name) does not know \(local)")
          continue
        }
        #expect((moment < 0) == (local < 0), "\(name) \(local)")
      }
    }
  }

  @Test func everyZoneOfTheSystemCanBeRead() throws {
    let database = TimeZoneDatabase.system
    for name in [
      "Africa/Casablanca", "America/Argentina/Buenos_Aires", "Antarctica/Troll", "Etc/GMT+5", "EST5EDT", "GB",
    ] {
      #expect(database.history(named: name) != nil, "\(name)")
    }
  }
}
