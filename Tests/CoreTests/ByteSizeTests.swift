import SpellCore
import Testing

@Suite struct ByteSizeTests {
  @Test(arguments: [
    ("0B", 0), ("1KB", 1000), ("512mb", 512_000_000), ("2GiB", 2 << 30), ("3kib", 3072), ("9TB", 9_000_000_000_000),
  ])
  func sizes(text: String, bytes: Int) { #expect(ByteSize.parse(text) == bytes) }

  @Test(arguments: ["", "MB", "12", "1.5GB", "-1MB", "1 GB", "1PB", "99999999999999TB", "１MB"])
  func otherTexts(text: String) { #expect(ByteSize.parse(text) == nil) }

  @Test func theyAreWrittenInTheLargestUnit() {
    for (bytes, text) in [(0, "0B"), (999, "999B"), (1000, "1KB"), (1024, "1KiB"), (2 << 30, "2GiB"), (1500, "1500B")] {
      #expect(ByteSize.text(bytes) == text)
      #expect(ByteSize.parse(text) == bytes)
    }
  }
}
