import SpellCore
import TestSupport
import Testing

@Suite struct LikePatternTests {
  private func matches(_ text: String, _ pattern: String) -> Bool {
    let like = withBytes(of: pattern) { LikePattern($0) }
    return withBytes(of: text) { like.matches($0) }
  }

  @Test(arguments: [
    ("", ""), ("", "%"), ("", "%%"), ("a", "a"), ("a", "_"), ("a", "%"), ("a", "%a%"), ("abc", "a%"), ("abc", "%c"),
    ("abc", "a%c"), ("abc", "a_c"), ("abc", "_%_"), ("abc", "%b%"), ("abcabc", "%abc"), ("aab", "%ab"),
    ("mississippi", "m%iss%ip%i"), ("é", "_"), ("日本", "__"), ("日本語", "%本_"), ("a\u{301}", "__"), ("👍🏽", "__"),
    ("50%", "50\\%"), ("a_b", "a\\_b"), ("a\\b", "a\\\\b"), ("a\\", "a\\"), ("xy", "\\x\\y"), ("a\nb", "a_b"),
    ("%", "\\%"), ("\\", "\\\\"),
  ])
  func fits(text: String, pattern: String) { #expect(matches(text, pattern)) }

  @Test(arguments: [
    ("a", ""), ("", "_"), ("a", "__"), ("a", "A"), ("abc", "ab"), ("abc", "bc"), ("abc", "a_"), ("abc", "%b"),
    ("ab", "%_%_%_%"), ("é", "__"), ("日", "___"), ("é", "_\u{A9}"), ("50x", "50\\%"), ("axb", "a\\_b"),
    ("ab", "a\\%b"), ("mississippi", "m%iss%ipx%i"), ("a", "a\\"), ("abcd", "a%c"),
  ])
  func doesNotFit(text: String, pattern: String) { #expect(!matches(text, pattern)) }

  @Test(arguments: ["", "a", "50%", "a_b", "\\", "\\%_", "日本_語%"])
  func escapedTextFitsItselfAlone(text: String) {
    let pattern = LikePattern.escaped(text)
    #expect(matches(text, pattern))
    #expect(!matches(text + "x", pattern) && !matches("x" + text, pattern))
  }

  @Test func manyWildcardsTakeNoTime() {
    let text = String(repeating: "a", count: 2000)
    #expect(!matches(text, String(repeating: "%a", count: 500) + "b"))
    #expect(matches(text, String(repeating: "%a", count: 500) + "%"))
  }

  @Test("agrees with a plain recursive definition") func definition() {
    var random = SeededRandom(seed: 7)
    let letters: [Character] = ["a", "b", "é"]
    var fits = 0
    for _ in 0..<4000 {
      let text = (0..<Int.random(in: 0...6, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
      let pattern = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        (letters + ["%", "_"]).randomElement(using: &random) ?? "a"
      }
      let expected = Self.fits(text[...], pattern[...])
      fits += expected ? 1 : 0
      #expect(matches(String(text), String(pattern)) == expected, "\(String(text)) LIKE \(String(pattern))")
    }
    #expect(fits > 500 && fits < 3500)
  }

  private static func fits(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    guard let part = pattern.first else { return text.isEmpty }
    let rest = pattern.dropFirst()
    if part == "%" { return fits(text, rest) || (!text.isEmpty && fits(text.dropFirst(), pattern)) }
    guard let first = text.first, part == "_" || part == first else { return false }
    return fits(text.dropFirst(), rest)
  }
}
