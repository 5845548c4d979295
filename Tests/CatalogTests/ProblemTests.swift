import SpellCore
import Testing

/// What is refused, and where. Each line of a report is place, marked text and code.
@Suite struct ProblemTests {
  static let head = "kind: group\nname: g\nentity: e\n"

  @Test func allProblemsOfAFileAreReportedInOrder() throws {
    let loading = try Loading(
      """
      kind: entity
      name: größe
      value_typ: str
      ---
      kind: gruop
      name: other
      ---
      kind: group
      name: weather
      entities: [größe, orgin]
      event_timestamp_column: observed
      ttl: 1x
      features:
        - {name: temp, value_type: flot}
        - {name: "é", valu_type: int}
        - {name: temp}
      ---
      kind: feature_set
      name: s
      features: [weather.tmp, wether.temp, other.thing, größe]
      """)
    #expect(
      loading.report == [
        "3:1 [value_typ] unknown-key", "5:7 [gruop] unknown-kind", "10:19 [orgin] unknown-entity",
        "12:6 [1x] invalid-duration", "14:30 [flot] unknown-value-type", "15:17 [valu_type] unknown-key",
        "16:12 [temp] duplicate-feature", "20:12 [weather.tmp] unknown-feature", "20:25 [wether.temp] unknown-group",
      ])
    let labels = loading.diagnostics.map { $0.label ?? "" }
    #expect(labels[0] == "did you mean `value_type`?")
    #expect(labels[1] == "did you mean `group`?")
    #expect(labels[4] == "did you mean `float`?")
    #expect(labels[7] == "did you mean `weather.temp`?")
    #expect(labels[8] == "did you mean `weather`?")
    #expect(loading.diagnostics[6].notes.first?.hasSuffix("metadata.yml:14:12") == true)
  }

  @Test func problemIsRenderedWithACaretUnderTheToken() throws {
    let loading = try Loading("kind: entity\nname: größe\nvalue_type: intt # Zahl\n")
    #expect(
      loading.rendered.hasSuffix(
        """
        /metadata.yml:3:13: error[unknown-value-type]: unknown value_type `intt`
        3 | value_type: intt # Zahl
          |             ^^^^ did you mean `int`?
          = known: str, int, float, decimal, bool, datetime, date, uuid, bytes, string, text, integer, bigint, double, \
        boolean, timestamp, numeric

        """))
  }

  @Test(arguments: [
    ("table: t\nquery: SELECT 1\n", "5:1 [query] conflicting-keys"),
    ("entities: [e]\n", "4:1 [entities] conflicting-keys"),
    ("ttl: 1d\n", "4:1 [ttl] static-group"),
    ("delay: 1d\n", "4:1 [delay] static-group"),
    ("create_timestamp_column: c\n", "4:1 [create_timestamp_column] static-group"),
    ("event_timestamp_column: t\nttl: 0\n", "5:6 [0] invalid-duration"),
    ("event_timestamp_column: t\nttl: 0s\n", "5:6 [0s] invalid-duration"),
    ("event_timestamp_column: t\nttl: -1d\n", "5:6 [-1d] invalid-duration"),
    ("event_timestamp_column: t\nttl: 1h\ndelay: 60m\n", "5:6 [1h] invalid-duration"),
    ("event_timestamp_column: t\nttl: 5\ndelay: 5.5\n", "5:6 [5] invalid-duration"),
    ("event_timestamp_column: t\nttl: 5\ndelay: 1m\n", "5:6 [5] invalid-duration"),
    ("event_timestamp_column: t\ndelay: -1h\n", "5:8 [-1h] invalid-duration"),
    ("event_timestamp_column: t\nttl: 1 day\n", "5:6 [1 day] invalid-duration"),
    ("event_timestamp_column: t\nttl: 99999999999999w\n", "5:6 [99999999999999w] invalid-duration"),
    ("event_timestamp_column: t\ntimestamp_storage: unix_s\nttl: 5\n", "6:6 [5] invalid-duration"),
    ("event_timestamp_column: t\ntimestamp_storage: number\nttl: 5s\n", "6:6 [5s] invalid-duration"),
    ("event_timestamp_column: t\ntimestamp_storage: number\ndelay: 5s\n", "6:8 [5s] invalid-duration"),
    ("timestamp_storage: unix\n", "4:20 [unix] unknown-timestamp-storage"),
    ("timezone: Europe/Berln\n", "4:11 [Europe/Berln] unknown-timezone"),
    ("invalid: ignore\n", "4:10 [ignore] unknown-invalid"),
    ("tags: ops\n", "4:7 [ops] wrong-shape"),
    ("tags: [[ops]]\n", "4:8 [[ops]] wrong-shape"),
    ("tags: [a, ~]\n", "4:11 [~] wrong-shape"),
    ("owner: {a: b}\n", "4:8 [{a: b}] wrong-shape"),
    ("key_columns: [e]\n", "4:14 [[e]] wrong-shape"),
    ("key_columns: {f: x}\n", "4:15 [f] unknown-entity-key"),
    ("table: a..b\n", "4:8 [a..b] invalid-table"),
    ("table: '\"a.b'\n", "4:8 ['\"a.b'] invalid-table"),
    ("table: a\"b\n", "4:8 [a\"b] invalid-table"),
    ("table: '\"a\"b.c'\n", "4:8 ['\"a\"b.c'] invalid-table"),
    ("table: a.b.c.d\n", "4:8 [a.b.c.d] invalid-table"),
    ("table: ''\n", "4:8 [''] invalid-table"),
    ("query: ''\n", "4:8 [''] invalid-query"),
    ("query: -- only\n", "4:8 [-- only] invalid-query"),
    ("query: DELETE FROM t\n", "4:8 [DELETE FROM t] invalid-query"),
    ("query: SELECT 1; SELECT 2\n", "4:8 [SELECT 1; SELECT 2] invalid-query"),
    ("query: SELECT ';' ; x\n", "4:8 [SELECT ';' ; x] invalid-query"),
    ("event_timestamp_column: \"a\\tb\"\n", "4:25 [\"a\\tb\"] control-in-name"),
    ("event_timestamp_column: ''\n", "4:25 [''] empty-name"),
  ])
  func groupRefuses(_ lines: String, _ expected: String) throws {
    #expect(try Loading(Self.head + lines + "features: [f]\n").report == [expected])
  }

  @Test(arguments: [
    ("{kind: engine}", ["1:8 [engine] missing-key"]),
    ("{kind: engine, url: nowhere}", ["1:21 [nowhere] invalid-engine"]),
    (
      "{kind: engine, url: a.db}\n---\n{kind: engine, url: b.db}", ["3:8 [engine] duplicate-engine"]
    ),
    ("{kind: entity}", ["1:8 [entity] missing-key"]),
    ("{kind: entity, name: }", ["1:8 [entity] missing-key"]),
    ("{kind: entity, name: a.b}", ["1:22 [a.b] dot-in-name"]),
    ("{kind: entity, name: ''}", ["1:22 [''] empty-name"]),
    ("{kind: entity, name: \"a\\0\"}", ["1:22 [\"a\\0\"] control-in-name"]),
    ("{kind: entity, name: [a]}", ["1:22 [[a]] wrong-shape"]),
    ("{kind: entity, name: a, ttl: 1d}", ["1:25 [ttl] unknown-key"]),
    ("{kind: entity, name: a, value_type: int, keys: [{name: b}]}", ["1:25 [value_type] conflicting-keys"]),
    ("{kind: entity, name: a, keys: []}", ["1:25 [keys] empty-list"]),
    ("{kind: entity, name: a, keys: [{name: b}, {name: b}]}", ["1:50 [b] duplicate-key"]),
    ("{kind: entity, name: a, keys: [{value_type: int}]}", ["1:33 [value_type] missing-key"]),
    ("{kind: entity, name: a}\n---\n{kind: entity, name: a}", ["3:22 [a] duplicate-entity"]),
    ("{kind: group, name: g, features: [f]}", ["1:8 [group] missing-key"]),
    ("{kind: group, name: g, entity: e}", ["1:8 [group] missing-key"]),
    ("{kind: group, name: g, entity: e, feature: [f]}", ["1:35 [feature] unknown-key"]),
    ("{kind: group, name: a.b, entity: e, features: [f]}", ["1:21 [a.b] dot-in-name"]),
    ("{kind: group, name: g, entity: [e], features: [f]}", ["1:32 [[e]] wrong-shape"]),
    ("{kind: group, name: g, entities: e, features: [f]}", ["1:34 [e] wrong-shape"]),
    ("{kind: group, name: g, entities: [], features: [f]}", ["1:24 [entities] empty-list"]),
    ("{kind: group, name: g, entities: [e], features: [f]}", ["1:35 [e] unknown-entity"]),
    ("{kind: group, name: g, entity: e, features: {f: int}}", ["1:45 [{f: int}] wrong-shape"]),
    ("{kind: group, name: g, entity: e, features: [{column: c}]}", ["1:47 [column] missing-key"]),
    ("{kind: group, name: g, entity: e, features: [a.b]}", ["1:46 [a.b] dot-in-name"]),
    ("{kind: group, name: g, entity: e, features: [[a]]}", ["1:46 [[a]] wrong-shape"]),
    (
      "{kind: group, name: g, entity: e, features: [f]}\n---\n{kind: group, name: g, entity: e, features: [f]}",
      ["3:21 [g] duplicate-group"]
    ),
    (
      "{kind: entity, name: a}\n---\n{kind: group, name: g, entities: [a, a], features: [f]}",
      ["3:38 [a] duplicate-entity"]
    ),
    ("{kind: feature_set, name: s}", ["1:8 [feature_set] missing-key"]),
    ("{kind: feature_set, name: s, features: []}", ["1:30 [features] empty-list"]),
    (
      "{kind: feature_set, name: s, features: [a.b.c, '*', .b]}",
      [
        "1:41 [a.b.c] malformed-member", "1:48 ['*'] malformed-member", "1:53 [.b] malformed-member",
      ]
    ),
    ("{name: a}", ["1:2 [name] missing-kind"]),
    ("just text", ["1:1 [just text] not-a-document"]),
    ("[{kind: entity, name: a}, 3]", ["1:27 [3] not-a-document"]),
  ])
  func documentIsRefused(_ text: String, _ expected: [String]) throws {
    #expect(try Loading(text).report == expected)
  }

  @Test func keysOfSeveralEntitiesMustBeTellable() throws {
    let loading = try Loading(
      """
      - {kind: entity, name: a, keys: [{name: code}]}
      - {kind: entity, name: b, keys: [{name: code}]}
      - {kind: group, name: g, entities: [a, b], key_columns: {code: x}, features: [f]}
      """)
    #expect(loading.report == ["3:40 [b] duplicate-key-column", "3:58 [code] ambiguous-key"])
    #expect(loading.diagnostics.last?.label == "write `a.code` or `b.code`")
  }

  @Test func membersOfSetsAreChecked() throws {
    let loading = try Loading(
      """
      - {kind: group, name: a, entity: e, features: [x, y]}
      - {kind: group, name: b, entity: e, features: [x]}
      - {kind: feature_set, name: s, features: [x, a.y, a.*, y, zzzz]}
      - {kind: feature_set, name: s, features: [a.x]}
      """)
    #expect(
      loading.report == [
        "3:43 [x] ambiguous-feature", "3:56 [y] duplicate-feature", "3:59 [zzzz] unknown-feature",
        "4:29 [s] duplicate-feature-set",
      ])
    #expect(loading.diagnostics.first?.label == "write `a.x` or `b.x`")
  }

  @Test func entityThatIsNearlyDeclaredIsWarnedOf() throws {
    let loading = try Loading(
      "{kind: entity, name: tailnum}\n---\n{kind: group, name: g, entity: tailnm, features: [f]}")
    #expect(loading.report == ["3:32 [tailnm] warning undeclared-entity"])
    #expect(loading.catalog.entities.map(\.isImplicit) == [false, true])
  }

  @Test func whatWasNotReadIsNotMissed() throws {
    let loading = try Loading(
      """
      kind: group
      name: broken
      entity: e
      features: [{nme: f}]
      ---
      {kind: feature_set, name: s, features: [broken.f, f]}
      """)
    #expect(loading.report == ["4:13 [nme] unknown-key"])
  }
}
