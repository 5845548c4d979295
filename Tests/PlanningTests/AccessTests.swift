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
    - {kind: group, name: deep, entity: k, event_timestamp_column: t, timestamp_storage: unix_s, features: [{name: a}]}
    - {kind: group, name: asked, entity: pair, event_timestamp_column: t, timestamp_storage: unix_ms, delay: 1s,
       features: [{name: b}]}
    - {kind: group, name: made, entity: k, table: deep, event_timestamp_column: t, create_timestamp_column: c,
       timestamp_storage: unix_s, features: [{name: m, column: a}]}
    - {kind: group, name: still, entity: k, table: deep, features: [{name: s, column: a}]}
    - {kind: group, name: ticks, entity: k, table: deep, event_timestamp_column: t, features: [{name: p, column: a}]}
    - {kind: group, name: e, entity: d, table: dated, event_timestamp_column: t, features: [{name: z, column: v}]}
    """
  /// A hundred thousand rows, by the statistics.
  private static func sql(index: String) -> String {
    """
    CREATE TABLE f (k TEXT, n INTEGER, t TEXT, v INTEGER);
    CREATE TABLE coarse (k TEXT COLLATE NOCASE, t TEXT, v INTEGER);
    CREATE TABLE dated (d TEXT, t TEXT, v INTEGER);
    CREATE VIEW viewed AS SELECT * FROM f;
    CREATE TABLE deep (k TEXT, t INTEGER, c INTEGER, a INTEGER);
    CREATE TABLE asked (k TEXT, n INTEGER, t INTEGER, b INTEGER);
    \(index);
    CREATE INDEX other ON f (v, k, n);
    INSERT INTO f VALUES ('a', 1, '2024-01-01', 1);
    ANALYZE;
    DELETE FROM sqlite_stat1;
    INSERT INTO sqlite_stat1 VALUES ('f', 'i', '100000 10 1'), ('f', 'other', '100000 1 1 1'),
      ('deep', NULL, '2000000'), ('deep', 'deep_k_t', '2000000 2000 1'), ('asked', NULL, '2000000');
    """
  }

  private func access(
    _ feature: String, keys: Int, labels: Int? = nil, index: String = "CREATE INDEX i ON f (k, t)",
    strategy: Strategy? = nil,
    moment: String? = nil
  ) throws -> AccessPlan {
    let stage = try PlanningStage(sql: Self.sql(index: index), metadata: Self.metadata)
    var plan = try stage.plan(
      "SELECT FEATURES \(feature) \(moment ?? "AS OF at") JOIN l.csv", labels: ["k", "n", "d", "at"])
    plan.strategy = strategy
    let chosen = AccessPlanner.choose(plan, demands: [AccessPlanner.Demand(keys: keys, labels: labels ?? keys)])
    return try #require(chosen.uses.first).access
  }

  private let noSeek = "seek cannot rely on the order of `t`, which is TEXT"

  @Test func fewKeysAreLookedUpAndManyAreNot() throws {
    let few = try access("v", keys: 3)
    #expect(few.strategy == .lookup && few.estimatedRows == 30)
    #expect(few.reason == "3 keys in the index `i`")
    #expect(few.sql == "SELECT \"k\", \"t\", \"v\" FROM \"f\" WHERE \"k\" IN (… 3 keys …)")
    #expect(
      few.index == "i" && few.alternatives.map(\.text) == ["scan of about 100,000 rows would take 20 ms", noSeek])
    #expect(few.alternatives[0].estimatedRows == 100_000 && few.alternatives[0].cost == 20.05)
    let many = try access("v", keys: 5000)
    #expect(many.strategy == .scan && many.rowLimit == nil)
    #expect(many.index == nil && many.alternatives.map(\.text) == ["lookup of 5,000 keys would take 125 ms", noSeek])
  }

  @Test func anIndexMustBeLedByTheKeys() throws {
    let none = try access("w", keys: 3)
    #expect(none.strategy == .scan)
    #expect(
      none.alternatives.map(\.text) == [
        #"lookup has no index that is led by `n`; it would take 0.2 ms with CREATE INDEX "f_n_t" ON "f" ("n", "t")"#,
        noSeek,
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
    #expect(many.alternatives.map(\.text) == ["lookup has no index that is led by `n`", noSeek])
    #expect(many.alternatives[0].cost == nil)
    let pair = try access("x", keys: 3).alternatives.first
    #expect(pair?.missingIndex == #"CREATE INDEX "f_k_n_t" ON "f" ("k", "n", "t")"#)
    let view = try access("u", keys: 3).alternatives
    #expect(view.map(\.text) == ["lookup has no index that is led by `k`", noSeek] && view[0].missingIndex == nil)
    let server = Dialects.named("postgresql")
    #expect(
      server.createIndex(on: TableName(["s", "f"]), columns: ["k", "a\"b"])
        == #"CREATE INDEX ON "s"."f" ("k", "a""b")"#)
  }

  @Test func whatCannotBeComparedExactlyIsScanned() throws {
    let coarse = try access("y", keys: 1)
    #expect(coarse.strategy == .scan)
    #expect(
      coarse.alternatives.map(\.text) == ["lookup", "seek"].map { "\($0) is not exact on `k`, which is TEXT" })
    #expect(coarse.note == nil)
    let dated = try access("z", keys: 1, strategy: .lookup)
    #expect(dated.strategy == .scan)
    #expect(dated.note == "lookup cannot name keys of type date, so that the table is scanned")
  }

  @Test func aForcedStrategyIsTaken() throws {
    #expect(try access("w", keys: 100_000, strategy: .lookup).strategy == .lookup)
    #expect(try access("v", keys: 1, strategy: .scan).strategy == .scan)
  }

  private static let deep = "CREATE INDEX deep_k_t ON deep (k, t)"

  @Test func fewLabelsOfDeepHistoriesAreSought() throws {
    let few = try access("a", keys: 90, labels: 100, index: Self.deep)
    #expect(few.strategy == .seek && few.estimatedRows == 100 && few.rowLimit != nil)
    #expect(few.reason == "100 labels in the index `deep_k_t`" && few.index == "deep_k_t")
    #expect(few.alternatives.map(\.strategy) == [.scan, .lookup] && few.alternatives.allSatisfy { $0.obstacle == nil })
    let many = try access("a", keys: 1000, labels: 1_000_000, index: Self.deep)
    #expect(many.strategy == .scan && many.alternatives.map(\.strategy) == [.lookup, .seek])
    #expect(many.alternatives[1].text.hasPrefix("seek of 1,000,000 labels would take"))
    #expect(try access("a", keys: 1000, labels: 1_000_000, index: Self.deep, strategy: .seek).strategy == .seek)
  }

  @Test func aSeekNeedsTheEventInItsIndex() throws {
    let lacking = try access("a", keys: 100, labels: 100, index: "CREATE INDEX by_k ON deep (k)")
    #expect(lacking.strategy == .lookup)
    let seek = try #require(lacking.alternatives.last)
    #expect(seek.obstacle == "has no index of `k`, `t`")
    #expect(seek.missingIndex == #"CREATE INDEX "deep_k_t" ON "deep" ("k", "t")"#)
    let forced = try access("a", keys: 3, labels: 5, index: "CREATE INDEX i ON deep (t, k)", strategy: .seek)
    #expect(forced.strategy == .scan)
    #expect(forced.note == "seek has no index of `k`, `t`, so that the table is scanned")
    let other = try access("a", keys: 3, labels: 5, index: "CREATE INDEX i ON deep (k, a, t)", strategy: .seek)
    #expect(other.note == "seek has no index of `k`, `t`, so that lookup is used")
    #expect(try access("b", keys: 3, index: "CREATE INDEX i ON asked (n, k, t, b)").strategy == .seek)
  }

  @Test func whatASeekCannotServe() throws {
    for (feature, words) in [
      ("m", "would miss created times in `c`"), ("s", "serves no static group"),
      ("p", "needs times, and `t` holds plain numbers"),
    ] {
      let other = feature == "p" ? "AS OF 5" : nil
      let access = try access(feature, keys: 3, index: Self.deep, strategy: .seek, moment: other)
      #expect(access.strategy == .lookup && access.note == "seek \(words), so that lookup is used")
    }
  }

  @Test func rangesOfMomentsAreWrittenAsTheEngineSortsThem() throws {
    let stage = try PlanningStage(sql: Self.sql(index: Self.deep), metadata: Self.metadata)
    let plan = try stage.plan("SELECT FEATURES b BEFORE at JOIN l.csv", labels: ["k", "n", "at"])
    let seek = try #require(SeekStrategy(plan.uses[0], isStrict: true, dialect: plan.dialect))
    func ranges(_ moments: [Int64]) -> [[Int64]] {
      moments.withUnsafeBufferPointer { seek.ranges(key: [.str("a'b"), .int(7)], moments: $0) }.map {
        [$0.first, $0.last]
      }
    }
    // Milliseconds, a second after the event, and a microsecond because of BEFORE.
    let first: Int64 = -62_135_510_400_000
    #expect(ranges([5_000_000, 5_000_001, 5_001_000, 5_001_001]) == [[first, 3999], [4000, 4000], [4001, 4001]])
    #expect(ranges([.min, 1_000_000, .max]) == [[first, -1], [0, 253_402_127_999_999]])
    #expect(ranges([]) == [[first, first - 1]] && ranges([.min]) == [[first, first - 1]])
    #expect(
      seek.sql(ranges: [SeekStrategy.Range(key: [.str("a'b"), .int(.min)], first: 1, last: 2)], limit: 9) == """
        WITH "ranges"("key1", "key2", "first", "last") AS (VALUES ('a''b', -9223372036854775808, 1, 2)) \
        SELECT "stored"."k", "stored"."n", "stored"."t", "stored"."b" FROM (SELECT "ranges".*, \
        (SELECT "newer"."t" FROM "asked" AS "newer" WHERE "newer"."k" = "ranges"."key1" AND \
        "newer"."n" = "ranges"."key2" AND "newer"."t" >= "ranges"."first" AND "newer"."t" <= "ranges"."last" \
        ORDER BY "newer"."t" DESC LIMIT 1) AS "newest" FROM "ranges") AS "sought" CROSS JOIN "asked" AS "stored" \
        WHERE "stored"."k" = "sought"."key1" AND "stored"."n" = "sought"."key2" AND \
        "stored"."t" >= max("sought"."first", coalesce("sought"."newest", "sought"."last") - 1) AND \
        "stored"."t" < "sought"."last" + 1 \
        UNION ALL SELECT "stored"."k", "stored"."n", "stored"."t", "stored"."b" FROM "ranges" CROSS JOIN "asked" AS \
        "stored" WHERE "ranges"."first" = -62135510400000 AND "stored"."k" = "ranges"."key1" AND \
        "stored"."n" = "ranges"."key2" AND "stored"."t" < -62135510400000 \
        UNION ALL SELECT "stored"."k", "stored"."n", "stored"."t", "stored"."b" FROM "ranges" CROSS JOIN "asked" AS \
        "stored" WHERE "ranges"."first" = -62135510400000 AND "stored"."k" = "ranges"."key1" AND \
        "stored"."n" = "ranges"."key2" AND "stored"."t" >= 253402128000000 LIMIT 9
        """)
  }

  @Test func aSnapshotIsScanned() throws {
    let stage = try PlanningStage(sql: Self.sql(index: "CREATE INDEX i ON f (k, t)"), metadata: Self.metadata)
    var plan = try stage.plan("SELECT FEATURES v AS OF '2024-01-02'")
    plan.strategy = .lookup
    let access = AccessPlanner.choose(plan).uses[0].access
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
    #expect(
      lookups[0].sql(keys: [[.str("a\0b\0")]], limit: nil).hasSuffix("IN (('a' || char(0) || 'b' || char(0) || ''))"))
    for dialect in Dialects.all {
      #expect(LookupStrategy.isWritable([.str("a"), .int(1)], dialect: dialect))
      #expect(LookupStrategy.isWritable([.str("a\0b")], dialect: dialect) == (dialect.name == "sqlite"))
    }
  }
}
