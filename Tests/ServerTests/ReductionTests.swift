import TestSupport
import Testing

/// A server finds the rows that answer, and no others cross the wire.
@Suite struct ReductionTests {
  private static let keys = 1000
  private static let rowsPerKey = 100

  private let database = PostgreSQLServer.freshName("reduced")
  private let server: PostgreSQLServer
  private let stage: ServerStage

  /// The same rows with an index and without one; labels of every key, each at some moment of its history.
  init() throws {
    server = try PostgreSQLServer.primary
    try server.makeDatabase(database)
    let owner = try PostgreSQLFixture(server.url(database: database, user: "owner"))
    try owner.run(
      """
      CREATE TABLE plain (k text NOT NULL, t timestamptz NOT NULL, v bigint, w double precision);
      INSERT INTO plain
        SELECT 'k' || g % \(Self.keys), timestamptz '2024-01-01 00:00+00' + g / \(Self.keys) * interval '1 hour', g,
          g / 7.0
        FROM generate_series(0, \(Self.keys * Self.rowsPerKey - 1)) AS g;
      CREATE TABLE deep AS SELECT * FROM plain;
      CREATE INDEX ON deep (k, t);
      ANALYZE plain;
      ANALYZE deep;
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
      """)
    stage = try ServerStage(
      [tableGroup("plain", features: ["v", "w"]), tableGroup("deep", features: ["v", "w"])],
      labels: (0..<Self.keys).map { "k\($0),2024-01-0\(1 + $0 % 4) 1\($0 % 10):30:00" })
  }

  private func statement(_ group: String) -> String {
    "SELECT FEATURES \(group).v, \(group).w AS OF at JOIN labels.csv"
  }

  @Test("the labels go once and only the rows that answer come back", arguments: ["plain", "deep"])
  func bytes(group: String) throws {
    let proxy = try PostgreSQLProxy(server)
    let url = proxy.url(database: database)
    let scanned = try stage.output(url, "SET strategy = scan", statement(group))
    let bytesOfScan = proxy.bytesFromClients + proxy.bytesFromServer
    let reduced = try stage.output(
      url, "SET strategy = reduce", statement(group), options: ["--report", "report.json"])
    let bytes = proxy.bytesFromClients + proxy.bytesFromServer - bytesOfScan
    #expect(reduced == scanned && CSVText(reduced).records.count == Self.keys)
    #expect(bytes <= 2 * reduced.utf8.count, "\(bytes) bytes for a result of \(reduced.utf8.count)")
    #expect(bytesOfScan > 10 * bytes)
    let use = try JSONValue(stage.folder.read("report.json"))?["statements"]?.items.first?["uses"]?.items.first
    #expect(use?["strategy"]?.string == "reduce" && use?["rows_read"]?.int == Self.keys)
  }

  @Test("of a snapshot only the latest rows of each key cross the wire", arguments: ["plain", "deep"])
  func bytesOfSnapshot(group: String) throws {
    let proxy = try PostgreSQLProxy(server)
    let url = proxy.url(database: database)
    let statement = "SELECT FEATURES \(group).v, \(group).w AS OF '2024-01-03 12:30:00'"
    let scanned = try stage.output(url, "SET strategy = scan", statement)
    let bytesOfScan = proxy.bytesFromServer
    let reduced = try stage.output(url, "SET strategy = reduce", statement)
    #expect(reduced == scanned && CSVText(reduced).records.count == Self.keys)
    #expect(bytesOfScan > 20 * (proxy.bytesFromServer - bytesOfScan))
  }

