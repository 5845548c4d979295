import SpellCore
import SpellPlanning
import Testing

/// Which strategy fetches the rows of a group, and why.
@Suite struct AccessTests {
  private static let metadata = """
    - {kind: entity, name: k, value_type: str}
    - {kind: entity, name: n, value_type: int}
    - {kind: entity, name: d, value_type: date}
    - {kind: entity, name: pair, keys: [{name: k, value_type: str}, {name: n, value_type: int}]}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v}]}
    - {kind: group, name: g, entity: n, table: f, event_timestamp_column: t, features: [{name: w, column: v}]}
    - {kind: group, name: h, entity: pair, table: f, event_timestamp_column: t, features: [{name: x, column: v}]}
    - {kind: group, name: c, entity: k, table: coarse, event_timestamp_column: t, features: [{name: y, column: v}]}
    - {kind: group, name: u, entity: k, table: viewed, event_timestamp_column: t, features: [{name: u, column: v}]}
    - {kind: group, name: e, entity: d, table: dated, event_timestamp_column: t, features: [{name: z, column: v}]}
    """
  /// A hundred thousand rows, by the statistics.
  private static func sql(index: String) -> String {
    """
    CREATE TABLE f (k TEXT, n INTEGER, t TEXT, v INTEGER);
    CREATE TABLE coarse (k TEXT COLLATE NOCASE, t TEXT, v INTEGER);
    CREATE TABLE dated (d TEXT, t TEXT, v INTEGER);
    CREATE VIEW viewed AS SELECT * FROM f;
    \(index);
    CREATE INDEX other ON f (v, k, n);
    INSERT INTO f VALUES ('a', 1, '2024-01-01', 1);
    ANALYZE;
    DELETE FROM sqlite_stat1;
    INSERT INTO sqlite_stat1 VALUES ('f', 'i', '100000 10 1'), ('f', 'other', '100000 1 1 1');
    """
  }

  private func access(
    _ feature: String, keys: Int, index: String = "CREATE INDEX i ON f (k, t)", strategy: Strategy? = nil
  ) throws -> AccessPlan {
    let stage = try PlanningStage(sql: Self.sql(index: index), metadata: Self.metadata)
    var plan = try stage.plan("SELECT FEATURES \(feature) AS OF at JOIN l.csv", labels: ["k", "n", "d", "at"])
    plan.strategy = strategy
    let chosen = AccessPlanner.choose(plan, demands: [AccessPlanner.Demand(keys: keys)])
    return try #require(chosen.uses.first).access
  }

  @Test func fewKeysAreLookedUpAndManyAreNot() throws {
    let few = try access("v", keys: 3)
    #expect(few.strategy == .lookup && few.estimatedRows == 30)
    #expect(few.reason == "3 keys in the index `i`")
    #expect(few.sql == "SELECT \"k\", \"t\", \"v\" FROM \"f\" WHERE \"k\" IN (… 3 keys …)")
    #expect(few.index == "i" && few.alternatives.map(\.text) == ["scan of about 100,000 rows would take 20 ms"])
    #expect(few.alternatives[0].estimatedRows == 100_000 && few.alternatives[0].cost == 20.05)
    let many = try access("v", keys: 5000)
    #expect(many.strategy == .scan && many.rowLimit == nil)
    #expect(many.index == nil && many.alternatives.map(\.text) == ["lookup of 5,000 keys would take 125 ms"])
  }

