import TestSupport
import Testing

/// Names that clash, and names that need quotes.
@Suite struct NameTraps {
  /// Groups `a` and `b` with a feature `v` each (and `a` with `k2`), one key, one row.
  private func twoGroups(_ labels: String) throws -> TrapStage {
    try TrapStage(
      sql: """
        CREATE TABLE a (k TEXT, t TEXT, v INTEGER, k2 INTEGER); INSERT INTO a VALUES ('x', '2024-01-01', 1, 3);
        CREATE TABLE b (k TEXT, t TEXT, v INTEGER); INSERT INTO b VALUES ('x', '2024-01-01', 2);
        """,
      metadata: """
        kind: entity
        name: k
        value_type: str
        ---
        kind: group
        name: a
        entity: k
        event_timestamp_column: t
        features: [{name: v, value_type: int}, {name: k2, value_type: int}, {name: k, value_type: str}]
        ---
        kind: group
        name: b
        entity: k
        event_timestamp_column: t
        features: [{name: v, value_type: int}]
        """, labels: labels)
  }

  @Test("trap 36: a feature named like a label column is an error that offers AS and WITH FULL NAMES")
  func featureAndLabelColumn() throws {
    let stage = try twoGroups("k,at,v\nx,2024-01-02,9\n")
    let clash = "SELECT FEATURES a.v AS OF at JOIN labels.csv"
    try stage.refuses(clash + " INTO 'out.csv'", naming: ["v", "AS", "WITH FULL NAMES"])
    #expect(try stage.output(clash + " WITH FULL NAMES") == "k,at,v,a__v\nx,2024-01-02,9,1\n")
    #expect(
      try stage.output("SELECT FEATURES a.v AS w AS OF at JOIN labels.csv") == "k,at,v,w\nx,2024-01-02,9,1\n")
  }

  @Test("trap 36: two features of one name are an error, and nothing is dropped")
  func twoFeatures() throws {
    let stage = try twoGroups("k,at\nx,2024-01-02\n")
    let clash = "SELECT FEATURES a.v, b.v AS OF at JOIN labels.csv"
    try stage.refuses(clash, naming: ["a.v", "b.v", "AS", "WITH FULL NAMES"])
    #expect(try stage.output(clash + " WITH FULL NAMES") == "k,at,a__v,b__v\nx,2024-01-02,1,2\n")
    #expect(
      try stage.output("SELECT FEATURES a.v, b.v AS w AS OF at JOIN labels.csv WITH FULL NAMES")
        == "k,at,a__v,w\nx,2024-01-02,1,2\n")
    try stage.refuses("SELECT FEATURES a.v AS w, b.v AS w AS OF at JOIN labels.csv", naming: ["w", "AS"])
  }

  @Test("trap 36: a feature named like the key or the moment column clashes too")
  func keyAndMoment() throws {
    let stage = try twoGroups("k,at\nx,2024-01-02\n")
    try stage.refuses("SELECT FEATURES a.k AS OF at JOIN labels.csv", naming: ["k", "AS"])
    try stage.refuses("SELECT FEATURES a.v AS at AS OF at JOIN labels.csv", naming: ["at"])
    try stage.refuses("SELECT FEATURES a.k AS OF '2024-01-02'", naming: ["k", "AS"])
    #expect(try stage.output("SELECT FEATURES a.k AS name AS OF at JOIN labels.csv") == "k,at,name\nx,2024-01-02,x\n")
  }

  @Test("trap 36: the same feature named twice is one column")
  func sameFeatureTwice() throws {
    let stage = try twoGroups("k,at\nx,2024-01-02\n")
    #expect(
      try stage.output("SELECT FEATURES a.v, a.k2, a.v AS OF at JOIN labels.csv") == "k,at,v,k2\nx,2024-01-02,1,3\n")
  }

  @Test("trap 36: names that differ in case are both kept, or refused, never one dropped")
  func caseOnly() throws {
    let stage = try twoGroups("k,at,V\nx,2024-01-02,9\n")
    let run = try stage.run("SELECT FEATURES a.v AS OF at JOIN labels.csv")
    if run.status == 0 {
      #expect(run.output == "k,at,V,v\nx,2024-01-02,9,1\n")
    } else {
      #expect(run.status == 1 && run.errors.contains("WITH FULL NAMES"), "\(run.summary)")
    }
  }

  @Test("an ambiguous bare name lists the choices; a unique one needs no group")
  func bareNames() throws {
    let stage = try twoGroups("k,at\nx,2024-01-02\n")
    try stage.refuses("SELECT FEATURES v AS OF at JOIN labels.csv", naming: ["a.v", "b.v"])
    #expect(try stage.output("SELECT FEATURES k2 AS OF at JOIN labels.csv") == "k,at,k2\nx,2024-01-02,3\n")
  }

  @Test("trap 37: tables and columns may be called anything")
  func identifiers() throws {
    let stage = try TrapStage(
      sql: #"""
        CREATE TABLE "order" ("eventTs" TEXT, "the key" TEXT, "say ""hi""" INTEGER, "größe" INTEGER, "a.b" INTEGER);
        INSERT INTO "order" VALUES ('2024-01-01', 'x', 1, 2, 3);
        CREATE TABLE "odd.na""me" (k TEXT, "select" INTEGER, "x'y" INTEGER);
        INSERT INTO "odd.na""me" VALUES ('x', 4, 5);
        """#,
      metadata: """
        kind: entity
        name: k
        value_type: str
        ---
        kind: group
        name: order
        entity: k
        key_columns: {k: the key}
        event_timestamp_column: eventTs
        features:
          - {name: said, value_type: int, column: 'say "hi"'}
          - {name: größe, value_type: int}
          - {name: two words, value_type: int, column: a.b}
        ---
        kind: group
        name: AS OF
        entity: k
        table: '"odd.na""me"'
        features: [{name: select, value_type: int}, {name: it's, value_type: int, column: x'y}]
        """, labels: "k,at\nx,2024-01-02\n")
    let items = #"order.said, order."größe", "order"."two words", "AS OF"."select", "AS OF"."it's""#
    #expect(
      try stage.output("SELECT FEATURES \(items) AS OF at JOIN labels.csv")
        == "k,at,said,größe,two words,select,it's\nx,2024-01-02,1,2,3,4,5\n")
    #expect(
      try stage.output("SELECT FEATURES order.größe JOIN labels.csv AS OF at") == "k,at,größe\nx,2024-01-02,2\n")
  }

  @Test("trap 37: SQLite's eventTs and eventts are one column, a group's and a statement's names are not")
  func caseOfNames() throws {
    let stage = try twoGroups("k,at\nx,2024-01-02\n")
    // Names are case-sensitive unless exactly one differs only in case.
    #expect(try stage.output("SELECT FEATURES A.K2 AS OF at JOIN labels.csv") == "k,at,k2\nx,2024-01-02,3\n")
  }

  @Test("trap 37: a label column that needs quotes")
  func labelColumns() throws {
    let stage = try twoGroups("\"the, key\",as of\nx,2024-01-02\n")
    #expect(
      try stage.output(#"SELECT FEATURES a.v AS OF "as of" JOIN labels.csv ON k = "the, key""#)
        == "\"the, key\",as of,v\nx,2024-01-02,1\n")
  }
}
