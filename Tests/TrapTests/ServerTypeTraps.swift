import TestSupport
import Testing

/// What columns of PostgreSQL's own types mean, on a server whose defaults are hostile: German dates, times of Tokyo.
@Suite struct ServerTypeTraps {
  private static let servers: [TestEngine] = [.postgresql, .standby]
  private static let timed = "k text, t timestamp with time zone, c timestamp with time zone, v integer"

  private func stage(
    _ rows: [String], labels: [String], group: [String] = [], keyType: String = "str", valueType: String = "int",
    columns: String = timed
  ) throws -> TrapStage {
    try TrapStage(
      rows, labels: labels, group: group, keyType: keyType, valueType: valueType, columns: columns, on: Self.servers)
  }

  @Test("moments of the server's own type are exact to the microsecond, and no timestamp_storage changes them")
  func nativeMoments() throws {
    let rows = [
      row("a", "10:00:00.123456+00", "1", created: "10:00:01+00"), row("a", "10:00:00.123457+00", "2"),
      row("a", "13:00:00+02", "3", created: "11:00:00.5+00"),
    ]
    let labels = [
      label("a", "10:00:00.123455"), label("a", "10:00:00.123456"), label("a", "10:59:59.999999"), label("a", "11:00"),
    ]
    for group in [[], ["timestamp_storage: unix_s"], ["timezone: America/New_York"]] {
      let stage = try stage(rows, labels: labels, group: group)
      #expect(try stage.values() == ["NULL", "1", "2", "3"])
      #expect(try stage.values("AS OF at KNOWN") == ["NULL", "NULL", "1", "1"])
    }
  }

  @Test("created times may be stored otherwise than events")
  func mixedTimes() throws {
    let rows = ["'a', '2024-01-01 10:00', 1704103260, 1"]
    let columns = "k text, t timestamp, c bigint, v integer"
    let stage = try stage(
      rows, labels: [label("a", "10:00:59"), label("a", "10:01")], group: ["timestamp_storage: unix_s"],
      columns: columns)
    #expect(try stage.values("AS OF at KNOWN") == ["NULL", "1"])
    let numbers = try self.stage(rows, labels: [label("a", "10:00")], columns: columns)
    try numbers.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv", naming: ["column `c`", "bigint"])
    let declared = try self.stage(
      rows, labels: [label("a", "10:00")], group: ["timestamp_storage: number"], columns: columns)
    try declared.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv", naming: ["column `t`", "numbers"])
  }

  @Test("trap 23: a date is the start of its day in the group's zone, whatever the session's zone")
  func dates() throws {
    let rows = ["'a', '2024-01-02', NULL, 1"]
    let labels = ["a,2024-01-01 23:59:59.999999", "a,2024-01-02", "a,2024-01-02 04:59:59Z", "a,2024-01-02 05:00Z"]
    let columns = "k text, t date, c date, v integer"
    #expect(try stage(rows, labels: labels, columns: columns).values() == ["NULL", "1", "1", "1"])
    let newYork = try stage(rows, labels: labels, group: ["timezone: America/New_York"], columns: columns)
    #expect(try newYork.values() == ["NULL", "NULL", "NULL", "1"])
    let delayed = try stage(rows, labels: labels + ["a,2024-01-03"], group: ["delay: 1d"], columns: columns)
    #expect(try delayed.values() == ["NULL", "NULL", "NULL", "NULL", "1"])
  }

  @Test("trap 26: naive timestamps in a zone that changes its clocks do not leak")
  func clockChanges() throws {
    let columns = "k text, t timestamp, c timestamp, v integer"
    let newYork = ["timezone: America/New_York"]
    let overlap = try stage(
      ["'a', '2024-11-03 01:30', NULL, 1"],
      labels: ["a,2024-11-03T05:30Z", "a,2024-11-03T06:29:59.999999Z", "a,2024-11-03T06:30Z"], group: newYork,
      columns: columns)
    #expect(try overlap.values() == ["NULL", "NULL", "1"])
    let gap = try stage(
      ["'a', '2024-03-10 02:30', NULL, 1"], labels: ["a,2024-03-11"], group: newYork, columns: columns)
    try gap.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv", naming: ["f", "t", "a", "2024-03-10 02:30"])
  }

