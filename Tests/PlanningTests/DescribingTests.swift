import SpellCore
import SpellLanguage
import SpellPlanning
import SpellTables
import TestSupport
import Testing

/// SHOW, DESCRIBE and EXPLAIN.
@Suite struct DescribingTests {
  private let stage: PlanningStage

  init() throws { stage = try .flights() }

  /// The table of a SHOW or DESCRIBE: a line for each row, cells apart by `|`, NULL as nothing.
  private func table(_ text: String, parameters: [String: String] = [:]) throws -> [String] {
    let statement = try PlanningStage.statement(text, parameters: parameters)
    let table: TextTable
    switch statement.body {
    case .show(let show): table = try ShowTable(catalog: stage.catalog).table(show, source: statement.source)
    case .describe(let describe):
      table = try DescribeTable(catalog: stage.catalog).table(describe, source: statement.source)
    default: return []
    }
    return ([table.columns] + table.rows).map { row in row.map { $0 ?? "" }.joined(separator: "|") }
  }

  private func problem(_ text: String) throws -> Diagnostic? {
    do {
      _ = try table(text)
      return nil
    } catch let error as SpellError {
      return error.diagnostics.first
    }
  }

  @Test func showEntities() throws {
    #expect(
      try table("SHOW ENTITIES") == ["name|value-type|description", "airport|str|", "tailnum|str|", "seat|int|"])
    #expect(try table("SHOW ENTITIES IN routes LIKE 't%'") == ["name|value-type|description", "tailnum|str|"])
  }

  @Test func showGroups() throws {
    #expect(
      try table("SHOW GROUPS LIKE 'routes%'") == [
        "name|entity|description|event_timestamp", "routes|airport, tailnum||at", "routes_again|tailnum, airport||at",
      ])
    #expect(try table("SHOW GROUPS IN PLANES").dropFirst() == ["planes|tailnum||"])
    #expect(try table("SHOW GROUPS LIKE :p", parameters: ["p": "%s\\_again"]).count == 2)
    #expect(try table("SHOW GROUPS LIKE 'PLANES'").count == 1)
  }

  @Test func showFeaturesAndSets() throws {
    #expect(
      try table("SHOW FEATURES IN weather LIKE '%e%'") == [
        "name|group|entity|value-type|description", "temp|weather|airport|float|", "note|weather|airport||",
        "seen|weather|airport|datetime|",
      ])
    #expect(
      try table("SHOW SETS IN planes") == [
        "name|features|description", "basics|weather.humidity, weather.temp, planes.year|",
      ])
    #expect(try table("SHOW SETS IN seats") == ["name|features|description"])
  }

  @Test func showAll() throws {
    #expect(
      try table("SHOW ALL LIKE '%e_t'") == ["kind|name|entity|value-type|description", "entity|seat||int|"])
    #expect(
      try table("SHOW ALL IN seats").dropFirst() == [
        "entity|seat||int|", "group|seats|seat||", "feature|seats.taken|seat|int|",
      ])
    #expect(try table("SHOW ALL").count == 1 + 3 + 8 + 13 + 2)
    #expect(try problem("SHOW ALL IN seat")?.code == "unknown-group")
    #expect(try problem("SHOW ALL IN seat")?.label == "did you mean `seats`?")
  }

  @Test func describeAGroup() throws {
    #expect(
      try table("DESCRIBE Last_Flight").filter { !$0.hasPrefix("defined in") } == [
        "property|value", "group|last_flight", "entity|tailnum", "table|arrivals", "key|tailnum str (column tail_no)",
        "event timestamp|landed_at", "time zone|UTC", "ttl|none: however old, a row counts",
        "delay|1h: a row counts so long after its event", "feature arr_delay|float", "feature temp|float",
        "example|SELECT FEATURES last_flight.* LIMIT 5;",
      ])
    #expect(try table("DESCRIBE weather").contains("feature humidity|int: percent"))
    #expect(try table("DESCRIBE weather").contains("feature note|as stored"))
    #expect(try table("DESCRIBE planes").contains("event timestamp|none: a static group"))
  }

  @Test func describeOthers() throws {
    let feature = ["feature|weather.humidity", "description|percent", "value type|int", "column|weather.humidity"]
    for text in ["DESCRIBE humidity", "DESCRIBE weather.humidity", "DESCRIBE Weather.HUMIDITY"] {
      let rows = try table(text)
      #expect(feature.allSatisfy(rows.contains), "\(text)")
    }
    #expect(
      try table("DESCRIBE tailnum").filter { !$0.hasPrefix("defined in") } == [
        "property|value", "entity|tailnum", "key|tailnum str",
        "groups|last_flight, planes, routes, routes_again, ticks, gauges",
      ])
    #expect(
      try table("DESCRIBE basics").suffix(4) == [
        "feature|weather.humidity", "feature|weather.temp", "feature|planes.year",
        "example|SELECT FEATURES basics JOIN 'labels.csv' INTO 'train.csv';",
      ])
    #expect(try table("DESCRIBE pressure")[1] == "feature set|pressure")
    #expect(try table("DESCRIBE airport").first { $0.hasPrefix("defined in") }?.hasSuffix("metadata.yml:1") == true)
  }

  @Test func describeWhatIsNotThere() throws {
    #expect(try problem("DESCRIBE temp")?.message == "`temp` could be any of `weather.temp`, `last_flight.temp`")
    #expect(try problem("DESCRIBE nothing")?.code == "unknown-name")
    #expect(try problem("DESCRIBE weather.tmp")?.label == "did you mean `temp`?")
    #expect(try problem("DESCRIBE wether.temp")?.label == "did you mean `weather`?")
  }

  private func explained(_ text: String, labels: [String]? = nil) throws -> [String] {
    Explanation(try stage.plan(text, labels: labels), labelName: labels.map { _ in "l.csv" }).lines
  }

  @Test func explainAJoin() throws {
    let lines = try explained(
      "SELECT FEATURES humidity, arr_delay, year BEFORE day + 1h JOIN l ON airport = origin WITHIN 2h "
        + "WHERE origin = 'JFK' AND humidity > 5 ORDER BY year",
      labels: ["origin", "tailnum", "day"])
    #expect(
      lines == [
        "join of l.csv on airport = origin, tailnum before day + 1h",
        "├─ weather: scan, about 0 rows (the rows of the keys that WHERE names)",
        "│  at most 2h old",
        #"│  SELECT "airport", "at", "loaded", "humidity" FROM "weather" WHERE "airport" COLLATE BINARY IN ('JFK')"#,
        "├─ last_flight: scan, about 0 rows (every row once, each to the one label slot that it can answer)",
        "│  available 1h after the event; at most 2h old",
        #"│  SELECT "tail_no", "landed_at", "arr_delay" FROM "arrivals""#,
        "└─ planes: scan, about 0 rows (every row once, at most one of each key)",
        "   static: at most one row per key",
        #"   SELECT "tailnum", "year" FROM "planes""#,
        "WHERE on keys decides which keys are asked for",
        "WHERE filters the result",
        "ORDER BY sorts the result",
      ])
  }

  private func measured() throws -> Explanation {
    var measured = Measurement()
    measured.labels = Measurement.Stage(rows: 3, bytes: 95, nanoseconds: 40_000, heldBytes: 16_480)
    measured.uses = [
      Measurement.Stage(rows: 1_234_567, bytes: 29_629_608, nanoseconds: 2_345_678_901, heldBytes: 950)
    ]
    measured.result = Measurement.Stage(rows: 1, bytes: 1, nanoseconds: 12_400_000)
    measured.peakMemoryBytes = 45_100_000
    let plan = try stage.plan("SELECT FEATURES humidity JOIN l", labels: ["airport"])
    return Explanation(plan, labelName: "l.csv", measured: measured)
  }

  @Test func explainWhatWasMeasured() throws {
    #expect(
      try measured().lines.suffix(4) == [
        "   1,234,567 rows of 29.6 MB read in 2.3 s; 950 bytes held",
        "3 labels of 95 bytes read in 0.0 ms; 16.5 kB held",
        "1 row of 1 byte in the result, chosen and written in 12 ms",
        "peak memory of the process 45.1 MB",
      ])
  }

  private func json(_ explanation: Explanation) throws -> JSONValue {
    let target = MemoryTarget()
    try explanation.writeJSON(to: target)
    return try #require(JSONValue(String(decoding: target.bytes, as: UTF8.self)))
  }

  @Test func jsonHoldsWhatWasMeasured() throws {
    let plan = try json(measured())
    let stages = [plan["labels"], plan["uses"]?.items.first, plan["result"]].map { $0?["measured"] }
    #expect(stages.map { $0?["rows"] } == [.number("3"), .number("1234567"), .number("1")])
    #expect(stages.map { $0?["bytes"] } == [.number("95"), .number("29629608"), .number("1")])
    #expect(stages.map { $0?["milliseconds"] } == [.number("0.04"), .number("2345.679"), .number("12.4")])
    #expect(stages.map { $0?["held_bytes"] } == [.number("16480"), .number("950"), .null])
    #expect(plan["peak_memory_bytes"] == .number("45100000"))
  }

  @Test func jsonHoldsTheRules() throws {
    func plan(_ text: String, labels: [String]? = nil) throws -> JSONValue {
      try json(Explanation(stage.plan(text, labels: labels), labelName: labels.map { _ in "l.csv" }))
    }
    let join = try plan(
      "SELECT FEATURES arr_delay, year BEFORE day - 1h JOIN l WHERE tailnum = 'a' ORDER BY year LIMIT 3 OFFSET 2",
      labels: ["tailnum", "day"])
    #expect(join["statement"] == .string("join") && join["strict"] == .bool(true) && join["axis"] == .string("time"))
    #expect(join["labels"]?["moment_column"] == .string("day") && join["labels"]?["measured"] == .null)
    #expect(join["labels"]?["columns"]?.items == [.string("tailnum"), .string("day")])
    #expect(join["moment"] == .null && join["offset"] == .number("-3600.0"))
    let flight = try #require(join["uses"]?.items.first)
    #expect(flight["delay"] == .number("3600.0") && flight["ttl"] == .null && flight["known"] == .string("all"))
    #expect(
      flight["keys"]?.items.first
        == .object(["name": .string("tailnum"), "column": .string("tail_no"), "label_column": .string("tailnum")]))
    let planes = try #require(join["uses"]?.items.last)
    #expect(planes["static"] == .bool(true) && planes["delay"] == .null)
    let result = try #require(join["result"])
    #expect(result["where_on_keys"] == .bool(true) && result["where"] == .bool(false))
    #expect(result["order_by"] == .bool(true) && result["limit"] == .number("3") && result["offset"] == .number("2"))
    #expect(result["limit_cuts"] == .string("result") && join["peak_memory_bytes"] == .null)

    let snapshot = try plan("SELECT FEATURES volume AS OF 5 KNOWN AT 4.5")
    #expect(snapshot["statement"] == .string("snapshot") && snapshot["labels"] == .null)
    #expect(snapshot["axis"] == .string("number") && snapshot["moment"] == .number("5"))
    let ticks = try #require(snapshot["uses"]?.items.first)
    #expect(ticks["known"] == .string("at") && ticks["known_at"] == .number("4.5"))
    let known = try plan("SELECT FEATURES humidity AS OF '2024-01-31' KNOWN")
    #expect(known["moment"] == .string("2024-01-31 00:00:00+00:00"))
    #expect(known["uses"]?.items.first?["known"] == .string("by_moment"))
  }

  @Test func explainASnapshot() throws {
    let day = "'2024-01-31'"
    #expect(try explained("SELECT FEATURES humidity AS OF \(day)")[0] == "snapshot as of 2024-01-31 00:00:00+00:00")
    #expect(try explained("SELECT FEATURES humidity KNOWN")[2] == "   at most 6h old; created by the moment")
    #expect(
      try explained("SELECT FEATURES humidity KNOWN AT \(day)")[2]
        == "   at most 6h old; created by the time that KNOWN AT names")
    #expect(try explained("SELECT FEATURES year")[0] == "snapshot (static groups need no moment)")
    #expect(try explained("SELECT FEATURES volume BEFORE 5 - 1")[0] == "snapshot before 5 - 1")
    #expect(try explained("SELECT FEATURES volume AS OF 5.25")[0] == "snapshot as of 5.25")
    #expect(
      try explained("SELECT FEATURES humidity JOIN l", labels: ["airport"])[0]
        == "join of l.csv on airport as of the only label column that holds times")
  }
}
