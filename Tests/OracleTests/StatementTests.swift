import TestSupport
import Testing

/// What SHOW SQL prints, run by the engine itself, against the SELECT: clauses and types that the worlds of the oracle
/// do not have, and what is refused.
@Suite struct StatementTests {
  /// A database of every type that an engine's SQL can say, its metadata and labels.
  private static func stage(_ engine: TestEngine) throws -> (folder: TemporaryFolder, url: String) {
    let folder = try TemporaryFolder()
    let script = engine == .sqlite ? fileScript : serverScript
    let url = try TestEngine.make("t.db", in: folder, script: script, on: [engine]).first?.url ?? ""
    try folder.write("metadata.yml", metadata)
    try folder.write("l.csv", labels)
    return (folder, url)
  }

  private static let metadata = """
    kind: entity
    name: user
    value_type: str
    ---
    kind: entity
    name: shop
    value_type: int
    ---
    kind: group
    name: visit
    entities: [user, shop]
    event_timestamp_column: at
    create_timestamp_column: made
    timestamp_storage: unix_ms
    ttl: 2h
    delay: 10m
    features:
      - {name: spent, value_type: float}
      - {name: items, value_type: int}
      - {name: note, value_type: str}
      - {name: paid, value_type: bool}
      - {name: due, value_type: date}
      - {name: ticket, value_type: uuid}
      - {name: "seen last, or not", value_type: datetime, column: seen}
    ---
    kind: group
    name: labels
    table: labels
    entity: user
    features:
      - {name: label, value_type: int}
      - {name: Label2, value_type: str, column: label2}
    ---
    kind: group
    name: price
    entity: shop
    event_timestamp_column: revision
    timestamp_storage: number
    ttl: 5
    features:
      - {name: amount, value_type: float}
    ---
    kind: group
    name: step
    entity: shop
    event_timestamp_column: revision
    timestamp_storage: number
    delay: 1
    features:
      - {name: level, value_type: int}
    """

  private static let labels = #"""
    user,shop,event_timestamp,n,Weight,revision
    a,1,2024-01-01 10:00,1,0.5,3
    A,1,2024-01-01 10:00,2,,3.5
    it's \ here,007,2024-01-01T11:00+01:00,3,1e3,9
    "two
    lines",2,,4,-2,1
    ,1,2024-01-01 12:30,5,7.25,
    b%_,,2024-01-01 10:00,6,8,2
    a,1,2024-01-01 09:10:00.5,12,2,2.5

