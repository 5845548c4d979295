import TestSupport
import Testing

/// Which of several rows stands for a key.
@Suite struct TieTraps {
  /// A group `f` of two ints, `v` and `w`, with a further line.
  private static func twoFeatures(_ line: String = "") -> String {
    """
    kind: entity
    name: k
    value_type: str
    ---
    kind: group
    name: f
    entity: k
    event_timestamp_column: t
    \(line)
    features: [{name: v, value_type: int}, {name: w, value_type: int}]
    """
  }

  @Test("trap 6: created decides a tie on the event, and one row comes out")
  func createdDecides() throws {
    let rows = [row("a", "10:00", "1", created: "10:00:01"), row("a", "10:00", "2", created: "10:00:02")]
    for rows in [rows, rows.reversed()] {
      #expect(try TrapStage(rows, labels: [label("a", "11:00")]).values() == ["2"])
    }
  }

  @Test("trap 7: created does not beat the event")
  func eventBeforeCreated() throws {
    let rows = [row("a", "09:00", "1", created: "12:00"), row("a", "10:00", "2", created: "11:00")]
    #expect(try TrapStage(rows, labels: [label("a", "11:00")]).values() == ["2"])
  }

  @Test("trap 8: a NULL created time loses to any other, but alone it wins")
  func nullCreated() throws {
    let alone = [row("a", "10:00", "1")]
    #expect(try TrapStage(alone, labels: [label("a", "11:00")]).values() == ["1"])
    let both = [row("a", "10:00", "0", created: "1970-01-01 00:00:01"), row("a", "10:00", "1")]
    for rows in [both, both.reversed()] {
      #expect(try TrapStage(rows, labels: [label("a", "11:00")]).values() == ["0"])
    }
  }

  @Test("trap 9: a full tie is decided by the values, alike whatever the order of rows, and is counted")
  func fullTie() throws {
    let rows = ["9", "10", "NULL", "2"].map { row("a", "10:00", $0, created: "10:30") }
    for rows in [rows, rows.reversed()] {
      let stage = try TrapStage(rows, labels: [label("a", "11:00"), label("a", "09:00")])
      #expect(try stage.values() == ["10", "NULL"])
      #expect(try stage.report()?["ties"]?.int == 1)
      let run = try stage.run("SELECT FEATURES f.v AS OF at JOIN labels.csv")
      #expect(run.errors.lowercased().contains("tie"), "\(run.summary)")
    }
  }

  @Test("trap 9: a value that does not fit is the NULL that it is read as, and is counted all the same")
  func fullTieOfInvalid() throws {
    let cases = [
      (["(NULL, 9)", "('zzz', 1)"], ",9"), (["('zzz', 1)", "('aaa', 2)"], ",2"),
      (["(NULL, 1)", "('zzz', 1)"], ",1"), (["(0, 1)", "('zzz', 9)"], "0,1"),
    ]
    for (values, expected) in cases {
      for values in [values, values.reversed()] {
        let rows = values.map { "('a', '2024-01-01', " + $0.dropFirst() }.joined(separator: ", ")
        let stage = try TrapStage(
          sql: "CREATE TABLE f (k TEXT, t TEXT, v, w INTEGER); INSERT INTO f VALUES \(rows);",
          metadata: Self.twoFeatures("invalid: \"null\""),
          labels: "k,at\na,2024-01-02\n", on: [.sqlite])
        let run = try stage.run(
          "SELECT FEATURES v, w AS OF at JOIN labels.csv", options: ["--report", "report.json"])
        #expect(run.output == "k,at,v,w\na,2024-01-02,\(expected)\n", "\(values)")
        let report = try JSONValue(stage.folder.read("report.json"))?["statements"]?.items.first
        #expect(report?["uses"]?.items.first?["invalid"]?.int == 1, "\(values)")
      }
    }
  }

  @Test("trap 9: text ties are decided by bytes, not by a collation")
  func fullTieOfText() throws {
    let rows = ["'B'", "'a'", "''", "'é'", "'Z'"].map { row("x", "10:00", $0) }
    let stage = try TrapStage(
      rows, labels: [label("x", "11:00")], valueType: "str",
      columns: "k TEXT, t TEXT, c TEXT, v TEXT COLLATE NOCASE", on: [.sqlite])
    #expect(try stage.values() == ["é"])
  }

  @Test("trap 9: only selected features decide, in the metadata's order")
  func fullTieOfSelectedFeatures() throws {
    let stage = try TrapStage(
      sql: """
        CREATE TABLE f (k TEXT, t TEXT, v INTEGER, w INTEGER);
        INSERT INTO f VALUES ('a', '2024-01-01', 1, 9), ('a', '2024-01-01', 2, 1), ('a', '2024-01-01', 2, 0);
        """,
      metadata: Self.twoFeatures(), labels: "k,at\na,2024-01-02\n")
    #expect(try stage.output("SELECT FEATURES f.w AS OF at JOIN labels.csv") == "k,at,w\na,2024-01-02,9\n")
    #expect(try stage.output("SELECT FEATURES f.v AS OF at JOIN labels.csv") == "k,at,v\na,2024-01-02,2\n")
    #expect(try stage.output("SELECT FEATURES f.w, f.v AS OF at JOIN labels.csv") == "k,at,w,v\na,2024-01-02,1,2\n")
  }

  @Test("trap 13: a NULL newest value stays NULL")
  func nullNewestValue() throws {
    let stage = try TrapStage(
      [row("a", "09:00", "1"), row("a", "10:00", "NULL")], labels: [label("a", "11:00"), label("a", "09:30")])
    #expect(try stage.values() == ["NULL", "1"])
    let use = try stage.report()
    #expect(use?["matched"]?.int == 2)
    #expect(use?["nulls"]?["v"]?.int == 1)
  }

  @Test("trap 14: duplicate labels stay, in input order")
  func duplicateLabels() throws {
    let stage = try TrapStage(
      [row("a", "10:00", "1"), row("b", "10:00", "2")],
      labels: ["b", "a", "a", "b"].map { label($0, "11:00") })
    #expect(try stage.values() == ["2", "1", "1", "2"])
  }

  @Test("trap 14: label order survives any count", arguments: [999, 1000, 1001, 4096, 70_000])
  func manyLabels(count: Int) throws {
    let keys = ["b", "a", "nobody", "a"]
    let values = ["b": "2", "a": "1", "nobody": "NULL"]
    let stage = try TrapStage(
      [row("a", "10:00", "1"), row("b", "10:00", "2")],
      labels: (0..<count).map { label(keys[$0 % 4], "11:00") })
    let answer = try stage.output("SELECT FEATURES f.v AS OF at JOIN labels.csv")
    #expect(stage.column("k", of: answer) == (0..<count).map { keys[$0 % 4] })
    #expect(stage.column("v", of: answer) == (0..<count).compactMap { values[keys[$0 % 4]] })
  }
}
