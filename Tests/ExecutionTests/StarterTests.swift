import SpellCatalog
import SpellCore
import SpellTables
import TestSupport
import Testing

@testable import SpellExecution

/// The guesses of `spellbook init`, one by one.
@Suite struct StarterTests {
  @Test(
    arguments: [
      ("event_time", ["event", "time"]), ("eventTime", ["event", "time"]), ("EVENT TIME", ["event", "time"]),
      ("createdAt2", ["created", "at2"]), ("userID", ["user", "id"]), ("", []), ("--", []),
      ("Größe_m", ["größe", "m"]),
    ] as [(String, [String])])
  func namesHaveWords(name: String, words: [String]) { #expect(NameWords(name).words == words) }

  @Test func namesOfEventsAreToldFromOthers() {
    let names = ["event_timestamp", "timestamp", "sold_at", "created_at", "birth_date", "valid_until"]
    let scores = names.map { NameWords($0).eventScore }
    #expect(scores == scores.sorted(by: >))
    #expect(NameWords("air_time").meanMoment && !NameWords("format").meanMoment && !NameWords("at_home").meanMoment)
    #expect(NameWords("user_id").meanKey && !NameWords("user_id").areGeneric && NameWords("ID").areGeneric)
  }

  @Test(
    arguments: [
      ("users", "user"), ("categories", "category"), ("boxes", "box"), ("address", "address"), ("addresses", "address"),
      ("news", "new"), ("is", "is"), ("flight", "flight"),
    ])
  func tablesAreNamedAfterSeveralOfAThing(table: String, thing: String) {
    #expect(EntityName.singular(table) == thing)
  }

  private func profile(_ type: ValueType, _ cells: [Cell]) -> ColumnSample {
    var profile = ColumnSample()
    profile.add(Column(type, cells), count: cells.count)
    return profile
  }

  @Test(
    arguments: [
      (1_704_067_200, .unixSeconds), (1_704_067_200_000, .unixMilliseconds), (1_704_067_200_000_000, .unixMicroseconds),
      (2_460_310, .julian), (0, nil), (2024, nil), (20_240_101, nil), (-1_704_067_200, nil),
    ] as [(Int64, TimestampStorage?)])
  func numbersAreMomentsWhereTheirSizeSaysSo(number: Int64, storage: TimestampStorage?) {
    #expect(profile(.int, [.integer(number), .null]).numberStorage == storage)
    #expect(profile(.int, [.integer(number), .integer(5)]).numberStorage == nil)
  }

  @Test func textsAreTimesOnlyIfAllAre() {
    #expect(profile(.str, [.text("2024-01-01"), .null]).areAllDates)
    #expect(profile(.str, [.text("2024-01-01"), .text("2024-01-01 10:00")]).areAllTimes)
    #expect(!profile(.str, [.text("2024-01-01"), .text("soon")]).areAllTimes)
    #expect(!profile(.str, [.null]).areAllTimes)
    #expect(profile(.str, [.text("2024-01-01 10:00Z"), .text("2024-01-01 10:00")]).naiveTimes == 1)
  }

  @Test func everyTextIsAValueOfYAML() throws {
    let texts = [
      "plain", "a b", "null", "Yes", "n", "007", "1.5", "-", "- a", "a: b", "a #b", "#", "'", "\"", "\\", "{a}", "[b]",
      "a,b", "&x", "*x", "!t", "%", "@", "`", "größe", "日本", "${HOME}", "$${x", "~", "", " ", "a/b.c-d", "2024-01-01",
      "sqlite:///a b.db", "e\u{301}", "🦩", "?", "|", ">",
    ]
    let folder = try TemporaryFolder()
    for text in texts where !text.isEmpty {
      let path = try folder.write(
        "metadata.yml",
        """
        kind: entity
        name: k
        value_type: str
        description: \(YAMLScalar.text(text))
        ---
        kind: group
        name: g
        entity: k
        key_columns: {k: \(YAMLScalar.text(text))}
        features: [{name: v, value_type: str, column: \(YAMLScalar.text(text))}]
        """)
      let loaded = CatalogLoader.load(paths: [path]) { _ in "replaced" }
      #expect(loaded.diagnostics.isEmpty, "\(text)")
      #expect(loaded.catalog.entities.first?.description == text)
      #expect(loaded.catalog.groups.first?.keys.first?.column == text)
      #expect(loaded.catalog.groups.first?.features.first?.column == text)
    }
  }
}
