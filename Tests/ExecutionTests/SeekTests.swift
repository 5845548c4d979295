import SpellCore
import SpellExecution
import SpellPlanning
import SpellTables
import TestSupport
import Testing

/// Rows fetched by key and moment, against the scan of the same tables.
@Suite struct SeekTests {
  private static func metadata(_ storage: TimestampStorage, _ rules: String = "") -> String {
    """
    - {kind: entity, name: k, value_type: int}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, timestamp_storage: \(storage.rawValue)\(rules),
       features: [{name: v, value_type: int}]}
    """
  }

  /// What a statement came to under a strategy: its rows and counts, or its error.
  private func outcome(_ stage: ExecutionStage, _ text: String, _ strategy: Strategy) throws -> [String] {
    var (plan, file) = try stage.plan(text)
    plan.strategy = strategy
    do {
      let (rows, report) = try stage.run(plan, file)
      let use = report.uses[0]
      #expect(use.strategy == strategy)
      let reasons = [MatchReport.Reason.nullKey, .nullMoment, .olderThanTTL].map { use.unmatched[$0.rawValue] }
      let ages = use.ages.map { "\($0.least) \($0.median) \($0.greatest)" } ?? "none"
      return rows + [
        "matched \(use.matched) of \(use.asked), \(use.unmatched.reduce(0, +)): \(reasons)", "nulls \(use.nulls)",
        "ties \(use.ties), invalid \(use.invalid) \(use.invalidRows), ages \(ages)",
      ]
    } catch let error as SpellError {
      // Of several stored values that do not fit, any may be met first.
      return error.diagnostics.map(\.code)
    }
  }

  /// Everything that such a column may hold, close together.
  private static func stored(_ unit: Int64, _ random: inout SeededRandom) -> String {
    let second: Int64 = 1_700_000_000
    let base = second * (1_000_000 / unit) + Int64(random.below(8))
    switch random.below(40) {
    case 0: return "NULL"
    case 1: return random.pick(["'text'", "x'01'", "9e999", "-9e999", "9223372036854775807", "-9223372036854775808"])
    case 2: return random.pick(["\(253_402_300_799_999_999 / unit)", "\(-62_135_596_800_000_000 / unit)"])
    case 3: return "\(253_402_300_799_999_999 / unit).9"
    case 4...16: return "\(base).\(random.pick(["5", "25", "0000005", "9999995", "000001", "999999", "000002"]))"
    default: return "\(base)"
    }
  }

  @Test(arguments: 0..<400) func aSeekAnswersAsAScan(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let (storage, unit) = random.pick([
      (TimestampStorage.unixSeconds, Int64(1_000_000)), (.unixMilliseconds, 1000), (.unixMicroseconds, 1),
    ])
    let rows = (0..<random.below(30)).map { _ in
      "(\(random.below(3)), \(Self.stored(unit, &random)), \(random.pick(["1", "2", "NULL", "'x'"])))"
    }
    let rules =
      random.pick(["", ", ttl: 2s", ", delay: 500ms", ", ttl: 3s, delay: 1ms", ", ttl: 1ms"])
      + random.pick(["", ", invalid: 'null'"])
    let stage = try ExecutionStage(
      sql: "CREATE TABLE f (k INTEGER, t \(random.pick(["INTEGER", "NUMERIC", "REAL", ""])), v INTEGER);"
        + "CREATE INDEX i ON f (k, t);" + (rows.isEmpty ? "" : "INSERT INTO f VALUES \(rows.joined(separator: ", "))"),
      metadata: Self.metadata(storage, rules))
    let labels = (0..<random.below(12)).map { _ -> String in
      let moment =
        1_700_000_000_000_000 + Int64(random.below(9)) * unit + random.pick([0, 0, 1, -1, unit / 2, 500_000])
      let text = random.pick([TimeText.text(moment), TimeText.text(moment), "", "9999-12-31 23:59:59", "0001-01-01"])
      return "\(random.pick(["0", "1", "2", "3", ""])),\(text)\n"
    }
    try stage.folder.write("l.csv", "k,at\n" + labels.joined())
    let text =
      "SELECT FEATURES v \(random.pick(["AS OF", "BEFORE"])) at\(random.pick(["", " - 1s", " + 2s"])) JOIN l.csv"
    let expected = try outcome(stage, text, .scan)
    #expect(try outcome(stage, text, .seek) == expected, "\(text)\n\(rules)\n\(rows)\n\(labels)")
  }

  private func deepStage(rowsPerKey: Int, extra: String = "") throws -> ExecutionStage {
    try ExecutionStage(
      sql: """
        CREATE TABLE f (k INTEGER, t INTEGER, v INTEGER);
        CREATE INDEX i ON f (k, t);
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19999)
          INSERT INTO f SELECT i % 10, i / 10, i FROM n;
        \(extra)
        ANALYZE;
        UPDATE sqlite_stat1 SET stat = '20000 \(rowsPerKey) 1';
        """,
      metadata: Self.metadata(.unixSeconds))
  }

  @Test func fewRowsAreReadWhereHistoriesAreDeep() throws {
    let stage = try deepStage(rowsPerKey: 2000)
    try stage.folder.write(
      "l.csv",
      "k,at\n3,1970-01-01 00:00:07\n3,1970-01-01 00:00:07.5\n4,1971-01-01\n77,1971-01-01\n")
    let (rows, report) = try stage.run("SELECT FEATURES v AS OF at JOIN l.csv")
    #expect(rows.map { $0.split(separator: ",").last } == ["73", "73", "19994", "NULL"])
    // With the row a unit before, for a fraction may lie between.
    #expect(report.uses[0].strategy == .seek && report.uses[0].rowsRead <= 4)
    #expect(report.uses[0].matched == 3 && report.uses[0].unmatched[MatchReport.Reason.noMatch.rawValue] == 1)
    #expect(report.lines == ["  f  seek   3 matched, 1 without a match   median age 500ms, 33% at the very moment"])
  }

  @Test func chunksCutNoKeyInTwoAnswers() throws {
    let stage = try deepStage(rowsPerKey: 2000)
    // More moments of one key than a statement has ranges, most of them without a row of their own.
    let labels = (0..<2500).map { "\($0 % 2),\(TimeText.text(Int64($0) * 400_000))\n" }
    try stage.folder.write("l.csv", "k,at\n" + labels.joined())
    let text = "SELECT FEATURES v AS OF at JOIN l.csv"
    #expect(try outcome(stage, text, .seek) == outcome(stage, text, .scan))
  }

  @Test func aWrongEstimateEndsInAScan() throws {
    // One moment holds half of all rows.
    let stage = try deepStage(rowsPerKey: 2000, extra: "UPDATE f SET t = 5 WHERE k = 3;")
    try stage.folder.write("l.csv", "k,at\n3,1970-01-01 00:00:05\n")
    let (rows, report) = try stage.run("SELECT FEATURES v AS OF at JOIN l.csv")
    #expect(rows.map { $0.split(separator: ",").last } == ["19993"])
    #expect(report.uses[0].strategy == .scan && report.uses[0].ties == 1)
    let (plan, file) = try stage.plan("SELECT FEATURES v AS OF at JOIN l.csv")
    let access = try stage.outcome(plan, file, to: CollectingSink()).plan.uses[0].access
    #expect(access.reason == "every row once, after seek met more than 1,000 rows")
  }
}
