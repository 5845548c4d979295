import SpellCore
import Testing

@testable import SpellCatalog

/// Damaged metadata: whatever the bytes, loading ends, and every problem has a place within the file.
@Suite struct MutationTests {
  @Test func damagedFilesAreReportedWithoutATrap() throws {
    let pieces = [
      "${", "}", "*", "&x ", "*x", "[", "]", "{", "<<: ", "---\n", "\"", "'", "\t", "\u{FEFF}", "é", "\r", "|\n",
      "!!x ", ": ", "- ", "%", "\n",
    ]
    var state: UInt64 = 20_240_131
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let original = Array(DocumentTests.example.utf8)
    var withErrors = 0
    for _ in 0..<400 {
      var bytes = original
      for _ in 0...random(4) {
        let place = random(bytes.count)
        switch random(3) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = UInt8(random(256))
        default: bytes.insert(contentsOf: Array(pieces[random(pieces.count)].utf8), at: place)
        }
      }
      let loading = try Loading(bytes: bytes, environment: ["PGUSER": "ann"])
      for diagnostic in loading.diagnostics {
        let span = try #require(diagnostic.location?.span)
        #expect(span.start >= 0 && span.start <= span.end && span.end <= bytes.count)
      }
      if loading.diagnostics.contains(where: { $0.severity == .error }) { withErrors += 1 }
    }
    #expect(withErrors > 200 && withErrors < 400)
  }
}
