import TestSupport
import Testing

@testable import SpellCore

private func rule(_ text: String) -> PosixZoneRule? { PosixZoneRule(Array(text.utf8)[...]) }

private func bigEndian(_ value: Int64, _ size: Int) -> [UInt8] {
  (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> Int64(8 * $0)) }
}

/// One header and data block.
private func block(
  version: UInt8, timeSize: Int, times: [Int64], types: [UInt8], offsets: [Int64], leapSeconds: Int = 0
) -> [UInt8] {
  var bytes = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
  for count in [0, 0, leapSeconds, times.count, offsets.count, 4] { bytes += bigEndian(Int64(count), 4) }
  for time in times { bytes += bigEndian(time, timeSize) }
  bytes += types
  for offset in offsets { bytes += bigEndian(offset, 4) + [0, 0] }
  bytes += Array("ABC\0".utf8)
  return bytes + [UInt8](repeating: 0, count: leapSeconds * (timeSize + 4))
}

private func file(
  version: Unicode.Scalar = "2", times: [Int64] = [], types: [UInt8] = [], offsets: [Int64] = [0], footer: String
) -> [UInt8] {
  let digit = UInt8(ascii: version)
  return block(version: digit, timeSize: 4, times: [], types: [], offsets: [0])
    + block(version: digit, timeSize: 8, times: times, types: types, offsets: offsets) + Array("\n\(footer)\n".utf8)
}

@Suite struct TimeZoneFileTests {
  @Test func versionOneHasNoRule() throws {
    let bytes = block(version: 0, timeSize: 4, times: [-100_000_000, 1000], types: [1, 0], offsets: [0, -3600])
    let history = try #require(TimeZoneFile.history(bytes))
    #expect(history.offsets(atLocal: -200_000_000) == .one(0))
    #expect(history.offsets(atLocal: -1_000_000) == .one(-3600))
    #expect(history.offsets(atLocal: 0) == .none)
    #expect(history.offsets(atLocal: 4_000_000_000) == .one(0))
  }

  @Test func theSecondBlockAndTheFooterDecide() throws {
    let history = try #require(
      TimeZoneFile.history(file(times: [-5_000_000_000], types: [1], offsets: [60, 7200], footer: "<+02>-2")))
    #expect(history.offsets(atLocal: -6_000_000_000) == .one(60))
    #expect(history.offsets(atLocal: 300_000_000_000) == .one(7200))
  }

  @Test func aRuleWithoutTransitionsHoldsAlways() throws {
    let history = try #require(TimeZoneFile.history(file(footer: "EST5EDT,M3.2.0,M11.1.0")))
    for year in [1, 399, 1500, 2024, 9999] {
      let summer = CivilDate(year: year, month: 7, day: 1).days * 86_400
      #expect(history.offsets(atLocal: summer) == .one(-4 * 3600), "\(year)")
      let winter = CivilDate(year: year, month: 1, day: 1).days * 86_400
      #expect(history.offsets(atLocal: winter) == .one(-5 * 3600), "\(year)")
    }
  }

  @Test func threeMomentsOfOneLocalTime() throws {
    let bytes = file(times: [0, 1800], types: [1, 2], offsets: [7200, 3600, 0], footer: "UTC0")
    #expect(TimeZoneFile.history(bytes)?.offsets(atLocal: 3700) == .several(greatest: 7200, least: 0))
  }

  @Test func malformedFilesAreRefused() {
    let good = file(times: [0], types: [0], offsets: [3600], footer: "<+01>-1")
    #expect(TimeZoneFile.history(good) != nil)
    for length in 0..<good.count { #expect(TimeZoneFile.history(Array(good[..<length])) == nil, "\(length)") }
    #expect(TimeZoneFile.history(file(times: [0], types: [1], offsets: [0], footer: "")) == nil)
    #expect(TimeZoneFile.history(file(times: [5, 5], types: [0, 0], offsets: [0], footer: "")) == nil)
    #expect(TimeZoneFile.history(file(offsets: [100_000], footer: "")) == nil)
    #expect(TimeZoneFile.history(file(offsets: [], footer: "")) == nil)
    #expect(TimeZoneFile.history(file(footer: "nonsense")) == nil)
    let leaping = block(version: 0, timeSize: 4, times: [], types: [], offsets: [0], leapSeconds: 1)
    #expect(TimeZoneFile.history(leaping) == nil)
  }

  @Test func damagedFilesNeverTrap() {
    var generator = SeededRandom(seed: 3)
    let good = file(times: [0, 9], types: [0, 1], offsets: [3600, 0], footer: "EST5EDT,M3.2.0,M11.1.0")
    for _ in 0..<300 {
      var bytes = good
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      if let history = TimeZoneFile.history(bytes) { _ = history.offsets(atLocal: 1_700_000_000) }
    }
    #expect(TimeZoneFile.history(good) != nil)
  }

  @Test func rulesOfEachForm() throws {
    // 2024-01-01 00:00 of UTC; a leap year, so that J60 is 1 March and 59 is 29 February.
    let newYear: Int64 = 1_704_067_200
    let first = try #require(rule("AAA0BBB,J60/0,J365/25")?.daylight?.transitions(years: 2024...2024))
    #expect(first.map(\.time) == [newYear + 60 * 86_400, newYear + 366 * 86_400])
    #expect(first.map(\.offset) == [3600, 0])
    let second = try #require(rule("AAA0BBB-2:30,59/0,100/-1")?.daylight?.transitions(years: 2024...2024))
    #expect(second.map(\.time) == [newYear + 59 * 86_400, newYear + 100 * 86_400 - 3600 - 9000])
    #expect(second.map(\.offset) == [9000, 0])
    #expect(rule("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1") != nil)
    #expect(rule("IST-2IDT,M3.4.4/26,M10.5.0")?.standardOffset == 7200)
    #expect(rule("PQR+5:30:15")?.standardOffset == -19_815)
  }

  @Test func summerTimeAllYear() throws {
    let history = try #require(TimeZoneFile.history(file(version: "3", footer: "PQR3EDT4,0/0,J365/23")))
    for day in stride(from: Int64(19_000), to: 20_500, by: 1) {
      #expect(history.offsets(atLocal: day * 86_400) == .one(-4 * 3600), "\(day)")
    }
  }

  @Test(arguments: [
    "", "EST", "5", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M3.2.0,", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
    "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J365", "EST5EDT,366,0", "EST5EDT,M3.2.0,M11.1.0,", "EST999", "<EST5",
    "EST5:60",
    "EST168", "EST5EDT,M3.2.0/168,M11.1.0", " EST5", "EST5 ",
  ])
  func malformedRules(text: String) { #expect(rule(text) == nil) }

  @Test func aFolderOfOnesOwn() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("Test")
    try writeFile(path, file(footer: "<+07>-7"))
    let zone = try Zone(named: "Test", database: TimeZoneDatabase(folders: [folder.path, "/usr/share/zoneinfo"]))
    #expect(zone.resolve(localMicroseconds: 0) == .unique(-7 * 3_600_000_000))
    try folder.write("Broken", "no zone")
    #expect(throws: ZoneProblem.unknown(name: "Broken", candidates: [])) {
      try Zone(named: "Broken", database: TimeZoneDatabase(folders: [folder.path]))
    }
  }
}
