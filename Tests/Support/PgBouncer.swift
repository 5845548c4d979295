/// A running PgBouncer in front of a server: a session has a connection of the server only for one transaction at a
/// time, and all sessions of a user and a database share a few. It ends, and all its files go, with the object or with
/// this process, whatever ends that.
public final class PgBouncer: Sendable {
  /// The TCP port of 127.0.0.1, also part of the socket's name.
  public let port: Int
  private let folder: ServerFolder
  private let server: PostgreSQLServer

  /// Starts it for the roles `reader` and `writer`, with at most `poolSize` connections to the server for a role and a
  /// database. `configuration` are further lines of its section `pgbouncer`, such as
  /// `ignore_startup_parameters = options`. Throws `ServerFailure`.
  public init(_ server: PostgreSQLServer, poolSize: Int = 2, configuration: [String] = []) throws {
    self.server = server
    folder = try ServerFolder(endingWith: "TERM")
    port = try freePort()
    let settings =
      [
        "[databases]", "* = host=\(server.socketFolder) port=\(server.port)", "[pgbouncer]",
        "listen_addr = 127.0.0.1", "listen_port = \(port)", "unix_socket_dir = \(folder.path)", "auth_type = trust",
        "auth_file = \(folder.file("users"))", "pool_mode = transaction", "default_pool_size = \(poolSize)",
        "logfile = \(folder.file("log"))", "pidfile = \(folder.file("pid"))",
      ] + configuration
    try folder.write("settings", settings.map { $0 + "\n" }.joined())
    try folder.write("users", "\"reader\" \"\"\n\"writer\" \"\"\n")
    do {
      try folder.run("/usr/sbin/pgbouncer", ["-q", "-d", "settings"])
      try waitUntil("pgbouncer", seconds: 10) { (try? PostgreSQLFixture(url())) != nil }
    } catch {
      let log = (try? readFile(folder.file("log"))) ?? []
      throw ServerFailure(description: "\(error)\n--- log\n\(String(decoding: log, as: UTF8.self))")
    }
  }

  /// A URL for the unix socket; `options` are further words of libpq.
  public func url(database: String = "postgres", user: String = "reader", options: [(String, String)] = []) -> String {
    postgresURL(user: user, database: database, at: [(folder.path, port)], options: options)
  }
}
