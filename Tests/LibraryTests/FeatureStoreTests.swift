import Spellbook
import TestSupport
import Testing

/// The public library, as a package outside sees it.
@Suite struct FeatureStoreTests {
  private let folder: TemporaryFolder
  private let engine: String

  init() throws {
    folder = try TemporaryFolder()
    engine = "sqlite:///\(folder.file("shop.db"))"
    try folder.write(
      "metadata.yml",
      """
      kind: entity
      name: user
      value_type: int
      description: A customer
      ---
      kind: group
      name: spending
      entity: user
      event_timestamp_column: at
      features:
        - {name: amount, value_type: float, description: in euros}
        - {name: visits, value_type: int}
        - {name: city, value_type: str}
      ---
      kind: feature_set
      name: basics
      features: [spending.amount, spending.city]
      """)
    try folder.write(
      "spending.csv",
      """
      user,at,amount,visits,city
      1,2024-01-01 10:00,1.5,1,Köln
      1,2024-01-01 12:00,2.5,,"Paris, FR"
      2,2024-01-01 09:00,9.0,7,
      """)
    try folder.write(
      "labels.csv", "user,event_timestamp,bought\n1,2024-01-01 11:00,1\n1,2024-01-01 12:00,0\n3,2024-01-01 12:00,1\n")
  }

  private func store() throws -> FeatureStore {
    try FeatureStore(metadata: folder.file("metadata.yml"), engine: engine)
  }

  private func filledStore() throws -> FeatureStore {
    let store = try store()
    #expect(try store.importCSV(folder.file("spending.csv"), into: "spending") == 3)
    return store
  }

  @Test func metaTellsWhatIsDeclared() throws {
    let meta = try store().meta
    #expect(meta.entities.map(\.name) == ["user"])
    #expect(meta.groups.first?.eventTimestampColumn == "at")
    #expect(meta.features.map(\.name) == ["amount", "visits", "city"])
    #expect(meta.features.map(\.valueType) == ["float", "int", "str"])
    #expect(meta.featureSets.first?.features == ["spending.amount", "spending.city"])
  }

  @Test func checkGivesItsFindingsAndDoesNotThrowThem() throws {
    let store = try filledStore()
    #expect(try store.check("spending").isEmpty)
    try folder.write("late.csv", "user,at,amount,visits,city\n2,2999-01-01,1.0,1,Oslo\n")
    try store.importCSV(folder.file("late.csv"), into: "spending")
    let future = try store.check(deep: true)
    #expect(future.map { $0["check"] } == [.string("future-event")])
    #expect(future[0]["rows"] == .int(1))
    let metadata = try folder.read("metadata.yml")
    try folder.write("metadata.yml", metadata.replacing("name: visits", with: "name: visit"))
    let findings = try self.store().check()
    #expect(findings.map { $0["severity"] } == [.string("error"), .string("warning")])
    #expect(findings[0]["advice"] == .string("did you mean `visits`?"))
    #expect(throws: SpellbookError.self) { try store.check("spendings") }
  }

  @Test func starterMetadataOpensAStore() throws {
    _ = try filledStore()
    let text = try FeatureStore.starterMetadata(engine: engine)
    try folder.write("made.yml", text)
    let store = try FeatureStore(metadata: folder.file("made.yml"))
    #expect(store.meta.groups.map(\.eventTimestampColumn) == ["at"])
    #expect(try store.check().map { $0["severity"] } == [])
    #expect(try store.export(features: ["spending.amount"], snapshotDate: "2024-01-02").count == 2)
    #expect(throws: SpellbookError.self) { try FeatureStore.starterMetadata(engine: "nowhere.db") }
  }

