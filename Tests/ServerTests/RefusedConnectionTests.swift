import Glibc
import TestSupport
import Testing

/// Connections that cannot be made: what is said of them, and that no secret is.
@Suite struct RefusedConnectionTests {
  /// A server that asks for a password over TCP, which `reader` has.
  private static let guarded = Result {
    let server = try PostgreSQLServer.private(hba: ["host all reader,writer 127.0.0.1/32 scram-sha-256"])
    let owner = try PostgreSQLFixture(server.url(user: "owner"))
    try owner.run("ALTER ROLE reader PASSWORD '\(secret)'")
    return server
  }
  private static let secret = "s3cr3t-Xyzzy"
  private static let wrongSecret = "wr0ng-Plugh"

  private func stage() throws -> ServerStage { try ServerStage([fewGroup]) }
  private let statement = "SELECT FEATURES few.w AS OF at JOIN labels.csv INTO 'out.csv'"

  /// Expects that nothing can be read by a URL, that all the words are in the message, and no secret.
  private func expectRefused(
    _ url: String, _ words: String..., status: Int32 = 3, environment: [String: String] = [:],
    location: SourceLocation = #_sourceLocation
  ) throws {
    let stage = try stage()
    let run = try stage.run(url, statement, environment: environment)
    #expect(run.status == status, "\(run.summary)", sourceLocation: location)
    for word in words + ["error[", "help:"] {
      #expect(run.errors.contains(word), "no \(word): \(run.summary)", sourceLocation: location)
    }
    #expect(run.outputBytes.isEmpty && stage.leftovers.isEmpty, "\(stage.leftovers)", sourceLocation: location)
    // Other outputs that name the engine.
    let others = try stage.run(
      url, statement, "EXPLAIN \(statement)", "SHOW GROUPS", "\\conninfo", "\\c",
      options: ["--keep-going", "--echo", "--report", "-"], environment: environment)
    for run in [run, others] {
      for secret in [Self.secret, Self.wrongSecret, "s3cr3t", "wr0ng", "Xyzzy", "Plugh"] {
        let isShown = run.output.contains(secret) || run.errors.contains(secret)
        #expect(!isShown, "\(secret) is shown: \(run.summary)", sourceLocation: location)
      }
    }
  }

  @Test("an unknown host, a closed port and a folder without a socket are named")
  func unreachable() throws {
    let port = try unusedPort()
    let secret = Self.secret
    try expectRefused("postgresql://reader:\(secret)@no-such-host.invalid/test", "no-such-host.invalid/test")
    try expectRefused(
      "postgresql://reader:\(secret)@127.0.0.1:\(port)/test", "127.0.0.1:\(port)/test", "Connection refused")
    try expectRefused("postgresql://reader:\(secret)@/test?host=/nowhere&port=\(port)", "`test`", "/nowhere")
    try expectRefused(
      "host=127.0.0.1 port=\(port) dbname=test user=reader password=\(secret)", "127.0.0.1/test", "Connection refused")
    try expectRefused(
      "postgresql://reader@127.0.0.1:\(port)/test?password=\(secret)", "127.0.0.1:\(port)/test", "Connection refused")
    try expectRefused(
      "postgresql://reader:\(secret)@127.0.0.1:\(port),127.0.0.1:\(port)/test", "Connection refused")
  }

  @Test("a server that does not answer is given up, as soon as the URL says")
  func silence() throws {
    let proxy = try PostgreSQLProxy(PostgreSQLServer.primary)
    proxy.delayMilliseconds = 600_000
    let url = proxy.url(database: "test", options: [("connect_timeout", "2"), ("password", Self.secret)])
    try expectRefused(url, "`test`", "timeout expired", "connect_timeout")
  }

  @Test("wrong and missing passwords, wherever they come from, are never shown")
  func passwords() throws {
    let server = try Self.guarded.get()
    let place = "127.0.0.1:\(server.port)/test"
    let words = "host=127.0.0.1 port=\(server.port) dbname=test user=reader"
    let wrong = Self.wrongSecret
    try expectRefused("postgresql://reader:\(wrong)@\(place)", "password authentication failed", "~/.pgpass")
    try expectRefused("postgresql://reader@\(place)?password=\(wrong)", "password authentication failed")
    try expectRefused("\(words) password=\(wrong)", "password authentication failed", "127.0.0.1/test")
    try expectRefused("\(words) password='\(wrong) x'", "password authentication failed")
    try expectRefused(words, "password authentication failed", environment: ["PGPASSWORD": wrong])
    try expectRefused("postgresql://reader@\(place)", "no password supplied", "~/.pgpass")
    try expectRefused("postgresql://writer:\(Self.secret)@\(place)", "password authentication failed", "writer")
  }

