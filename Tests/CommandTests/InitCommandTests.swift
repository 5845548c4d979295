import Glibc
import TestSupport
import Testing

/// `spellbook init`: what it makes of a schema loads, passes CHECK, and can be joined.
@Suite struct InitCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  // MARK: - Databases

  /// A database of its own on the shared server, with what `fill` puts into it as its owner; the URL of `reader`.
  private func serverDatabase(schemas: [String] = ["public"], _ fill: (_ ownerURL: String) throws -> Void) throws
    -> String
  {
    let server = try PostgreSQLServer.primary
    let name = PostgreSQLServer.freshName("init")
    try server.makeDatabase(name)
    let ownerURL = server.url(database: name, user: "owner")
    try fill(ownerURL)
    let owner = try PostgreSQLFixture(ownerURL)
    for schema in schemas {
      try owner.run(
        "GRANT USAGE ON SCHEMA \(schema) TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA \(schema) TO reader")
    }
    return server.url(database: name, user: "reader")
  }

  private func serverDatabase(schemas: [String] = ["public"], script: String) throws -> String {
    try serverDatabase(schemas: schemas) { try PostgreSQLFixture($0).run("SET datestyle = 'ISO, YMD'; \(script)") }
  }

  /// The same tables on each kind of engine.
  private func databases(_ script: String) throws -> [String] {
    try SQLiteFixture.make(folder.file("world.db"), script)
    return ["sqlite:///world.db", try serverDatabase(script: script)]
  }

  // MARK: - Steps

  /// Makes metadata of a database; CHECK finds no error in it, and a snapshot of every group can be read. Returns the
  /// text, and name, entities and event timestamp of each group.
  private func groups(of url: String) throws -> (text: String, groups: Set<[String]>) {
    let made = try Spellbook.run(
      ["init", "--engine", url, "--output", "metadata.yml", "--overwrite"], in: folder)
    #expect(made.status == 0, "\(made.summary)")
    #expect(made.output.isEmpty)
    let checked = try Spellbook.run(["check", "--deep", "--format", "json"], in: folder)
    #expect(checked.status == 0, "\(checked.summary)")
    let findings = try #require(JSONValue(checked.output)?.items)
    #expect(findings.allSatisfy { $0["severity"]?.string != "error" }, "\(checked.summary)")
    let shown = try Spellbook.run(["-q", "-c", "SHOW GROUPS FORMAT json"], in: folder)
    let groups = (JSONValue(shown.output)?.items ?? []).map { group in
      ["name", "entity", "event_timestamp"].map { group[$0]?.string ?? "-" }
    }
    for group in groups {
      let name = group[0].replacing("\"", with: "\"\"")
      let snapshot = try Spellbook.run(["-q", "-c", "SELECT FEATURES \"\(name)\".*"], in: folder)
      #expect(snapshot.status == 0, "\(snapshot.summary)")
    }
    return (try folder.read("metadata.yml"), Set(groups))
  }

  // MARK: - The flights

  @Test(arguments: [false, true]) func theFlightsAreReadAndJoined(onServer: Bool) throws {
    let example = try FlightsExample()
    var url = "sqlite:///flights.db"
    if onServer { url = try serverDatabase { try example.importTables(into: $0) } } else { try example.importTables() }
    let made = try Spellbook.run(["init", "--engine", url, "--output", "made.yml"], in: example.folder)
    #expect(made.status == 0, "\(made.summary)")
    #expect(made.errors == "made.yml: read it through, then run `spellbook check`\n")
    let check = try Spellbook.run(["check", "--metadata", "made.yml"], in: example.folder)
    #expect(check.status == 0)
    #expect(check.output == "severity,check,group,feature,place,rows,finding,advice\n", "\(check.summary)")
    #expect(check.errors.hasPrefix("3 groups checked: nothing found in "))
    let join = [
      "-q", "--engine", url, "-c",
      "SELECT FEATURES weather.temp, weather.visib, planes.seats AS OF scheduled_at JOIN labels.csv",
    ]
    let expected = try Spellbook.run(join, in: example.folder)
    let joined = try Spellbook.run(["--metadata", "made.yml"] + join, in: example.folder)
    #expect(expected.status == 0)
    #expect(joined.output == expected.output)
    #expect(joined.output.split(separator: "\n").count == 981)
  }

  // MARK: - Odd schemas

  @Test func oddNamesAreQuotedAndFound() throws {
    let script = #"""
      CREATE TABLE "select" ("from.where" varchar(9) PRIMARY KEY, "größe ""x""" real, "null" integer, "it's: #1" text,
        "${HOME}" text, "- a: [b]" text, "007" integer);
      INSERT INTO "select" VALUES ('a', 1.5, 3, 'x', 'y', 'z', 7);
      CREATE TABLE "odd.name ""t""" ("Kunde Nr" integer, "Zeit" text, "日本" double precision);
      CREATE INDEX odd_index ON "odd.name ""t""" ("Kunde Nr", "Zeit");
      INSERT INTO "odd.name ""t""" VALUES (1, '2024-01-01 10:00:00Z', 2.5), (1, '2024-01-01 11:00:00Z', 3.5);
      """#
    for url in try databases(script) {
      let (text, groups) = try groups(of: url)
      #expect(
        groups == [["select", "from_where", "-"], ["odd_name \"t\"", "Kunde Nr", "Zeit"]], "\(url)\n\(text)")
      let features = try Spellbook.run(["-q", "-c", "SHOW FEATURES IN \"select\" FORMAT json"], in: folder)
      let names = (JSONValue(features.output)?.items ?? []).compactMap { $0["name"]?.string }
      #expect(names == ["größe \"x\"", "null", "it's: #1", "${HOME}", "- a: [b]", "007"])
      let row = try Spellbook.run(
        ["-q", "-c", "SELECT FEATURES \"select\".*; SELECT FEATURES \"odd_name \"\"t\"\"\".*"], in: folder)
      #expect(row.output.contains("a,1.5,3,x,y,z,7\n"), "\(row.summary)")
      #expect(row.output.contains("1,3.5\n"))
    }
  }

  @Test func keysComeFromKeysThenFromIndexesAndNames() throws {
    let script = """
      CREATE TABLE users (id integer PRIMARY KEY, name text, birthday date);
      INSERT INTO users VALUES (1, 'a', '1990-01-01'), (2, 'b', '1991-01-01');
      CREATE TABLE orders (id integer PRIMARY KEY, user_id integer REFERENCES users, ordered_at text, loaded_at text,
        amount integer);
      INSERT INTO orders VALUES (1, 1, '2024-01-01 10:00:00', '2024-01-01 11:00:00', 5),
        (2, 1, '2024-01-02 10:00:00', '2024-01-02 11:00:00', 6);
      CREATE TABLE items (order_id integer REFERENCES orders, line integer, price integer,
        PRIMARY KEY (order_id, line));
      INSERT INTO items VALUES (1, 1, 10), (1, 2, 20);
      CREATE TABLE daily (user_id integer, day date, visits integer);
      INSERT INTO daily VALUES (1, '2024-01-01', 3), (2, '2024-01-01', 4);
      CREATE TABLE log (note text, level text);
      INSERT INTO log VALUES ('x', 'a'), ('x', 'a');
      CREATE TABLE tags (user_id integer, tag text);
      INSERT INTO tags VALUES (1, 'x'), (1, 'y');
      CREATE TABLE pairs (user_id integer, order_id integer, PRIMARY KEY (user_id, order_id));
      CREATE TABLE staff (id integer PRIMARY KEY, lead_id integer REFERENCES staff);
      CREATE TABLE profiles (bio text, owner integer REFERENCES users);
      INSERT INTO profiles VALUES ('x', 1), ('y', 2);
      CREATE VIEW totals AS SELECT user_id, count(*) AS orders FROM orders GROUP BY user_id;
      """
    for url in try databases(script) {
      let (text, groups) = try groups(of: url)
      #expect(
        groups == [
          ["users", "user_id", "-"], ["items", "order_id, line", "-"], ["daily", "user_id", "day"],
          ["orders", "order_id", "ordered_at"], ["totals", "user_id", "-"], ["profiles", "user_id", "-"],
          ["staff", "staff_id", "-"],
        ], "\(url)\n\(text)")
      #expect(text.contains("key_columns: {user_id: id}\n"))
      #expect(text.contains("entity: user_id  # by the foreign key to users; no two of the first rows share it\n"))
      #expect(text.contains("key_columns: {user_id: owner}\n"))
      #expect(text.contains("create_timestamp_column: loaded_at\n"))
      #expect(text.contains("timezone: UTC  # guessed: the stored times have no offset\n"))
      #expect(text.contains("delay: 1d  # guessed: the events are days, and a row may sum up its day\n"))
      #expect(text.contains("#   log: no key: "))
      #expect(text.contains("#   tags: several rows have one key, and no column of times says when each holds\n"))
      #expect(text.contains("#   pairs: no column is left to be a feature\n"))
    }
  }

  @Test func keysOfOneNameAndTwoTypesAreTwoEntities() throws {
    let script = """
      CREATE TABLE events (user_id text PRIMARY KEY, v integer);
      CREATE TABLE "user" (id integer PRIMARY KEY, v integer);
      CREATE TABLE users (user_id integer PRIMARY KEY, v integer);
      """
    for url in try databases(script) {
      let (text, groups) = try groups(of: url)
      #expect(
        groups == [["events", "user_id", "-"], ["user", "user_id_", "-"], ["users", "users_user_id", "-"]], "\(text)")
    }
  }

  @Test func whatASQLiteFileHoldsDecides() throws {
    try SQLiteFixture.make(
      folder.file("world.db"),
      """
      CREATE TABLE readings (sensor TEXT, ts INTEGER, value, flag BOOLEAN, PRIMARY KEY (sensor, ts)) WITHOUT ROWID;
      INSERT INTO readings VALUES ('a', 1704067200, 1.5, 1), ('a', 1704067260, 2, 0);
      CREATE TABLE events (user_uuid TEXT, happenedAt DATETIME, kind, mixed, amount NUMERIC);
      CREATE INDEX events_index ON events (user_uuid, happenedAt);
      INSERT INTO events VALUES ('u1', 1704067200123, 'x', 1, 5), ('u1', 1704067300123, 'y', 'z', 'many');
      CREATE TABLE days (user_uuid TEXT, julian_day REAL, n INTEGER);
      INSERT INTO days VALUES ('u1', 2460310.5, 3), ('u1', 2460311.25, 4);
      CREATE TABLE steps (user_uuid TEXT, step_time INTEGER, n INTEGER);
      INSERT INTO steps VALUES ('u1', 1, 3), ('u2', 2, 4);
      CREATE VIRTUAL TABLE words USING fts5(body);
      """)
    let (text, groups) = try groups(of: "sqlite:///world.db")
    #expect(
      groups.isSuperset(of: [
        ["readings", "sensor", "ts"], ["events", "user_uuid", "happenedAt"], ["days", "user_uuid", "julian_day"],
        ["steps", "user_uuid", "-"],
      ]), "\(text)")
    for (group, storage) in [("readings", "unix_s"), ("events", "unix_ms"), ("days", "julian")] {
      let document = text.split(separator: "---\n").first { $0.contains("name: \(group)\n") } ?? ""
      #expect(document.contains("timestamp_storage: \(storage)  # guessed from the name and the values\n"), "\(text)")
    }
    #expect(text.contains("invalid: null  # values that do not fit their type are in amount\n"))
    #expect(text.contains("# left out, for their values, name or rights: mixed\n"))
    #expect(text.contains("{name: flag, value_type: bool}"))
  }

  @Test func whatAServerHasTypesForIsDeclared() throws {
    let url = try serverDatabase(
      schemas: ["public", "\"Other.Schema\""],
      script: """
        CREATE TYPE mood AS ENUM ('ok', 'bad'); CREATE DOMAIN age AS smallint;
        CREATE TABLE people (id uuid PRIMARY KEY, mood mood, age age, tags text[], doc jsonb, picture bytea,
          balance numeric(10, 2), slept interval, seen_at timestamptz);
        INSERT INTO people VALUES ('00000000-0000-0000-0000-000000000001', 'ok', 3, '{a,b}', '{}', '\\x00', 1.50,
          '8 hours', '2024-01-01 10:00+00');
        CREATE TABLE visits (id bigint, person_id uuid REFERENCES people, at timestamp, pages int, PRIMARY KEY (id, at))
          PARTITION BY RANGE (at);
        CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        INSERT INTO visits VALUES (1, '00000000-0000-0000-0000-000000000001', '2024-01-01 10:00', 3);
        CREATE SCHEMA "Other.Schema";
        CREATE TABLE "Other.Schema".people (code char(3) PRIMARY KEY, born date);
        INSERT INTO "Other.Schema".people VALUES ('x', '2000-01-01');
        CREATE MATERIALIZED VIEW latest AS SELECT person_id, max(at) AS at, count(*) AS visits FROM visits GROUP BY 1;
        CREATE TABLE hidden (id int PRIMARY KEY, secret text);
        """)
    let (text, groups) = try groups(of: url)
    #expect(
      groups == [
        ["people", "person_id", "seen_at"], ["visits", "person_id", "at"], ["latest", "person_id", "at"],
        ["hidden", "hidden_id", "-"], ["Other_Schema_people", "people_code", "-"],
      ], "\(text)")
    #expect(text.contains("table: \"\\\"Other.Schema\\\".people\"\n"))
    for feature in ["mood, value_type: str", "age, value_type: int", "balance, value_type: decimal"] {
      #expect(text.contains("{name: \(feature)}"), "\(feature)")
    }
  }

  // MARK: - The file

  @Test func nothingIsOverwrittenUnasked() throws {
    try SQLiteFixture.make(folder.file("world.db"), "CREATE TABLE t (id integer PRIMARY KEY, v text)")
    try folder.write("metadata.yml", "# mine\n")
    let refused = try Spellbook.run(["init", "--engine", "world.db", "--output", "metadata.yml"], in: folder)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("--overwrite"))
    #expect(try folder.read("metadata.yml") == "# mine\n")
    let itself = try Spellbook.run(
      ["init", "--engine", "world.db", "--output", "world.db", "--overwrite"], in: folder)
    #expect(itself.status == 1, "the database would be replaced: \(itself.summary)")
    let printed = try Spellbook.run(["init", "--engine", "world.db"], in: folder)
    #expect(printed.output.hasPrefix("# Made by `spellbook init` from world.db."))
    #expect(printed.errors.isEmpty)
    let replaced = try Spellbook.run(
      ["init", "--engine", "world.db", "--output", "metadata.yml", "--overwrite"], in: folder)
    #expect(replaced.status == 0)
    #expect(try folder.read("metadata.yml") == printed.output)
    #expect(Set(folderEntries(folder.path)) == ["metadata.yml", "world.db"])
  }

  @Test func aFileElsewhereFindsTheDatabase() throws {
    try SQLiteFixture.make(folder.file("world.db"), "CREATE TABLE t (id integer PRIMARY KEY, v text)")
    try #require(mkdir(folder.file("models"), 0o755) == 0)
    let made = try Spellbook.run(["init", "--engine", "world.db", "--output", "models/metadata.yml"], in: folder)
    #expect(made.status == 0, "\(made.summary)")
    let check = try Spellbook.run(["check", "--metadata", "models"], in: folder)
    #expect(check.status == 0, "\(check.summary)")
  }

  @Test func aPasswordIsNotWrittenDown() throws {
    let url = try serverDatabase(script: "CREATE TABLE t (id integer PRIMARY KEY, v text)")
    let secret = url.replacing("reader@", with: "reader:s3cret@")
    try #require(secret != url)
    let made = try Spellbook.run(["init", "--engine", secret], in: folder)
    #expect(made.status == 0, "\(made.summary)")
    #expect(!made.output.contains("s3cret") && !made.output.contains("kind: engine"))
    #expect(made.output.contains("use --engine or $SPELLBOOK_ENGINE"))
  }

  @Test func aDatabaseWithoutTablesIsNoError() throws {
    for url in try databases("SELECT 1") {
      let (text, groups) = try groups(of: url)
      #expect(groups.isEmpty)
      #expect(text.hasSuffix("\n# There is no table or view that may be read.\n"))
    }
  }

  @Test func wrongUsageIsNamed() throws {
    for (arguments, words) in [
      ([], "use --engine URL or $SPELLBOOK_ENGINE"), (["--engine", "none.db"], "none.db"),
      (["--engine", "a.db", "--metadata", "m.yml"], "init makes metadata and reads none"),
      (["--engine", "a.db", "--print"], "init has no form in the language"),
    ] as [([String], String)] {
      let run = try Spellbook.run(["init"] + arguments, in: folder)
      #expect(run.status == 2 || run.status == 3)
      #expect(run.errors.contains(words), "\(run.summary)")
    }
  }
}
