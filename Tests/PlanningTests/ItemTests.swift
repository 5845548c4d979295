import SpellCore
import SpellPlanning
import Testing

/// The select list and the names of the columns that it makes.
@Suite struct ItemTests {
  @Test(arguments: [
    ("humidity", ["airport", "humidity"]),
    ("HUMIDITY", ["airport", "humidity"]),
    ("Weather.Temp", ["airport", "temp"]),
    ("model", ["tailnum", "Model"]),
    ("\"Model\" AS m", ["tailnum", "m"]),
    ("weather.*", ["airport", "temp", "humidity", "note", "seen"]),
    ("weather.* EXCEPT (note, seen)", ["airport", "temp", "humidity"]),
    ("weather.* EXCEPT (NOTE, weather.seen, Weather.Temp)", ["airport", "humidity"]),
    ("basics EXCEPT (Planes.Year)", ["airport", "humidity", "temp"]),
    ("weather.temp, weather.temp AS t, weather.temp", ["airport", "temp", "t"]),
    ("weather.*, weather.note", ["airport", "temp", "humidity", "note", "seen"]),
    ("weather.temp WITH FULL NAMES", ["airport", "weather__temp"]),
    ("weather.temp AS t, weather.note WITH FULL NAMES", ["airport", "t", "weather__note"]),
    ("weather.temp WITH TIMESTAMPS", ["airport", "temp", "weather__event_timestamp"]),
    ("planes.year WITH TIMESTAMPS", ["tailnum", "year"]),
    ("last_flight.temp, planes.year WITH TIMESTAMPS", ["tailnum", "temp", "year", "last_flight__event_timestamp"]),
  ])
  func columnsOfASnapshot(items: String, names: [String]) throws {
    #expect(try PlanningStage.flights().plan("SELECT FEATURES \(items)").names == names)
  }

  @Test func labelColumnsComeFirstAndTimestampsInOrderOfMention() throws {
    let plan = try PlanningStage.flights().plan(
      "SELECT FEATURES last_flight.arr_delay, basics, weather.note AS OF day JOIN l WITH TIMESTAMPS",
      labels: ["id", "tailnum", "airport", "day"])
    #expect(
      plan.names == [
        "id", "tailnum", "airport", "day", "arr_delay", "humidity", "temp", "year", "note",
        "last_flight__event_timestamp", "weather__event_timestamp",
      ])
    #expect(plan.uses.map(\.group.name) == ["last_flight", "weather", "planes"])
  }

  @Test("what is read of a group is in the order of the metadata, which decides ties")
  func usedFeaturesAreInMetadataOrder() throws {
    let plan = try PlanningStage.flights().plan("SELECT FEATURES weather.note, weather.temp, weather.note AS again")
    #expect(plan.uses[0].features.map(\.feature.name) == ["temp", "note"])
    #expect(plan.names == ["airport", "note", "temp", "again"])
  }

  @Test(arguments: [
    ("nothing", ["[nothing] unknown-feature"]),
    ("Weather", ["[Weather] unknown-feature"]),
    ("temp", ["[temp] ambiguous-name"]),
    ("pressure", ["[pressure] ambiguous-name"]),
    ("wether.temp", ["[wether] unknown-group"]),
    ("wether.*", ["[wether] unknown-group"]),
    ("weather.tmp", ["[tmp] unknown-feature"]),
    ("basics AS b", ["[b] alias-on-several"]),
    ("humidity EXCEPT (temp)", ["[temp] except-on-feature"]),
    ("weather.* EXCEPT (year)", ["[year] unknown-exception"]),
    ("basics EXCEPT (last_flight.temp)", ["[last_flight.temp] unknown-exception"]),
    ("pressure EXCEPT (pressure)", ["[pressure] ambiguous-name"]),
    ("planes.* EXCEPT (year, Model)", ["[planes] no-features"]),
    ("weather.temp, last_flight.temp", ["[last_flight.temp] name-clash"]),
  ])
  func problems(items: String, problems: [String]) throws {
    let text = "SELECT FEATURES \(items) JOIN l"
    let found = try PlanningStage.flights().problems(text, labels: ["airport", "tailnum", "event_timestamp"])
    #expect(found == problems)
  }

  @Test func clashesOfferAliasesAndFullNames() throws {
    let stage = try PlanningStage.flights()
    let labels = ["airport", "tailnum", "event_timestamp", "humidity"]
    func first(_ items: String) throws -> Diagnostic? {
      try stage.diagnostics("SELECT FEATURES \(items) JOIN l", labels: labels).first
    }
    let features = try #require(try first("weather.temp, last_flight.temp"))
    #expect(
      features.message == "two columns would be called `temp`: `weather.temp` and `last_flight.temp`")
    #expect(features.help == "rename one with AS, or use WITH FULL NAMES")
    #expect(try first("humidity")?.message.contains("a label column and `weather.humidity`") == true)
    #expect(try first("weather.temp AS x, weather.note AS x WITH FULL NAMES")?.help == "rename one with AS")
    #expect(try first("weather.temp, last_flight.temp WITH FULL NAMES") == nil)
    #expect(try first("humidity AS h") == nil)
    #expect(try first("planes.year AS weather__event_timestamp, weather.note WITH TIMESTAMPS")?.code == "name-clash")
    #expect(try stage.problems("SELECT FEATURES weather.note AS airport") == ["[weather.note] name-clash"])
  }

  @Test func nearNamesAndChoicesAreOffered() throws {
    let stage = try PlanningStage.flights()
    let unknown = try #require(try stage.diagnostics("SELECT FEATURES humidty").first)
    #expect(unknown.label == "did you mean `humidity`?")
    #expect(
      unknown.notes == [
        "features: temp, humidity, note, seen, arr_delay, year, Model, n, trips, taken, volume, pressure, … (13 in all)"
      ])
    let ambiguous = try #require(try stage.diagnostics("SELECT FEATURES pressure").first)
    #expect(ambiguous.message == "`pressure` could be any of `gauges.pressure`, `feature set pressure`")
  }

  @Test func nothingIsKnownToAnEmptyCatalog() throws {
    let stage = try PlanningStage(sql: "CREATE TABLE g (k TEXT)", metadata: "# nothing yet\n")
    #expect(
      try stage.problems("SELECT FEATURES a, b.c, d.*") == [
        "[a] unknown-feature", "[b] unknown-group", "[d] unknown-group",
      ])
  }
}
