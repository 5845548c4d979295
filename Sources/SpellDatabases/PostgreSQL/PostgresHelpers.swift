import SpellCore

/// Further connections that see the state of a running snapshot, so that parts of a table are read side by side.
enum PostgresHelpers {
  /// How long it may take to get them: a pooler without room would make them wait for the very connection that waits
  /// for them.
  private static let patienceMicroseconds: Int64 = 300_000

  /// Opens so many connections; fewer, or none, where the engine, a pooler or the number of connections forbids it.
  /// `main` is in a transaction, which goes on whatever happens here.
  static func open(
    _ count: Int, conninfo: String, beside main: PostgresConnection, abilities: PostgresAbilities
  ) throws -> [PostgresConnection] {
    let patience = Cancellation()
    patience.setTimeout(microseconds: patienceMicroseconds)
    var helpers: [PostgresConnection] = []
    var state: Snapshot?
    for _ in 0..<count {
      guard let helper = try? PostgresConnection(conninfo, label: main.label, cancellation: patience),
        // An engine without exported snapshots refuses this one here, where no transaction suffers.
        (try? Snapshot(exportedBy: helper)) != nil
      else { break }
      let snapshot = try state ?? Snapshot(exportedBy: main)
      state = snapshot
      guard (try? join(snapshot, helper, abilities)) == true else { break }
      helper.cancellation = main.cancellation
      helpers.append(helper)
    }
    return helpers
  }

  /// A snapshot that other connections to the same server can join.
  private struct Snapshot {
    var name: String
    var server: String

    init(exportedBy connection: PostgresConnection) throws {
      let rows = try connection.query("SELECT pg_catalog.pg_export_snapshot()")
      name = rows.first?.first?.flatMap { $0 } ?? ""
      server = try PostgresHelpers.server(of: connection)
    }
  }

  /// When the server was started, to the microsecond: tells those of a list of hosts apart.
  static func server(of connection: PostgresConnection) throws -> String {
    let rows = try connection.query("SELECT extract(epoch FROM pg_catalog.pg_postmaster_start_time())")
    return rows.first?.first?.flatMap { $0 } ?? ""
  }

  /// Lets a connection see a snapshot; false if it is of another server.
  private static func join(
    _ snapshot: Snapshot, _ helper: PostgresConnection, _ abilities: PostgresAbilities
  ) throws -> Bool {
    let begin = [
      "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
      "SET TRANSACTION SNAPSHOT \(QuotedText.literal(snapshot.name))",
    ]
    try helper.execute(begin + abilities.settings)
    return try server(of: helper) == snapshot.server
  }
}
