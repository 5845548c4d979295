import SpellCore
import Testing

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("avg_spnd", ["avg_basket", "avg_spend"], "avg_spend"), ("temp", ["tmep", "humidity"], "tmep"),
    ("Temp", ["temps", "temp"], "temp"), ("TAILNUM", ["tailnum"], "tailnum"),
    ("weather", ["wether", "weathr"], "wether"),
    ("ab", ["xb"], "xb"), ("a", ["ab"], "ab"), ("größe", ["größen", "GRÖẞE"], "GRÖẞE"),
    ("id", ["uid", "ids"], "uid"),
  ])
  func nearest(name: String, candidates: [String], expected: String) {
    #expect(Suggestion.nearest(to: name, among: candidates) == expected)
  }

  @Test(arguments: [
    ("avg_spnd", ["humidity", "dest"]), ("temp", ["wimp", "tamper"]), ("abcde", ["abxye"]), ("a", ["b"]), ("", ["a"]),
    ("ab", ["ba_"]), ("name", []),
  ])
  func noGuess(name: String, candidates: [String]) {
    #expect(Suggestion.nearest(to: name, among: candidates) == nil)
  }

  @Test func aThirdOfTheLengthIsTheLimit() {
    #expect(Suggestion.nearest(to: "abcdef", among: ["abcdxy"]) == "abcdxy")
    #expect(Suggestion.nearest(to: "abcdef", among: ["abcxyz"]) == nil)
    #expect(Suggestion.nearest(to: "abcdef", among: ["badcef"]) == "badcef")
  }

  @Test func longNamesGetNoGuess() {
    let long = String(repeating: "x", count: 100_000)
    #expect(Suggestion.nearest(to: long, among: [long + "y"]) == nil)
    #expect(Suggestion.nearest(to: "name", among: [long, "nome"]) == "nome")
  }
}
