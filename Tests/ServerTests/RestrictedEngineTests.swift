import TestSupport
import Testing

/// Poolers, and engines that speak the protocol and lack this or that: the same answers as from the server itself.
@Suite struct RestrictedEngineTests {
  /// A database of its own, since a pooler takes no start-up options that would name a schema.
  private let database = PostgreSQLServer.freshName("pooled")
  private let server: PostgreSQLServer
  private let stage: ServerStage
  private let join = """
    SELECT FEATURES moments.*, numbers.*, texts.*, fixed.note, recent.n AS OF at JOIN labels.csv WITH FULL NAMES
    """

  init() throws {
    server = try PostgreSQLServer.primary
    try server.makeDatabase(database)
    let owner = try PostgreSQLFixture(server.url(database: database, user: "owner"))
    try owner.run(
      """
      SET datestyle = 'ISO, YMD'; SET timezone = 'UTC';
      CREATE TYPE mood AS ENUM ('sad', 'ok');
      CREATE TABLE moments (k text, t timestamp with time zone, c timestamp, d date, z timestamp with time zone,
        span interval, spans interval[], days date[]);
      INSERT INTO moments
        SELECT 'k' || g % 50, timestamptz '2024-01-01 00:00+00' + g * interval '1 hour', '2024-03-01', '2024-02-03',
          timestamptz '2024-02-03 04:05:06.000007+00' + g * interval '1 minute', g * interval '1 hour 1 second',
          ARRAY[interval '-1 day'], ARRAY[date '2024-02-03']
        FROM generate_series(1, 2000) AS g;
      CREATE TABLE numbers (k text, t timestamp, i bigint, f double precision, s real, n numeric(20, 4), b boolean);
      INSERT INTO numbers
        SELECT 'k' || g % 50, timestamp '2024-01-01 00:30' + g * interval '1 hour', g, g / 3.0, g / 7.0, g / 11.0,
          g % 2 = 0
        FROM generate_series(1, 2000) AS g;
      CREATE INDEX ON numbers (k, t);
      CREATE TABLE texts (k varchar(9), t date, s text, p char(4), m mood, u uuid, y bytea, j jsonb, a text[]);
      INSERT INTO texts
        SELECT 'k' || g % 50, date '2024-01-01' + g % 80, 'Zürich ' || g, 'a', 'ok',
          '550e8400-e29b-41d4-a716-446655440000', decode('00ff27', 'hex'), '{"a": 1}', ARRAY['x,y', 'NULL']
        FROM generate_series(1, 2000) AS g;
      CREATE TABLE fixed (k text PRIMARY KEY, note text);
      INSERT INTO fixed SELECT 'k' || g, 'note ' || g FROM generate_series(0, 39) AS g;
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
      """)
    stage = try ServerStage(
      [
        tableGroup("moments", features: ["d", "z", "span", "spans", "days"]),
        tableGroup("numbers", features: ["i", "f", "s", "n", "b"]),
        tableGroup("texts", features: ["s", "p", "m", "u", "y", "j", "a"]),
        queryGroup("recent", "SELECT k, t, i AS n FROM numbers WHERE t > DATE '2024-02-01'", features: ["n"]),
        "- {kind: group, name: fixed, entity: k, features: [{name: note}]}\n",
      ],
      labels: (0..<400).map { "k\($0 % 60),2024-0\(1 + $0 % 4)-1\($0 % 10) 12:34:56" })
  }

  /// What the server itself answers.
  private func expected() throws -> String {
    let answer = try stage.output(server.url(database: database), join)
    #expect(CSVText(answer).records.count == 400)
    for column in ["moments__z", "numbers__f", "texts__s", "recent__n", "fixed__note"] {
      #expect(CSVText(answer).column(column)?.contains { $0 != nil } == true, "\(column) must have values")
    }
    return answer
  }

  // MARK: - A pooler

  @Test("through a pooler that shares sessions between transactions every answer is the same")
  func pooler() throws {
    let expected = try expected()
    let pooler = try PgBouncer(server, poolSize: 2)
    let url = pooler.url(database: database)
    try spoil(url)
    #expect(try stage.output(url, join) == expected)
    #expect(
      try stage.output(url, join, join, "SELECT FEATURES fixed.note WHERE k = 'k7'")
        == expected + expected + "k,note\nk7,note 7\n")
    // Transactions follow each other without a wait between them.
    #expect(try stage.output(url, "SET strategy = reduce", join, join, join) == expected + expected + expected)

