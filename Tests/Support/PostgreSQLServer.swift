import Glibc
import Synchronization

/// A running PostgreSQL server that the tests start themselves. It listens on a unix socket, where everyone is trusted,
/// and on a TCP port of 127.0.0.1, where all but the superuser are. It ends, and all its files go, with the object or
/// with this process, whatever ends that.
///
/// Its defaults are hostile: dates are German, times are of Tokyo, and floating-point numbers lose digits.
///
/// There are three roles: `owner`, the superuser; `reader`, who has nothing but what is granted; and `writer`, who may
/// create. Besides `postgres` there is the database `test`.
public final class PostgreSQLServer: Sendable {
  /// The TCP port of 127.0.0.1, also part of the socket's name.
  public let port: Int
  /// The folder of the unix socket.
  public var socketFolder: String { folder.path }

  private let folder: ServerFolder
  private let settings: [String]
  private let hostRules: [String]
  /// The primary of a standby.
  private let upstream: PostgreSQLServer?
  private let watch = StandbyWatch()

  /// The server that all tests of this process share, started when the first one asks. Throws what failed then.
  public static var primary: PostgreSQLServer {
    get throws { try sharedPrimary.get() }
  }

  /// The hot standby of `primary`, started when the first test asks. From then on a commit on the primary returns when
  /// the standby shows it. Throws what failed at the start.
  public static var standby: PostgreSQLServer {
    get throws { try sharedStandby.get() }
  }

  private static let sharedPrimary = Result { try PostgreSQLServer.private() }
  private static let sharedStandby = Result { try primary.makeStandby() }

  /// Starts a server for one test, which may stop it. `configuration` are lines of `postgresql.conf` that win over
  /// ours; `hba` are lines of `pg_hba.conf` that come first for all but `owner` on the unix socket. With a certificate
  /// the server offers TLS. Throws `ServerFailure`.
  public static func `private`(
    configuration: [String] = [], hba: [String] = [], certificate: SelfSignedCertificate? = nil
  ) throws -> PostgreSQLServer {
    let template = try ClusterTemplate.made.get()
    let folder = try ServerFolder()
    try folder.run("/bin/cp", ["-R", template.data, folder.file("data")])
    if let certificate {
      try folder.write("data/server.crt", String(decoding: readFile(certificate.certificate), as: UTF8.self))
      try folder.write("data/server.key", String(decoding: readFile(certificate.key), as: UTF8.self))
    }
    let settings = (certificate == nil ? [] : ["ssl = on"]) + configuration
    return try PostgreSQLServer(folder: folder, settings: settings, hostRules: hba, upstream: nil)
  }

  /// Starts a hot standby of this server, and makes this one wait with each commit until the standby shows it. When the
  /// standby stops or dies, commits no longer wait. Throws `ServerFailure`.
  public func makeStandby() throws -> PostgreSQLServer {
    let folder = try ServerFolder()
    let source = ["-h", socketFolder, "-p", String(port), "-U", "owner", "-D", folder.file("data")]
    let manner = ["-R", "-X", "stream", "-c", "fast", "--no-sync", "--no-manifest"]
    try folder.run(PostgreSQLBinaries.path("pg_basebackup"), source + manner)
    let standing = [
      "hot_standby = on", "hot_standby_feedback = on", "max_standby_streaming_delay = -1",
      "wal_retrieve_retry_interval = '100ms'", "wal_receiver_status_interval = '1s'",
    ]
    return try PostgreSQLServer(
      folder: folder, settings: settings + standing, hostRules: hostRules, upstream: self)
  }

  private init(folder: ServerFolder, settings: [String], hostRules: [String], upstream: PostgreSQLServer?) throws {
    self.folder = folder
    self.settings = settings
    self.hostRules = hostRules
    self.upstream = upstream
    port = try freePort()
    let configuration = Self.baseConfiguration + ["port = \(port)", "unix_socket_directories = '\(folder.path)'"]
    try folder.write("data/postgresql.conf", (configuration + settings).map { $0 + "\n" }.joined())
    try folder.write("data/\(Self.commitConfiguration)", "")
    let rules = Self.firstRules + hostRules + Self.lastRules
    try folder.write("data/pg_hba.conf", rules.map { $0 + "\n" }.joined())
    try start()
  }