    """#

  private static let rows = #"""
    INSERT INTO visit VALUES
      ('a', 1, 1704099600000, 1704099600000, 1.5, 3, 'x%', TRUE, '2024-01-01',
        '0F8FAD5B-D9CB-469F-A165-70867728950E', 1704099600123),
      ('a', 1, 1704099600000, NULL, 99.5, 3, 'never', TRUE, NULL, NULL, NULL),
      ('a', 1, 1704103200000, 1704110400000, 0.1, 9007199254740993, NULL, FALSE, '2024-02-29', NULL, NULL),
      ('A', 1, 1704099600000, 1704099600000, 1e30, -4, 'X', NULL, NULL,
        '0f8fad5b-d9cb-469f-a165-70867728950e', -1500),
      ('it''s \ here', 7, 1704099600000, 1704099600000, NULL, 0, 'back\slash', FALSE, '1999-12-31', NULL, 0),
      ('b%_', 2, 1704099600000, 1704099600000, 2.5, 1, 'é', TRUE, NULL, NULL, NULL),
      ('é', 2, 1704103200000, 1704099600000, 2.5, 1, 'e', TRUE, NULL, NULL, NULL),
      ('Z', 2, 1704103200000, 1704099600000, 2.5, 1, 'e', TRUE, NULL, NULL, NULL),
      (NULL, 2, 1704103200000, 1704099600000, 2.5, 1, 'e', TRUE, NULL, NULL, NULL);
    INSERT INTO labels VALUES ('a', 10, 'ten'), ('B', 20, ''), (NULL, 30, 'nobody');
    INSERT INTO price VALUES (1, 1, 0.5), (1, 3, 0.25), (1, 3.5, 4), (7, 2, 8), (2, NULL, 1);
    INSERT INTO step VALUES (1, 1, 10), (1, 2, 20), (1, 3, 30), (7, 8, 70), (2, 1, 40);
    """#

  private static let fileScript = """
    CREATE TABLE visit (user VARCHAR(20) COLLATE NOCASE, shop INTEGER, at INTEGER, made BIGINT, spent REAL,
      items INTEGER, note NUMERIC, paid BOOLEAN, due DATE, ticket TEXT, seen INTEGER);
    CREATE TABLE labels (user STRING, label INTEGER, label2 TEXT COLLATE NOCASE);
    CREATE TABLE price (shop INTEGER, revision REAL, amount REAL);
    CREATE TABLE step (shop INTEGER, revision INTEGER, level INTEGER);
    \(rows)
    """

  private static let serverScript = """
    CREATE TABLE visit ("user" char(20), shop smallint, at bigint, made double precision, spent real, items bigint,
      note varchar(20), paid boolean, due date, ticket uuid, seen bigint);
    CREATE TABLE labels ("user" text, label integer, label2 name);
    CREATE TABLE price (shop integer, revision double precision, amount numeric(10, 3));
    CREATE TABLE step (shop integer, revision smallint, level numeric);
    \(rows)
    INSERT INTO price VALUES (1, 'NaN', 1);
    """

  /// Statements that both engines can say.
  static let statements = [
    "SELECT FEATURES visit.* JOIN l.csv",
    "SELECT FEATURES visit.* BEFORE event_timestamp + 20m KNOWN JOIN l.csv WITH TIMESTAMPS",
    "SELECT FEATURES spent, labels.label AS a, labels.Label2 KNOWN AT '2024-01-01 11:00' JOIN l.csv ORDER BY a, n DESC",
    "SELECT FEATURES labels.label AS a, items WITHIN 90m JOIN l.csv WHERE n > 2 ORDER BY a DESC, n LIMIT 3 OFFSET 1",
    "SELECT FEATURES items AS OF '2024-01-01 10:30' JOIN l.csv OFFSET 2",
    "SELECT FEATURES items AS OF '2024-01-01 10:30' JOIN l.csv ORDER BY user OFFSET 2",
    "SELECT FEATURES items AS OF '0001-01-01' - 900000d JOIN l.csv",
    "SELECT FEATURES visit.* AS OF '2024-01-01 10:30'", "SELECT FEATURES visit.* AS OF '2024-01-01 11:59' WITHIN 1d",
    "SELECT FEATURES labels.* WHERE Label2 <> ''", "SELECT FEATURES labels.* ORDER BY Label2 DESC LIMIT 2",
    "SELECT FEATURES note AS OF '2024-01-01 10:30' ORDER BY note, shop DESC OFFSET 1",
    "SELECT FEATURES amount AS OF revision JOIN l.csv WITH TIMESTAMPS",
    "SELECT FEATURES amount BEFORE revision + 0.5 WITHIN 1.5 JOIN l.csv",
    "SELECT FEATURES amount AS OF 3 WITH TIMESTAMPS", "SELECT FEATURES level AS OF 3 WITH TIMESTAMPS",
    "SELECT FEATURES level AS OF revision JOIN l.csv WITH TIMESTAMPS",
    "SELECT FEATURES level BEFORE n + 1 WITHIN 2 JOIN l.csv WITH TIMESTAMPS",
    "SELECT FEATURES items JOIN l.csv WHERE user = 'a' OR items IN (0, 1.5, NULL)",
    "SELECT FEATURES items JOIN l.csv WHERE NOT (items BETWEEN 1 AND 10) OR n NOT IN (1, 2)",
    "SELECT FEATURES items JOIN l.csv WHERE items > 90071992547409.5 OR Weight >= 7.25 OR Weight IS NULL",
    "SELECT FEATURES note JOIN l.csv WHERE note LIKE 'x\\%' OR note LIKE '%\\\\sl_sh' OR user LIKE 'b%'",
    "SELECT FEATURES note JOIN l.csv WHERE user NOT LIKE 'a' AND user > 'A' AND 'b' <> user",
    "SELECT FEATURES due, ticket, paid JOIN l.csv WHERE due < '2024-01-15' OR paid = false",
    "SELECT FEATURES ticket JOIN l.csv WHERE ticket = '0F8FAD5B-D9CB-469F-A165-70867728950E' AND 1 = 1.0",
    "SELECT FEATURES \"seen last, or not\" JOIN l.csv WHERE \"seen last, or not\" >= '1970-01-01' ORDER BY Weight",
    "SELECT FEATURES amount AS OF revision JOIN l.csv WHERE amount IN (0.25, 8) OR Weight < amount",
  ]

  @Test(arguments: StatementOracleTests.engines) func everyClauseGivesTheRowsOfTheSelect(engine: TestEngine) throws {
    let (folder, url) = try Self.stage(engine)
    let database = try EngineRows(engine, file: folder.file("t.db"), url: url)
    for text in Self.statements {
      let options = ["--metadata", "metadata.yml", "--engine", url, "-q", "--format", "csv", "-c"]
      let answer = try Spellbook.run(options + [text], in: folder)
      #expect(answer.status == 0, "\(answer.summary)")
      let shown = try Spellbook.run(options + ["SHOW SQL FOR \(text)"], in: folder)
      #expect(shown.status == 0, "\(shown.summary)")
      let expected = CSVText(answer.output).records.map { record in
        record.map { $0.text.isEmpty && !$0.quoted ? "NULL" : plain($0.text) }
      }
      let found = try database.rows(shown.output).map { row in row.map { $0.map(plain) ?? "NULL" } }
      #expect(found == expected, "\(engine)\n\(text)\n\(shown.output)")
      #expect(!expected.isEmpty, "\(text)")
    }
  }

  /// The labels hold quotes, backslashes and line ends.
  @Test(arguments: StatementOracleTests.engines) func theEnginesOwnToolsTakeTheText(engine: TestEngine) throws {
    let (folder, url) = try Self.stage(engine)
    let arguments = ["--metadata", "metadata.yml", "--engine", url, "-c"]
    let shown = try Spellbook.run(arguments + ["SHOW SQL FOR \(Self.statements[0])"], in: folder)
    let tool = engine == .sqlite ? "sqlite3" : "psql"
    let options = engine == .sqlite ? ["-csv", "-header", "t.db"] : ["-X", "--csv", "-d", url]
    let run = try CommandRun.run(
      "/usr/bin/\(tool)", options, in: folder.path, environment: ["LC_ALL": "C.UTF-8"], stdin: Array(shown.output.utf8))
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.summary)")
    let found = CSVText(run.output)
    let labels = CSVText(Self.labels)
    #expect(found.header.starts(with: labels.header))
    #expect(found.records.map { $0.prefix(6).map(\.text) } == labels.records.map { $0.map(\.text) })
    #expect(found.column("items")?.compactMap { $0 }.isEmpty == false)
  }

  /// One spelling for what engines print differently: truth values, floats and moments.
  private func plain(_ text: String) -> String {
    if ["t", "true", "1"].contains(text) { return "1" }
    if ["f", "false", "0"].contains(text) { return "0" }
    if !text.contains(where: \.isLetter) || text.contains("e+"), text.contains("."), let number = Double(text) {
      return number == number.rounded() && number.magnitude < 1e15 ? "\(Int(number))" : "\(number)"
    }
    guard text.hasSuffix("+00:00") || text.hasSuffix("+00"), let end = text.lastIndex(of: "+") else { return text }
    let parts = text[..<end].split(separator: ".")
    let zeros = parts.count == 2 ? parts[1].reversed().prefix { $0 == "0" }.count : 0
    return parts.count == 2 ? "\(parts[0]).\(parts[1].dropLast(zeros))" : "\(parts[0])"
  }

  @Test(arguments: StatementOracleTests.engines)
  func labelsBeyondTheLimitAreExpectedInATable(engine: TestEngine) throws {
    let (folder, url) = try Self.stage(engine)
    let lines = (1...1001).map { "a,1,2024-01-01 10:00,\($0)\n" }.joined()
    try folder.write("many.csv", "user,shop,event_timestamp,n\n" + lines)
    let text = "SELECT FEATURES items, labels.label AS a AS OF event_timestamp - 1m JOIN many.csv LIMIT 1001"
    let options = ["--metadata", "metadata.yml", "--engine", url, "-c"]
    let run = try Spellbook.run(options + ["SHOW SQL FOR \(text)"], in: folder)
    let comments = run.output.split(separator: "\n").filter { $0.hasPrefix("-- ") }.dropFirst(3)
    let number = engine == .sqlite ? "INTEGER" : "bigint"
    let words = engine == .sqlite ? "TEXT" : "text"
    let type = engine == .sqlite ? "INTEGER" : "timestamptz"
    let example = engine == .sqlite ? "946684800000000" : "'2000-01-01 00:00:00+00:00'::timestamptz"
    #expect(
      comments == [
        "-- A table \"labels_2\" has to hold the 1001 labels, with the columns",
        "--   \"label\" \(number): 1, 2, … in the order of many.csv",
        "--   \"moment\" \(type): event_timestamp - 1m as a moment: 2000-01-01 00:00 UTC is \(example)",
        "--   \"user\" \(words): user as it is written, NULL where it is empty",
        "--   \"shop\" \(words): shop as it is written, NULL where it is empty",
        "--   \"event_timestamp\" \(words): event_timestamp as it is written, NULL where it is empty",
        "--   \"n\" \(words): n as it is written, NULL where it is empty",
        "--   \"shop_int\" \(number): shop as int",
      ], "\(run.summary)")
    #expect(run.output.hasSuffix("LIMIT 1001;\n"))
    let moment = engine == .sqlite ? "1704103140000000" : "'2024-01-01 09:59:00+00'::timestamptz"
    let database = try EngineRows(engine, file: folder.file("t.db"), url: url)
    try database.run(
      """
      CREATE TABLE labels_2 AS SELECT 1 AS label, \(moment) AS moment, 'a' AS "user", '1' AS shop,
        '2024-01-01 10:00' AS event_timestamp, '1' AS n, 1 AS shop_int
      """)
    let rows = try database.rows(run.output)
    #expect(rows == [["a", "1", "2024-01-01 10:00", "1", "3", "10"]])
  }

  @Test func whatTheFileCannotSayIsRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write("l.csv", "user,event_timestamp\na,2024-01-01\n")
    try SQLiteFixture.make(
      folder.file("t.db"),
      "CREATE TABLE g (user TEXT, at TEXT, at_day REAL, amount TEXT, v INTEGER, note TEXT, other TEXT)")
    func group(_ times: String) -> String {
      """
      kind: group
      name: g
      entity: user
      \(times)
      features: [{name: amount, value_type: decimal}, v, note, other, {name: seen, column: at, value_type: datetime}]
      """
    }
    let text = "event_timestamp_column: at"
    let days = "event_timestamp_column: at_day\ntimestamp_storage: julian"
    let cases: [(times: String, select: String, words: String)] = [
      (text, "SELECT FEATURES v JOIN l.csv", "column `at` of `g`, the event timestamp: the times are text"),
      (days, "SELECT FEATURES v", "column `at_day` of `g`, the event timestamp: Julian day numbers"),
      ("", "SELECT FEATURES amount", "column `amount` of `g`, the feature `amount`: the database has no exact"),
      ("", "SELECT FEATURES seen", "column `at` of `g`, the feature `seen`: the times are text"),
      ("", "SELECT FEATURES note, other WHERE note LIKE other", "this condition: a pattern of LIKE has to be a text"),
      ("", "SELECT FEATURES v WHERE v > 1.0000000000000001", "this condition: there is no exact way to write `1.0"),
    ]
    for (times, select, words) in cases {
      try folder.write("metadata.yml", group(times))
      let run = try Spellbook.run(
        ["--metadata", "metadata.yml", "--engine", "sqlite:///t.db", "-c", "SHOW SQL FOR \(select)"], in: folder)
      #expect(run.status == 1 && run.output.isEmpty, "\(run.summary)")
      #expect(run.errors.contains("error[no-sql]: the database's own SQL cannot say \(words)"), "\(run.errors)")
    }
  }

  @Test func whatTheServerCannotSayIsRefused() throws {
    let folder = try TemporaryFolder()
    let script = """
      CREATE TABLE g ("user" text, at timestamp, written text, small real, big bigint, share double precision,
        spans interval, list int[]);
      """
    let url = try TestEngine.make("t.db", in: folder, script: script, on: [.postgresql]).first?.url ?? ""
    let zone = "event_timestamp_column: at\ntimezone: America/New_York"
    let name = String(repeating: "n", count: 64)
    let cases: [(times: String, select: String, words: String?)] = [
      (zone, "SELECT FEATURES big", "column `at` of `g`, the event timestamp: its times name no offset"),
      ("event_timestamp_column: at\ntimezone: Etc/GMT+3", "SELECT FEATURES big", nil),
      ("event_timestamp_column: written", "SELECT FEATURES big", "column `written` of `g`, the event timestamp"),
      ("", "SELECT FEATURES small WHERE small > 0.1", "the feature `small`: single-precision numbers"),
      ("", "SELECT FEATURES small", nil),
      ("", "SELECT FEATURES big, share WHERE big < share", "this condition: whole numbers are rounded"),
      ("", "SELECT FEATURES spans", "the text of type interval depends on settings"),
      ("", "SELECT FEATURES list", "the text of type integer[] depends on settings"),
      ("", "SELECT FEATURES big AS \(name)", "the column `\(name)` of the result: names have at most 63 bytes"),
    ]
    for (times, select, words) in cases {
      try folder.write(
        "metadata.yml",
        "kind: group\nname: g\nentity: user\n\(times)\nfeatures: [small, big, share, spans, list]\n")
      let run = try Spellbook.run(
        ["--metadata", "metadata.yml", "--engine", url, "-c", "SHOW SQL FOR \(select)"], in: folder)
      #expect(run.status == (words == nil ? 0 : 1), "\(run.summary)")
      if let words { #expect(run.errors.contains(words), "\(run.errors)") }
    }
  }
}
