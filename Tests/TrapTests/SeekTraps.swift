import TestSupport
import Testing

/// What a seek must not pass over, though it looks at few rows: every answer, error and count is that of a scan.
@Suite struct SeekTraps {
  private static let servers: [TestEngine] = [.postgresql, .standby]
  private static let join = "SELECT FEATURES f.v AS OF at JOIN labels.csv"

  /// A group `f` without a created time: rows are a key, a time and a value.
  private func stage(
    _ rows: [(String, String, Int)], labels: [String], group: [String] = [], time: String, on engines: [TestEngine]
  ) throws -> TrapStage {
    try TrapStage(
      rows.map { "'\($0.0)', \($0.1), NULL, \($0.2)" }, labels: labels, group: group,
      columns: "k text, t \(time), c \(time), v integer", on: engines)
  }

  /// The strategy that a forced seek comes to, and what is said of it.
  private func forced(_ stage: TrapStage) throws -> (strategy: String?, errors: String) {
    let run = try stage.run(Self.join, options: ["--report", "report.json"], strategies: ["seek"])
    let statements = JSONValue(try stage.folder.read("report.json"))?["statements"]?.items
    return (statements?.first?["uses"]?.items.first?["strategy"]?.string, run.errors)
  }

  private static let labels = [
    "a,2024-01-01 10:00", "a,2024-01-01 10:00:00.000001", "a,2024-01-01 09:59:59.999999", "a,2024-01-01 10:00:01",
    "a,", ",2024-01-01 10:00", "b,2024-01-01 10:00", "c,2024-01-01 10:00", "a,2024-01-03", "a,2024-01-01 10:00",
  ]

