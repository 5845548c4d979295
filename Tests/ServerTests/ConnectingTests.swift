import Glibc
import TestSupport
import Testing

/// What a URL, the environment and files say of how to connect.
@Suite struct ConnectingTests {
  /// What a session says of itself.
  private let session = [
    sessionGroup("application", "current_setting('application_name')"),
    sessionGroup("role", "current_user"), sessionGroup("place", "current_database()"),
    sessionGroup("standing", "pg_is_in_recovery()"),
    sessionGroup("address", "coalesce(host(inet_server_addr()), 'socket')"),
    sessionGroup("zone", "current_setting('TimeZone')"),
  ]

  private func stage() throws -> ServerStage { try ServerStage(session) }

  /// The answer of a group of `session`.
  private func answer(_ value: String) -> String { "k,v\na,\(value)\n" }

  @Test("environment variables fill in what a URL leaves out")
  func environment() throws {
    let server = try PostgreSQLServer.primary
    let stage = try stage()
    let variables = [
      "PGHOST": "127.0.0.1", "PGPORT": "\(server.port)", "PGDATABASE": "test", "PGUSER": "writer",
      "PGAPPNAME": "named outside",
    ]
    for (group, value) in [
      ("place", "test"), ("role", "writer"), ("address", "127.0.0.1"), ("application", "named outside"),
    ] {
      #expect(
        try stage.output("postgresql://", "SELECT FEATURES \(group).v", environment: variables) == answer(value))
    }
    #expect(
      try stage.output("postgresql://reader@/postgres", "SELECT FEATURES place.v", environment: variables)
        == answer("postgres"))
    #expect(try stage.output("user=reader", "SELECT FEATURES role.v", environment: variables) == answer("reader"))
  }

  @Test("a unix socket, a connection string and several spellings of a URL all mean the same server")
  func spellings() throws {
    let server = try PostgreSQLServer.primary
    let stage = try stage()
    let folder = server.socketFolder
    let encoded = folder.split(separator: "/").map { "%2F\($0)" }.joined()
    let urls: [(String, address: String)] = [
      (server.url(database: "test"), "socket"), (server.loopbackURL(database: "test"), "127.0.0.1"),
      ("postgresql://reader@\(encoded):\(server.port)/test", "socket"),
      ("postgres://reader@127.0.0.1:\(server.port)/test", "127.0.0.1"),
      ("postgresql+psycopg2://reader@localhost:\(server.port)/test", "127.0.0.1"),
      ("postgresql+asyncpg://reader@/test?host=\(folder)&port=\(server.port)", "socket"),
      ("host=\(folder) port=\(server.port) dbname=test user=reader", "socket"),
      ("dbname=test user=reader hostaddr=127.0.0.1 port=\(server.port)", "127.0.0.1"),
      ("host='\(folder)' port = \(server.port) dbname='test' user=reader", "socket"),
    ]
    for (url, address) in urls {
      #expect(
        try stage.output(url, "SELECT FEATURES place.v", "SELECT FEATURES address.v") == answer("test")
          + answer(address), "\(url)")
    }
  }

  @Test("of several hosts the one is taken that answers and is what the URL asks for")
  func hosts() throws {
    let (primary, standby) = (try PostgreSQLServer.primary, try PostgreSQLServer.standby)
    let stage = try stage()
    let nobody = try unusedPort()
    let folders = [primary, standby].map(\.socketFolder).joined(separator: ",")
    let ports = [primary, standby].map { "\($0.port)" }.joined(separator: ",")
    let swapped = "host=127.0.0.1:\(standby.port)&host=127.0.0.1:\(primary.port)"
    let urls: [(String, isStandby: Bool)] = [
      ("postgresql://reader@/test?host=\(folders)&port=\(ports)", false),
      ("postgresql://reader@/test?host=\(folders)&port=\(ports)&target_session_attrs=standby", true),
      ("postgresql://reader@/test?host=\(folders)&port=\(ports)&target_session_attrs=read-only", true),
      ("postgresql+psycopg2://reader@/test?\(swapped)", true),
      ("postgresql+psycopg2://reader@/test?\(swapped)&target_session_attrs=read-write", false),
      ("postgresql+psycopg2://reader@/test?target_session_attrs=primary&\(swapped)", false),
      ("postgresql://reader@127.0.0.1:\(nobody),127.0.0.1:\(standby.port)/test", true),
      ("host=127.0.0.1,127.0.0.1 port=\(standby.port),\(primary.port) user=reader dbname=test", true),
      ("postgresql://reader@127.0.0.1:\(standby.port),127.0.0.1:\(primary.port)/test?target_session_attrs=any", true),
    ]
    for (url, isStandby) in urls {
      #expect(try stage.output(url, "SELECT FEATURES standing.v") == answer("\(isStandby)"), "\(url)")
    }
    let only = try stage.run(
      standby.url(database: "test", options: [("target_session_attrs", "read-write")]), "SELECT FEATURES standing.v")
    #expect(only.status == 3 && only.errors.contains("help:"), "\(only.summary)")
  }

  @Test("a service says where to connect, and the URL wins over it")
  func services() throws {
    let server = try PostgreSQLServer.primary
    let stage = try stage()
    try stage.write(
      "services",
      """
      [features]
      host=\(server.socketFolder)
      port=\(server.port)
      dbname=test
      user=writer
      application_name=nightly
      connect_timeout=7

      """)
    let environment = ["PGSERVICEFILE": stage.folder.file("services")]
    for url in ["service=features", "postgresql:///?service=features", "postgresql://?service=features"] {
      #expect(
        try stage.output(
          url, "SELECT FEATURES place.v", "SELECT FEATURES role.v", "SELECT FEATURES application.v",
          environment: environment) == answer("test") + answer("writer") + answer("nightly"), "\(url)")
    }
    #expect(
      try stage.output("postgresql://reader@?service=features", "SELECT FEATURES role.v", environment: environment)
        == answer("reader"))
    let variables = environment.merging(["PGSERVICE": "features"]) { $1 }
    #expect(try stage.output("postgresql://", "SELECT FEATURES role.v", environment: variables) == answer("writer"))
    let unknown = try stage.run("service=featurez", "SELECT FEATURES role.v", environment: environment)
    #expect(unknown.status == 3, "\(unknown.summary)")
    #expect(unknown.errors.contains("featurez") && unknown.errors.contains("help:"), "\(unknown.summary)")
  }

  @Test("the server sees the application spellbook, unless the URL says otherwise")
  func applicationName() throws {
    let server = try PostgreSQLServer.primary
    let stage = try stage()
    let statement = "SELECT FEATURES application.v"
    #expect(try stage.output(server.url(database: "test"), statement) == answer("spellbook"))
    let named = server.url(database: "test", options: [("application_name", "my job")])
    #expect(try stage.output(named, statement) == answer("my job"))
    let keywords = "host=\(server.socketFolder) port=\(server.port) dbname=test user=reader"
    #expect(try stage.output(keywords, statement) == answer("spellbook"))
    #expect(try stage.output(keywords + " application_name=x", statement) == answer("x"))
  }

  @Test("hostile defaults of the server, the role, the URL and the environment change no answer")
  func hostileDefaults() throws {
    let server = try PostgreSQLServer.private(configuration: [
      "intervalstyle = 'sql_standard'", "bytea_output = 'escape'", "default_transaction_isolation = 'serializable'",
      "search_path = 'pg_catalog'", "lc_messages = 'C'", "extra_float_digits = -15", "xmloption = 'document'",
    ])
    let owner = try PostgreSQLFixture(server.url(database: "test", user: "owner"))
    try owner.run("ALTER ROLE writer SET timezone = 'America/New_York'; ALTER ROLE writer SET datestyle = 'SQL, DMY'")
    let values = """
      SELECT 'a' AS k, '2024-01-01 00:00:00.000001+00'::timestamptz AS t, '2024-02-03 04:05'::timestamp AS n,
        '2024-02-03'::date AS d, 0.1::float8 + 0.2 AS f, 0.1::float4 AS g, '\\x00ff'::bytea AS b,
        '1 day 02:03'::interval AS i, ARRAY['2024-02-03 00:00+00'::timestamptz] AS l
      """.split(separator: "\n").joined(separator: " ")
    let stage = try ServerStage([queryGroup("all", values, features: ["n", "d", "f", "g", "b", "i", "l"])])
    let expected = """
      k,at,n,d,f,g,b,i,l
      a,2024-06-01,2024-02-03 04:05:00+00:00,2024-02-03,0.30000000000000004,0.1,\\x00ff,1 day 02:03:00,\
      "{""2024-02-03 00:00:00+00""}"

      """
    let statement = "SELECT FEATURES n, d, f, g, b, i, l AS OF at JOIN labels.csv"
    for user in ["reader", "writer"] {
      for environment in [[:], ["PGTZ": "Asia/Tokyo", "PGDATESTYLE": "Postgres, DMY", "PGCLIENTENCODING": "LATIN1"]] {
        #expect(
          try stage.output(server.url(database: "test", user: user), statement, environment: environment) == expected)
      }
      let url = server.url(
        database: "test", user: user,
        options: [("options", "-c DateStyle=German -c TimeZone=Asia/Tokyo"), ("client_encoding", "LATIN1")])
      #expect(try stage.output(url, statement) == expected)
    }
  }

  @Test("names and texts beyond ASCII arrive whole, whatever the encoding of the database or the environment")
  func encodings() throws {
    let server = try PostgreSQLServer.primary
    let name = PostgreSQLServer.freshName("latin")
    let owner = try PostgreSQLFixture(server.url(user: "owner"))
    try owner.run("CREATE DATABASE \(name) TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    let tables = try PostgreSQLFixture(
      server.url(database: name, user: "owner", options: [("client_encoding", "UTF8")]))
    try tables.run(
      """
      CREATE TABLE "größe" (k text, t timestamp, "maß" text);
      INSERT INTO "größe" VALUES ('a', '2024-01-01', 'zwölf'); GRANT SELECT ON "größe" TO reader;
      """)
    let stage = try ServerStage([tableGroup("g", table: "größe", features: ["maß"])])
    for environment in [[:], ["PGCLIENTENCODING": "SQL_ASCII", "LC_ALL": "C"]] {
      #expect(
        try stage.output(
          server.url(database: name), "SELECT FEATURES g.\"maß\" AS OF at JOIN labels.csv", environment: environment)
          == "k,at,maß\na,2024-06-01,zwölf\n")
    }
  }
}
