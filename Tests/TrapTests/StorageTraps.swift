import TestSupport
import Testing

/// What columns really hold.
@Suite struct StorageTraps {
  private static let integer = "k TEXT, t BIGINT, c BIGINT, v INTEGER"

  @Test(
    "trap 31: whole numbers are times in the declared unit",
    arguments: [
      ("unix_s", "1704103200", "2024-01-01T10:00:00Z", "2024-01-01T09:59:59.999999Z"),
      ("unix_ms", "1704103200001", "2024-01-01T10:00:00.001Z", "2024-01-01T10:00:00.000999Z"),
      ("unix_us", "1704103200000001", "2024-01-01T10:00:00.000001Z", "2024-01-01T10:00:00Z"),
      ("unix_s", "-1", "1969-12-31T23:59:59Z", "1969-12-31T23:59:58.999999Z"),
      ("unix_ms", "-1", "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.998999Z"),
      ("unix_us", "-1", "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999998Z"),
    ])
  func unixTimes(storage: String, stored: String, moment: String, before: String) throws {
    let stage = try TrapStage(
      ["'a', \(stored), NULL, 1"], labels: ["a,\(moment)", "a,\(before)"], group: ["timestamp_storage: \(storage)"],
      columns: Self.integer)
    #expect(try stage.values() == ["1", "NULL"])
    #expect(try stage.values("BEFORE at") == ["NULL", "NULL"])
  }

  @Test("labels in a larger unit than was said are out of range, and no moments of a far future")
  func wrongUnits() throws {
    let stage = try TrapStage(
      ["'a', 1704103200, NULL, 1", "'a', 1900000000, NULL, 2"], labels: ["a,1704103200000"],
      group: ["timestamp_storage: unix_s"], columns: Self.integer)
    try stage.refuses(
      "SELECT FEATURES f.v AS OF at JOIN labels.csv TIME unix_s INTO 'out.csv'",
      naming: ["labels.csv:2", "1704103200000", "out of range"])
    let answer = try stage.output("SELECT FEATURES f.v AS OF at JOIN labels.csv TIME unix_ms")
    #expect(stage.column("v", of: answer) == ["1"])
  }

  @Test("whole numbers that fractions could not be compared with are errors, created times too")
  func inexactCreated() throws {
    let stage = try TrapStage(
      ["'a', 1, 9007199254740992, 1", "'a', 1, 9007199254740993, 0"], labels: ["a,1"], columns: Self.integer)
    #expect(try stage.values() == ["0"])
    try stage.folder.write("labels.csv", "k,at\na,1\na,1.5\n")
    try stage.refuses(
      "SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'", naming: ["`c`", "9007199254740993", "2^53"])
  }

