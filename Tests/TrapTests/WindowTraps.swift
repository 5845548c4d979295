import TestSupport
import Testing

/// Which rows are in a window, and what is made of them, on every engine under every strategy.
@Suite struct WindowTraps {
  @Test("with AS OF a window begins behind its edge and ends at the moment; with BEFORE it is the other way round")
  func edges() throws {
    let rows = ["09:00", "10:00", "11:00"].map { row("a", $0, "1") }
    let stage = try TrapStage(rows, labels: [label("a", "11:00")])
    #expect(try stage.window("COUNT(*) OVER 2h IN f", "AS OF at") == ["2"])
    #expect(try stage.window("COUNT(*) OVER 2h IN f", "BEFORE at") == ["2"])
    #expect(try stage.window("FIRST(v) OVER 1h", "AS OF at") == ["1"])
    #expect(try stage.window("COUNT(*) OVER 1h IN f", "AS OF at") == ["1"])
    #expect(try stage.window("COUNT(*) OVER 1h IN f", "AS OF at - 1ms") == ["1"])
    #expect(try stage.window("COUNT(*) OVER ALL IN f", "BEFORE at") == ["2"])
  }

  @Test("COUNT of nothing is 0, everything else of nothing NULL, a NULL key or moment included")
  func nothing() throws {
    let stage = try TrapStage(
      [row("a", "10:00", "1"), row("b", "10:00", "NULL")],
      labels: [label("a", "09:00"), label("b", "11:00"), label("c", "11:00"), label("", "11:00"), label("a", "")])
    for function in ["COUNT(v)", "COUNT(*)"] {
      let found = try stage.window("\(function) OVER 1d IN f", "AS OF at")
      #expect(found == ["0", function == "COUNT(*)" ? "1" : "0", "0", "0", "0"])
    }
    for function in ["SUM", "AVG", "MIN", "MAX", "FIRST", "LAST", "VARIANCE", "STDDEV"] {
      #expect(try stage.window("\(function)(v) OVER 1d", "AS OF at") == ["NULL", "NULL", "NULL", "NULL", "NULL"])
    }
  }

  @Test("a row is in the window of every label that sees it, and of duplicates twice")
  func severalLabels() throws {
    let rows = [row("a", "10:00", "1"), row("a", "10:00", "1"), row("a", "10:30", "5"), row("b", "10:00", "100")]
    let labels = ["09:00", "10:00", "10:15", "10:30", "11:00", "11:30", "12:00"].map { label("a", $0) }
    let stage = try TrapStage(rows, labels: labels)
    #expect(try stage.window("SUM(v) OVER 1h", "AS OF at") == ["NULL", "2", "2", "7", "5", "NULL", "NULL"])
    #expect(try stage.window("MAX(v) OVER 1h", "AS OF at") == ["NULL", "1", "1", "5", "5", "NULL", "NULL"])
    #expect(try stage.window("MIN(v) OVER 1h", "BEFORE at") == ["NULL", "NULL", "1", "1", "1", "5", "NULL"])
    #expect(try stage.window("LAST(v) OVER ALL", "AS OF at") == ["NULL", "1", "1", "5", "5", "5", "5"])
    #expect(try stage.window("VARIANCE(v) OVER 1h", "AS OF at")[3].hasPrefix("5.333333333333333"))
  }

  @Test("a delay keeps rows out until they are available, and their events decide how far back they are")
  func delay() throws {
    let stage = try TrapStage(
      [row("a", "10:00", "1"), row("a", "10:30", "2")], labels: ["10:30", "11:00", "11:30"].map { label("a", $0) },
      group: ["delay: 30m"])
    #expect(try stage.window("SUM(v) OVER 1h", "AS OF at") == ["1", "2", "NULL"])
    #expect(try stage.window("SUM(v) OVER 1h", "BEFORE at") == ["NULL", "1", "2"])
    let errors = try stage.run("SELECT FEATURES COUNT(*) OVER 30m IN f AS n AS OF at JOIN labels.csv").errors
    #expect(errors.contains("the window 30m is not above the delay of group `f` (30m)"))
  }

