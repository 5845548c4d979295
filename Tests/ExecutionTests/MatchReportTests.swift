import SpellCore
import SpellPlanning
import SpellTables
import TestSupport
import Testing

@testable import SpellExecution

@Suite struct MatchReportTests {
  private let stage: ExecutionStage

  init() throws {
    stage = try ExecutionStage(
      sql: """
        CREATE TABLE g (k TEXT, t TEXT, c TEXT, v INTEGER, w TEXT);
        INSERT INTO g VALUES
          ('a', '2024-01-01 00:00', '2024-01-01 01:00', 1, NULL), ('a', '2024-01-01 00:00', '2024-01-01 01:00', 2, 'x'),
          ('late', '2024-01-01 00:00', '2024-03-01', 1, 'x'), ('never', '2024-01-01', NULL, 1, 'x'),
          ('future', '2024-05-01', '2024-05-01', 1, 'x'), ('old', '2023-01-01', '2023-01-01', 1, 'x'),
          ('bad', '2024-01-01 06:00', '2024-01-01 06:00', 'many', 'x'), ('no event', NULL, NULL, 1, 'x');
        CREATE TABLE p (k TEXT, y INTEGER);
        INSERT INTO p VALUES ('a', 1), ('b', NULL);
        """,
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: g, entity: k, event_timestamp_column: t, create_timestamp_column: c, ttl: 7d,
           invalid: null,
           features: [{name: v, value_type: int}, {name: w, value_type: str}]}
        - {kind: group, name: p, entity: k, features: [{name: y, value_type: int}]}
        """)
    try stage.folder.write(
      "l.csv",
      "k,at\n"
        + [
          "a,2024-01-01 12:00", "a,2024-01-02", "late,2024-01-02", "never,2024-01-02", "future,2024-01-02",
          "old,2024-01-02", "bad,2024-01-02", "zz,2024-01-02", "no event,2024-01-02", ",2024-01-02", "a,", ",",
          "b,2024-01-02",
        ].joined(separator: "\n")
        + "\n")
  }

  private func report(_ clauses: String, features: String = "v, w") throws -> MatchReport {
    try stage.run("SELECT FEATURES \(features) AS OF at JOIN l.csv \(clauses)").report
  }

  @Test func everyLabelIsMatchedOrHasAReason() throws {
    let report = try report("", features: "v, w, y")
    let use = report.uses[0]
    #expect(use.asked == 13 && use.matched == 5 && use.rowsRead == 8)
    #expect(
      use.reasons == [
        .nullKey: 2, .nullMoment: 1, .unknownKey: 2, .noEvent: 1, .onlyInTheFuture: 1, .olderThanTTL: 1,
      ])
    #expect(use.nulls.map(\.feature) == ["v", "w"] && use.nulls.map(\.count) == [1, 0])
    #expect(use.ties == 2 && use.invalid == 1)
    #expect(use.ages?.least == 43_200_000_000 && use.ages?.greatest == 86_400_000_000)
    let planes = report.uses[1]
    #expect(planes.isStatic && planes.asked == 13 && planes.matched == 4)
    #expect(planes.reasons == [.nullKey: 2, .unknownKey: 7])
    #expect(planes.nulls.map(\.count) == [1] && planes.ages == nil)
    for use in report.uses { #expect(use.matched + use.unmatched.reduce(0, +) == use.asked) }
  }

  @Test func whatIsNotKnownYetIsToldFromTheFuture() throws {
    let use = try report("KNOWN").uses[0]
    #expect(use.matched == 3 && use.reasons[.notKnownYet] == 2 && use.withoutCreated == 1)
    let before = try report("KNOWN AT '2023-06-01'").uses[0]
    #expect(before.matched == 0 && before.reasons[.notKnownYet] == 5)
  }

  @Test func snapshotsCountKeys() throws {
    let outcome = try stage.run("SELECT FEATURES v, y AS OF '2024-01-02'")
    #expect(outcome.rows == ["a,2,1", "b,NULL,NULL", "bad,NULL,NULL", "late,1,NULL", "never,1,NULL"])
    #expect(outcome.report.uses.map(\.asked) == [8, 8])
    #expect(outcome.report.uses.map(\.matched) == [4, 2])
    #expect(
      outcome.report.uses[0].reasons == [.unknownKey: 1, .noEvent: 1, .onlyInTheFuture: 1, .olderThanTTL: 1])
  }

  @Test func whatWasCreatedLaterIsALeak() throws {
    let stage = try ExecutionStage(
      sql: """
        CREATE TABLE f (k INTEGER, t INTEGER, c INTEGER, v INTEGER);
        INSERT INTO f VALUES (1, 10, 10, 1), (2, 10, 11, 2), (3, 9, 12, 3), (4, 9, NULL, 4);
        """,
      metadata: """
        - {kind: entity, name: k, value_type: int}
        - {kind: group, name: f, entity: k, event_timestamp_column: t, create_timestamp_column: c,
           timestamp_storage: unix_s, features: [{name: v}]}
        """)
    try stage.folder.write("l.csv", "k,at\n1,10\n2,10\n3,10\n4,10\n4,20\n")
    let report = try stage.run("SELECT FEATURES v AS OF at JOIN l.csv TIME unix_s").report
    #expect(report.uses[0].atMoment == 2 && report.uses[0].createdLater == 2)
    #expect(report.lines == ["  f  scan   5 matched   median age 1s, 40% at the very moment"])
    #expect(
      report.warnings == [
        "f: 2 answers created after the moment, when nobody knew of it; KNOWN leaves such rows out"
      ])
    let known = try stage.run("SELECT FEATURES v AS OF at KNOWN JOIN l.csv TIME unix_s").report
    #expect(known.uses[0].createdLater == 0 && known.uses[0].matched == 1)
    let before = try stage.run("SELECT FEATURES v BEFORE '1970-01-01 00:00:12'").report
    #expect(before.uses[0].createdLater == 1 && before.uses[0].atMoment == 0)
  }

  @Test func linesAndWarnings() throws {
    let report = try report("KNOWN", features: "v, y")
    #expect(
      report.lines == [
        "  g  scan   3 matched, 2 without a key, 1 without a moment, 2 of unknown key, "
          + "1 without an event, 1 only in the future, "
          + "1 older than the ttl, 2 not known yet   median age 18h",
        "  p  scan   4 matched, 2 without a key, 7 of unknown key",
      ])
    #expect(
      report.warnings == [
        "g: 2 full ties between rows with the same key, event and created time",
        "g: 1 stored row without a created time never counted as known",
        "g: 1 answer with a value that does not fit, read as NULL",
      ])
  }

  @Test func namesAreAlignedByTheirWidth() {
    var use = MatchReport.Use(group: "größe\u{1B}", strategy: .scan, isStatic: true)
    use.matched = 1234
    let other = MatchReport.Use(group: "日本", strategy: .scan, isStatic: true)
    let lines = MatchReport(uses: [use, other]).lines
    #expect(lines.count == 2 && !lines[0].contains("\u{1B}") && lines[0].contains("1,234 matched"))
    let widths = lines.map { line in DisplayWidth.cells(of: String(line.prefix { $0 != "s" })) }
    #expect(widths[0] == widths[1])
  }

  @Test func jsonHoldsTheSame() throws {
    let report = try report("KNOWN", features: "v, w, y")
    let target = MemoryTarget()
    try ReportJSON.write([(statement: "SELECT \"x\"\n", rows: 12, report: report), ("S2", 0, report)], to: target)
    let statements = try #require(JSONValue(String(decoding: target.bytes, as: UTF8.self))?["statements"]?.items)
    #expect(statements.count == 2)
    #expect(statements[0]["statement"]?.string == "SELECT \"x\"\n" && statements[0]["rows"]?.int == 12)
    let use = try #require(statements[0]["uses"]?.items.first)
    #expect(use["group"]?.string == "g" && use["strategy"]?.string == "scan")
    #expect(use["labels"]?.int == 13 && use["matched"]?.int == 3 && use["ties"]?.int == 2 && use["invalid"]?.int == 1)
    #expect(use["without_created"]?.int == 1 && use["rows_read"]?.int == 8)
    for (reason, count) in [
      ("null_key", 2), ("null_moment", 1), ("unknown_key", 2), ("only_in_the_future", 1), ("older_than_ttl", 1),
      ("not_known_yet", 2), ("no_event", 1),
    ] { #expect(use["unmatched"]?[reason]?.int == count, "\(reason)") }
    #expect(use["nulls"]?["v"]?.int == 1 && use["nulls"]?["w"]?.int == 0)
    #expect(
      String(decoding: target.bytes, as: UTF8.self).contains(
        "\"age_seconds\": {\"min\": 43200.0, \"p25\": 43200.0, \"median\": 64800.0, \"p75\": 64800.0, "
          + "\"p95\": 64800.0, \"max\": 86400.0}"))
    let planes = try #require(statements[0]["uses"]?.items.last)
    #expect(planes["group"]?.string == "p" && planes["matched"]?.int == 4)
  }

  @Test func jsonOfNothing() throws {
    let target = MemoryTarget()
    try ReportJSON.write([], to: target)
    #expect(JSONValue(String(decoding: target.bytes, as: UTF8.self))?["statements"]?.items.isEmpty == true)
  }

  @Test func agesAreTheLeastTheMedianAndTheGreatest() throws {
    var random = SeededRandom(seed: 4)
    for count in [1, 2, 3, 10, 501, 1000] {
      var fold = FoldStage()
      fold.labels = (0..<count).map { _ in (1, Int64(1000 + random.below(count * 2))) }
      let ages = try #require(try fold.fold([[[1, 1000, nil, 1]]]).report().ages)
      let sorted = fold.labels.compactMap(\.moment).map { $0 - 1000 }.sorted()
      #expect(ages.least == sorted[0] && ages.greatest == sorted[count - 1])
      #expect(ages.median == sorted[(count - 1) / 2])
      #expect(ages.quantiles == MatchReport.Ages.percents.map { sorted[(count - 1) * $0 / 100] })
    }
  }

  @Test func infiniteMomentsHaveNoAge() throws {
    var fold = FoldStage()
    fold.labels = [(1, .max), (2, 5)]
    #expect(try fold.fold([[[1, 1, nil, 1], [2, .integer(.min), nil, 1]]]).report().ages == nil)
    fold.labels = [(1, .max - 1)]
    #expect(try fold.fold([[[1, .integer(.min + 1), nil, 1]]]).report().ages?.median == .max)
  }

  @Test(
    arguments: [
      (0, "0s"), (999, "999us"), (1000, "1ms"), (999_999, "999ms"), (1_000_000, "1s"), (1_500_000, "1s"),
      (59_999_999, "59s"), (60_000_000, "1m"), (61_000_000, "1m 1s"), (1_500_000_000, "25m"),
      (70_020_000_000, "19h 27m"),
      (3_600_000_000, "1h"), (3_601_000_000, "1h"), (273_600_000_000, "3d 4h"), (86_400_000_000, "1d"),
      (-61_000_000, "-1m 1s"),
      (.max, "106751991d 4h"), (.min, "-106751991d 4h"),
    ] as [(Int64, String)])
  func ageText(microseconds: Int64, text: String) { #expect(AgeText.text(microseconds) == text) }
}

extension MatchReport.Use {
  /// How many rows have no answer, by reason; reasons that do not occur are left out.
  fileprivate var reasons: [MatchReport.Reason: Int] {
    let counts = MatchReport.Reason.allCases.map { ($0, unmatched[$0.rawValue]) }
    return Dictionary(uniqueKeysWithValues: counts.filter { $0.1 > 0 })
  }
}