  @Test(
    "the newest row of each moment is found in every column that an engine sorts by time",
    arguments: [
      ("timestamp with time zone", "'2024-01-01 09:00+00'", "'2024-01-01 10:00+00'", "'2024-01-02 00:00+00'", ""),
      ("timestamp(3) with time zone", "'2024-01-01 09:00+00'", "'2024-01-01 12:00+02'", "'2024-01-02 00:00+00'", ""),
      ("timestamp", "'2024-01-01 09:00'", "'2024-01-01 10:00'", "'2024-01-02 00:00'", ""),
      ("timestamp(0)", "'2024-01-01 03:30'", "'2024-01-01 04:30'", "'2024-01-01 18:30'", "timezone: '-05:30'"),
      ("bigint", "1704099600", "1704103200", "1704153600", "timestamp_storage: unix_s"),
      ("integer", "1704099600", "1704103200", "1704153600", "timestamp_storage: unix_s"),
      ("bigint", "1704099600000", "1704103200000", "1704153600000", "timestamp_storage: unix_ms"),
      ("bigint", "1704099600000000", "1704103200000000", "1704153600000000", "timestamp_storage: unix_us"),
    ])
  func sortedTimes(type: String, first: String, second: String, third: String, group: String) throws {
    let isNative = first.hasPrefix("'")
    let stage = try stage(
      [("a", first, 1), ("a", third, 3), ("a", second, 2), ("b", second, 4), ("b", "NULL", 5), ("b", third, 6)],
      labels: Self.labels, group: [group], time: type, on: isNative ? Self.servers : TestEngine.allCases)
    #expect(try forced(stage).strategy == "seek")
    #expect(try stage.values() == ["2", "2", "1", "2", "NULL", "NULL", "4", "NULL", "3", "2"])
    #expect(try stage.values("BEFORE at") == ["1", "2", "1", "2", "NULL", "NULL", "NULL", "NULL", "3", "1"])
    #expect(try stage.values("AS OF at - 1h") == ["1", "1", "NULL", "1", "NULL", "NULL", "NULL", "NULL", "3", "1"])
    #expect(
      try stage.values("AS OF at WITHIN 1s") == ["2", "2", "NULL", "2", "NULL", "NULL", "4", "NULL", "NULL", "2"])
    #expect(try stage.report()?["matched"]?.int == 7)
  }

  @Test("a delay moves the range of a seek, and days begin by the group's clock")
  func delaysAndDays() throws {
    let rows = [("a", "'2024-01-01'", 1), ("a", "'2024-01-02'", 2), ("a", "'2024-01-03'", 3)]
    let labels = ["2024-01-02 04:59:59.999999", "2024-01-02 05:00", "2024-01-03 04:59", "2024-01-03 05:00:00.000001"]
    for (zone, delay, expected) in [
      ("-05:00", "0", ["1", "2", "2", "3"]), ("+02:00", "0", ["2", "2", "3", "3"]),
      ("-05:00", "1d", ["NULL", "1", "1", "2"]), ("+02:00", "52w", ["NULL", "NULL", "NULL", "NULL"]),
    ] {
      let group = ["timezone: '\(zone)'"] + (delay == "0" ? [] : ["delay: \(delay)"])
      let stage = try stage(rows, labels: labels.map { "a,\($0)" }, group: group, time: "date", on: Self.servers)
      #expect(try forced(stage).strategy == "seek")
      #expect(try stage.values() == expected, "\(zone) \(delay)")
    }
  }

  @Test(
    "times that cannot be read are found whatever is asked for",
    arguments: [
      ("timestamp with time zone", ["'0044-03-15 BC'", "'10000-01-01'", "'294276-12-31'"]),
      ("timestamp", ["'0001-12-31 BC'", "'10000-01-01 00:00'"]), ("date", ["'4713-01-01 BC'", "'10000-01-01'"]),
      ("bigint", ["253402300800", "-62135596801", "9223372036854775807", "-9223372036854775808"]),
    ])
  func unreadableTimes(type: String, times: [String]) throws {
    let isNative = type != "bigint"
    let usual = isNative ? "'2024-01-01'" : "1704067200"
    for time in times {
      let rows = [("a", usual, 1), ("a", time, 2), ("b", usual, 3)]
      let group = isNative ? [] : ["timestamp_storage: unix_s"]
      let engines = isNative ? Self.servers : TestEngine.allCases
      let stage = try stage(rows, labels: ["b,2024-01-02"], group: group, time: type, on: engines)
      #expect(try stage.values() == ["3"] && forced(stage).strategy == "seek")
      // Also for a label that has no moment, or an early one.
      for label in ["a,2024-01-02", "a,", "a,0001-01-01", "a,9999-12-31 23:59:59"] {
        try stage.folder.write("labels.csv", "k,at\n\(label)\n")
        try stage.refuses(Self.join, naming: ["f", "column `t`", "key a"])
      }
      let lenient = try self.stage(
        rows, labels: ["a,2024-01-02", "a,", "a,2023-01-01"], group: group + ["invalid: null"], time: type, on: engines)
      #expect(try lenient.values() == ["1", "NULL", "NULL"])
      #expect(try lenient.report()?["invalid_rows"]?.int == 1)
    }
  }

  @Test("infinities and the first and last of the years are times like others")
  func endsOfTime() throws {
    let labels = [
      "a,0001-01-01", "a,0001-01-01 12:00", "a,0001-01-03", "a,2024-01-01", "a,9999-12-30", "a,9999-12-31 23:59:59",
      "b,0001-01-01", "c,9999-12-31 23:59:59.999999",
    ]
    for type in ["timestamp with time zone", "timestamp", "date"] {
      let stage = try stage(
        [
          ("a", "'0001-01-01'", 1), ("a", "'0001-01-02'", 2), ("a", "'9999-12-30'", 3), ("a", "'9999-12-31'", 4),
          ("b", "'-infinity'", 5), ("c", "'infinity'", 6), ("c", "'2024-01-01'", 7),
        ], labels: labels, time: type, on: Self.servers)
      #expect(try forced(stage).strategy == "seek")
      #expect(try stage.values() == ["1", "1", "2", "2", "3", "4", "5", "7"], "\(type)")
      #expect(try stage.values("BEFORE at") == ["NULL", "1", "2", "2", "2", "4", "5", "7"], "\(type)")
    }
  }

  @Test("numbers of a column that takes anything: fractions count as from the next microsecond on, texts are errors")
  func looseNumbers() throws {
    let rows = [
      ("a", "1704103200", 1), ("a", "1704103200.0000005", 2), ("a", "1704103200.5", 3), ("a", "1704103199.9999995", 4),
      ("a", "1704103201", 5), ("b", "253402300799.5", 6), ("b", "NULL", 7), ("b", "-62135596800", 8),
    ]
    let labels = [
      "a,2024-01-01 10:00", "a,2024-01-01 10:00:00.000001", "a,2024-01-01 10:00:00.499999", "a,2024-01-01 10:00:00.5",
      "a,2024-01-01 09:59:59.999999", "a,2024-01-01 10:00:00.9", "b,0001-01-01", "b,9999-12-31 23:59:59.5",
      "b,9999-12-31 23:59:59.4",
    ]
    let storage = ["timestamp_storage: unix_s"]
    for type in ["INTEGER", "REAL", "NUMERIC", ""] {
      let stage = try stage(rows, labels: labels, group: storage, time: type, on: [.sqlite])
      #expect(try forced(stage).strategy == "seek", "\(type)")
      // The rows of 1 and of 4 are of one microsecond: the greater value wins.
      #expect(try stage.values() == ["4", "2", "2", "3", "NULL", "3", "8", "6", "8"], "\(type)")
      #expect(try stage.values("BEFORE at") == ["NULL", "4", "2", "2", "NULL", "3", "NULL", "8", "8"], "\(type)")
      #expect(try stage.report()?["ties"]?.int == 1)
    }
    for stray in ["'2024-01-01'", "x'00'", "9e999", "''"] {
      let stage = try stage(
        rows + [("a", stray, 9)], labels: ["a,2024-01-01 10:00"], group: storage, time: "INTEGER", on: [.sqlite])
      try stage.refuses(Self.join, naming: ["column `t`", "key a"])
      try stage.folder.write("labels.csv", "k,at\nb,2024-01-01\n")
      #expect(try stage.values() == ["8"])
    }
  }

  @Test("where the order is not that of time, or rows unseen might matter, the group is fetched in another way")
  func whatASeekLeavesAlone() throws {
    let labels = ["a,2024-01-02"]
    func errors(_ time: String, _ value: String, _ group: [String], on engine: TestEngine) throws -> String {
      let stage = try stage([("a", value, 1)], labels: labels, group: group, time: time, on: [engine])
      let (strategy, errors) = try forced(stage)
      #expect(strategy != "seek")
      return errors
    }
    let newYork = ["timezone: America/New_York"]
    for type in ["timestamp", "date"] {
      #expect(
        try errors(type, "'2024-01-01'", newYork, on: .postgresql).contains(
          "note: f: seek cannot rely on the order of `t`, which is \(type)"))
    }
    #expect(try errors("TEXT", "'2024-01-01'", [], on: .sqlite).contains("the order of `t`, which is TEXT, so that"))
    #expect(
      try errors("REAL", "2460310.5", ["timestamp_storage: julian"], on: .sqlite).contains("the order of `t`"))
    #expect(
      try errors("float8", "1704067200", ["timestamp_storage: unix_s"], on: .postgresql).contains("the order of `t`"))
    let created = try TrapStage(
      ["'a', 1704067200, 1704067200, 1"], labels: labels, group: ["timestamp_storage: unix_s"],
      columns: "k TEXT, t INTEGER, c INTEGER, v INTEGER", on: [.sqlite])
    #expect(try forced(created).errors.contains("note: f: seek would miss created times in `c`, so that"))
  }
}