  @Test("trap 30: infinities are kept: -infinity answers everything but a ttl, infinity nothing")
  func infinities() throws {
    let rows = ["'a', '-infinity', NULL, 1", "'b', 'infinity', NULL, 2", "'c', '2024-01-01', '-infinity', 3"]
    for type in ["timestamp with time zone", "timestamp", "date"] {
      let labels = ["a", "b", "c"].flatMap { ["\($0),0001-01-01", "\($0),9999-12-31 23:59:59.999999"] }
      let columns = "k text, t \(type), c \(type), v integer"
      let stage = try stage(rows, labels: labels, columns: columns)
      #expect(try stage.values() == ["1", "1", "NULL", "NULL", "NULL", "3"])
      #expect(try stage.values("AS OF at WITHIN 1000w") == ["NULL", "NULL", "NULL", "NULL", "NULL", "NULL"])
      #expect(try stage.values("BEFORE at KNOWN") == ["NULL", "NULL", "NULL", "NULL", "NULL", "3"])
      for group in [["delay: 52w"], ["timezone: America/New_York"]] {
        let other = try self.stage(rows, labels: labels, group: group, columns: columns)
        #expect(try other.values() == ["1", "1", "NULL", "NULL", "NULL", "3"])
      }
    }
  }

  @Test("moments beyond the years 0001 to 9999 are errors where the answer depends on them")
  func beyondTheCalendar() throws {
    for time in ["4713-01-01 BC", "294276-12-31", "10000-01-01"] {
      let stage = try stage(
        ["'a', '\(time)', NULL, 1", "'b', '2024-01-01', NULL, 2"], labels: ["b,2024-01-02"])
      #expect(try stage.values() == ["2"])
      try stage.folder.write("labels.csv", "k,at\na,2024-01-02\n")
      try stage.refuses("SELECT FEATURES f.v AS OF at JOIN labels.csv INTO 'out.csv'", naming: ["f", "t", "a"])
    }
  }

