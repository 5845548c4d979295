import TestSupport
import Testing

/// Everything as it was at one instant, and all groups of a statement as one.
@Suite struct SnapshotTraps {
  @Test("a snapshot has one row per key that has an answer, ordered by the key")
  func snapshot() throws {
    let stage = try TrapStage(
      [
        row("b", "09:00", "1"), row("b", "10:00", "2"), row("a", "11:00", "3"), row("é", "09:00", "NULL"),
        row("B", "09:00", "4"), row("", "09:00", "5"), row(nil, "09:00", "6"), row("x,y", nil, "7"),
        row("x,y", "10:00", "8"),
      ], labels: [])
    #expect(
      try stage.output("SELECT FEATURES f.v AS OF '2024-01-01 10:00'")
        == "k,v\n\"\",5\nB,4\nb,2\n\"x,y\",8\né,\n")
    #expect(try stage.output("SELECT FEATURES f.v BEFORE '2024-01-01 10:00'") == "k,v\n\"\",5\nB,4\nb,1\né,\n")
    #expect(try stage.output("SELECT FEATURES f.v AS OF '2024-01-01 08:00'") == "k,v\n")
    #expect(try stage.output("SELECT FEATURES f.v AS OF '2024-01-01 11:00' WITHIN 30m") == "k,v\na,3\n")
    #expect(try stage.output("SELECT FEATURES f.v").hasPrefix("k,v\n\"\",5\nB,4\na,3\nb,2\n"), "now is after all")
  }

  @Test("a snapshot orders int keys by value")
  func intKeys() throws {
    let stage = try TrapStage(
      ["10", "9", "-1", "100"].map { "\($0), '2024-01-01', NULL, 1" }, labels: [], keyType: "int",
      columns: "k INTEGER, t TEXT, c TEXT, v INTEGER")
    #expect(try stage.output("SELECT FEATURES f.v AS OF '2024-01-02'") == "k,v\n-1,1\n9,1\n10,1\n100,1\n")
  }

  @Test("trap 41: a snapshot asks for every key, so a second static row is an error")
  func secondStaticRow() throws {
    let stage = try TrapStage(
      sql: "CREATE TABLE s (k TEXT, v INTEGER); INSERT INTO s VALUES ('a', 1), ('b', 2), ('b', 3), (NULL, 1);",
      metadata: """
        kind: entity
        name: k
        value_type: str
        ---
        kind: group
        name: s
        entity: k
        features: [{name: v, value_type: int}]
        """)
    try stage.refuses("SELECT FEATURES s.v INTO 'out.csv'", naming: ["s", "b"])
    #expect(try stage.output("SELECT FEATURES s.v WHERE k = 'a'") == "k,v\na,1\n")
  }

  @Test("groups of different entities need a JOIN")
  func differentEntities() throws {
    let stage = try TrapStage(
      sql: "CREATE TABLE a (k TEXT, v INTEGER); CREATE TABLE b (q TEXT, w INTEGER);",
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: entity, name: q, value_type: str}
        - {kind: group, name: a, entity: k, features: [{name: v, value_type: int}]}
        - {kind: group, name: b, entity: q, features: [{name: w, value_type: int}]}
        """)
    try stage.refuses("SELECT FEATURES a.v, b.w INTO 'out.csv'", naming: ["JOIN", "a", "b"])
  }

  @Test("trap 40: all groups of a statement are read in one snapshot, also of a file under a busy writer")
  func oneSnapshot() throws {
    let count = 400
    let keys = (0..<count).map { "('\($0)', '2024-01-01', 0)" }.joined(separator: ",")
    let stage = try TrapStage(
      sql: """
        PRAGMA journal_mode = WAL;
        CREATE TABLE a (k TEXT, t TEXT, v INTEGER); INSERT INTO a VALUES \(keys);
        CREATE TABLE b (k TEXT, t TEXT, w INTEGER); INSERT INTO b VALUES \(keys);
        """,
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: a, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
        - {kind: group, name: b, entity: k, event_timestamp_column: t, features: [{name: w, value_type: int}]}
        """, labels: "k,at\n" + (0..<count).map { "\($0),2024-01-02\n" }.joined(), on: [.sqlite])
    // The writer keeps both tables equal in every transaction: a reader that sees them differ has read two states.
    let path = stage.folder.file("data.db")
    let writer = try Writer(
      SQLiteFixture(path), "BEGIN IMMEDIATE; UPDATE a SET v = v + 1; UPDATE b SET w = w + 1; COMMIT;")
    let before = writer.commits
    var runs = 0
    while runs < 6 || (writer.commits < before + 10 && runs < 60) {
      // Two runs see two states.
      let strategy = Spellbook.strategies[runs % Spellbook.strategies.count]
      let answer = try stage.output("SELECT FEATURES a.v, b.w AS OF at JOIN labels.csv", strategies: [strategy])
      let values = stage.column("v", of: answer)
      #expect(values.count == count && Set(values).count == 1, "one state of one table")
      #expect(values == stage.column("w", of: answer), "one state of both tables")
      runs += 1
    }
    #expect(writer.stop() == nil)
    #expect(writer.commits >= before + 10, "the writer must have been at work")
  }

  @Test("trap 40: labels in a table are read in the snapshot of the groups")
  func labelsInTheSnapshot() throws {
    let count = 400
    let keys = (0..<count).map { "('\($0)', '2024-01-01', 0)" }.joined(separator: ",")
    let stage = try TrapStage(
      sql: """
        PRAGMA journal_mode = WAL;
        CREATE TABLE a (k TEXT, t TEXT, v INTEGER); INSERT INTO a VALUES \(keys);
        CREATE TABLE labels (k TEXT, at TEXT, n INTEGER); INSERT INTO labels VALUES \(keys);
        """,
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: a, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
        """, on: [.sqlite])
    let writer = try Writer(
      SQLiteFixture(stage.folder.file("data.db")),
      "BEGIN IMMEDIATE; UPDATE a SET v = v + 1; UPDATE labels SET n = n + 1; COMMIT;")
    let before = writer.commits
    var runs = 0
    while runs < 6 || (writer.commits < before + 10 && runs < 60) {
      let strategy = Spellbook.strategies[runs % Spellbook.strategies.count]
      let answer = try stage.output("SELECT FEATURES a.v JOIN TABLE labels", strategies: [strategy])
      let values = stage.column("v", of: answer)
      #expect(values.count == count && Set(values).count == 1, "one state of the features")
      #expect(values == stage.column("n", of: answer), "one state of labels and features")
      runs += 1
    }
    #expect(writer.stop() == nil)
    #expect(writer.commits >= before + 10, "the writer must have been at work")
  }
}