  @Test func joinGivesTypedRowsInLabelOrder() throws {
    let table = try filledStore().join(features: ["spending.*"], labels: folder.file("labels.csv"))
    #expect(table.columns.map(\.name) == ["user", "event_timestamp", "bought", "amount", "visits", "city"])
    #expect(table.columns.map(\.type) == ["int", "str", "int", "float", "int", "str"])
    #expect(
      table.map(\.values) == [
        [.int(1), .string("2024-01-01 11:00"), .int(1), .float(1.5), .int(1), .string("Köln")],
        [.int(1), .string("2024-01-01 12:00"), .int(0), .float(2.5), .null, .string("Paris, FR")],
        [.int(3), .string("2024-01-01 12:00"), .int(1), .null, .null, .null],
      ])
    #expect(table[1]["city"] == .string("Paris, FR"))
    #expect(table[1]["no such column"] == nil)
    #expect(table.matches.map(\.matched) == [2])
    #expect(table.matches.map(\.unknownKey) == [1])
  }

  @Test func joinIntoAFileWritesWhatThePrintedStatementWould() throws {
    let store = try filledStore()
    let summary = try store.join(
      features: ["amount AS spent"], labels: folder.file("labels.csv"), to: folder.file("train.csv"))
    #expect(summary.rowCount == 3)
    #expect(
      try folder.read("train.csv")
        == "user,event_timestamp,bought,spent\n1,2024-01-01 11:00,1,1.5\n1,2024-01-01 12:00,0,2.5\n"
        + "3,2024-01-01 12:00,1,\n")
    #expect(throws: SpellbookError.self) {
      try store.join(features: ["amount"], labels: folder.file("labels.csv"), to: folder.file("train.csv"))
    }
    #expect(try folder.read("train.csv").hasPrefix("user,event_timestamp,bought,spent\n"))
  }

  @Test func entityColumnsMapKeys() throws {
    try folder.write("other.csv", "customer,seen\n2,2024-01-02\n")
    let table = try filledStore().join(
      features: ["amount"], labels: folder.file("other.csv"), eventTimestampColumn: "seen",
      entityColumns: ["user": "customer"])
    #expect(table.map(\.values) == [[.int(2), .string("2024-01-02"), .float(9)]])
  }

  @Test func labelsOfATableHaveTheirOwnTypes() throws {
    let tables = try filledStore().execute(
      "SELECT FEATURES amount AS spent BEFORE at JOIN TABLE spending WHERE amount > 1.5 ORDER BY amount")
    #expect(tables.first?.columns.map(\.type) == ["int", "str", "float", "int", "str", "float"])
    #expect(
      tables.first?.map(\.values) == [
        [.int(1), .string("2024-01-01 12:00:00+00:00"), .float(2.5), .null, .string("Paris, FR"), .float(1.5)],
        [.int(2), .string("2024-01-01 09:00:00+00:00"), .float(9), .int(7), .null, .null],
      ])
  }

  @Test func exportGivesOneRowPerKeyInKeyOrder() throws {
    let table = try filledStore().export(features: ["basics"], snapshotDate: "2024-01-01 10:30")
    #expect(
      table.map(\.values) == [
        [.int(1), .float(1.5), .string("Köln")], [.int(2), .float(9), .null],
      ])
  }

  @Test func executeReturnsATablePerResult() throws {
    let tables = try filledStore().execute(
      """
      SET timing = off; SHOW SETS; SELECT FEATURES visits AS OF :moment WHERE user = :user;
      EXPLAIN SELECT FEATURES visits
      """,
      parameters: ["moment": "2024-01-01 11:00", "user": "1"])
    #expect(tables.count == 3)
    #expect(tables[0].map { $0["name"] } == [.string("basics")])
    #expect(tables[1].map(\.values) == [[.int(1), .int(1)]])
    #expect(tables[2].columns.map(\.name) == ["plan"])
  }

  @Test func aFormatThatIsNamedNeedsNoKnownExtension() throws {
    let store = try filledStore()
    try store.execute("SELECT FEATURES visits AS OF '2024-01-01 11:00' FORMAT ndjson INTO '\(folder.file("rows.any"))'")
    #expect(try folder.read("rows.any").hasPrefix("{"))
    #expect(throws: SpellbookError.self) {
      try store.execute("SELECT FEATURES visits INTO '\(folder.file("rows.other"))'")
    }
  }

  @Test func aPlanAsJSONIsOneText() throws {
    let store = try filledStore()
    let file = folder.file("never.csv")
    let tables = try store.execute("EXPLAIN ANALYZE SELECT FEATURES visits FORMAT json INTO '\(file)'")
    #expect(tables.first?.count == 1 && (try? folder.read("never.csv")) == nil)
    guard case .string(let text)? = tables.first?.first?["plan"] else { throw NoPlan() }
    #expect(JSONValue(text)?["uses"]?.items.first?["measured"]?["rows"]?.int != nil)
  }

  @Test func theSQLOfASelectIsATableOfLines() throws {
    _ = try filledStore()
    let metadata = try folder.write(
      "homes.yml", "kind: group\nname: homes\ntable: spending\nentity: user\nfeatures: [city]\n")
    let store = try FeatureStore(metadata: metadata, engine: engine)
    let tables = try store.execute("SHOW SQL FOR SELECT FEATURES city LIMIT 1")
    #expect(tables.map { $0.columns.map(\.name) } == [["sql"]])
    #expect(tables.first?.map { $0["sql"] }.last == .string("LIMIT 1;"))
  }

  @Test func importPoliciesAreThoseOfTheCommandLine() throws {
    let store = try filledStore()
    #expect(throws: SpellbookError.self) {
      try store.importCSV(folder.file("spending.csv"), into: "spending", ifExists: .fail)
    }
    #expect(try store.importCSV(folder.file("spending.csv"), into: "spending", ifExists: .replace) == 3)
    #expect(try store.export(features: ["amount"]).count == 2)
  }

  @Test func executeRefusesToImport() throws {
    let error = #expect(throws: SpellbookError.self) {
      try filledStore().execute("IMPORT '\(folder.file("spending.csv"))' INTO spending")
    }
    #expect(error?.kind == .statement)
    #expect(error?.description.contains("read-only") == true)
  }

  @Test func errorsCarryEveryProblemAndTheirKind() throws {
    let store = try filledStore()
    let statement = #expect(throws: SpellbookError.self) { try store.execute("SELECT FEATURES amuont, vists") }
    #expect(statement?.kind == .statement)
    #expect(statement?.description.contains("did you mean `amount`?") == true)
    #expect(statement?.description.contains("did you mean `visits`?") == true)

    try folder.write("broken.yml", "kind: group\nname: g\n")
    let usage = #expect(throws: SpellbookError.self) { try FeatureStore(metadata: folder.file("broken.yml")) }
    #expect(usage?.kind == .usage)

    let missing = try FeatureStore(
      metadata: folder.file("metadata.yml"), engine: "sqlite:///\(folder.file("no.db"))")
    let connection = #expect(throws: SpellbookError.self) { try missing.export(features: ["amount"]) }
    #expect(connection?.kind == .connection)
  }

  @Test func aTableOfManyBatchesFindsItsRows() throws {
    let store = try filledStore()
    let rows = (0..<10_000).map { "\($0 % 3),2024-01-02,\($0)\n" }.joined()
    try folder.write("many.csv", "user,event_timestamp,n\n" + rows)
    let table = try store.join(features: ["amount"], labels: folder.file("many.csv"))
    #expect(table.count == 10_000)
    for position in [0, 1, 4095, 4096, 4097, 8191, 8192, 9999] {
      #expect(table[position]["n"] == .int(Int64(position)))
    }
  }
}

/// The plan that a test is about is not there.
private struct NoPlan: Error {}