  @Test("row numbers and statistics that promise more rows than there can be do no harm")
  func hostileStatistics() throws {
    for statistics in [
      "", "9223372036854775807 9223372036854775807 9223372036854775807", "99999999999999999999 1 1", "10 0 0",
      "-5 -5 -5", "nan inf", "1e400 1e400",
    ] {
      let tables = ["f", "g", "h"].map { name in
        """
        CREATE TABLE \(name) (id INTEGER PRIMARY KEY, k TEXT, t TEXT, \(name)v INTEGER);
        CREATE INDEX \(name)_k_t ON \(name) (k, t);
        INSERT INTO \(name) VALUES (9223372036854775806, 'a', '2024-01-01', 1);
        INSERT INTO \(name) VALUES (9223372036854775807, 'b', '2024-01-01', 2);
        \(statistics.isEmpty ? "" : "ANALYZE; UPDATE sqlite_stat1 SET stat = '\(statistics)';")
        """
      }
      let groups = ["f", "g", "h"].map { name in
        "---\nkind: group\nname: \(name)\nentity: k\nevent_timestamp_column: t\nfeatures: [\(name)v]\n"
      }
      let stage = try TrapStage(
        sql: tables.joined(separator: "\n"),
        metadata: "kind: entity\nname: k\nvalue_type: str\n" + groups.joined(),
        labels: "k,at\na,2024-01-02\n", on: [.sqlite])
      #expect(
        try stage.output("SELECT FEATURES fv, gv, hv AS OF at JOIN labels.csv").hasSuffix("\na,2024-01-02,1,1,1\n"))
      #expect(
        try stage.output("SELECT FEATURES fv, gv, hv AS OF '2024-01-02'") == "k,fv,gv,hv\na,1,1,1\nb,2,2,2\n")
      #expect(
        try stage.output("SELECT FEATURES fv VERSIONS FROM '2024-01-01' TO '2024-01-02'").contains("\nb,"))
    }
  }

  @Test("trap 31: an integer column without a declaration is an axis of numbers, and does not mix with times")
  func numberAxis() throws {
    let rows = ["'a', 10, 12, 1", "'a', 20, 21, 2"]
    let stage = try TrapStage(rows, labels: ["a,9", "a,10", "a,25", "a,26"], group: ["ttl: 5"], columns: Self.integer)
    #expect(try stage.values() == ["NULL", "1", "2", "NULL"])
    #expect(try stage.values("BEFORE at") == ["NULL", "NULL", "2", "NULL"])
    #expect(try stage.values("AS OF at + 1 WITHIN 6") == ["1", "1", "2", "NULL"])
    #expect(try stage.values("AS OF at KNOWN WITHIN 100") == ["NULL", "NULL", "2", "2"])
    let times = try TrapStage(rows, labels: ["a,2024-01-01"], columns: Self.integer)
    try times.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'", naming: ["labels.csv:2"])
    let duration = try TrapStage(rows, labels: ["a,10"], group: ["ttl: 1h"], columns: Self.integer)
    let run = try duration.run("SELECT FEATURES f.v AS OF at JOIN labels.csv")
    #expect(run.status == 1 || run.status == 2, "\(run.summary)")
    #expect(run.errors.contains("ttl"), "\(run.summary)")
  }

  @Test("trap 31: text in a column of whole-number times is an error where the answer depends on it")
  func mixedTypes() throws {
    let rows = ["'a', 1704103200, NULL, 1", "'a', '2024-01-01 11:00', NULL, 2", "'b', 1704103200, NULL, 3"]
    let storage = ["timestamp_storage: unix_s"]
    let stage = try TrapStage(
      rows, labels: [label("a", "12:00")], group: storage, columns: Self.integer, on: [.sqlite])
    try stage.refuses(
      "SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'", naming: ["f", "t", "a", "2024-01-01 11:00"])
    let other = try TrapStage(
      rows, labels: [label("b", "12:00")], group: storage, columns: Self.integer, on: [.sqlite])
    #expect(try other.values() == ["3"])
    let lenient = try TrapStage(
      rows, labels: [label("a", "12:00")], group: storage + ["invalid: \"null\""], columns: Self.integer,
      on: [.sqlite])
    #expect(try lenient.values() == ["1"])
  }

  @Test("trap 30: whole-number times at the ends of 64 bits never crash", arguments: ["unix_s", "unix_ms", "unix_us"])
  func extremes(storage: String) throws {
    for lines in [["delay: 52w"], ["ttl: 52w"], ["delay: 1h", "ttl: 1000w"]] {
      let stage = try TrapStage(
        ["'a', 9223372036854775807, NULL, 1", "'b', -9223372036854775808, NULL, 2"],
        labels: ["a", "b"].map { label($0, "10:00") }, group: ["timestamp_storage: \(storage)"] + lines,
        columns: Self.integer)
      let run = try stage.run("SELECT FEATURES f.v AS OF at JOIN labels.csv")
      #expect(run.signal == nil && !run.timedOut, "\(run.summary)")
      if run.status == 0 {
        #expect(stage.column("v", of: run.output).first == "NULL", "the end of time is the future")
      } else {
        #expect(run.status == 1 && run.errors.contains("f"), "\(run.summary)")
      }
    }
  }

  @Test("trap 32: julian days are read to the millisecond")
  func julianDays() throws {
    // 2460310.5 is 2024-01-01; a double's grain there is about 0.04 ms.
    let millisecond = 2460310.5 + (10 * 3600.0 + 0.001) / 86400
    let stage = try TrapStage(
      ["'a', 2460310.5, NULL, 1", "'a', \(millisecond), NULL, 2"],
      labels: [
        "a,2024-01-01", "a,2023-12-31 23:59:59.999999", label("a", "10:00:00.001"), label("a", "10:00:00.000999"),
      ], group: ["timestamp_storage: julian"], columns: "k TEXT, t DOUBLE PRECISION, c DOUBLE PRECISION, v INTEGER")
    #expect(try stage.values() == ["1", "NULL", "2", "1"])
    let answer = try stage.output("SELECT FEATURES f.v AS OF '2024-01-02' WITH TIMESTAMPS")
    #expect(stage.column("f__event_timestamp", of: answer) == ["2024-01-01 10:00:00.001000+00:00"])
  }

  @Test("trap 33: text times of any form in one column are compared as times")
  func textVariants() throws {
    let stored = [
      "2024-01-05", "2024-01-05T09:00Z", "2024-01-05 12:00:00+02:00", "2024-01-05 10:30", "2024-01-05T05:45:00-0500",
      "2024-01-05T10:50:00.5Z",
    ]
    let stage = try TrapStage(
      stored.enumerated().map { row("a", $1, "\($0)") }.reversed(),
      labels: [
        "a,2024-01-05 08:59", "a,2024-01-05 09:59", "a,2024-01-05 10:29", "a,2024-01-05 10:44", "a,2024-01-05 10:50",
        "a,2024-01-05 10:50:00.5",
      ])
    #expect(try stage.values() == ["0", "1", "2", "3", "4", "5"])
  }

  @Test("trap 33: a text that is no time is an error, though it sorts well")
  func malformedText() throws {
    let stage = try TrapStage([row("a", "2024-1-5", "1")], labels: ["a,2024-01-06"])
    try stage.refuses(
      "SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'", naming: ["f", "t", "a", "2024-1-5"])
  }

  @Test("trap 28: datetime features keep their microseconds, and are printed as UTC")
  func datetimeFeatures() throws {
    let stage = try TrapStage(
      ["'a', '2024-01-01', NULL, '2024-02-29T12:00:00.123456+02:00'", "'b', '2024-01-01', NULL, '1969-12-31'"],
      labels: ["a,2024-01-02", "b,2024-01-02"], valueType: "datetime", columns: "k TEXT, t TEXT, c TEXT, v TEXT")
    #expect(try stage.values() == ["2024-02-29 10:00:00.123456+00:00", "1969-12-31 00:00:00+00:00"])
  }

  @Test(
    "values that do not fit their type are errors where they are chosen, NULL where that is declared",
    arguments: [("INTEGER", TestEngine.sqlite), ("NUMERIC", .postgresql)])
  func misfitValues(column: String, engine: TestEngine) throws {
    // Only SQLite keeps a text in a column of numbers.
    let rows = [
      row("a", "09:00", engine == .sqlite ? "'many'" : "'NaN'"), row("a", "10:00", "2"), row("b", "10:00", "1.5"),
      row("c", "10:00", "3.0"),
    ]
    func stage(_ labels: [String], group: [String] = []) throws -> TrapStage {
      try TrapStage(rows, labels: labels, group: group, columns: "k TEXT, t TEXT, c TEXT, v \(column)", on: [engine])
    }
    let fine = try stage([label("a", "11:00")])
    #expect(try fine.values() == ["2"], "a value that is not chosen disturbs nobody")
    for key in ["a,2024-01-01 09:30", "b,2024-01-01 11:00"] {
      try stage([key]).refuses(
        "SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'", naming: ["f", "v", "int"])
    }
    let lenient = try stage([label("a", "09:30"), label("b", "11:00")], group: ["invalid: \"null\""])
    #expect(try lenient.values() == ["NULL", "NULL"])
    #expect(try lenient.report()?["invalid"]?.int == 2)
  }

  @Test(
    "stored numbers print as the reference says",
    arguments: [
      ("float", "DOUBLE PRECISION", "3", "3.0"), ("float", "DOUBLE PRECISION", "0.1", "0.1"),
      ("float", "INTEGER", "5", "5.0"), ("int", "INTEGER", "-5", "-5"),
      ("float", "DOUBLE PRECISION", "0.30000000000000004", "0.30000000000000004"), ("bool", "INTEGER", "1", "true"),
      ("bool", "INTEGER", "0", "false"), ("decimal", "TEXT", "'12345678901234567890.10'", "12345678901234567890.10"),
      ("decimal", "INTEGER", "7", "7"), ("date", "TEXT", "'2024-02-29'", "2024-02-29"),
      ("uuid", "TEXT", "'550E8400-E29B-41D4-A716-446655440000'", "550e8400-e29b-41d4-a716-446655440000"),
      ("str", "TEXT", "'007'", "007"),
    ])
  func printed(type: String, column: String, stored: String, expected: String) throws {
    let stage = try TrapStage(
      ["'a', '2024-01-01', NULL, \(stored)"], labels: ["a,2024-01-02"], valueType: type,
      columns: "k TEXT, t TEXT, c TEXT, v \(column)")
    #expect(try stage.values() == [expected])
  }

  @Test(
    "stored numbers and bytes that only SQLite writes so print as the reference says",
    arguments: [
      ("float", "REAL", "9e999", "inf"), ("float", "REAL", "-9e999", "-inf"),
      ("bytes", "BLOB", "x'00ff41'", "\\x00ff41"),
    ])
  func printedBySQLite(type: String, column: String, stored: String, expected: String) throws {
    let stage = try TrapStage(
      ["'a', '2024-01-01', NULL, \(stored)"], labels: ["a,2024-01-02"], valueType: type,
      columns: "k TEXT, t TEXT, c TEXT, v \(column)", on: [.sqlite])
    #expect(try stage.values() == [expected])
  }

  @Test("trap 42: views, queries and tables without rowid serve like tables")
  func viewsAndQueries() throws {
    let sources = ["table: seen", "table: keyed", "query: SELECT k, t, c, v FROM stored WHERE v < 9"]
    for (source, engine) in sources.flatMap({ source in [(source, TestEngine.sqlite), (source, .postgresql)] }) {
      let manner = engine == .sqlite ? " WITHOUT ROWID" : ""
      let stage = try TrapStage(
        sql: """
          CREATE TABLE stored (k TEXT, t TEXT, c TEXT, v INTEGER);
          INSERT INTO stored VALUES ('a', '2024-01-01', NULL, 1), ('a', '2024-01-02', NULL, 9);
          CREATE VIEW seen AS SELECT * FROM stored WHERE v < 9;
          CREATE TABLE keyed (k TEXT, t TEXT, c TEXT, v INTEGER, PRIMARY KEY (k, t))\(manner);
          INSERT INTO keyed SELECT * FROM seen;
          """,
        metadata: """
          kind: entity
          name: k
          value_type: str
          ---
          kind: group
          name: f
          entity: k
          \(source)
          event_timestamp_column: t
          features: [{name: v, value_type: int}]
          """, labels: "k,at\na,2024-01-03\n", on: [engine])
      #expect(try stage.values() == ["1"], "\(source)")
    }
  }

  @Test("trap 42: a missing column or table is an error before any output", arguments: ["t", "v", "k", "f"])
  func missingColumn(name: String) throws {
    let columns = ["k TEXT", "t TEXT", "c TEXT", "v INTEGER"].map { $0.hasPrefix(name + " ") ? "other TEXT" : $0 }
    let stage = try TrapStage(
      [row("a", "10:00", "1")], labels: [label("a", "11:00")],
      group: name == "f" ? ["table: fff"] : [], columns: columns.joined(separator: ", "))
    try stage.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'", naming: ["f", name])
  }
}