  @Test("KNOWN leaves out what was created later, whenever it happened")
  func known() throws {
    let rows = [row("a", "10:00", "1", created: "10:05"), row("a", "10:10", "2", created: "12:00")]
    let stage = try TrapStage(rows, labels: [label("a", "11:00"), label("a", "12:00")])
    #expect(try stage.window("SUM(v) OVER 1d", "AS OF at") == ["3", "3"])
    #expect(try stage.window("SUM(v) OVER 1d", "AS OF at KNOWN") == ["1", "3"])
    #expect(try stage.window("SUM(v) OVER 1d", "AS OF at KNOWN AT '2024-01-01 11:00'") == ["1", "1"])
  }

  @Test("a ttl has no say in windows, and has it in plain features beside them")
  func ttl() throws {
    let stage = try TrapStage([row("a", "10:00", "1")], labels: [label("a", "12:00")], group: ["ttl: 1h"])
    let statement = "SELECT FEATURES v, SUM(v) OVER 1d AS w AS OF at JOIN labels.csv"
    #expect(try stage.output(statement) == "k,at,v,w\na,2024-01-01 12:00,,1\n")
    let errors = try stage.run("SELECT FEATURES SUM(v) OVER 1d AS w AS OF at WITHIN 1h JOIN labels.csv").errors
    #expect(errors.contains("error[within-windows]"))
  }

  @Test("LAST of a tie is the greatest value, FIRST the least, whichever came first")
  func ties() throws {
    let rows = ["2", "3", "NULL", "1"].map { row("a", "10:00", $0) }
    for order in [rows, rows.reversed()] {
      let stage = try TrapStage(order, labels: [label("a", "10:00")])
      #expect(try stage.window("LAST(v) OVER 1h", "AS OF at") == ["3"])
      #expect(try stage.window("FIRST(v) OVER 1h", "AS OF at") == ["1"])
      #expect(try stage.windowReport()?["ties"]?.int == 0)
    }
  }

  @Test("sums of whole numbers are exact, and one that does not fit is an error that names the key")
  func overflow() throws {
    let greatest = "9223372036854775807"
    let rows = [row("a", "10:00", greatest), row("a", "11:00", "1"), row("a", "12:00", "-1")]
    let stage = try TrapStage(
      rows, labels: [label("a", "13:00")], columns: "k TEXT, t TEXT, c TEXT, v BIGINT")
    #expect(try stage.window("SUM(v) OVER 1d", "AS OF at") == [greatest])
    #expect(try stage.window("AVG(v) OVER 1d", "AS OF at") == ["3.0744573456182584e+18"])
    let errors = try stage.run("SELECT FEATURES SUM(v) OVER 1d AS w AS OF '2024-01-01 11:30' JOIN labels.csv").errors
    #expect(errors.contains("the sum of `v` of key a is 9223372036854775808, beyond a whole number of 64 bits"))
  }

  @Test("sums of decimals are exact where they fit in the end, and else an error that names the key")
  func longDecimals() throws {
    let greatest = "99999999999999999999"
    let rows = ["a", "b"].flatMap { key in
      [greatest, "\(greatest).5", "-\(greatest).25"].enumerated().map { row(key, "1\($0):00", "'\($1)'") }
    }
    let stage = try TrapStage(
      rows, labels: [label("a", "13:00"), label("b", "12:30")], valueType: "decimal",
      columns: "k TEXT, t TEXT, c TEXT, v TEXT")
    #expect(try stage.window("SUM(v) OVER 1d", "AS OF at") == ["\(greatest).25", "\(greatest).25"])
    #expect(try stage.window("AVG(v) OVER 1d", "AS OF at") == ["3.333333333333333e+19", "3.333333333333333e+19"])
    for function in ["SUM", "AVG"] {
      let errors = try stage.run("SELECT FEATURES \(function)(v) OVER 1d AS w AS OF at - 1h JOIN labels.csv").errors
      #expect(errors.contains("the sum of `v` of key b is too great for decimals of 20 digits"), "\(errors)")
    }
  }

