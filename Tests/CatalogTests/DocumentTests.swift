import SpellCore
import Testing
import TestSupport

@testable import SpellCatalog

/// What documents mean.
@Suite struct DocumentTests {
  static let example = """
    kind: engine                       # at most one
    url: postgresql://${PGUSER}@db.internal/features?sslmode=verify-full
    ---
    kind: entity                       # name is also the key column's name unless a group says otherwise
    name: tailnum
    value_type: str                    # str | int
    description: Aircraft registration
    ---
    kind: entity                       # composite key
    name: bank_account
    keys: [{name: bank_id, value_type: str}, {name: account_no, value_type: int}]
    ---
    kind: group
    name: last_flight                  # also the table, unless `table` says otherwise
    entity: tailnum                    # or  entities: [tailnum, origin]
    table: ops.arrivals                # schema.table
    key_columns: {tailnum: tail_no}    # entity key -> column, where they differ
    event_timestamp_column: landed_at  # absent: a static group
    create_timestamp_column: loaded_at # breaks ties, and answers KNOWN
    timestamp_storage: iso8601         # of event, created and datetime features
    timezone: UTC                      # of naive values
    ttl: 7d                            # 500ms, 90s, 15m, 12h, 7d, 2w
    delay: 1h                          # availability
    invalid: error                     # a stored value that does not fit its type
    description: The aircraft's latest completed flight
    owner: ops-data                    # free text, shown by DESCRIBE
    tags: [ops, hourly]
    features:
      - {name: arr_delay, value_type: float, description: minutes, column: arr_delay_min}
    ---
    kind: group
    name: weather
    entity: tailnum
    features: [{name: temp}, {name: wind}]
    ---
    kind: feature_set
    name: delay_v1
    features: [weather.temp, last_flight.*]
    """