  /// Starts the server after a stop; returns when it answers. Throws `ServerFailure` with the server's log.
  public func start() throws {
    try waitUntil("the end of this standby to be noticed") { !watch.isRunning.load(ordering: .acquiring) }
    do {
      try control("start", "-l", folder.file("log"), "-t", "30")
    } catch {
      let log = (try? readFile(folder.file("log"))) ?? []
      throw ServerFailure(description: "\(error)\n--- log\n\(String(decoding: log, as: UTF8.self))")
    }
    if let upstream { try upstream.waitForStandby(self) }
  }

  /// Stops the server: sessions are ended with a word to the client, or at once and without one, as in a crash.
  /// Throws `ServerFailure` if it does not end.
  public func stop(immediately: Bool = false) throws {
    try control("stop", "-m", immediately ? "immediate" : "fast", "-t", "30")
  }

  /// Stops and starts the server. Throws `ServerFailure`.
  public func restart() throws {
    try stop()
    try start()
  }

  /// What the server has logged, which is next to nothing unless it is configured to say more.
  public func log() throws -> String { String(decoding: try readFile(folder.file("log")), as: UTF8.self) }

  /// A URL for the unix socket; `options` are further words of libpq, such as `("application_name", "x")`.
  public func url(database: String = "postgres", user: String = "reader", options: [(String, String)] = []) -> String {
    postgresURL(user: user, database: database, at: [(socketFolder, port)], options: options)
  }

  /// A URL for the TCP port, where `owner` is not let in; `host` is a name or an address of 127.0.0.1.
  public func loopbackURL(
    database: String = "postgres", user: String = "reader", host: String = "localhost",
    options: [(String, String)] = []
  ) -> String {
    postgresURL(user: user, database: database, at: [(host, port)], options: options)
  }

  private func control(_ command: String, _ more: String...) throws {
    try folder.run(PostgreSQLBinaries.path("pg_ctl"), [command, "-s", "-w", "-D", folder.file("data")] + more)
  }

  private static let firstRules = ["local all owner trust", "local replication owner trust"]
  private static let lastRules = [
    "host all owner all reject", "local all all trust", "host all all 127.0.0.1/32 trust",
  ]
  /// The file in the data folder that says whether commits wait for a standby.
  private static let commitConfiguration = "commits.conf"
  private static let baseConfiguration = [
    "listen_addresses = '127.0.0.1'", "max_connections = 60", "shared_buffers = '64MB'", "fsync = off",
    "full_page_writes = off", "wal_level = replica", "max_wal_size = '1GB'",
    // A standby that is late on a busy machine finds what it lacks.
    "wal_keep_size = '256MB'",
    // Memory of parallel queries in the data folder: nothing stays in /dev/shm, which is small in a container.
    "dynamic_shared_memory_type = mmap", "timezone = 'Asia/Tokyo'", "datestyle = 'German, DMY'",
    "extra_float_digits = 0", "log_timezone = 'UTC'", "log_min_messages = fatal", "include = '\(commitConfiguration)'",
  ]
}

// MARK: - What tests put into a server

extension PostgreSQLServer {
  private static let names = Atomic(0)

  /// A name for a schema or a database that no other test of this process gets.
  public static func freshName(_ prefix: String) -> String {
    "\(prefix)_\(names.wrappingAdd(1, ordering: .relaxed).newValue)"
  }

  /// Makes a schema in the database `test` and runs a script in it, as `owner` and in one transaction. There dates are
  /// ISO and times are UTC; the script may hold many statements, but neither BEGIN nor COMMIT. Then `reader` may select
  /// from all its tables, and `writer` may do anything in it. The name is a plain word in lower case. Returns the URL
  /// of `reader` with the schema as search path. Throws `PostgreSQLFailure`.
  @discardableResult
  public func makeSchema(_ name: String, script: String) throws -> String {
    let connection = try PostgreSQLFixture(url(database: "test", user: "owner"))
    try connection.run(
      """
      BEGIN;
      CREATE SCHEMA "\(name)";
      SET LOCAL search_path = "\(name)";
      SET LOCAL datestyle = 'ISO, YMD';
      SET LOCAL timezone = 'UTC';
      """)
    try connection.run(script)
    try connection.run(
      """
      GRANT USAGE ON SCHEMA "\(name)" TO reader;
      GRANT SELECT ON ALL TABLES IN SCHEMA "\(name)" TO reader;
      GRANT ALL ON SCHEMA "\(name)" TO writer;
      GRANT ALL ON ALL TABLES IN SCHEMA "\(name)" TO writer;
      GRANT ALL ON ALL SEQUENCES IN SCHEMA "\(name)" TO writer;
      COMMIT;
      """)
    return schemaURL(name)
  }