  @Test("floats outside of a window leave nothing behind, however great, nor do infinities and NaN")
  func floats() throws {
    let values = ["1e300", "0.1", "0.2", "-1e300", "1e999", "0.3"]
    let rows = values.enumerated().map { row("a", "1\($0):00", $1) }
    let stage = try TrapStage(
      rows, labels: ["12:00", "12:30", "14:30", "15:00", "16:30"].map { label("a", $0) }, valueType: "float",
      columns: "k TEXT, t TEXT, c TEXT, v DOUBLE PRECISION", on: [.sqlite])
    let sums = try stage.window("SUM(v) OVER 2h", "AS OF at")
    #expect(sums == ["0.30000000000000004", "0.30000000000000004", "inf", "inf", "0.3"])
    #expect(try stage.window("SUM(v) OVER 4h", "AS OF '2024-01-01 13:00'")[0] == "0.30000000000000004")
    #expect(try stage.window("STDDEV(v) OVER 3h", "AS OF at")[2] == "nan")
  }

  @Test("values that do not fit are errors where a window depends on them, and NULL where the metadata says so")
  func invalid() throws {
    let rows = [row("a", "10:00", "'x'"), row("a", "11:00", "2")]
    let columns = "k TEXT, t TEXT, c TEXT, v INTEGER"
    let labels = [label("a", "11:30")]
    let strict = try TrapStage(rows, labels: labels, columns: columns, on: [.sqlite])
    #expect(try strict.window("SUM(v) OVER 1h", "AS OF at") == ["2"])
    let run = try strict.run("SELECT FEATURES SUM(v) OVER 1d AS w AS OF at JOIN labels.csv")
    #expect(run.status == 1 && run.errors.contains("`x` is not a value of type int"), "\(run.errors)")
    let filtered = "SELECT FEATURES COUNT(*) FILTER (WHERE v > 0) OVER 1d IN f AS w AS OF at JOIN labels.csv"
    #expect(try strict.run(filtered).status == 1)
    let lax = try TrapStage(rows, labels: labels, group: ["invalid: 'null'"], columns: columns, on: [.sqlite])
    #expect(try lax.window("SUM(v) OVER 1d", "AS OF at") == ["2"])
    #expect(try lax.windowReport()?["invalid_rows"]?.int == 1)
  }