  @Test("trap 20: char(n) is compared without its padding, citext and coarse collations by their bytes")
  func coarseKeys() throws {
    let server = try PostgreSQLServer.primary
    let owner = try PostgreSQLFixture(server.url(database: "test", user: "owner"))
    try owner.run("CREATE EXTENSION IF NOT EXISTS citext SCHEMA public")
    let coarse = PostgreSQLServer.freshName("coarse")
    try owner.run(
      "CREATE COLLATION public.\(coarse) (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
    let keys = ["a", "A", "B", "é", "É"]
    for type in ["char(4)", "public.citext", "text COLLATE public.\(coarse)", "varchar(9)"] {
      let stage = try stage(
        keys.enumerated().map { "'\($1)', '2024-01-01', NULL, \($0)" },
        labels: (keys + ["b", "a "]).map { "\($0),2024-01-02" },
        columns: "k \(type), t timestamp, c timestamp, v integer")
      #expect(try stage.values() == ["0", "1", "2", "3", "4", "NULL", "NULL"], "\(type)")
      let one = try stage.output("SELECT FEATURES f.v AS OF at JOIN labels.csv WHERE k = 'A'")
      #expect(stage.column("v", of: one) == ["1"], "\(type)")
    }
  }

  @Test("keys may be enums, UUIDs, domains and numerics")
  func otherKeys() throws {
    let cases = [
      ("str", "CREATE TYPE mood AS ENUM ('sad', 'ok', 'a''b');", "mood", "'a''b'", "'ok'", ["a'b", "ok", "none"]),
      (
        "str", "", "uuid", "'550E8400-E29B-41D4-A716-446655440000'", "'00000000-0000-0000-0000-000000000000'",
        [
          "550e8400-e29b-41d4-a716-446655440000", "00000000-0000-0000-0000-000000000000",
          "550E8400-E29B-41D4-A716-446655440000",
        ]
      ),
      (
        "int", "CREATE DOMAIN positive AS bigint CHECK (VALUE > 0);", "positive", "7", "9223372036854775807",
        ["007", "9223372036854775807", "-7"]
      ),
      ("int", "", "numeric", "7", "12", ["7", "12", "13"]), ("int", "", "smallint", "-7", "12", ["-7", "12", "70000"]),
      ("decimal", "", "numeric", "7.50", "1e3", ["7.5", "1000.00", "7"]),
    ]
    for (keyType, script, column, first, second, labels) in cases {
      let stage = try TrapStage(
        sql: """
          \(script)
          CREATE TABLE f (k \(column), t timestamp, v integer); CREATE INDEX f_k_t ON f (k, t);
          INSERT INTO f VALUES (\(first), '2024-01-01', 1), (\(second), '2024-01-01', 2), (NULL, '2024-01-01', 3);
          """,
        metadata: """
          - {kind: entity, name: k, value_type: \(keyType)}
          - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
          """, labels: "k,at\n" + labels.map { "\($0),2024-01-02\n" }.joined(), on: Self.servers)
      #expect(try stage.values() == ["1", "2", "NULL"], "\(column) as \(keyType)")
    }
  }

  @Test(
    "values of every type print alike, and without a declared type as what they are",
    arguments: [
      ("boolean", "true", "true"), ("smallint", "-32768", "-32768"),
      ("bigint", "9223372036854775807", "9223372036854775807"),
      ("real", "0.1", "0.1"), ("real", "16777216", "16777216.0"), ("real", "1e-30", "1e-30"),
      ("real", "3.4028235e38", "3.4028235e+38"),
      ("real", "1234567.5", "1234567.5"), ("double precision", "'NaN'", "nan"),
      ("double precision", "'-Infinity'", "-inf"),
      ("double precision", "0.1::float8 + 0.2", "0.30000000000000004"), ("double precision", "'-0'", "-0.0"),
      ("numeric", "12345678901234567890.10", "12345678901234567890.10"), ("numeric", "0.00001", "0.00001"),
      ("numeric", "-10000", "-10000"), ("numeric(10,4)", "1.5", "1.5000"), ("numeric", "1e20", "100000000000000000000"),
      ("text", "E'a\\nb'", "a\nb"), ("varchar(9)", "''", ""), ("char(5)", "'ab'", "ab"), ("name", "'n'", "n"),
      ("\"char\"", "'x'", "x"),
      ("uuid", "'550E8400-E29B-41D4-A716-446655440000'", "550e8400-e29b-41d4-a716-446655440000"),
      ("json", "'{\"a\": 1}'", "{\"a\": 1}"), ("jsonb", "'{\"a\":1}'", "{\"a\": 1}"),
      ("bytea", "'\\x00ff41'", "\\x00ff41"),
      ("date", "'2024-02-29'", "2024-02-29"), ("date", "'0001-01-01'", "0001-01-01"),
      ("date", "'infinity'", "infinity"),
      ("timestamp", "'2024-02-29 12:00:00.5'", "2024-02-29 12:00:00.500000+00:00"),
      ("timestamp with time zone", "'2024-02-29 12:00+02'", "2024-02-29 10:00:00+00:00"),
      ("timestamp with time zone", "'-infinity'", "-infinity"), ("integer[]", "'{1,NULL,3}'", "{1,NULL,3}"),
      ("text[]", "ARRAY['a,b', 'NULL', '']", "{\"a,b\",\"NULL\",\"\"}"), ("interval", "'1 day 2:03'", "1 day 02:03:00"),
      ("time", "'12:00'", "12:00:00"), ("inet", "'10.0.0.1/8'", "10.0.0.1/8"), ("int4range", "'[1,5)'", "[1,5)"),
      ("timestamp with time zone[]", "ARRAY['2024-01-01 00:00+00'::timestamptz]", "{\"2024-01-01 00:00:00+00\"}"),
    ])
  func printed(type: String, stored: String, expected: String) throws {
    let stage = try TrapStage(
      sql: """
        CREATE TABLE f (k text, t timestamp, v \(type)); CREATE INDEX f_k_t ON f (k, t);
        INSERT INTO f VALUES ('a', '2024-01-01', \(stored));
        """,
      metadata: """
        - {kind: entity, name: k, value_type: str}
        - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v}]}
        """, labels: "k,at\na,2024-01-02\n", on: Self.servers)
    #expect(try stage.values() == [expected])
  }

  @Test("full ties of the server's types are decided as of all others")
  func ties() throws {
    let cases = [
      ("numeric", ["9", "10", "1e3", "-1"], "1000"), ("real", ["1", "'NaN'", "9"], "nan"),
      ("boolean", ["true", "false"], "true"),
      ("timestamp", ["'2024-01-01'", "'infinity'"], "infinity"), ("bytea", ["'\\x00'", "'\\xff'", "'\\x7f'"], "\\xff"),
      ("text", ["'B'", "'a'", "'é'", "'Z'"], "é"),
    ]
    for (type, values, expected) in cases {
      let rows = values.map { "('a', '2024-01-01', \($0))" }.joined(separator: ",")
      let stage = try TrapStage(
        sql: """
          CREATE TABLE f (k text, t timestamp, v \(type)); CREATE INDEX f_k_t ON f (k, t);
          INSERT INTO f VALUES \(rows);
          """,
        metadata: """
          - {kind: entity, name: k, value_type: str}
          - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v}]}
          """, labels: "k,at\na,2024-01-02\n", on: Self.servers)
      #expect(try stage.values() == [expected], "\(type)")
    }
  }
}
