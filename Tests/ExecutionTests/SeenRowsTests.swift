import Testing

@testable import SpellExecution

/// The sets with which CHECK finds rows that repeat another, and the usual gap, in bounded memory.
@Suite struct SeenRowsTests {
  /// Hashes of numbers, as those of rows.
  private func hash(_ number: Int) -> UInt64 { KeyHash.of(Int64(number)) }

  @Test func aRowIsSeenOnceItCame() {
    let seen = SeenRows(memory: 1 << 20)
    #expect((0..<45_000).count { seen.insert(hash($0)) } == 0)
    #expect((0..<45_000).count { seen.insert(hash($0)) } == 45_000)
    #expect(!seen.insert(0))
    #expect(seen.insert(0))
    #expect(seen.share == 1)
  }

  @Test func beyondTheMemoryAShareIsComparedAndNothingIsMadeUp() {
    let seen = SeenRows(memory: 1 << 20)
    let alarms = (0..<1_000_000).count { seen.insert(hash($0)) }
    #expect(alarms == 0)
    #expect(seen.share > 1)
    let found = (0..<1_000_000).count { seen.insert(hash($0)) }
    let expected = 1_000_000 / seen.share
    #expect(abs(found - expected) < expected / 20, "found \(found) of about \(expected)")
  }

  @Test func theUsualGapIsTheMedianOfAllKeys() {
    var gaps = VersionGaps()
    for key in 0..<10 {
      for version in [3, 1, 2] { gaps.add(key: hash(key), event: Int64(version * (key < 8 ? 60 : 5000))) }
    }
    #expect(gaps.usual()?.microseconds == 60)
    #expect(gaps.usual()?.count == 20)
  }

  @Test func fewGapsAreNotUsual() {
    var gaps = VersionGaps()
    for event in [1, 2, 2, 3, .max, .min] as [Int64] { gaps.add(key: 7, event: event) }
    #expect(gaps.usual() == nil)
  }

  @Test(arguments: [1, 7, 3000]) func gapsAreOfWholeKeysWhereNotAllFit(keys: Int) {
    var gaps = VersionGaps(capacity: 1000)
    // In the order of time: a share of all rows would show other gaps.
    for version in 0..<30 {
      for key in 0..<keys { gaps.add(key: hash(key), event: Int64(version * 60)) }
    }
    let usual = gaps.usual()
    #expect(usual?.microseconds == 60)
    #expect((usual?.count ?? 0) >= min(29, keys * 29))
    #expect((usual?.count ?? 0) < 1000)
  }
}
