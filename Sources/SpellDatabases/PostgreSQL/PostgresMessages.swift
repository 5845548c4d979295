import SpellCore

/// What can go wrong with a PostgreSQL server, as facts. The words are below and nowhere else.
enum PostgresProblem: Error {
  /// An error in the server's own words.
  struct ServerError: Sendable {
    /// The five characters of SQLSTATE.
    var code: String
    var message: String
    var detail: String?
    var hint: String?
    /// Where in the server it happened.
    var context: String?
  }

  case server(ServerError, sql: String?)
  case interrupted(sql: String?)
  /// libpq cannot be loaded.
  case noLibrary(reason: String)
  /// No connection, in libpq's words.
  case unreachable(message: String, needsPassword: Bool, usedPassword: Bool)
  /// The connection is gone, in the words of libpq or the server.
  case lost(message: String)
  case outOfMemory
  /// Bytes that are none of the protocol's.
  case malformed(sql: String)
  case parameters(sql: String)
  /// A statement without a result where a query is expected.
  case notAQuery(sql: String)
  case columnCount(expected: Int, found: Int, sql: String)
  case importing(ImportTableProblem)

  /// What messages call the engine.
  static let engine = "PostgreSQL"

  /// The problem as the rest of the house knows it. `database` names the server without a secret.
  func error(database: String) -> DatabaseError {
    DatabaseError(
      kind, engine: Self.engine, code: code, message: message(database), sql: sql, help: help(database))
  }

  private var kind: DatabaseError.Kind {
    switch self {
    case .interrupted: .interrupted
    case .noLibrary, .unreachable, .lost, .outOfMemory: .connection
    default: .statement
    }
  }

  /// The server's SQLSTATE, or the one that stands for the problem.
  private var code: String {
    switch self {
    case .server(let error, _): error.code
    case .interrupted: "57014"
    case .noLibrary, .unreachable: "08001"
    case .lost: "08006"
    case .outOfMemory: "53200"
    case .malformed: "08P01"
    case .parameters: "42P02"
    case .notAQuery, .columnCount: "42601"
    case .importing(.notWritable): "25006"
    case .importing(.tableExists): "42P07"
    case .importing(.unusableTable): "42P01"
    case .importing(.columnMissing): "42703"
    case .importing(.columnUnfit): "42804"
    }
  }

  private var sql: String? {
    switch self {
    case .server(_, let sql), .interrupted(let sql): sql
    case .malformed(let sql), .parameters(let sql), .notAQuery(let sql), .columnCount(_, _, let sql): sql
    default: nil
    }
  }

  private func message(_ database: String) -> String {
    switch self {
    case .server(let error, _): error.message + (error.detail.map { " (\($0))" } ?? "")
    case .interrupted: "the statement was interrupted"
    case .noLibrary: "libpq, the library that speaks to PostgreSQL, cannot be loaded"
    case .unreachable(let message, _, _): "cannot connect to `\(database)`: \(Self.withoutSecrets(message))"
    case .lost(let message): "the connection to `\(database)` was lost: \(Self.oneLine(message))"
    case .outOfMemory: "no memory, thread or descriptor is left for a connection"
    case .malformed: "the server sent bytes that are no rows"
    case .parameters: "the query has parameters, and nothing gives them values"
    case .notAQuery: "the statement gives no rows: only queries are sent to the database"
    case .columnCount(let expected, let found, _): "the statement has \(found) columns, expected \(expected)"
    case .importing(let problem): problem.message
    }
  }

  private func help(_ database: String) -> String? {
    switch self {
    case .server(let error, _): error.hint ?? Self.help(code: error.code)
    case .noLibrary(let reason): "install libpq5 (\(reason))"
    case .unreachable(let message, let needsPassword, let usedPassword):
      needsPassword || usedPassword ? Self.passwordHelp : Self.help(connecting: message)
    case .lost: "run the statement again when the server is back"
    case .importing(let problem): problem.help
    default: nil
    }
  }

  private static let passwordHelp =
    "put the password into ~/.pgpass, $PGPASSWORD or a service, and check the user's name"

  /// libpq's own words come in the language of the user, so that help is given where they are known, and only there.
  private static func help(connecting message: String) -> String? {
    let hints: [(String, String)] = [
      ("could not translate host name", "check the host's name"),
      ("Connection refused", "check host and port, and that the server is running"),
      ("No such file or directory", "check the folder of the socket, or name a host"),
      ("timeout expired", "check host and port, and firewalls between; connect_timeout=SECONDS waits longer"),
      ("root certificate file", "put the certificate of the authority there, or name it with sslrootcert"),
      ("certificate verify failed", "name the authority's certificate with sslrootcert"),
      ("does not match host name", "connect by the name in the certificate"),
      ("does not support SSL", "the server offers no encryption: sslmode=disable goes without"),
      ("pg_hba.conf", "ask the server's administrator to let this user in from here"),
      ("definition of service", "define it in ~/.pg_service.conf, or in the file that $PGSERVICEFILE names"),
      ("invalid ", "the options are those of libpq, as in sslmode=require or target_session_attrs=any"),
      ("does not exist", "check the names of database and user"),
      ("connection info string", "write keyword=value with blanks between, and values with blanks in 'single quotes'"),
      ("session is read-only", "name a host that may be written to, or leave target_session_attrs out"),
    ]
    return hints.first { message.contains($0.0) }?.1
  }

  private static func help(code: String) -> String? {
    switch code {
    case "42501": "ask for the right with GRANT SELECT, or GRANT USAGE on the schema"
    case "40001": "the server replayed a change in the way of the read: run the statement again"
    case "25006": "only queries are sent to the database"
    case "55000": "REFRESH MATERIALIZED VIEW fills a view that was never filled"
    default: nil
    }
  }

  /// Where libpq cannot read a connection string it shows where it stopped, which may be in a password.
  private static func withoutSecrets(_ message: String) -> String {
    message.contains("connection info string") ? "the connection string is malformed" : oneLine(message)
  }

  /// libpq puts a line for each host that it tried, and indents the rest.
  private static func oneLine(_ message: String) -> String {
    let lines = message.split(whereSeparator: \.isNewline).map { line in
      String(line.drop { $0 == "\t" || $0 == " " })
    }
    return lines.filter { !$0.isEmpty }.joined(separator: "; ")
  }
}
