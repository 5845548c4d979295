import SpellCore
import Testing

@Suite struct CountTests {
  @Test(
    arguments: [
      (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"), (-999, "-999"),
      (.min, "-9,223,372,036,854,775,808"), (100_000, "100,000"),
    ] as [(Int, String)])
  func grouped(value: Int, text: String) { #expect(Count.grouped(value) == text) }

  @Test func countsAgreeWithTheirNoun() {
    #expect(
      Count.text(0, "row") == "0 rows" && Count.text(1, "row") == "1 row" && Count.text(2000, "row") == "2,000 rows")
  }

  @Test(
    arguments: [
      (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (81_940, "81.9 kB"), (999_949, "999.9 kB"),
      (999_950, "1.0 MB"), (1_234_000_000, "1.2 GB"), (5_000_000_000_000_000, "5000.0 TB"),
    ] as [(Int, String)])
  func bytes(count: Int, text: String) { #expect(Count.bytes(count) == text) }
}
