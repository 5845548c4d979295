import TestSupport
import Testing

/// Which rows belong to a label's key.
@Suite struct KeyTraps {
  @Test("trap 11: a NULL key or moment keeps its place, matches nothing and is counted")
  func nullLabels() throws {
    let stage = try TrapStage(
      [row("a", "10:00", "1")], labels: [label("a", "11:00"), label("", "11:00"), label("a", ""), label("a", "10:00")])
    let answer = try stage.output("SELECT FEATURES f.v AS OF at JOIN labels.csv")
    #expect(answer == "k,at,v\na,2024-01-01 11:00,1\n,2024-01-01 11:00,\na,,\na,2024-01-01 10:00,1\n")
    let use = try stage.report()
    #expect(use?["labels"]?.int == 4)
    #expect(use?["matched"]?.int == 2)
    #expect(use?["unmatched"]?["null_key"]?.int == 1)
    #expect(use?["unmatched"]?["null_moment"]?.int == 1)
  }

  @Test("trap 11: a static group needs no moment, not even a NULL one")
  func staticWithoutMoment() throws {
    let stage = try staticStage("('a', 1)", labels: "k,at\na,\nb,\n,2024-01-01\n")
    #expect(try stage.output("SELECT FEATURES s.v JOIN labels.csv") == "k,at,v\na,,1\nb,,\n,2024-01-01,\n")
    #expect(try stage.output("SELECT FEATURES s.v AS OF at JOIN labels.csv") == "k,at,v\na,,1\nb,,\n,2024-01-01,\n")
  }

  @Test("trap 12: rows with a NULL key or event match nothing, and no NULL matches a NULL")
  func nullRows() throws {
    let rows = [row(nil, "10:00", "1"), row("a", nil, "2"), row("b", "10:00", "3")]
    let stage = try TrapStage(rows, labels: ["a", "", "b"].map { label($0, "11:00") })
    #expect(try stage.values() == ["NULL", "NULL", "3"])
  }

