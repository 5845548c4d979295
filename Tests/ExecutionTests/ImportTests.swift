import SpellCore
import SpellDatabases
import TestSupport
import Testing

/// IMPORT of delimited files into SQLite tables.
@Suite struct ImportTests {
  private let stage: ExecutionStage

  init() throws {
    stage = try ExecutionStage(
      sql: """
        CREATE TABLE kept (k TEXT, t INTEGER, v REAL, note TEXT);
        INSERT INTO kept VALUES ('old', 1, 1.5, 'here before');
        """,
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: entity, name: id, value_type: int}
        - kind: group
          name: fresh
          entities: [k, id]
          key_columns: {k: code}
          event_timestamp_column: t
          create_timestamp_column: c
          timezone: America/New_York
          features: [{name: v, value_type: float}, {name: d, value_type: decimal}, {name: free}, {name: code}]
        - {kind: group, name: kept, entity: k, event_timestamp_column: t, timestamp_storage: unix_s,
           features: [{name: v}, {name: note}]}
        - {kind: group, name: numbers, entity: k, event_timestamp_column: at, timestamp_storage: number,
           features: [{name: v, value_type: int}]}
        - {kind: group, name: asked, entity: k, query: SELECT 1 AS k, features: [{name: v}]}
        """, writable: true)
  }

  private func load(_ csv: String, _ clauses: String, mode: ImportRequest.Mode? = nil) throws -> Int {
    try stage.folder.write("in.csv", csv)
    return try stage.load("IMPORT in.csv INTO \(clauses)", mode: mode)
  }

  private func problem(_ csv: String, _ clauses: String) throws -> Diagnostic {
    let error = #expect(throws: SpellError.self) { try load(csv, clauses) }
    return try #require(error?.diagnostics.first)
  }

  private func kept() throws -> [String] {
    try stage.stored("SELECT k, t, v, note FROM kept ORDER BY rowid", types: [.str, .int, .float, .str])
  }

  @Test("a new table takes the declared types; others come from the whole file")
  func freshTable() throws {
    // The columns stand in another order and case than in the metadata; a local time is one of the group's zone.
    let csv = """
      ID,T,c,free,d,v,code
      7,2024-01-31 00:00,2024-01-31T00:00Z,1,1.50,1e2,007
      8,,,2.5,,,""
      """
    #expect(try load(csv, "fresh") == 2)
    #expect(
      try stage.stored(
        "SELECT code, id, t, c, v, d, free FROM fresh ORDER BY id",
        types: [
          .str, .int, .datetime, .datetime, .float, .decimal, .float,
        ]) == [
          "007,7,2024-01-31 05:00:00+00:00,2024-01-31 00:00:00+00:00,100.0,1.50,1.0", ",8,NULL,NULL,NULL,NULL,2.5",
        ])
    #expect(
      try stage.stored("SELECT name, type FROM pragma_table_xinfo('fresh') ORDER BY cid", types: [.str, .str]) == [
        "code,TEXT", "id,INTEGER", "t,TEXT", "c,TEXT", "v,REAL", "d,TEXT", "free,REAL",
      ])
    let facts = try #require(try stage.database.facts(of: .table(TableName(["fresh"]))))
    #expect(facts.indexes.map(\.columns) == [["code", "id", "t"]])
  }

  @Test func rowsAreAddedOrReplacedOrRefused() throws {
    let csv = "k,t,v,note\nnew,1970-01-01 00:00:05,2,x\n"
    #expect(try load(csv, "kept") == 1)
    #expect(try kept() == ["old,1,1.5,here before", "new,5,2.0,x"])
    #expect(try load(csv, "kept APPEND") == 1)
    #expect(try kept().count == 3)
    #expect(try load("k,t,v,note\nonly,,,\n", "kept REPLACE") == 1)
    #expect(try kept() == ["only,NULL,NULL,NULL"])
    #expect(throws: DatabaseError.self) { try load(csv, "kept", mode: .create) }
    #expect(try load("k,t,v,note\n", "kept REPLACE") == 0)
    #expect(try kept() == [])
  }

  @Test("a problem in any row leaves the table as it was")
  func allOrNothing() throws {
    let rows = (0..<5000).map { "k\($0),1970-01-01,\($0),x\n" }.joined()
    for mode in ["APPEND", "REPLACE"] {
      let found = try problem("k,t,v,note\n" + rows + "bad,1970-01-01,many,x\n", "kept \(mode)")
      #expect(
        found.message.hasSuffix(
          "in.csv:5002: column `v`: `many` is not a value of type float, which the feature `v` is"))
      #expect(try kept() == ["old,1,1.5,here before"])
    }
    #expect(try load("k,t,v,note\n" + rows, "kept") == 5000)
    #expect(try kept().count == 5001)
  }

  @Test func localTimesOfAutumnAreTheLater() throws {
    #expect(try load("code,id,t,c,v,d,free\na,1,2024-11-03 01:30,2024-11-03 01:30,1,1,1\n", "fresh") == 1)
    #expect(try stage.stored("SELECT t FROM fresh", types: [.datetime]) == ["2024-11-03 06:30:00+00:00"])
    let skipped = try problem("code,id,t,c,v,d,free\na,1,2024-03-10 02:30,,1,1,1\n", "fresh")
    #expect(
      skipped.message.contains("`2024-03-10 02:30`") && skipped.notes.contains { $0.contains("America/New_York") })
  }

  @Test func nullsAndDelimitersAreTheStatements() throws {
    let csv = "k;t;v;note\na;NA;NA;\"NA\"\n;1970-01-01;;-\n"
    #expect(try load(csv, "kept REPLACE DELIMITER ';' NULL 'NA', '-'") == 2)
    #expect(try kept() == ["a,NULL,NULL,NA", "NULL,0,NULL,NULL"])
    let found = try problem("k,t,v,note\na,NA,1,x\n", "kept")
    #expect(found.code == "bad-field" && found.help == "NULL 'NA' after the path reads it as NULL")
  }

  @Test func columnsMustBeThoseOfTheGroup() throws {
    let missing = try problem("k,t,v,nota\na,,,\n", "kept")
    #expect(missing.code == "missing-column" && missing.message.contains("`note`"))
    #expect(missing.help == "rename `nota` in the header")
    let unknown = try problem("k,t,v,note,extra\na,,,,\n", "kept")
    #expect(unknown.code == "unknown-column" && unknown.message.contains("`extra`"))
    #expect(try problem("k,K,t,v,note\na,a,,,\n", "kept").message.contains("`K`"))
    #expect(try problem("k,t,v,note\na,b\n", "kept").message.contains(":2"))
    #expect(try kept() == ["old,1,1.5,here before"])
  }

  @Test func axesOfNumbersTakeNumbers() throws {
    #expect(try load("k,at,v\n", "numbers") == 0)
    let facts = try #require(try stage.database.facts(of: .table(TableName(["numbers"]))))
    #expect(facts.columns.first { $0.name == "at" }?.naturalStorage == .number)
    #expect(try load("k,at,v\na,5,1\nb,5.5,2\n", "numbers") == 2)
    #expect(try stage.rows("SELECT FEATURES numbers.v AS OF 5.2") == ["a,1"])
    #expect(try problem("k,at,v\na,2024-01-31,1\n", "numbers").code == "bad-field")
  }

  @Test func anAxisOfNumbersThatIsNewTakesNumbersToo() throws {
    #expect(try problem("k,at,v\na,yesterday,1\n", "numbers").code == "bad-field")
    #expect(try stage.database.facts(of: .table(TableName(["numbers"]))) == nil)
    #expect(try load("k,at,v\na,5,1\n", "numbers") == 1)
    #expect(try stage.stored("SELECT typeof(at) FROM numbers", types: [.str]) == ["integer"])
  }

  @Test func whatCannotBeImportedInto() throws {
    #expect(try problem("k,v\na,1\n", "asked").code == "import-into-query")
    #expect(try problem("k,v\na,1\n", "kep").code == "unknown-group")
  }
}
