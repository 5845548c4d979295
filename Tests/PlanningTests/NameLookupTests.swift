import Testing

@testable import SpellPlanning

@Suite struct NameLookupTests {
  @Test(arguments: [
    ("a", ["a", "A"], NameLookup.Match.one(0)), ("A", ["a", "A"], .one(1)), ("B", ["a", "b"], .one(1)),
    ("TEMP", ["temp", "Temp"], .several([0, 1])), ("a", ["a", "b", "a"], .several([0, 2])),
    ("É", ["é"], .one(0)), ("", ["a"], .none), ("ab", ["a", "b"], .none), ("a", [], .none),
  ])
  func exactlyElseByCase(name: String, names: [String], match: NameLookup.Match) {
    #expect(NameLookup.find(name, among: names) == match)
  }
}
