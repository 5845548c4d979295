import SpellPlanning
import Testing

/// When a snapshot is left to the engine without being asked for.
@Suite struct ServerStrategyTests {
  private static let metadata = """
    - {kind: entity, name: k, value_type: str}
    - {kind: entity, name: n, value_type: int}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, timestamp_storage: number, features: [{name: v}]}
    - {kind: group, name: g, entity: n, table: f, event_timestamp_column: t, timestamp_storage: number,
       features: [{name: w, column: v}]}
    - {kind: group, name: h, entity: k, table: f, event_timestamp_column: t, timestamp_storage: number,
       features: [{name: x, column: v, value_type: bool}]}
    - {kind: group, name: s, entity: k, table: one, features: [{name: y}]}
    - {kind: group, name: u, entity: k, table: several, features: [{name: z, column: y}]}
    """

  /// A million keys, by the statistics, on an engine that sorts on its own disks, or not.
  private func plan(_ text: String, dialect: String = "postgresql", labels: [String]? = nil) throws -> SelectPlan {
    let stage = try PlanningStage(
      sql: """
        CREATE TABLE f (k TEXT, n INTEGER, t INTEGER, v INTEGER);
        CREATE INDEX i ON f (k, t);
        CREATE INDEX j ON f (n);
        CREATE TABLE one (k TEXT, y INTEGER);
        CREATE UNIQUE INDEX o ON one (k);
        CREATE TABLE several (k TEXT, y INTEGER);
        INSERT INTO f VALUES ('a', 1, 1, 1);
        ANALYZE;
        DELETE FROM sqlite_stat1;
        INSERT INTO sqlite_stat1 VALUES ('f', 'i', '4000000 4 1'), ('f', 'j', '4000000 4'),
          ('one', 'o', '2000000 1'), ('several', NULL, '2000000');
        """,
      metadata: Self.metadata)
    var plan = try stage.plan(text, labels: labels)
    plan.dialect = Dialects.named(dialect)
    return plan
  }

  @Test func keysBeyondTheMemoryAreTheEngines() throws {
    let plan = try plan("SELECT FEATURES v AS OF 5")
    #expect(
      ServerStrategy.reason(plan, most: 999_999)
        == "about 1,000,000 keys would not fit the memory, and the database sorts on its own disks")
    #expect(ServerStrategy.reason(plan, most: 1_000_000) == nil)
    let several = try self.plan("SELECT FEATURES v, y AS OF 5")
    #expect(ServerStrategy.reason(several, most: 1_000_000)?.hasPrefix("about 2,000,000 keys ") == true)
  }

  @Test func anEngineThatSortsInOurMemoryIsNoHelp() throws {
    #expect(ServerStrategy.reason(try plan("SELECT FEATURES v AS OF 5", dialect: "sqlite"), most: 10) == nil)
  }

  @Test func aForcedStrategyStays() throws {
    var plan = try plan("SELECT FEATURES v AS OF 5")
    plan.strategy = .scan
    #expect(ServerStrategy.reason(plan, most: 10) == nil)
  }

  @Test(arguments: ["x AS OF 5", "z AS OF 5", "v AS OF 5 WHERE k = 'a'"])
  func whatTheFoldWouldCheckOrReadInPartIsNotLeftToTheEngine(text: String) throws {
    #expect(ServerStrategy.reason(try plan("SELECT FEATURES \(text)"), most: 10) == nil)
  }

  @Test func keysInTheOrderOfTheTableNeedNoMemory() throws {
    var plan = try plan("SELECT FEATURES w AS OF 5")
    plan.uses[0].facts.indexes = plan.uses[0].facts.indexes.map { index in
      var index = index
      index.isClustered = false
      return index
    }
    #expect(ServerStrategy.reason(plan, most: 10) != nil)
    for index in plan.uses[0].facts.indexes.indices { plan.uses[0].facts.indexes[index].isClustered = true }
    #expect(ServerStrategy.reason(plan, most: 10) == nil)
  }

  @Test func labelsAreJoinedHere() throws {
    #expect(
      ServerStrategy.reason(try plan("SELECT FEATURES v AS OF at JOIN l.csv", labels: ["k", "at"]), most: 10) == nil
    )
  }
}
