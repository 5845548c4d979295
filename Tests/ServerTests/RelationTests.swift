import TestSupport
import Testing

/// What a group may name in a database: relations of every kind, and what a role may not read.
@Suite struct RelationTests {
  /// Made once: sessions that make an extension at the same time hinder each other.
  private static let wrapper = Result {
    let owner = try PostgreSQLFixture(PostgreSQLServer.primary.url(database: "test", user: "owner"))
    try owner.run("CREATE EXTENSION postgres_fdw SCHEMA public")
  }
  private static let servers: [TestEngine] = [.postgresql, .standby]
  private let schema = PostgreSQLServer.freshName("relations")
  private let role = PostgreSQLServer.freshName("limited")
  private let longName = String(repeating: "long_", count: 12) + "xyz"
  private let answer = "k,at,v\na,2024-06-01,2\nb,2024-06-01,3\nc,2024-06-01,\n"
  private let labels = ["a,2024-06-01", "b,2024-06-01", "c,2024-06-01"]
  private let statement = "SELECT FEATURES g.v AS OF at JOIN labels.csv"

  init() throws {
    // Started first: then a commit on the primary returns when the standby shows it.
    _ = try PostgreSQLServer.standby
    let primary = try PostgreSQLServer.primary
    let columns = "(k text, t timestamp, v integer)"
    let rows = "VALUES ('a', timestamp '2024-01-01', 1), ('a', '2024-02-01', 2), ('b', '2024-01-01', 3)"
    let tables = ["base", "\"Odd.Name\"", "\"\(longName)\"", "parted", "parent", "ruled", "closed"]
    try primary.makeSchema(
      schema,
      script: """
        CREATE TABLE base \(columns);
        CREATE TABLE "Odd.Name" \(columns);
        CREATE TABLE "\(longName)" \(columns);
        CREATE TABLE parted \(columns) PARTITION BY RANGE (t);
        CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
        CREATE TABLE parted_2 PARTITION OF parted DEFAULT;
        CREATE TABLE parent \(columns);
        CREATE TABLE child () INHERITS (parent);
        CREATE TABLE ruled \(columns);
        ALTER TABLE ruled ENABLE ROW LEVEL SECURITY;
        CREATE POLICY shown ON ruled TO reader USING (k <> 'hidden');
        CREATE TABLE closed \(columns);
        \(tables.map { "INSERT INTO \($0) \(rows);" }.joined(separator: "\n"))
        INSERT INTO child VALUES ('a', '2024-01-15', 9);
        INSERT INTO ruled VALUES ('hidden', '2024-01-01', 1);
        CREATE VIEW looked AS SELECT k, t, v FROM base;
        CREATE MATERIALIZED VIEW stored AS SELECT k, t, v FROM base;
        CREATE MATERIALIZED VIEW unfilled AS SELECT k, t, v FROM base WITH NO DATA;
        CREATE UNLOGGED TABLE unlogged AS SELECT k, t, v FROM base;
        CREATE TABLE columns_of_interest (k text, t timestamp, v integer, hidden integer);
        INSERT INTO columns_of_interest SELECT k, t, v, 4 FROM base;
        """)
    try Self.wrapper.get()
    let owner = try PostgreSQLFixture(primary.url(database: "test", user: "owner"))
    try owner.run(
      """
      CREATE SERVER "\(schema)" FOREIGN DATA WRAPPER postgres_fdw
        OPTIONS (host '\(primary.socketFolder)', port '\(primary.port)', dbname 'test');
      CREATE USER MAPPING FOR reader SERVER "\(schema)" OPTIONS (user 'reader', password_required 'false');
      CREATE FOREIGN TABLE \(schema).remote (k text, t timestamp, v integer)
        SERVER "\(schema)" OPTIONS (schema_name '\(schema)', table_name 'base');
      GRANT SELECT ON \(schema).remote TO reader;
      REVOKE ALL ON \(schema).closed FROM reader;
      CREATE ROLE \(role) LOGIN;
      GRANT USAGE ON SCHEMA \(schema) TO \(role);
      GRANT SELECT (k, t, v) ON \(schema).columns_of_interest TO \(role);
      GRANT SELECT (k, v) ON \(schema).base TO \(role);
      CREATE SCHEMA \(schema)_closed; CREATE TABLE \(schema)_closed.base AS SELECT * FROM \(schema).base;
      GRANT SELECT ON \(schema)_closed.base TO reader;
      """)
  }

  private func server(_ engine: TestEngine) throws -> PostgreSQLServer {
    try engine == .standby ? PostgreSQLServer.standby : PostgreSQLServer.primary
  }