  @Test("a snapshot has the keys that have a row in a window, with the windows of the moment")
  func snapshot() throws {
    let rows = [row("a", "10:00", "1"), row("a", "11:00", "2"), row("b", "08:00", "4")]
    let stage = try TrapStage(rows, labels: [])
    #expect(
      try stage.output("SELECT FEATURES SUM(v) OVER 1h AS s, COUNT(*) OVER 2h IN f AS n AS OF '2024-01-01 11:00'")
        == "k,s,n\na,2,2\n")
    #expect(
      try stage.output("SELECT FEATURES SUM(v) OVER ALL AS s, v AS OF '2024-01-01 11:00'") == "k,s,v\na,3,2\nb,4,4\n")
  }

  /// Metadata of one entity and one group, whose features follow.
  private static let unixTimes = """
    kind: entity
    name: k
    value_type: int
    ---
    kind: group
    name: f
    entity: k
    event_timestamp_column: t
    timestamp_storage: unix_s
    """

  @Test("two filters of the same words are two where their clocks differ")
  func clocks() throws {
    let stage = try TrapStage(
      sql: """
        CREATE TABLE f (k INTEGER, t INTEGER, seen INTEGER);
        INSERT INTO f VALUES (1, 1000, 1704106800);
        """,
      metadata: """
        \(Self.unixTimes)
        timezone: "+02:00"
        features:
          - {name: seen, value_type: datetime}
          - {name: late, aggregate: count, window: all, filter: seen > '2024-01-01 12:00'}
        """)
    let own = "COUNT(*) FILTER (WHERE seen > '2024-01-01 12:00') OVER ALL IN f AS own"
    #expect(try stage.output("SELECT FEATURES late, \(own) AS OF '2024-02-01'") == "k,late,own\n1,1,0\n")
  }

  @Test("filters are told apart by their bytes")
  func spellings() throws {
    let stage = try TrapStage(
      sql: """
        CREATE TABLE f (k INTEGER, t INTEGER, s TEXT, v BIGINT);
        INSERT INTO f VALUES (1, 1000, '\u{E9}', 1), (1, 2000, 'e\u{301}', 10), (1, 3000, 'e\u{301}', 100);
        """,
      metadata: """
        \(Self.unixTimes)
        features: [{name: s, value_type: str}, {name: v, value_type: int}]
        """, labels: "k,at\n1,1970-01-02\n")
    let sums = ["\u{E9}", "e\u{301}"].enumerated().map { "SUM(v) FILTER (WHERE s = '\($1)') OVER ALL AS s\($0)" }
    #expect(
      try stage.output("SELECT FEATURES \(sums.joined(separator: ", ")) AS OF at JOIN labels.csv")
        == "k,at,s0,s1\n1,1970-01-02,1,110\n")
  }

  @Test("one label column serves a window, and a window of the metadata is one feature more")
  func declared() throws {
    let stage = try TrapStage(
      sql: """
        CREATE TABLE f (k INTEGER, t INTEGER, v INTEGER, kind TEXT);
        CREATE INDEX f_k_t ON f (k, t);
        INSERT INTO f VALUES (1, 1000, 5, 'x'), (1, 2000, 7, 'y'), (1, 3000, 9, 'x'), (2, 3000, 1, 'x');
        """,
      metadata: """
        \(Self.unixTimes)
        features:
          - {name: v, value_type: int}
          - {name: kind, value_type: str}
          - {name: rows_30m, aggregate: count, window: 30m}
          - {name: total_x, aggregate: sum, column: v, value_type: int, window: all, filter: kind = 'x' AND v > 4}
        """, labels: "k,at\n1,1970-01-01 00:50:00\n2,1970-01-01 00:51:00\n")
    #expect(
      try stage.output("SELECT FEATURES f.* AS OF at JOIN labels.csv")
        == "k,at,v,kind,rows_30m,total_x\n1,1970-01-01 00:50:00,9,x,2,14\n2,1970-01-01 00:51:00,1,x,1,\n")
    #expect(
      try stage.output("SELECT FEATURES total_x AS t, rows_30m AS OF at JOIN labels.csv WHERE f.rows_30m > 1")
        == "k,at,t,rows_30m\n1,1970-01-01 00:50:00,14,2\n")
    let errors = try stage.run("SELECT FEATURES MAX(total_x) OVER 1d AS m AS OF at JOIN labels.csv").errors
    #expect(errors.contains("error[window-of-aggregate]"))
  }
}

extension TrapStage {
  /// What the match report says of a window in a join of the labels.
  fileprivate func windowReport() throws -> JSONValue? {
    let statement = "SELECT FEATURES SUM(v) OVER 1d AS w AS OF at JOIN labels.csv"
    let run = try run(statement, options: ["--report", "report.json"])
    guard run.status == 0 else { throw UnexpectedRun(run: run) }
    return JSONValue(try folder.read("report.json"))?["statements"]?.items.first?["uses"]?.items.first
  }

  /// The column of a window in a join of the labels, a text for each.
  fileprivate func window(_ window: String, _ clauses: String) throws -> [String] {
    column("w", of: try output("SELECT FEATURES \(window) AS w \(clauses) JOIN labels.csv"))
  }
}