  @Test("passwords work from the URL, a connection string, the environment, a file and a service")
  func rightPasswords() throws {
    let server = try Self.guarded.get()
    let stage = try stage()
    let secret = Self.secret
    let words = "host=127.0.0.1 port=\(server.port) dbname=test user=reader"
    let few = "SELECT FEATURES few.w"
    let answer = "k,w\na,7\n"
    #expect(try stage.output("postgresql://reader:\(secret)@127.0.0.1:\(server.port)/test", few) == answer)
    #expect(try stage.output("postgresql://reader:s3cr3t%2DXyzzy@127.0.0.1:\(server.port)/test", few) == answer)
    #expect(try stage.output("\(words) password='\(secret)'", few) == answer)
    #expect(try stage.output(words, few, environment: ["PGPASSWORD": secret]) == answer)
    try stage.write("services", "[s]\nhost=127.0.0.1\nport=\(server.port)\ndbname=test\nuser=reader\n")
    try stage.write(".pgpass", "127.0.0.1:\(server.port):*:reader:\(secret)\n")
    chmod(stage.folder.file(".pgpass"), 0o600)
    #expect(try stage.output(words, few) == answer)
    #expect(
      try stage.output("service=s", few, environment: ["PGSERVICEFILE": stage.folder.file("services")]) == answer)
    try stage.write("elsewhere", "*:*:test:*:\(secret)\n")
    chmod(stage.folder.file("elsewhere"), 0o600)
    unlink(stage.folder.file(".pgpass"))
    #expect(try stage.output(words, few, environment: ["PGPASSFILE": stage.folder.file("elsewhere")]) == answer)
    #expect(try stage.output("\(words) passfile=\(stage.folder.file("elsewhere"))", few) == answer)
  }

  @Test("databases, roles and rules of the server that are not there are named")
  func refusals() throws {
    let server = try PostgreSQLServer.primary
    try expectRefused(server.url(database: "nowhere"), "`nowhere`", "database \"nowhere\" does not exist")
    try expectRefused(server.url(database: "test", user: "nobody"), "`test`", "role \"nobody\" does not exist")
    try expectRefused(server.loopbackURL(database: "test", user: "owner"), "localhost", "pg_hba.conf")
    try expectRefused(
      server.loopbackURL(database: "test", options: [("sslmode", "require")]), "does not support SSL", "sslmode")
  }

  @Test("options that libpq does not know, or whose values it refuses, are named")
  func badOptions() throws {
    let server = try PostgreSQLServer.primary
    let secret = ("password", Self.secret)
    try expectRefused(
      server.url(database: "test", options: [secret, ("sslmode", "maybe")]), "invalid sslmode value: \"maybe\"")
    try expectRefused(server.url(database: "test", options: [secret, ("target_session_attrs", "best")]), "best")
    try expectRefused("service=nowhere password=\(Self.secret)", "nowhere")
    let port = server.port
    try expectRefused(
      "postgresql://reader:\(Self.secret)@127.0.0.1:\(port)/test?colour=red", "`127.0.0.1:\(port)/test`")
    try expectRefused("host=127.0.0.1 password=\(Self.secret) colour", "malformed")
    try expectRefused("host=127.0.0.1 password='\(Self.secret)", "malformed")
  }

  @Test("malformed URLs are wrong usage, and are not shown in full")
  func malformed() throws {
    try expectRefused("postgresql://reader:\(Self.secret)@x@127.0.0.1/test", "%40", status: 2)
    try expectRefused("postgresql://reader:\(Self.secret)%zz@127.0.0.1/test", "%25", status: 2)
    try expectRefused("postgresql://reader:\(Self.secret)/x@127.0.0.1/test", "%2F", status: 2)
    try expectRefused("postgresql:reader:\(Self.secret)@127.0.0.1/test", status: 2)
    try expectRefused("mysql://reader:\(Self.secret)@127.0.0.1/test", "mysql", status: 2)
  }

  @Test("the metadata's URL is kept as secret as one of the command line")
  func metadataURL() throws {
    let port = try unusedPort()
    let stage = try stage()
    let url = "postgresql://reader:\(Self.secret)@127.0.0.1:\(port)/test"
    try stage.write("engine.yml", "kind: engine\nurl: \(url)\n")
    try stage.write("broken.yml", "kind: engine\nurl: \(url)\ncolour: [\n")
    for file in ["engine.yml", "broken.yml"] {
      let run = try Spellbook.run(
        ["--metadata", "metadata.yml", "--metadata", file, "--keep-going", "-c", statement, "-c", "\\conninfo"],
        in: stage.folder, environment: ["HOME": stage.folder.path])
      #expect(run.status == (file == "engine.yml" ? 3 : 2), "\(run.summary)")
      #expect(!run.errors.contains("s3cr3t") && !run.output.contains("s3cr3t"), "\(run.summary)")
    }
  }

  @Test("without libpq a server cannot be reached, and a file can")
  func missingLibrary() throws {
    let library = try TemporaryFolder()
    try library.write("libpq.so.5", "no library")
    let environment = ["LD_LIBRARY_PATH": library.path]
    let url = "postgresql://reader:\(Self.secret)@127.0.0.1/test"
    try expectRefused(url, "libpq", "cannot be loaded", "install", environment: environment)

    let stage = try ServerStage([tableGroup("few")])
    let database = try TemporaryFolder()
    try SQLiteFixture.make(
      database.file("data.db"),
      "CREATE TABLE few (k TEXT, t TEXT, v INTEGER); INSERT INTO few VALUES ('a', '2024-01-01', 7);")
    #expect(
      try stage.output(
        "sqlite:///\(database.file("data.db"))", "SELECT FEATURES few.v AS OF at JOIN labels.csv",
        environment: environment) == "k,at,v\na,2024-06-01,7\n")
  }
}

/// A TCP port of 127.0.0.1 where nobody listens any more.
func unusedPort() throws -> Int {
  let proxy = try PostgreSQLProxy(port: 1)
  defer { proxy.stop() }
  return proxy.port
}