  @Test(
    "rows that are in the same windows come added up", arguments: ["plain", "deep"],
    ["AS OF at JOIN labels.csv", "BEFORE at JOIN many.csv"])
  func bytesOfWindows(group: String, labels: String) throws {
    try stage.write(
      "many.csv",
      "k,at\n"
        + (0..<Self.keys).flatMap { key in
          // Beginnings and ends of windows lie on rows, and on each other.
          ["02 05:00", "02 17:00", "02 17:00", "04 09:30", "09 00:00"].map { "k\(key),2024-01-\($0)\n" }
        }.joined())
    let proxy = try PostgreSQLProxy(server)
    let url = proxy.url(database: database)
    let statement =
      "SELECT FEATURES COUNT(*) OVER 12h IN \(group) AS n, SUM(v) OVER 60h IN \(group) AS s,"
      + " COUNT(v) FILTER (WHERE v > 50000 AND k <> 'k7') OVER ALL IN \(group) AS f,"
      + " AVG(v) OVER ALL IN \(group) AS a \(labels)"
    let plan = try stage.output(url, "SET strategy = reduce", "EXPLAIN " + statement)
    #expect(plan.contains(" labels, added up by the server"), "\(plan)")
    let bytesOfPlan = proxy.bytesFromServer
    let scanned = try stage.output(url, "SET strategy = scan", statement)
    let bytesOfScan = proxy.bytesFromServer - bytesOfPlan
    let reduced = try stage.output(url, "SET strategy = reduce", statement, options: ["--report", "report.json"])
    #expect(reduced == scanned)
    let use = try JSONValue(stage.folder.read("report.json"))?["statements"]?.items.first?["uses"]?.items.first
    let rows = use?["rows_read"]?.int ?? 0
    #expect(use?["strategy"]?.string == "reduce" && rows <= 3 * CSVText(reduced).records.count, "\(rows) rows")
    let bytes = proxy.bytesFromServer - bytesOfPlan - bytesOfScan
    #expect(bytesOfScan > 5 * bytes, "\(bytesOfScan), then \(bytes)")
  }

  @Test("rows at the ends of time, which come as they are, add what they have", arguments: ["plain", "deep"])
  func endsOfTime(group: String) throws {
    let owner = try PostgreSQLFixture(server.url(database: database, user: "owner"))
    let ends = ["-infinity", "0001-01-01 00:00+00", "0001-01-02 00:00+00", "9999-12-31 23:59+00", "infinity"]
    let rows = ends.enumerated().flatMap { index, end in ["7", "NULL"].map { "('k1', '\(end)', \($0) + \(index))" } }
    try owner.run("INSERT INTO \(group) (k, t, v) VALUES " + rows.joined(separator: ", "))
    let moments = [
      "-infinity", "0001-01-01 12:00", "0001-01-03", "2024-01-03 12:30", "9999-12-31 23:59:59", "infinity",
    ]
    try stage.write("ends.csv", "k,at\n" + moments.map { "k1,\($0)\n" }.joined())
    let url = server.url(database: database)
    for moment in ["AS OF", "BEFORE"] {
      let statement =
        "SELECT FEATURES COUNT(*) OVER ALL IN \(group) AS n, COUNT(v) OVER 36h IN \(group) AS c,"
        + " SUM(v) FILTER (WHERE v <> 8) OVER ALL IN \(group) AS s, AVG(v) OVER 7d IN \(group) AS a"
        + " \(moment) at JOIN ends.csv"
      let plan = try stage.output(url, "SET strategy = reduce", "EXPLAIN " + statement)
      #expect(plan.contains(" labels, added up by the server"), "\(plan)")
      let scanned = try stage.output(url, "SET strategy = scan", statement)
      #expect(scanned.contains("k1,infinity,1"), "\(scanned)")
      #expect(try stage.output(url, "SET strategy = reduce", statement) == scanned)
    }
  }