  @Test func exampleOfTheDesignLoads() throws {
    let loading = try Loading(Self.example, environment: ["PGUSER": "ann"])
    #expect(loading.report == [])
    let catalog = loading.catalog
    #expect(catalog.engine?.url == "postgresql://ann@db.internal/features?sslmode=verify-full")
    #expect(catalog.entities.map(\.name) == ["tailnum", "bank_account"])
    #expect(catalog.entities[0].keys.map(\.name) == ["tailnum"])
    #expect(catalog.entities[0].keys.map(\.type) == [.str])
    #expect(catalog.entities[0].description == "Aircraft registration")
    #expect(catalog.entities[1].keys.map(\.name) == ["bank_id", "account_no"])
    #expect(catalog.entities[1].keys.map(\.type) == [.str, .int])
    let group = catalog.groups[0]
    #expect(group.name == "last_flight")
    #expect(group.entities == ["tailnum"])
    #expect(group.source == .table(TableName(["ops", "arrivals"])))
    #expect(group.keys.map(\.column) == ["tail_no"])
    #expect(group.keys.map(\.key.name) == ["tailnum"])
    #expect(group.eventColumn == "landed_at")
    #expect(group.createdColumn == "loaded_at")
    #expect(group.timestampStorage == .iso8601)
    #expect(group.zone.name == "UTC")
    #expect(group.ttl == .time(microseconds: 7 * 86_400_000_000))
    #expect(group.delay == .time(microseconds: 3_600_000_000))
    #expect(group.invalidValues == .error)
    #expect(group.description == "The aircraft's latest completed flight")
    #expect(group.owner == "ops-data")
    #expect(group.tags == ["ops", "hourly"])
    #expect(group.features.map(\.name) == ["arr_delay"])
    #expect(group.features.map(\.type) == [.float])
    #expect(group.features.map(\.column) == ["arr_delay_min"])
    #expect(group.features.map(\.description) == ["minutes"])
    #expect(group.features[0].location.fileAndLine.hasSuffix("metadata.yml:29"))
    #expect(
      catalog.featureSets[0].members == [
        FeatureSet.Member(group: "weather", feature: "temp"),
        FeatureSet.Member(group: "last_flight", feature: "arr_delay"),
      ])
  }

  @Test func filesOfTheEarlierToolLoadUnchanged() throws {
    let loading = try Loading(
      """
      ---
      kind: entity
      name: user
      value_type: str
          
      ---
      kind: engine
      url: sqlite:///store.db
      echo: true
      connect_args: {timeout: 3}
      ---
      kind: group
      name: test1
      entity: user_id
      event_timestamp_column: ts
      features:
        - name: a
          value_type: int
        - name: c
          value_type : str


      ---
      kind: group
      name: test2
      entity: user_id
      features:
        - name: d
          value_type: float
      ---
      """)
    #expect(loading.report == ["9:1 [echo] warning ignored-engine-keys"])
    #expect(loading.diagnostics[0].message.contains("`echo`, `connect_args`"))
    let catalog = loading.catalog
    #expect(catalog.entities.map(\.name) == ["user", "user_id"])
    #expect(catalog.entities.map(\.isImplicit) == [false, true])
    #expect(catalog.entities[1].keys.map(\.type) == [nil])
    #expect(catalog.groups.map(\.source) == [.table(TableName(["test1"])), .table(TableName(["test2"]))])
    #expect(catalog.groups.flatMap(\.keys).map(\.column) == ["user_id", "user_id"])
    #expect(catalog.groups[0].features.map(\.column) == ["a", "c"])
    #expect(catalog.groups[1].eventColumn == nil)
    #expect(catalog.engine?.url == "sqlite:///store.db")
  }

  @Test func groupThatSaysLittleTakesDefaults() throws {
    let loading = try Loading(
      """
      - {kind: entity, name: a, keys: [{name: code}]}
      - {kind: entity, name: b, keys: [{name: code, value_type: text}]}
      - kind: group
        name: g
        entities: [a, b]
        key_columns: {a.code: x, b.code: y}
        features: [f, {name: g, column: F.x, value_type: ~}, h]
      """)
    #expect(loading.report == [])
    let group = loading.catalog.groups[0]
    #expect(group.entities == ["a", "b"])
    #expect(group.keys.map(\.column) == ["x", "y"])
    #expect(group.keys.map(\.key.type) == [nil, .str])
    #expect(group.zone.name == "UTC")
    #expect(group.ttl == nil && group.delay == nil && group.timestampStorage == nil)
    #expect(group.tags == [] && group.owner == nil)
    #expect(group.features.map(\.name) == ["f", "g", "h"])
    #expect(group.features.map(\.column) == ["f", "F.x", "h"])
    #expect(group.features.map(\.type) == [nil, nil, nil])
  }

  @Test func everySpellingOfATypeIsTaken() throws {
    for (index, spelling) in ValueType.spellings.enumerated() {
      let loading = try Loading("{kind: entity, name: e\(index), value_type: \(spelling)}")
      #expect(loading.report == [])
      #expect(loading.catalog.entities.first?.keys.first?.type == ValueType(spelling: spelling))
    }
  }

  @Test func plainScalarsAreTheirText() throws {
    let loading = try Loading(
      """
      kind: group
      name: 2024
      entity: yes
      description: "null"
      owner: null
      invalid: null
      tags: [1.50, true]
      features: [007, {name: no, column: 0x10}]
      """)
    #expect(loading.report == [])
    let group = loading.catalog.groups[0]
    #expect(group.name == "2024")
    #expect(group.entities == ["yes"])
    #expect(group.description == "null")
    #expect(group.owner == nil)
    #expect(group.invalidValues == .null)
    #expect(group.tags == ["1.50", "true"])
    #expect(group.features.map(\.name) == ["007", "no"])
    #expect(group.features.map(\.column) == ["007", "0x10"])
  }

  @Test(arguments: [
    ("a", ["a"]), ("a.b", ["a", "b"]), ("a.b.c", ["a", "b", "c"]), (#"'"odd.name".t'"#, ["odd.name", "t"]),
    (#"'s."a""b"'"#, ["s", "a\"b"]), ("my table", ["my table"]), ("übung.größe", ["übung", "größe"]),
  ])
  func tableIsSplitAtDotsOutsideQuotes(_ text: String, _ parts: [String]) throws {
    let loading = try Loading("{kind: group, name: g, entity: e, table: \(text), features: [f]}")
    #expect(loading.report == [])
    #expect(loading.catalog.groups.first?.source == .table(TableName(parts)))
  }

  @Test(arguments: [
    ("SELECT 1", "SELECT 1"), ("SELECT 1 ;  ", "SELECT 1 "), ("SELECT 1;; -- end", "SELECT 1"),
    ("  select a -- ; \\n from t", "  select a -- ; \n from t"),
    ("/* ; */ WITH x AS (SELECT ';') SELECT * FROM x", "/* ; */ WITH x AS (SELECT ';') SELECT * FROM x"),
    ("VALUES (1)", "VALUES (1)"),
  ])
  func queryIsOneSelectWithoutItsSemicolon(_ written: String, _ query: String) throws {
    let loading = try Loading("{kind: group, name: g, entity: e, query: \"\(written)\", features: [f]}")
    #expect(loading.report == [])
    #expect(loading.catalog.groups.first?.source == .query(query))
  }

  @Test(arguments: [
    ("500ms", Interval.time(microseconds: 500_000)), ("90s", .time(microseconds: 90_000_000)),
    ("15m", .time(microseconds: 900_000_000)), ("12h", .time(microseconds: 43_200_000_000)),
    ("2w", .time(microseconds: 1_209_600_000_000)), ("5", .number(.int(5))), ("2.5", .number(.float(2.5))),
  ])
  func ttlIsADurationOrANumber(_ text: String, _ expected: Interval) throws {
    let loading = try Loading(
      "{kind: group, name: g, entity: e, event_timestamp_column: t, ttl: \(text), features: [f]}")
    #expect(loading.report == [])
    #expect(loading.catalog.groups.first?.ttl == expected)
  }

  @Test func numberAxisTakesNumbersAndADelayOfZero() throws {
    let loading = try Loading(
      """
      {kind: group, name: g, entity: e, event_timestamp_column: t, timestamp_storage: number, ttl: 2.5, delay: 0,
       features: [f]}
      """)
    #expect(loading.report == [])
    #expect(loading.catalog.groups.first?.delay == .number(.int(0)))
  }

  @Test(arguments: ["UTC", "+02:00", "America/New_York"])
  func timezoneIsUTCOrAnOffsetOrAName(_ name: String) throws {
    let loading = try Loading("{kind: group, name: g, entity: e, timezone: \"\(name)\", features: [f]}")
    #expect(loading.report == [])
    #expect(loading.catalog.groups.first?.zone.name == name)
  }

  @Test func everyStorageIsTaken() throws {
    for storage in TimestampStorage.allCases {
      let loading = try Loading(
        "{kind: group, name: g, entity: e, timestamp_storage: \(storage.rawValue), features: [f]}")
      #expect(loading.report == [])
      #expect(loading.catalog.groups.first?.timestampStorage == storage)
    }
  }

  @Test func setNamesFeaturesInSeveralWays() throws {
    let loading = try Loading(
      """
      {kind: feature_set, name: s, description: all, features: [b.z, only, a.*]}
      ---
      {kind: group, name: a, entity: e, features: [x, only]}
      ---
      {kind: group, name: b, entity: e, features: [x, z]}
      ---
      {kind: entity, name: b, value_type: int}
      ---
      {kind: feature_set, name: x, features: [b.x]}
      """)
    #expect(loading.report == [])
    let set = loading.catalog.featureSets[0]
    #expect(set.members.map { "\($0.group).\($0.feature)" } == ["b.z", "a.only", "a.x"])
    #expect(set.description == "all")
  }

  @Test(arguments: ["", "# nothing but comments\n", "---\n---\n", "---\n# a\n...\n---\n~\n", "[]"])
  func fileWithoutDocumentsIsAnEmptyCatalog(_ text: String) throws {
    let loading = try Loading(text)
    #expect(loading.report == [])
    #expect(loading.catalog.entities.isEmpty && loading.catalog.groups.isEmpty && loading.catalog.engine == nil)
  }
}