  @Test("trap 15: an unknown key keeps its label and leaves other groups alone")
  func unknownKey() throws {
    let stage = try TrapStage(
      sql: """
        CREATE TABLE f (k TEXT, t TEXT, v INTEGER); INSERT INTO f VALUES ('a', '2024-01-01', 1);
        CREATE TABLE g (k TEXT, t TEXT, w INTEGER); INSERT INTO g VALUES ('b', '2024-01-01', 2);
        """,
      metadata: """
        kind: entity
        name: k
        value_type: str
        ---
        kind: group
        name: f
        entity: k
        event_timestamp_column: t
        features: [{name: v, value_type: int}]
        ---
        kind: group
        name: g
        entity: k
        event_timestamp_column: t
        features: [{name: w, value_type: int}]
        """, labels: "k,at\na,2024-01-02\nb,2024-01-02\nc,2024-01-02\n")
    #expect(
      try stage.output("SELECT FEATURES f.v, g.w AS OF at JOIN labels.csv")
        == "k,at,v,w\na,2024-01-02,1,\nb,2024-01-02,,2\nc,2024-01-02,,\n")
    #expect(try stage.report()?["unmatched"]?["unknown_key"]?.int == 2)
  }

  @Test("trap 17: for a text key 007 is not 7, and stays as it is")
  func textKeys() throws {
    let stage = try TrapStage(
      [row("007", "10:00", "1"), row("7", "10:00", "2"), row("", "10:00", "3")],
      labels: ["007", "7", "07", "7.0", "\"\"", " 7"].map { label($0, "11:00") })
    let answer = try stage.output("SELECT FEATURES f.v AS OF at JOIN labels.csv")
    #expect(stage.column("k", of: answer) == ["007", "7", "07", "7.0", "", " 7"])
    #expect(stage.column("v", of: answer) == ["1", "2", "NULL", "NULL", "3", "NULL"])
  }

  @Test("trap 17: for an int key 007 is 7, and still stays as it is")
  func intKeys() throws {
    let stage = try intStage(["007", "7", "-7", "-0", "9223372036854775807", "-9223372036854775808"])
    let answer = try stage.output("SELECT FEATURES f.v AS OF at JOIN labels.csv")
    #expect(
      stage.column("k", of: answer) == ["007", "7", "-7", "-0", "9223372036854775807", "-9223372036854775808"])
    #expect(stage.column("v", of: answer) == ["1", "1", "2", "3", "4", "5"])
  }

  @Test(
    "trap 17: what is no int is an error with its line",
    arguments: [" 7", "7 ", "+7", "7.0", "1e3", "\"\"", "9223372036854775808", "-9223372036854775809", "x", "-", "0x7"])
  func malformedIntKeys(text: String) throws {
    try intStage(["7", text, "7"]).refuses(
      "SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'", naming: ["labels.csv:3", "k"])
  }

  @Test("trap 18: SQLite's affinity decides nothing: a number in a text column is that text, and matches by text")
  func affinity() throws {
    // The TEXT column turns 7 into '7'; the INTEGER column turns '007' into 7.
    let text = try TrapStage(
      ["7, '2024-01-01', NULL, 1", "'007', '2024-01-01', NULL, 2"],
      labels: [label("7", "11:00"), label("007", "11:00")])
    #expect(try text.values() == ["1", "2"])
    let int = try TrapStage(
      ["'007', '2024-01-01', NULL, 1"], labels: [label("7", "11:00"), label("007", "11:00")], keyType: "int",
      columns: "k INTEGER, t TEXT, c TEXT, v INTEGER")
    #expect(try int.values() == ["1", "1"])
  }

  @Test("trap 18: a column that can never hold the key's type is an error before anything is read")
  func impossibleKeyColumn() throws {
    let stage = try TrapStage([row("7", "10:00", "1")], labels: [label("7", "11:00")], keyType: "int")
    try stage.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'", naming: ["f", "k", "int", "TEXT"])
  }

  @Test("trap 18: a stored key that does not fit matches nothing and stops nobody")
  func misfitStoredKey() throws {
    // SQLite keeps 'x' as text and 1.5 as a real in an INTEGER column.
    let stage = try TrapStage(
      ["'x', '2024-01-01', NULL, 1", "1.5, '2024-01-01', NULL, 2", "7, '2024-01-01', NULL, 3"],
      labels: [label("7", "11:00"), label("1", "11:00")], keyType: "int",
      columns: "k INTEGER, t TEXT, c TEXT, v INTEGER", on: [.sqlite])
    #expect(try stage.values() == ["3", "NULL"])
  }

  @Test("trap 19: composite keys are tuples, not joined texts")
  func compositeKeys() throws {
    let keys = [("1", "11"), ("11", "1"), ("a|b", "c"), ("a", "b|c"), ("", "x"), ("x", ""), ("a,b", "c"), ("a", "b,c")]
    let inserts = keys.enumerated().map { "('\($1.0)', '\($1.1)', '2024-01-01', \($0))" }
    let quotedKeys = keys.map { "\"\($0)\",\"\($1)\"" }
    let stage = try TrapStage(
      sql:
        "CREATE TABLE f (p TEXT, q TEXT, t TEXT, v INTEGER); INSERT INTO f VALUES \(inserts.joined(separator: ","));",
      metadata: compositeMetadata,
      labels: "p,q,at\n" + (quotedKeys + ["1,1", "x,", ",x"]).map { "\($0),2024-01-02\n" }.joined())
    #expect(try stage.values() == keys.indices.map { "\($0)" } + ["NULL", "NULL", "NULL"])
    try stage.folder.write("labels.csv", "first,second,at\n1,11,2024-01-02\n11,1,2024-01-02\n")
    #expect(try stage.values("AS OF at ON q = first, p = second") == ["1", "0"])
  }

  @Test("trap 20: keys compare by their bytes, whatever the column's collation")
  func collation() throws {
    let keys = ["a", "A", "B", "é", "e\u{301}", "É", "Z", "a ", "1"]
    let stage = try TrapStage(
      keys.enumerated().map { row($1, "10:00", "\($0)") },
      labels: (keys + ["b", "z", "01"]).map { label($0, "11:00") },
      columns: "k TEXT COLLATE NOCASE, t TEXT, c TEXT, v INTEGER", on: [.sqlite])
    #expect(try stage.values() == keys.indices.map { "\($0)" } + ["NULL", "NULL", "NULL"])
  }

  @Test("trap 20: an index under a coarser collation changes nothing")
  func collationWithIndex() throws {
    let stage = try TrapStage(
      [row("a", "10:00", "1"), row("A", "10:30", "2")], labels: [label("a", "11:00"), label("A", "11:00")],
      columns: "k TEXT COLLATE RTRIM, t TEXT, c TEXT, v INTEGER, PRIMARY KEY (k COLLATE NOCASE, t)",
      on: [.sqlite])
    #expect(try stage.values() == ["1", "2"])
  }

  @Test("trap 41: a second static row is an error for a key that is asked for, and never fans out")
  func secondStaticRow() throws {
    let rows = "('a', 1), ('b', 2), ('b', 3), (NULL, 4), (NULL, 5)"
    let stage = try staticStage(rows, labels: "k,y\na,1\n,2\n")
    #expect(try stage.output("SELECT FEATURES s.v JOIN labels.csv") == "k,y,v\na,1,1\n,2,\n")
    try stage.folder.write("labels.csv", "k,y\na,1\nb,2\n")
    try stage.refuses("SELECT FEATURES s.v JOIN labels.csv INTO 'out.csv'", naming: ["s", "b"])
    // Rows that WHERE cuts later still ask for their keys.
    try stage.refuses("SELECT FEATURES s.v JOIN labels.csv WHERE y = 1 INTO 'out.csv'", naming: ["s", "b"])
    #expect(try stage.output("SELECT FEATURES s.v JOIN labels.csv WHERE k = 'a'") == "k,y,v\na,1,1\n")
  }

  private func intStage(_ keys: [String]) throws -> TrapStage {
    let stored = ["7", "-7", "0", "9223372036854775807", "-9223372036854775808"]
    return try TrapStage(
      stored.enumerated().map { "\($1), '2024-01-01', NULL, \($0 + 1)" }, labels: keys.map { label($0, "11:00") },
      keyType: "int", columns: "k BIGINT, t TEXT, c TEXT, v INTEGER")
  }

  private func staticStage(_ rows: String, labels: String) throws -> TrapStage {
    try TrapStage(
      sql: "CREATE TABLE s (k TEXT, v INTEGER); INSERT INTO s VALUES \(rows);",
      metadata: """
        kind: entity
        name: k
        value_type: str
        ---
        kind: group
        name: s
        entity: k
        features: [{name: v, value_type: int}]
        """, labels: labels)
  }

  private let compositeMetadata = """
    kind: entity
    name: pair
    keys: [{name: p, value_type: str}, {name: q, value_type: str}]
    ---
    kind: group
    name: f
    entity: pair
    event_timestamp_column: t
    features: [{name: v, value_type: int}]
    """

  @Test("keys with a zero byte are keys, and one that ends before it is another")
  func zeroBytes() throws {
    let rows = ["'a' || char(0) || 'b', '2024-01-01', NULL, 1", "'a', '2024-01-01', NULL, 2"]
    let stage = try TrapStage(
      rows, labels: [label("a\0b", "11:00"), label("a", "11:00"), label("a\0", "11:00")], on: [.sqlite])
    #expect(try stage.values() == ["1", "2", "NULL"])
  }

  @Test("quotes and backslashes are such also where a combining mark follows")
  func combiningMarks() throws {
    let keys = ["b\\\u{301}", "a\"\u{301}b", "'\u{301}", "\\\u{200D}"]
    let stage = try TrapStage(
      keys.enumerated().map { "'\($1.replacingQuotes("'"))', '2024-01-01', NULL, \($0)" },
      labels: keys.map { label("\"\($0.replacingQuotes("\""))\"", "11:00") })
    #expect(try stage.values() == keys.indices.map { "\($0)" })
  }
}

extension String {
  /// With each of these quotes doubled.
  fileprivate func replacingQuotes(_ quote: Unicode.Scalar) -> String {
    String(String.UnicodeScalarView(unicodeScalars.flatMap { $0 == quote ? [$0, $0] : [$0] }))
  }
}