    let runs = try (0..<6).map { _ in try stage.start(url, [join]) }
    try spoil(url)
    for run in runs.map({ $0.finish(deadlineSeconds: 60) }) {
      #expect(run.status == 0 && run.output == expected, "\(run.summary)")
    }
    // Nothing of ours stays in sessions that others use.
    let other = try PostgreSQLFixture(url)
    #expect(try other.value("SHOW intervalstyle") == "sql_standard")
    #expect(try other.value("SHOW default_transaction_read_only") == "off")
  }

  /// Changes settings in both of the pooler's sessions for whoever gets them next.
  private func spoil(_ url: String) throws {
    let clients = try (0..<2).map { _ in try PostgreSQLFixture(url) }
    for client in clients { try client.run("BEGIN") }
    for client in clients {
      try client.run(
        """
        SET timezone = 'America/New_York'; SET datestyle = 'SQL, DMY'; SET intervalstyle = 'sql_standard';
        SET bytea_output = 'escape'; SET extra_float_digits = -15;
        """)
    }
    for client in clients { try client.run("COMMIT") }
  }

  @Test("a pooler's session is free again after a time limit, and after an error")
  func poolerAfterFailures() throws {
    let pooler = try PgBouncer(server, poolSize: 1)
    let url = pooler.url(database: database)
    let stage = try ServerStage([
      fewGroup, sleepingGroup("asleep", seconds: 600),
      queryGroup("broken", "SELECT 'a' AS k, 1 / 0 AS v", isTimed: false),
    ])
    let run = try stage.run(
      url, "SET timeout = 300ms", "SELECT FEATURES asleep.v", "SET timeout = off", "SELECT FEATURES few.w",
      "SELECT FEATURES broken.v", "SELECT FEATURES few.w", options: ["--keep-going"])
    #expect(run.status == 1 && run.output == "k,w\na,7\nk,w\na,7\n", "\(run.summary)")
    #expect(run.errors.contains("error[timeout]") && run.errors.contains("division by zero"), "\(run.summary)")
  }

  // MARK: - Engines that lack something

  @Test(
    "an engine that refuses what is not essential gives the same answers",
    arguments: [
      ["COPY"], ["pg_class"], ["pg_attribute"], ["pg_index"], ["pg_type"], ["EXPLAIN"], ["unnest"], ["IntervalStyle"],
      ["SET LOCAL bytea_output"], ["SET LOCAL"], ["pg_catalog"], ["pg_catalog", "COPY", "EXPLAIN"],
    ])
  func refusing(words: [String]) throws {
    let expected = try expected()
    let proxy = try PostgreSQLProxy(server, refusing: words)
    let url = proxy.url(database: database)
    if words == ["SET LOCAL"] {
      // Moments in the server's own form cannot be told from others: what is not of such a type is read all the same.
      let numbers = "SELECT FEATURES numbers.i AS OF at JOIN labels.csv"
      #expect(try stage.output(url, numbers) == stage.output(server.url(database: database), numbers))
    } else {
      let run = try stage.run(url, join)
      let isSame = run.output == expected
      #expect(isSame, "\(words): \(run.status ?? -1), \(run.errors)")
    }
    #expect(proxy.refusals > 0, "the proxy must have been asked for \(words)")
    let explain = try stage.run(url, "EXPLAIN " + join)
    #expect(explain.status == 0 && explain.output.contains("numbers"), "\(words): \(explain.summary)")
  }

  @Test(
    "moments that come in the server's own form are never taken for others", arguments: [["SET LOCAL"], ["DateStyle"]])
  func withoutSettings(words: [String]) throws {
    let proxy = try PostgreSQLProxy(server, refusing: words + ["COPY"])
    for feature in ["moments.z", "moments.d", "texts.s", "numbers.f", "numbers.s"] {
      let statement = "SELECT FEATURES \(feature) AS OF at JOIN labels.csv"
      let run = try stage.run(proxy.url(database: database), statement)
      // No answer is fine, another one is not.
      let isSame = try run.output == stage.output(server.url(database: database), statement)
      #expect(isSame || (run.status == 1 && run.output.isEmpty), "\(words), \(feature): \(run.errors)")
    }
    #expect(proxy.refusals > 0)
  }

  @Test("nothing is ever sent that poor engines lack, or that writes")
  func statements() throws {
    let expected = try expected()
    for refused in [["LATERAL", "TEMP", "LOCK", "CREATE", "WITH ", "DECLARE", "SAVEPOINT"], ["COPY"]] {
      let proxy = try PostgreSQLProxy(server, refusing: refused)
      let url = proxy.url(database: database)
      #expect(try stage.output(url, join) == expected)
      for statement in ["SELECT FEATURES fixed.note WHERE k = 'k7'", "SELECT FEATURES moments.d", "EXPLAIN " + join] {
        #expect(try stage.run(url, statement).status == 0)
      }
      if refused != ["COPY"] { #expect(proxy.refusals == 0, "\(proxy.statements)") }
      #expect(proxy.statements.count > 20)
      for statement in proxy.statements { #expect(Self.isReading(statement), "\(statement)") }
    }
  }

  /// Whether a statement is one of those that a read may send.
  private static func isReading(_ statement: String) -> Bool {
    if statement == "ROLLBACK" || statement == "COMMIT" { return true }
    if statement.hasPrefix("BEGIN") { return statement.hasSuffix(" READ ONLY") }
    if statement.hasPrefix("COPY (SELECT ") { return statement.contains(") TO STDOUT (FORMAT binary)") }
    return ["SELECT ", "SET LOCAL ", "EXPLAIN SELECT "].contains { statement.hasPrefix($0) }
  }
}