  @Test("of keys of two columns none is added up twice, though each column's values are asked for in two statements")
  func endsOfTimeOfPairs() throws {
    let owner = try PostgreSQLFixture(server.url(database: database, user: "owner"))
    try owner.run(
      """
      CREATE TABLE pairs (k text, n bigint, t timestamptz, v bigint);
      INSERT INTO pairs SELECT 'k' || i, n, t, i
        FROM generate_series(0, 999) AS i, unnest('{0,1}'::bigint[]) AS n,
          unnest('{-infinity,2024-01-01 00:00+00}'::timestamptz[]) AS t;
      INSERT INTO pairs SELECT 'x', 9, '2024-01-01', i FROM generate_series(0, 300000) AS i;
      ANALYZE pairs;
      GRANT SELECT ON pairs TO reader;
      """)
    try stage.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: str}
      - {kind: entity, name: n, value_type: int}
      - {kind: group, name: pairs, entities: [k, n], event_timestamp_column: t, features: [{name: v, value_type: int}]}
      """)
    let labels = [0, 1].flatMap { turn in (0..<30_000).map { "k\($0),\(($0 + turn) % 2),2024-01-02\n" } }
    try stage.write("pairs.csv", "k,n,at\n" + labels.joined())
    let url = server.url(database: database)
    let statement = "SELECT FEATURES COUNT(*) OVER ALL IN pairs AS n_all, SUM(v) OVER 7d IN pairs AS s JOIN pairs.csv"
    let plan = try stage.output(url, "SET strategy = reduce", "EXPLAIN " + statement)
    #expect(plan.contains(" labels, added up by the server"), "\(plan)")
    let scanned = try stage.output(url, "SET strategy = scan", statement)
    #expect(scanned.contains("k5,1,2024-01-02,2,5\n"))
    #expect(try stage.output(url, "SET strategy = reduce", statement) == scanned)
  }

  @Test("from a server that is far away no table is drained", arguments: ["plain", "deep"])
  func farAway(group: String) throws {
    try stage.write("few.csv", "k,at\n" + (0..<40).map { "k\($0),2024-01-02 12:30:00\n" }.joined())
    let statement = "SELECT FEATURES \(group).v, \(group).w AS OF at JOIN few.csv"
    let proxy = try PostgreSQLProxy(server)
    let url = proxy.url(database: database)
    proxy.delayMilliseconds = 20
    let plan = try stage.output(url, "EXPLAIN " + statement)
    #expect(plan.contains("\n└─ \(group): reduce, about 40 rows"), "\(plan)")
    #expect(plan.contains("\nthe server is ") && plan.contains(" ms away and sends "), "\(plan)")
    let near = try stage.output(server.url(database: database), "EXPLAIN " + statement)
    #expect(!near.contains("away"), "\(near)")
    let answer = try stage.output(url, statement)
    #expect(try answer == stage.output(server.url(database: database), "SET strategy = scan", statement))
  }

  @Test("a join waits twice for the server: for what it asks of the tables, and for all groups together")
  func roundTrips() throws {
    let stage = try ServerStage(
      [tableGroup("plain", features: ["v", "w"]), tableGroup("deep", features: ["v", "w"])],
      labels: ["k7,2024-01-02"])
    let proxy = try PostgreSQLProxy(server)
    let prompt = "\(database) (read-only)> "
    let terminal = try stage.shell(proxy.url(database: database), prompt: prompt)
    func join() throws {
      terminal.send("SELECT FEATURES plain.v, deep.w, COUNT(*) OVER 1d IN deep AS n AS OF at JOIN labels.csv;\n")
      try terminal.wait(for: "k7,2024-01-02,24007,3429.5714285714284,24", seconds: 60)
      try terminal.wait(for: prompt)
    }
    terminal.send("SET strategy = reduce;\n")
    try terminal.wait(for: prompt)
    try join()
    let turns = proxy.turns
    // So long that all is sent by then which does not wait for an answer.
    proxy.delayMilliseconds = 3000
    try join()
    // What is asked of the tables; the end of that transaction, and all groups; the end of the other.
    #expect(proxy.turns - turns <= 3, "\(proxy.turns - turns)")
  }

  @Test("groups that are asked for together fail by themselves, and the connection goes on")
  func failureAmongOthers() throws {
    let owner = try PostgreSQLFixture(server.url(database: database, user: "owner"))
    try owner.run(
      """
      CREATE TYPE mood AS ENUM ('sad', 'ok');
      CREATE TABLE moody AS SELECT k, t, mood 'ok' AS v FROM plain;
      CREATE VIEW broken AS SELECT k, t, 1 / (v - v) AS v FROM plain WHERE k = 'k7';
      GRANT SELECT ON moody, broken TO reader;
      """)
    let stage = try ServerStage(
      ["plain", "deep", "moody", "broken"].map { tableGroup($0) }, labels: ["k7,2024-01-02", "k8,2024-01-03"])
    let proxy = try PostgreSQLProxy(server)
    func statement(_ groups: String...) -> String {
      "SELECT FEATURES \(groups.map { "\($0).v" }.joined(separator: ", ")) AS OF at JOIN labels.csv WITH FULL NAMES"
    }
    // What the facts tell of the second's type is enough to read it.
    let whole = statement("plain", "moody", "deep")
    let expected = try stage.output(server.url(database: database), "SET strategy = scan", whole)
    #expect(expected.hasSuffix("k8,2024-01-03,48008,ok,48008\n"), "\(expected)")
    for failing in [statement("plain", "broken", "deep"), statement("broken", "plain", "moody")] {
      let run = try stage.run(
        proxy.url(database: database), "SET strategy = reduce", failing, whole, options: ["--keep-going"])
      #expect(run.status == 1 && run.output == expected, "\(run.summary)")
      #expect(run.errors.contains("division by zero"), "\(run.summary)")
    }
    #expect(proxy.connections == 2, "each run must go on with its connection")
  }

  @Test("what no binary form is known of is asked for once, in its turn") func onlyAsText() throws {
    let owner = try PostgreSQLFixture(server.url(database: database, user: "owner"))
    try owner.run("CREATE TABLE lists AS SELECT k, t, ARRAY[v] AS v FROM plain; GRANT SELECT ON lists TO reader")
    let stage = try ServerStage(["plain", "lists", "deep"].map { tableGroup($0) }, labels: ["k7,2024-01-02"])
    let proxy = try PostgreSQLProxy(server)
    let statement = "SELECT FEATURES plain.v, lists.v AS list, deep.v AS last AS OF at JOIN labels.csv"
    let answer = try stage.output(proxy.url(database: database), "SET strategy = reduce", statement)
    #expect(answer == "k,at,v,list,last\nk7,2024-01-02,24007,{24007},24007\n")
    #expect(proxy.statements.count { $0.hasPrefix("WITH ") } == 3, "\(proxy.statements)")
  }

  @Test("groups are asked for together also where the engine refuses what begins a transaction")
  func refusedBeginning() throws {
    let statement = "SELECT FEATURES plain.v, deep.w AS OF at JOIN labels.csv"
    let expected = try stage.output(server.url(database: database), "SET strategy = scan", statement)
    let proxy = try PostgreSQLProxy(server, refusing: ["IntervalStyle"])
    let url = proxy.url(database: database)
    #expect(try stage.output(url, "SET strategy = reduce", statement, statement) == expected + expected)
    #expect(proxy.refusals > 0)
  }

  @Test(
    "a time limit ends a reduction with which its transaction begins, and the connection goes on",
    arguments: ["asleep.v", "asleep.v, plain.v", "plain.v, asleep.v"])
  func stoppedAtOnce(groups: String) throws {
    let owner = try PostgreSQLFixture(server.url(database: database, user: "owner"))
    try owner.run(
      """
      CREATE VIEW asleep AS SELECT k, t, v FROM plain, (SELECT pg_sleep(600)) AS s WHERE k = 'k1';
      GRANT SELECT ON asleep TO reader;
      """)
    let stage = try ServerStage(
      [tableGroup("asleep"), tableGroup("plain")], labels: ["k1,2024-01-01 00:30:00"])
    let proxy = try PostgreSQLProxy(server)
    let run = try stage.run(
      proxy.url(database: database), "SET strategy = reduce", "SET timeout = 300ms",
      "SELECT FEATURES \(groups) AS OF at JOIN labels.csv WITH FULL NAMES", "SET timeout = off",
      "SELECT FEATURES plain.v AS OF at JOIN labels.csv", options: ["--keep-going", "--report", "report.json"])
    #expect(run.status == 1 && run.output == "k,at,v\nk1,2024-01-01 00:30:00,1\n", "\(run.summary)")
    #expect(run.errors.contains("error[timeout]"), "\(run.summary)")
    let use = try JSONValue(stage.folder.read("report.json"))?["statements"]?.items.last?["uses"]?.items.first
    #expect(use?["strategy"]?.string == "reduce")
    #expect(proxy.cancelRequests == 1 && proxy.connections == 2, "the connection must be of further use")
  }

  @Test("an engine that takes no arrays is not sent any") func withoutArrays() throws {
    let proxy = try PostgreSQLProxy(server, refusing: ["unnest"])
    let url = proxy.url(database: database)
    let expected = try stage.output(server.url(database: database), statement("plain"))
    #expect(try stage.output(url, statement("plain")) == expected)
    let forced = try stage.run(url, "SET strategy = reduce", statement("plain"))
    #expect(forced.output == expected)
    #expect(
      forced.errors.contains("note: plain: reduce needs a server that takes arrays, so that the table is scanned"),
      "\(forced.summary)")
  }
}
