import SpellCore
import SpellLanguage
import Testing

@Suite struct LimitTests {
  private func codes(_ text: String) -> [String] { parse(text).diagnostics.map(\.code) }

  private func nested(_ count: Int) -> String {
    "SELECT FEATURES a WHERE " + String(repeating: "(", count: count) + "x = 1" + String(repeating: ")", count: count)
  }

  @Test func nestingIsBounded() {
    #expect(codes(nested(64)) == [])
    #expect(codes(nested(65)) == ["nesting-too-deep"])
    #expect(codes(nested(300_000)) == ["nesting-too-deep"])
    let negations = { (count: Int) in "SELECT FEATURES a WHERE " + String(repeating: "NOT ", count: count) + "x = 1" }
    #expect(codes(negations(64)) == [])
    #expect(codes(negations(65)) == ["nesting-too-deep"])
    #expect(codes(String(repeating: "/*", count: 100_000) + String(repeating: "*/", count: 100_000) + "SHOW ALL") == [])
  }

  @Test func aConditionHasBoundedTerms() throws {
    let terms = { (count: Int) in
      "SELECT FEATURES a WHERE " + Array(repeating: "x = 1", count: count).joined(separator: " OR ")
    }
    let longest = try #require(parse(terms(1000)).statements.first)
    #expect(StatementPrinter.text(longest.body) == terms(1000))
    #expect(codes(terms(1001)) == ["too-many-conditions"])
  }

  @Test func listsAreBounded() {
    let items = { (count: Int) in (0..<count).map { "f\($0)" }.joined(separator: ", ") }
    #expect(codes("SELECT FEATURES \(items(10_000))") == [])
    #expect(codes("SELECT FEATURES \(items(10_001))") == ["too-many-items"])
    #expect(codes("SELECT FEATURES a WHERE x IN (\(items(10_000)))") == [])
    #expect(codes("SELECT FEATURES a WHERE x IN (\(items(10_001)))") == ["too-many-items"])
  }

  @Test func statementsHaveBoundedBytes() {
    let head = "SHOW SETS LIKE ''"
    let padded = { (count: Int) in "SHOW SETS LIKE '" + String(repeating: "x", count: count - head.utf8.count) + "'" }
    #expect(codes(padded(1 << 20)) == [])
    #expect(codes(padded((1 << 20) + 1)) == ["statement-too-long"])
    let long = String(repeating: String(repeating: "x", count: 999) + " ", count: 1100)
    #expect(codes("\(long); SHOW ALL; \(long)") == ["statement-too-long", "statement-too-long"])
    #expect(parse("\(long); SHOW ALL; \(long)").statements.count == 1)
    // Comments around a statement do not count, and an open quote is told before the length.
    #expect(codes("/*\(long)*/ SHOW ALL /*\(long)*/; SHOW ALL -- \(long)") == [])
    #expect(codes("SHOW ALL LIKE '\(long)") == ["unclosed-quote"])
  }
}