  /// The URL of a schema in the database `test`, for a role that finds its tables without naming the schema.
  public func schemaURL(_ name: String, user: String = "reader", options: [(String, String)] = []) -> String {
    url(database: "test", user: user, options: [("options", "-csearch_path=\(name)")] + options)
  }

  /// The same on two servers, of which the second shares scans with the first if it may be so far behind.
  public func schemaURL(_ name: String, sharedWith other: PostgreSQLServer) -> String {
    postgresURL(
      user: "reader", database: "test", at: [(socketFolder, port), (other.socketFolder, other.port)],
      options: [("options", "-csearch_path=\(name)")])
  }

  /// Makes an empty database in which `reader` can create nothing, not even temporary tables. Throws
  /// `PostgreSQLFailure`.
  public func makeDatabase(_ name: String) throws {
    let connection = try PostgreSQLFixture(url(user: "owner"))
    try connection.run("CREATE DATABASE \"\(name)\"")
    for statement in ClusterTemplate.rights(database: name) { try connection.run(statement) }
  }
}

// MARK: - A primary and its standby

extension PostgreSQLServer {
  /// Makes commits wait for a standby that has just started, and sees to it that they stop waiting when it ends.
  private func waitForStandby(_ standby: PostgreSQLServer) throws {
    // Its own commits, if it had any, would not wait.
    let connection = try PostgreSQLFixture(url(user: "owner", options: [("options", "-csynchronous_commit=local")]))
    try waitUntil("the standby to stream") {
      try connection.value("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") != "0"
    }
    try standby.watch.start(PostgreSQLFixture(standby.url(user: "owner")), primary: self)
    try folder.write(
      "data/\(Self.commitConfiguration)", "synchronous_commit = remote_apply\nsynchronous_standby_names = '*'\n")
    try connection.run("SELECT pg_reload_conf()")
    try waitUntil("the primary to read its configuration") {
      try PostgreSQLFixture(url(user: "owner")).value("SHOW synchronous_commit") == "remote_apply"
    }
    // Commits wait once the checkpointer has read the configuration, which it does before it answers.
    try connection.run("CHECKPOINT")
  }

  /// No longer waits for a standby with commits, not even with those that wait already.
  private func commitAlone() throws {
    try folder.write("data/\(Self.commitConfiguration)", "")
    try PostgreSQLFixture(url(user: "owner")).run("SELECT pg_reload_conf()")
  }

  /// A thread that watches a standby through a connection, and lets its primary commit alone when that ends.
  private final class StandbyWatch: Sendable {
    let isRunning = Atomic(false)

    func start(_ connection: sending PostgreSQLFixture, primary: PostgreSQLServer) throws {
      isRunning.store(true, ordering: .releasing)
      try startThread(owning: connection) {
        $0.waitForEnd()
        // A primary that has ended too reads the file when it starts.
        try? primary.commitAlone()
        self.isRunning.store(false, ordering: .releasing)
      }
    }
  }
}

/// A URL of libpq; every part is percent-encoded.
func postgresURL(
  user: String, database: String, at places: [(host: String, port: Int)], options: [(String, String)]
) -> String {
  let hosts = places.map(\.host).joined(separator: ",")
  let ports = places.map { "\($0.port)" }.joined(separator: ",")
  let words = ([("host", hosts), ("port", ports)] + options).map { "\($0)=\(percentEncoded($1))" }
  return "postgresql://\(percentEncoded(user))@/\(percentEncoded(database))?\(words.joined(separator: "&"))"
}

private func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF")
  return text.utf8.reduce(into: "") { result, byte in
    let character = Character(Unicode.Scalar(byte))
    let isPlain = byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
    result += isPlain ? String(character) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
  }
}