  /// Expects that a statement about a group over a table fails before any output, with all the words in its message.
  private func expectRefused(
    _ table: String, features: [String] = ["v"], _ statement: String? = nil, url: String, naming words: [String],
    location: SourceLocation = #_sourceLocation
  ) throws {
    let stage = try ServerStage([tableGroup("g", table: table, features: features)], labels: labels)
    let run = try stage.run(url, (statement ?? self.statement) + " INTO 'out.csv'")
    #expect(run.status == 1, "\(run.summary)", sourceLocation: location)
    for word in words { #expect(run.errors.contains(word), "no \(word): \(run.summary)", sourceLocation: location) }
    #expect(run.outputBytes.isEmpty && stage.leftovers.isEmpty, "\(stage.leftovers)", sourceLocation: location)
  }

  @Test("every kind of relation that can be selected from can be a group's table", arguments: servers)
  func relations(engine: TestEngine) throws {
    let url = try server(engine).schemaURL(schema)
    let names = [
      "base", "looked", "stored", "parted", "parent", "ruled", "remote", "\"Odd.Name\"", longName, "\(schema).base",
      "test.\(schema).base", "\(schema).\"Odd.Name\"",
    ]
    for name in names {
      let stage = try ServerStage([tableGroup("g", table: name)], labels: labels)
      let run = try stage.run(url, statement)
      #expect(run.status == 0 && run.output == answer, "\(name): \(run.summary)")
      let explain = try stage.run(url, "EXPLAIN " + statement)
      #expect(explain.status == 0, "\(name): \(explain.summary)")
    }
    let hidden = try ServerStage([tableGroup("g", table: "ruled")], labels: ["hidden,2024-06-01"])
    #expect(try hidden.output(url, statement) == "k,at,v\nhidden,2024-06-01,\n")
    let all = try server(engine).schemaURL(schema, user: "owner")
    #expect(try hidden.output(all, statement) == "k,at,v\nhidden,2024-06-01,1\n")
  }

  @Test("a table may stand in a schema that the search path does not have", arguments: servers)
  func otherSchema(engine: TestEngine) throws {
    let url = try server(engine).url(database: "test")
    let stage = try ServerStage([tableGroup("g", table: "\(schema).base")], labels: labels)
    #expect(try stage.output(url, statement) == answer)
    try expectRefused("base", url: url, naming: ["unknown-table", "`base`"])
    try expectRefused("nowhere.base", url: url, naming: ["unknown-table", "nowhere"])
    try expectRefused("elsewhere.\(schema).base", url: url, naming: ["unknown-table", "elsewhere"])
  }

  @Test("a name that is too long for the server is not cut to another", arguments: servers)
  func tooLong(engine: TestEngine) throws {
    try expectRefused(
      longName + "z", url: server(engine).schemaURL(schema), naming: ["unknown-table", longName + "z"])
  }

  @Test("relations that cannot be read now fail in the server's words", arguments: servers)
  func unreadable(engine: TestEngine) throws {
    let url = try server(engine).schemaURL(schema)
    try expectRefused("unfilled", url: url, naming: ["has not been populated", "REFRESH MATERIALIZED VIEW"])
    if engine == .standby {
      try expectRefused("unlogged", url: url, naming: ["unlogged", "during recovery"])
    } else {
      let stage = try ServerStage([tableGroup("g", table: "unlogged")], labels: labels)
      #expect(try stage.output(url, statement) == answer)
    }
  }

  @Test("columns that a role may not read are named, with the feature, and others can be read", arguments: servers)
  func columnRights(engine: TestEngine) throws {
    let url = try server(engine).schemaURL(schema, user: role)
    let features = ["v", "hidden"]
    let stage = try ServerStage([tableGroup("g", table: "columns_of_interest", features: features)], labels: labels)
    #expect(try stage.output(url, statement) == answer)
    for selection in ["g.hidden", "g.v, g.hidden", "g.*"] {
      try expectRefused(
        "columns_of_interest", features: features, "SELECT FEATURES \(selection) AS OF at JOIN labels.csv", url: url,
        naming: ["metadata.yml", "`hidden`", "columns_of_interest"])
    }
    try expectRefused("base", url: url, naming: ["`t`", "base", "GRANT"])
  }

  @Test("a table or a schema that a role may not read is named", arguments: servers)
  func tableRights(engine: TestEngine) throws {
    let url = try server(engine).schemaURL(schema)
    try expectRefused("closed", url: url, naming: ["closed", "GRANT"])
    try expectRefused("\(schema)_closed.base", url: url, naming: ["permission denied for schema \(schema)_closed"])
  }

  @Test("the same relations hold labels, and what may not be read of them is named", arguments: servers)
  func labelRelations(engine: TestEngine) throws {
    let url = try server(engine).schemaURL(schema)
    let stage = try ServerStage([tableGroup("g", table: "base")])
    let clauses = "AS OF t + 1d WHERE k = 'b' WITH FULL NAMES"
    for name in ["base", "looked", "stored", "parted", "ruled", "remote", "\"Odd.Name\"", "test.\(schema).base"] {
      let run = try stage.run(url, "SELECT FEATURES g.v \(clauses) JOIN TABLE \(name)")
      #expect(
        run.status == 0 && run.output == "k,t,v,g__v\nb,2024-01-01 00:00:00+00:00,3,3\n", "\(name): \(run.summary)")
    }
    func refusal(_ name: String, url: String) throws -> String {
      let run = try stage.run(url, "SELECT FEATURES g.v \(clauses) JOIN TABLE \(name) INTO 'out.csv'")
      #expect(run.status == 1 && run.outputBytes.isEmpty && stage.leftovers.isEmpty, "\(name): \(run.summary)")
      return run.errors
    }
    #expect(try refusal("closed", url: url).contains("no right to read `closed`, the table of labels"))
    #expect(try refusal("unfilled", url: url).contains("has not been populated"))
    #expect(try refusal("nowhere.base", url: url).contains("no table `nowhere.base`"))
    let limited = try server(engine).schemaURL(schema, user: role)
    #expect(try refusal("columns_of_interest", url: limited).contains("`hidden` of `columns_of_interest`"))
  }
}
