import TestSupport
import Testing

/// The commands of the earlier tools, typed as their users type them: each is a spelling of a statement, and `--print`
/// shows which.
@Suite struct SeedCommandTests {
  /// What a command line prints with `--print`.
  private func printed(_ words: String, in example: FlightsExample) throws -> String {
    let run = try Spellbook.run(words.split(separator: " ").map(String.init) + ["--print"], in: example.folder)
    #expect(run.status == 0, "\(run.summary)")
    return run.output
  }

  @Test(arguments: [
    (
      "export --features weather.temp,planes.seats --snapshot-date 2013-01-13 --output-file out.csv",
      "SELECT FEATURES weather.temp, planes.seats AS OF '2013-01-13' INTO 'out.csv';\n"
    ),
    (
      "export --feature planes.seats --feature planes.year --output out.csv --overwrite",
      "SELECT FEATURES planes.seats, planes.year INTO 'out.csv' OVERWRITE;\n"
    ),
    (
      "join labels.csv --entity-column tailnum --event-timestamp-column scheduled_at --features planes.seats",
      "SELECT FEATURES planes.seats AS OF scheduled_at JOIN 'labels.csv';\n"
    ),
    (
      "join --feature planes.seats --input-file labels.csv --entity-column aircraft --event-timestamp-column t",
      "SELECT FEATURES planes.seats AS OF t JOIN 'labels.csv' ON tailnum = aircraft;\n"
    ),
    (
      "join --feature planes.seats,temp --entity-column tailnum=a --entity-column origin=o labels.csv --output -",
      "SELECT FEATURES planes.seats, temp JOIN 'labels.csv' ON tailnum = a, origin = o INTO -;\n"
    ),
    ("load weather.csv --group weather --if-exists replace", "IMPORT 'weather.csv' INTO weather REPLACE;\n"),
    ("import --group weather --input-file weather.csv --null NA", "IMPORT 'weather.csv' INTO weather NULL 'NA';\n"),
    ("get meta feature wind_speed", "SHOW FEATURES LIKE 'wind\\_speed';\n"),
    ("get meta all", "SHOW ENTITIES;\nSHOW GROUPS;\nSHOW FEATURES;\n"),
  ])
  func spellings(words: String, statement: String) throws {
    #expect(try printed(words, in: FlightsExample()) == statement)
  }

  @Test func optionsStandBeforeOrAfterTheCommand() throws {
    let example = try FlightsExample()
    try example.importTables()
    let expected = try Spellbook.run(["get", "meta", "group"], in: example.folder)
    try #require(expected.status == 0, "\(expected.summary)")
    let forms = [
      ["--metadata", "metadata.yml", "get", "meta", "group"], ["get", "meta", "group", "--metadata", "metadata.yml"],
    ]
    for form in forms { #expect(try Spellbook.run(form, in: example.folder).output == expected.output, "\(form)") }
    let engines = [
      ["--engine", "flights.db", "export", "--feature", "planes.seats"],
      ["export", "--feature", "planes.seats", "--engine", "flights.db"],
    ]
    let exports = try engines.map { try Spellbook.run($0, in: example.folder).output }
    #expect(exports[0] == exports[1])
    #expect(exports[0].hasPrefix("tailnum,seats\n"))
  }

  @Test func metaIsMarkdownAsTheEarlierToolPrintedIt() throws {
    let example = try FlightsExample()
    let entities = try Spellbook.run(["get", "meta", "entity"], in: example.folder).output
    #expect(entities.hasPrefix("| name    | value-type | description"))
    let groups = try Spellbook.run(["get", "meta", "group", "weather"], in: example.folder).output
    #expect(groups.split(separator: "\n").count == 3)
    #expect(groups.contains("| name    | entity | description"))
    #expect(groups.contains("event_timestamp"))
    let features = try Spellbook.run(["get", "meta", "feature"], in: example.folder).output
    #expect(features.hasPrefix("| name "))
    for column in ["group", "entity", "value-type", "description"] { #expect(features.contains("| \(column) ")) }
    let unknown = try Spellbook.run(["get", "meta", "feature", "wind_sped"], in: example.folder)
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("did you mean `wind_speed`?"))
  }

  @Test func importsAreRefusedWhereTheTableExistsAndShouldNot() throws {
    let example = try FlightsExample()
    let words = ["import", "--group", "planes", "--null", "NA", "planes.csv"]
    #expect(try Spellbook.run(words, in: example.folder).status == 0)
    let refused = try Spellbook.run(words + ["--if-exists", "fail"], in: example.folder)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("planes"))
    let count = "SELECT FEATURES seats AS OF '2013-01-13'"
    let before = try Spellbook.run(["-q", "-c", count], in: example.folder)
    #expect(before.status == 0, "\(before.summary)")
    #expect(try Spellbook.run(words + ["--if-exists", "replace"], in: example.folder).status == 0)
    #expect(try Spellbook.run(["-q", "-c", count], in: example.folder).output == before.output)
    #expect(try Spellbook.run(words, in: example.folder).status == 0)
    let doubled = try Spellbook.run(["-q", "-c", count], in: example.folder)
    #expect(doubled.status == 1, "a static group with two rows per key: \(doubled.summary)")
  }
}
