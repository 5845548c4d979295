import SpellCore
import Testing

@testable import SpellExecution

@Suite struct TimeFormTests {
  private func form(_ text: String) -> TimeForm? { withBytes(of: text) { TimeForm($0) } }

  @Test(
    arguments: [
      ["2024-01-31"], ["2024-01-31 12:00", "2024-01-31 23:59"], ["2024-01-31T12:00"],
      ["2024-01-31 12:00:00", "2024-01-31 12:00:00.5", "2024-01-31 12:00:00.123456"], ["2024-01-31T12:00:00"],
      ["2024-01-31T12:00:00Z", "2024-01-31T12:00:00.5Z"], ["2024-01-31 12:00:00+02:00", "2024-01-31 12:00:00-0500"],
      ["2024-01-31 12:00+02"],
    ])
  func aFractionAndTheOffsetItselfMakeNoOtherForm(texts: [String]) throws {
    let first = try #require(form(texts[0]))
    for text in texts { #expect(form(text) == first) }
  }

  @Test func formsDiffer() {
    let texts = [
      "2024-01-31", "2024-01-31 12:00", "2024-01-31T12:00", "2024-01-31 12:00:00", "2024-01-31 12:00:00Z",
      "2024-01-31 12:00:00+00:00", "2024-01-31 12:00Z",
    ]
    #expect(Set(texts.compactMap(form)).count == texts.count)
    #expect(texts.compactMap(form).filter(\.isNaive).count == 4)
    #expect(texts.compactMap(form).filter(\.isDate).count == 1)
  }

  @Test func infinitiesHaveNone() {
    #expect(form("infinity") == nil)
    #expect(form("-infinity") == nil)
  }
}
