import SpellCore
import Testing

@Suite struct QuotedTextTests {
  @Test func quotesInsideAreDoubled() {
    #expect(QuotedText.name("a\"b'c") == "\"a\"\"b'c\"")
    #expect(QuotedText.literal("a\"b'c") == "'a\"b''c'")
    #expect(QuotedText.literal("") == "''")
  }

  @Test func aQuoteWithACombiningMarkIsAQuote() {
    #expect(Array(QuotedText.literal("'\u{301}").unicodeScalars) == ["'", "'", "'", "\u{301}", "'"])
    #expect(Array(QuotedText.name("\"\u{301}").unicodeScalars) == ["\"", "\"", "\"", "\u{301}", "\""])
  }
}
