import SpellCore
import TestSupport
import Testing

private func parse(
  _ text: String, zone: Zone = .utc, _ reading: TimeReading = .label
) -> Result<Int64, TimeProblem> {
  withBytes(of: text) { TimeText.parse($0, zone: zone, reading: reading) }
}

/// The canonical text of what a text is read as.
private func reread(_ text: String, zone: Zone = .utc, _ reading: TimeReading = .label) throws -> String {
  TimeText.text(try parse(text, zone: zone, reading).get())
}

private func parseDate(_ text: String) -> Result<Int64, TimeProblem> { withBytes(of: text) { TimeText.parseDate($0) } }

@Suite struct TimeTextTests {
  @Test(arguments: [
    ("2024-01-31", "2024-01-31 00:00:00+00:00"),
    ("2024-01-31 12:30", "2024-01-31 12:30:00+00:00"),
    ("2024-01-31T12:30", "2024-01-31 12:30:00+00:00"),
    ("2024-01-31T12:30Z", "2024-01-31 12:30:00+00:00"),
    ("2024-01-31 12:30+02", "2024-01-31 10:30:00+00:00"),
    ("2024-01-31 12:30:15", "2024-01-31 12:30:15+00:00"),
    ("2024-01-31T12:30:15.5", "2024-01-31 12:30:15.500000+00:00"),
    ("2024-01-31T12:30:15.000001Z", "2024-01-31 12:30:15.000001+00:00"),
    ("2024-01-31T12:30:15.0", "2024-01-31 12:30:15+00:00"),
    ("2024-01-31 12:00:00+0530", "2024-01-31 06:30:00+00:00"),
    ("2024-01-31 12:00:00-05:30", "2024-01-31 17:30:00+00:00"),
    ("2024-01-31 23:00:00.25-08", "2024-02-01 07:00:00.250000+00:00"),
    ("2024-01-31 00:00:00-00:00", "2024-01-31 00:00:00+00:00"),
    ("2024-02-29 23:59:59.999999", "2024-02-29 23:59:59.999999+00:00"),
    ("1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999+00:00"),
    ("0001-01-01", "0001-01-01 00:00:00+00:00"),
    ("9999-12-31T23:59:59.999999Z", "9999-12-31 23:59:59.999999+00:00"),
    ("infinity", "infinity"),
    ("-infinity", "-infinity"),
  ])
  func readsAndWrites(text: String, expected: String) throws { #expect(try reread(text) == expected) }

  @Test(arguments: [
    "", " ", "2024", "2024-01", "2024-1-5", "01/02/2024", "2024/01/02", "20240102", "2024-01-02 ", " 2024-01-02",
    "2024-01-02T", "2024-01-02 1", "2024-01-02 10", "2024-01-02 1:00", "2024-01-02 10:0", "2024-01-02 10:00:",
    "2024-01-02 10:00:0", "2024-01-02 10:00:00.", "2024-01-02 10:00.5", "2024-01-02 10:00:00,5",
    "2024-01-02  10:00", "2024-01-02_10:00", "2024-01-02t10:00", "2024-01-02T10:00z", "2024-01-02Z", "2024-01-02+02:00",
    "2024-01-02 10:00 Z", "2024-01-02 10:00+2", "2024-01-02 10:00+020", "2024-01-02 10:00+02:0",
    "2024-01-02 10:00+02:00:00", "2024-01-02 10:00+02000", "2024-01-02 10:00+02.00", "2024-01-02 10:00ZZ",
    "2024-01-02 10:00Z+00", "2024-01-02 10:00:00 AM", "2024-01-02 10:00:00.5.5", "2024-01-02 10:00:00.+02",
    "-024-01-02", "+2024-01-02", "12024-01-02", "２０２４-01-02", "2024–01–02", "Infinity", "inf", "now", "1704067200",
    "2024-01-02 -1:00", "2024-01-02 10:-1", "2024-01-02 10:00:00\0",
  ])
  func malformed(text: String) { #expect(parse(text) == .failure(.malformed)) }

  @Test(arguments: [
    "2024-02-30", "2023-02-29", "1900-02-29", "2024-04-31", "2024-00-10", "2024-13-10", "2024-01-00", "2024-01-32",
    "2024-01-02 24:00", "2024-01-02 24:00:00", "2024-01-02 25:00", "2024-01-02 10:60", "2024-01-02 10:00:60",
    "2016-12-31 23:59:60Z", "2024-01-02 10:00+24:00", "2024-01-02 10:00+0260", "2024-01-02 10:00-99",
  ])
  func impossible(text: String) { #expect(parse(text) == .failure(.impossible)) }

  @Test func yearsOutOfRange() {
    #expect(parse("0000-12-31") == .failure(.outOfRange))
    #expect(parse("0001-01-01 00:00+00:01") == .failure(.outOfRange))
    #expect(parse("9999-12-31 23:59-00:01") == .failure(.outOfRange))
    #expect(parse("9999-12-31 23:59:59.9999999", .stored) == .failure(.outOfRange))
    #expect(parse("9999-12-31 23:59:59.9999999", .label) == .success(253_402_300_799_999_999))
  }

  @Test func furtherDigitsNeverLeak() throws {
    #expect(try reread("2024-01-01 10:00:00.9999999", .label) == "2024-01-01 10:00:00.999999+00:00")
    #expect(try reread("2024-01-01 10:00:00.9999999", .stored) == "2024-01-01 10:00:01+00:00")
    #expect(try reread("2024-01-01 10:00:00.1234560", .stored) == "2024-01-01 10:00:00.123456+00:00")
    #expect(try reread("2024-01-01 10:00:00.1234560000000000000001", .stored) == "2024-01-01 10:00:00.123457+00:00")
    #expect(try reread("2024-01-01 10:00:00.1234560000000000000001", .label) == "2024-01-01 10:00:00.123456+00:00")
    #expect(try reread("2024-12-31 23:59:59.9999991", .stored) == "2025-01-01 00:00:00+00:00")
    #expect(try reread("1969-12-31 23:59:59.9999999", .label) == "1969-12-31 23:59:59.999999+00:00")
    #expect(try reread("1969-12-31 23:59:59.9999999Z", .stored) == "1970-01-01 00:00:00+00:00")
    let manyDigits = "2024-01-01 10:00:00." + String(repeating: "0", count: 100_000) + "1"
    #expect(try reread(manyDigits, .stored) == "2024-01-01 10:00:00.000001+00:00")
  }

  @Test func naiveTimesAreInTheZone() throws {
    let zone = try Zone(named: "America/New_York")
    #expect(try reread("2024-07-01", zone: zone) == "2024-07-01 04:00:00+00:00")
    #expect(try reread("2024-01-01 12:00", zone: zone) == "2024-01-01 17:00:00+00:00")
    #expect(try reread("2024-01-01 12:00Z", zone: zone) == "2024-01-01 12:00:00+00:00")
    #expect(try reread("2024-01-01 12:00+02:00", zone: zone) == "2024-01-01 10:00:00+00:00")
    #expect(try reread("infinity", zone: zone) == "infinity")
    #expect(try reread("2024-01-01 12:00", zone: Zone(named: "+05:30")) == "2024-01-01 06:30:00+00:00")
  }

  @Test func skippedTimesAreProblems() throws {
    let zone = try Zone(named: "America/New_York")
    for reading in [TimeReading.label, .stored] {
      let problem = Result<Int64, TimeProblem>.failure(.skipped(zone: "America/New_York"))
      #expect(parse("2024-03-10 02:00", zone: zone, reading) == problem)
      #expect(parse("2024-03-10 02:30", zone: zone, reading) == problem)
      #expect(parse("2024-03-10 02:59:59.999999", zone: zone, reading) == problem)
      #expect(parse("2024-03-10 02:59:59.9999999", zone: zone, reading) == problem)
      #expect(try reread("2024-03-10 01:59:59.999999", zone: zone, reading) == "2024-03-10 06:59:59.999999+00:00")
      #expect(try reread("2024-03-10 03:00", zone: zone, reading) == "2024-03-10 07:00:00+00:00")
      #expect(try reread("2024-03-10 02:30-05:00", zone: zone, reading) == "2024-03-10 07:30:00+00:00")
    }
    // The rounded time is in the gap, the written one is not.
    #expect(try reread("2024-03-10 01:59:59.9999999", zone: zone, .stored) == "2024-03-10 07:00:00+00:00")
  }

  @Test func repeatedTimesNeverLeak() throws {
    let zone = try Zone(named: "America/New_York")
    #expect(try reread("2024-11-03 01:30", zone: zone, .label) == "2024-11-03 05:30:00+00:00")
    #expect(try reread("2024-11-03 01:30", zone: zone, .stored) == "2024-11-03 06:30:00+00:00")
    #expect(try reread("2024-11-03 01:59:59.9999999", zone: zone, .stored) == "2024-11-03 07:00:00+00:00")
    #expect(try reread("2024-11-03 00:59:59.9999999", zone: zone, .stored) == "2024-11-03 05:00:00+00:00")
    #expect(try reread("2024-11-03 01:30-04:00", zone: zone, .stored) == "2024-11-03 05:30:00+00:00")
  }

  @Test func datesAlone() {
    #expect(parseDate("1970-01-02") == .success(1))
    #expect(parseDate("0001-01-01") == .success(-719_162))
    #expect(parseDate("2024-02-30") == .failure(.impossible))
    #expect(parseDate("0000-01-01") == .failure(.outOfRange))
    for text in ["2024-01-02 00:00", "2024-01-02Z", "2024-1-2", "infinity", "", "2024-01-0x"] {
      #expect(parseDate(text) == .failure(.malformed), "\(text)")
    }
    #expect(TimeText.dateText(0) == "1970-01-01")
    #expect(TimeText.dateText(-719_162) == "0001-01-01")
    #expect(TimeText.dateText(2_932_896) == "9999-12-31")
  }

  @Test func extremesAreWrittenWithinTheCapacity() {
    #expect(TimeText.text(.max) == "infinity")
    #expect(TimeText.text(.min) == "-infinity")
    #expect(TimeText.text(.max - 1) == "294247-01-10 04:00:54.775806+00:00")
    #expect(TimeText.text(.min + 1) == "-290308-12-21 19:59:05.224193+00:00")
    #expect(TimeText.dateText(.max).utf8.count <= TimeText.capacity)
    #expect(TimeText.dateText(.min).utf8.count <= TimeText.capacity)
    #expect(TimeText.dateText(-719_163) == "0000-12-31")
    #expect(TimeText.dateText(-719_529) == "-0001-12-31")
  }

  @Test func whatIsWrittenIsReadBack() {
    var generator = SeededRandom(seed: 1)
    for _ in 0..<50_000 {
      let moment = Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &generator)
      let text = TimeText.text(moment)
      guard parse(text, .label) == .success(moment), parse(text, .stored) == .success(moment) else {
        Issue.record("\(moment) is written as \(text)")
        return
      }
      let days = Int64.random(in: -719_162...2_932_896, using: &generator)
      guard parseDate(TimeText.dateText(days)) == .success(days) else {
        Issue.record("\(days) is written as \(TimeText.dateText(days))")
        return
      }
    }
  }

  @Test func mutilatedTextNeverTraps() {
    var generator = SeededRandom(seed: 2)
    let alphabet = Array("0123456789-+: T.Zz\u{0}é".utf8)
    var accepted = 0
    for _ in 0..<50_000 {
      var bytes = Array("2024-03-10T02:30:15.123456+05:30".utf8.prefix(Int.random(in: 0...32, using: &generator)))
      for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = alphabet.randomElement(using: &generator) ?? 0
      }
      let result = bytes.withUnsafeBufferPointer { TimeText.parse($0, zone: .utc, reading: .stored) }
      if case .success(let moment) = result {
        accepted += 1
        #expect(parse(TimeText.text(moment)) == .success(moment))
      }
    }
    #expect(accepted > 1000)
  }
}
