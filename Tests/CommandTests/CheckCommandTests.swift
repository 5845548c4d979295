import TestSupport
import Testing

/// `CHECK` on the flights data as it is, and after faults were planted in it.
@Suite struct CheckCommandTests {
  /// A fault, as far as every engine must tell it alike.
  private struct Fault: Hashable, CustomStringConvertible {
    var severity: String
    var check: String
    var group: String
    var feature: String?
    var rows: Int?

    init(_ severity: String, _ check: String, _ group: String, feature: String? = nil, rows: Int? = nil) {
      (self.severity, self.check, self.group, self.feature, self.rows) = (severity, check, group, feature, rows)
    }

    init(_ finding: JSONValue) {
      self.init(
        finding["severity"]?.string ?? "", finding["check"]?.string ?? "", finding["group"]?.string ?? "",
        feature: finding["feature"]?.string, rows: finding["rows"]?.int)
    }

    var description: String { "\(severity) \(check) \(group) \(feature ?? "-") \(rows.map(String.init) ?? "-")" }
  }

  private func faults(_ run: CommandRun) -> [Fault] { JSONValue(run.output)?.items.map { Fault($0) } ?? [] }

  /// January 2013 is long ago, and nothing else is to be said.
  @Test(arguments: TestEngine.allCases, [[], ["--deep"]])
  func nothingIsWrongWithTheFlights(engine: TestEngine, options: [String]) throws {
    let example = try FlightsExample()
    let url = try example.importTables(on: engine)
    let run = try Spellbook.run(["check", "--engine", url, "--format", "json"] + options, in: example.folder)
    #expect(run.status == 0, "\(run.summary)")
    #expect(
      faults(run) == [
        Fault("note", "dead-group", "weather"), Fault("note", "dead-group", "last_flight"),
        Fault("note", "no-index", "origin_traffic"),
      ])
    #expect(run.errors.hasPrefix("4 groups checked: 3 notes in "))
  }

  /// In the tables of the flights, and in two more: `gates`, whose times are texts, and `daily`, whose events are days.
  private static let plantedRows = """
    INSERT INTO arrivals (tailnum, landed_at) VALUES (NULL, '2013-01-09 01:00:00+00:00');
    INSERT INTO arrivals (tailnum, landed_at) VALUES (NULL, '2013-01-09 02:00:00+00:00');
    INSERT INTO arrivals (tailnum, landed_at) VALUES ('N1', NULL);
    INSERT INTO arrivals SELECT * FROM arrivals WHERE tailnum = 'N911DL';
    INSERT INTO arrivals (tailnum, landed_at) VALUES ('N1', '2113-01-09 02:00:00+00:00');
    INSERT INTO arrivals (tailnum, landed_at) VALUES ('N1', '1970-01-01 00:00:15+00:00');
    INSERT INTO planes SELECT * FROM planes WHERE tailnum = 'N10156';
    CREATE TABLE gates (tailnum TEXT, opened TEXT, loaded TEXT, gate TEXT);
    INSERT INTO gates VALUES ('N1', '2013-01-09 01:00:00', '2013-01-09T02:00:00Z', 'A1'),
      ('N1', '2013-01-09T02:00', '2013-01-09T02:00:00Z', 'A2'),
      ('N2', '2013-01-09T03:00:00Z', '2013-01-09T02:00:00Z', 'A3'),
      ('N2', '2013-01-09 04:00:00', '2013-01-09T05:00:00Z', 'A3'),
      ('N3', '2013-01-09 04:00:00', NULL, 'A4'), ('N3', '2013-01-09 04:00:00', NULL, 'A5');
    CREATE TABLE daily (tailnum TEXT, day DATE, flights INTEGER);
    CREATE INDEX daily_tailnum_day ON daily (tailnum, day);
    INSERT INTO daily VALUES ('N1', '2013-01-09', 3), ('N1', '2013-01-10', 2);
    """

  private static let plantedMetadata = """
    kind: group
    name: gates
    entity: tailnum
    event_timestamp_column: opened
    create_timestamp_column: loaded
    features: [{name: gate, value_type: str}]
    ---
    kind: group
    name: daily
    entity: tailnum
    event_timestamp_column: day
    timezone: America/New_York
    features: [{name: flights, value_type: int}]
    ---
    kind: group
    name: ghost
    entity: tailnum
    table: ghosts
    features: [{name: sightings, value_type: int}]
    """

  private static let planted: Set<Fault> = [
    // A missing table, a missing column, and types that do not fit: by the column's own type, and by its values.
    Fault("error", "unknown-table", "ghost"),
    Fault("error", "unknown-column", "planes", feature: "wings"),
    Fault("error", "type-never-fits", "planes", feature: "model"),
    Fault("error", "unfit-value", "planes", feature: "kind", rows: 685),
    // Two rows of one key in a static group, and of one key and event in a timed one; windows take both of them.
    Fault("error", "duplicate-key", "planes", rows: 1),
    Fault("warning", "duplicate-row", "last_flight", rows: 3),
    // NULL in key, event and created, of which the last are alike.
    Fault("warning", "null-key", "last_flight", rows: 2),
    Fault("warning", "null-event", "last_flight", rows: 1),
    Fault("warning", "null-created", "gates", rows: 2),
    Fault("warning", "duplicate-row", "gates", rows: 1),
    Fault("warning", "null-key", "origin_traffic", rows: 5),
    Fault("warning", "null-event", "origin_traffic", rows: 1),
    // Times.
    Fault("warning", "future-event", "last_flight", rows: 1),
    Fault("warning", "early-event", "last_flight", rows: 1),
    Fault("warning", "future-event", "origin_traffic", rows: 1),
    Fault("warning", "early-event", "origin_traffic", rows: 1),
    Fault("warning", "mixed-times", "gates"),
    Fault("warning", "naive-times", "gates"),
    Fault("warning", "created-before-event", "gates", rows: 1),
    Fault("warning", "date-events", "daily"),
    Fault("warning", "ttl-below-gap", "weather"),
    // What costs time, or is no fault if it is meant.
    Fault("note", "no-index", "gates"),
    Fault("note", "no-index", "origin_traffic"),
    Fault("note", "dead-group", "weather"),
  ]

  @Test(arguments: TestEngine.allCases, [false, true])
  func everyPlantedFaultIsFoundAndNothingElse(engine: TestEngine, isDeep: Bool) throws {
    let example = try FlightsExample()
    let url = try example.importTables(on: engine, then: Self.plantedRows)
    let metadata = try example.folder.read("metadata.yml")
      .replacing("ttl: 3h", with: "ttl: 30m")
      .replacing("{name: model, value_type: str}", with: "{name: model, value_type: int}")
      .replacing("{name: engine,", with: "{name: wings, value_type: int}\n  - {name: engine,")
      .replacing("  - {name: type, value_type: str", with: "  - {name: kind, column: type, value_type: date")
    try example.folder.write("metadata.yml", metadata + "\n---\n" + Self.plantedMetadata)
    let run = try Spellbook.run(
      ["check", "--engine", url, "--format", "json", "--output", "found.json"] + (isDeep ? ["--deep"] : []),
      in: example.folder)
    // The findings are kept all the same.
    let found = JSONValue(try example.folder.read("found.json"))?.items ?? []
    #expect(run.status == 1, "\(run.summary)")
    #expect(run.output.isEmpty)
    #expect(run.errors.hasSuffix("error[check-failed]: CHECK found 5 errors in `planes`, `ghost`\n"), "\(run.summary)")
    let faults = found.map { Fault($0) }
    #expect(Set(faults) == Self.planted, "\(Set(faults).symmetricDifference(Self.planted))")
    #expect(faults.count == Self.planted.count)
    #expect(faults.map(\.severity) == faults.map(\.severity).sorted { rank($0) < rank($1) })
    #expect(found.allSatisfy { $0["place"]?.string?.hasPrefix("metadata.yml:") == true })
    #expect(found.allSatisfy { $0["advice"]?.string?.isEmpty == false })
  }

  @Test func theAdvisedIndexIsTheOneThatWasMissed() throws {
    let example = try FlightsExample()
    _ = try example.importTables(on: .sqlite, then: "DROP INDEX weather_origin_time_hour")
    let missed = try Spellbook.run(["check", "weather", "--format", "json"], in: example.folder)
    let finding = try #require(JSONValue(missed.output)?.items.first { $0["check"]?.string == "no-index" })
    let advice = try #require(finding["advice"]?.string)
    #expect(advice.hasPrefix("ask for: CREATE INDEX "))
    try SQLiteFixture.make(example.folder.file("flights.db"), String(advice.dropFirst(9)))
    let mended = try Spellbook.run(["check", "weather", "--format", "json"], in: example.folder)
    #expect(faults(mended) == [Fault("note", "dead-group", "weather")])
  }

  private func rank(_ severity: String) -> Int { ["error", "warning", "note"].firstIndex(of: severity) ?? 3 }

  @Test func warningsDoNotFailAndErrorsEndAScript() throws {
    let example = try FlightsExample()
    _ = try example.importTables(on: .sqlite, then: "INSERT INTO arrivals (landed_at) VALUES ('2013-01-09 01:00:00Z')")
    let warned = try Spellbook.run(["-c", "CHECK last_flight; SHOW SETS"], in: example.folder)
    #expect(warned.status == 0, "\(warned.summary)")
    #expect(warned.output.contains("warning,null-key,last_flight,,metadata.yml:35,1,"))
    #expect(warned.output.contains("delay_v1"))
    let metadata = try example.folder.read("metadata.yml")
    try example.folder.write("metadata.yml", metadata.replacing("table: arrivals", with: "table: arrival"))
    let failed = try Spellbook.run(["-c", "CHECK; SHOW SETS"], in: example.folder)
    #expect(failed.status == 1)
    #expect(failed.output.contains("error,unknown-table,last_flight"))
    #expect(failed.output.contains("did you mean `arrivals`?"))
    #expect(!failed.output.contains("delay_v1"))
    let gone = try Spellbook.run(
      ["-c", "\\o found.csv", "-c", "CHECK", "-c", "SHOW SETS", "--keep-going"], in: example.folder)
    #expect(gone.status == 1)
    #expect(try example.folder.read("found.csv").contains("error,unknown-table,last_flight"))
  }

  @Test func aTableIsReadInPartUnlessDeep() throws {
    let example = try FlightsExample()
    // The last of 12,000 rows is one of the future; no index leads to it.
    _ = try example.importTables(
      on: .sqlite,
      then: """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
        INSERT INTO weather (origin, time_hour) SELECT 'X' || i, '2013-01-09 01:00:00+00:00' FROM n;
        INSERT INTO weather (origin, time_hour) VALUES ('X', '2113-01-09 01:00:00+00:00');
        """)
    let part = try Spellbook.run(["check", "weather"], in: example.folder)
    #expect(part.status == 0, "\(part.summary)")
    #expect(!part.output.contains("future-event"))
    #expect(!part.output.contains("dead-group"), "nobody knows what the other rows are: \(part.summary)")
    #expect(part.errors.hasPrefix("note: only the first 10,000 rows of weather were read; DEEP reads all\n"))
    let whole = try Spellbook.run(["check", "--deep", "weather"], in: example.folder)
    #expect(whole.output.contains("warning,future-event,weather,,metadata.yml:16,1,"), "\(whole.summary)")
    #expect(whole.errors.hasPrefix("1 group checked: 1 warning in "))
    let poor = try Spellbook.run(["check", "--deep", "weather", "--memory", "1KB"], in: example.folder)
    #expect(poor.output == whole.output)
    #expect(
      poor.errors.contains("note: weather: the memory was enough to look for repeated rows among one in 32;"),
      "\(poor.summary)")
  }

  @Test func aLongCheckIsStoppedAndSaysWhere() throws {
    let example = try FlightsExample()
    try example.importTables()
    try example.folder.write(
      "more.yml",
      """
      - kind: group
        name: endless
        entity: origin
        query: WITH RECURSIVE n(origin) AS (SELECT 'x' UNION ALL SELECT 'x' FROM n) SELECT origin, 1 AS one FROM n
        features: [{name: one, value_type: int}]
      """)
    let run = try Spellbook.run(
      ["check", "--metadata", "metadata.yml", "--metadata", "more.yml", "--deep", "--timeout", "300ms", "endless"],
      in: example.folder)
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("error[timeout]"), "\(run.summary)")
    #expect(run.errors.contains("was stopped while reading endless: "))
  }

  @Test(arguments: TestEngine.allCases) func numbersOnAnAxisOfTheirOwnAreNoTimes(engine: TestEngine) throws {
    let folder = try TemporaryFolder()
    let url = try TestEngine.make(
      "world.db", in: folder,
      script: """
        CREATE TABLE steps (k INTEGER, step INTEGER, v INTEGER);
        INSERT INTO steps VALUES (1, 0, 1), (1, 0, 2), (2, 0, 3), (NULL, 5, 4), (3, NULL, 5);
        CREATE INDEX steps_k_step ON steps (k, step);
        """, on: [engine])[0].url
    try folder.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: steps, entity: k, event_timestamp_column: step, ttl: 3,
         features: [{name: v, value_type: int}]}
      - {kind: group, name: late, table: steps, entity: k, event_timestamp_column: step, ttl: 3d,
         features: [{name: w, column: v, value_type: int}]}
      """)
    let run = try Spellbook.run(["check", "--engine", url, "--format", "json"], in: folder)
    #expect(
      faults(run) == [
        Fault("error", "interval-off-axis", "late"), Fault("warning", "null-key", "steps", rows: 1),
        Fault("warning", "null-event", "steps", rows: 1), Fault("warning", "duplicate-row", "steps", rows: 1),
      ], "\(run.summary)")
  }

  // No index leads to rows that lie on other servers.
  @Test(arguments: TestEngine.allCases.filter { $0 != .distributed })
  func anIndexLeadsToTheNewestEventOfALargeTable(engine: TestEngine) throws {
    let rows = (1...12_000).map { "(\($0), \($0 < 12_000 ? 1_357_000_000 + $0 : 4_500_000_000))" }
    let folder = try TemporaryFolder()
    let made = try TestEngine.make(
      "world.db", in: folder,
      script: """
        CREATE TABLE ticks (k INTEGER, at BIGINT);
        INSERT INTO ticks VALUES \(rows.joined(separator: ", "));
        CREATE INDEX ticks_k_at ON ticks (k, at);
        CREATE INDEX ticks_at ON ticks (at);
        """, on: [engine])
    try folder.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: int}
      - kind: group
        name: ticks
        entity: k
        event_timestamp_column: at
        timestamp_storage: unix_s
        features: [{name: again, column: k, value_type: int}]
      """)
    let run = try Spellbook.run(["check", "--engine", made[0].url], in: folder)
    let expected =
      "warning,future-event,ticks,,metadata.yml:3,,\"event timestamp `at` lies in the future in at least one row"
    #expect(run.output.contains(expected), "\(run.summary)")
    #expect(run.output.split(separator: "\n").count == 2)
  }

  @Test func aFailingQueryIsAFindingAndTheOtherGroupsAreChecked() throws {
    for engine in TestEngine.allCases {
      let example = try FlightsExample()
      let url = try example.importTables(on: engine)
      try example.folder.write(
        "more.yml",
        """
        - {kind: group, name: broken, entity: origin, query: SELECT nothing FROM weather,
           features: [{name: nothing, value_type: int}]}
        """)
      let run = try Spellbook.run(
        ["check", "--metadata", "more.yml", "--metadata", "metadata.yml", "--engine", url], in: example.folder)
      #expect(run.status == 1)
      #expect(run.output.contains("error,database,broken,,more.yml:1,,"), "\(run.summary)")
      #expect(run.output.contains("note,dead-group,last_flight"))
    }
  }
}