  @Test func anIndexMustBeLedByTheKeys() throws {
    let none = try access("w", keys: 3)
    #expect(none.strategy == .scan)
    #expect(
      none.alternatives.map(\.text) == [
        #"lookup has no index that is led by `n`; it would take 0.2 ms with CREATE INDEX "f_n_t" ON "f" ("n", "t")"#
      ])
    let lacking = try #require(none.alternatives.first)
    #expect(lacking.estimatedRows == 60 && lacking.obstacle == "has no index that is led by `n`")
    #expect(lacking.missingIndex == #"CREATE INDEX "f_n_t" ON "f" ("n", "t")"#)
    for index in ["CREATE INDEX i ON f (n, k, t)", "CREATE INDEX i ON f (k, n)"] {
      #expect(try access("x", keys: 3, index: index).strategy == .lookup, "\(index)")
    }
    #expect(try access("x", keys: 3, index: "CREATE INDEX i ON f (k, t, n)").strategy == .scan)
    #expect(try access("v", keys: 3, index: "CREATE INDEX i ON f (k) WHERE v > 0").strategy == .scan)
  }

  /// The index is named where it would be worth having, and where there can be one.
  @Test func anIndexThatWouldChangeTheChoiceIsNamed() throws {
    let many = try access("w", keys: 5000)
    #expect(many.alternatives.map(\.text) == ["lookup has no index that is led by `n`"])
    #expect(many.alternatives[0].cost == nil)
    let pair = try access("x", keys: 3).alternatives.first
    #expect(pair?.missingIndex == #"CREATE INDEX "f_k_n_t" ON "f" ("k", "n", "t")"#)
    let view = try access("u", keys: 3).alternatives
    #expect(view.map(\.text) == ["lookup has no index that is led by `k`"] && view[0].missingIndex == nil)
    let server = Dialects.named("postgresql")
    #expect(
      server.createIndex(on: TableName(["s", "f"]), columns: ["k", "a\"b"])
        == #"CREATE INDEX ON "s"."f" ("k", "a""b")"#)
  }

  @Test func whatCannotBeComparedExactlyIsScanned() throws {
    let coarse = try access("y", keys: 1)
    #expect(coarse.strategy == .scan)
    #expect(coarse.alternatives.map(\.text) == ["lookup is not exact on `k`, which is TEXT"])
    #expect(coarse.note == nil)
    let dated = try access("z", keys: 1, strategy: .lookup)
    #expect(dated.strategy == .scan)
    #expect(dated.note == "lookup cannot name keys of type date, so that the table is scanned")
  }

  @Test func aForcedStrategyIsTaken() throws {
    #expect(try access("w", keys: 100_000, strategy: .lookup).strategy == .lookup)
    #expect(try access("v", keys: 1, strategy: .scan).strategy == .scan)
  }

  @Test func aSnapshotIsScanned() throws {
    let stage = try PlanningStage(sql: Self.sql(index: "CREATE INDEX i ON f (k, t)"), metadata: Self.metadata)
    var plan = try stage.plan("SELECT FEATURES v AS OF '2024-01-02'")
    plan.strategy = .lookup
    let access = AccessPlanner.choose(plan, demands: []).uses[0].access
    #expect(access.strategy == .scan && access.note == "lookup needs the keys of labels, so that the table is scanned")
  }

  @Test func keysAreWrittenAsTheEngineReadsThem() throws {
    let stage = try PlanningStage(sql: Self.sql(index: "CREATE INDEX i ON f (k, t)"), metadata: Self.metadata)
    let plan = try stage.plan("SELECT FEATURES v, x AS OF at JOIN l.csv", labels: ["k", "n", "at"])
    let lookups = plan.uses.map { LookupStrategy($0, dialect: plan.dialect) }
    #expect(
      lookups[0].sql(keys: [[.str("a'b")], [.str("")]], limit: 7)
        == "SELECT \"k\", \"t\", \"v\" FROM \"f\" WHERE \"k\" IN ('a''b', '') LIMIT 7")
    #expect(
      lookups[1].sql(keys: [[.str("a"), .int(.min)], [.str("b"), .int(2)]], limit: nil)
        == "SELECT \"k\", \"n\", \"t\", \"v\" FROM \"f\" WHERE (\"k\", \"n\") IN "
        + "(VALUES ('a', -9223372036854775808), ('b', 2))")
    #expect(LookupStrategy.isWritable([.str("a"), .int(1)]) && !LookupStrategy.isWritable([.str("a\0b")]))
  }
}
