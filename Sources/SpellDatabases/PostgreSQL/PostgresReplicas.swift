import SpellCore

/// One of a list of hosts in a connection string.
struct PostgresHost {
  /// What libpq is told in the place of the list.
  var parameters: [(keyword: String, value: String)]

  /// The hosts of a list that a connection was made with; none if there was no list.
  static func all(of connection: PostgresConnection) -> [PostgresHost] {
    let given = connection.parameters
    let lists = ["host", "hostaddr", "port"].map { keyword in
      let list = given[keyword]?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return (keyword, list ?? [])
    }
    let count = lists.map(\.1.count).max() ?? 0
    guard count > 1 else { return [] }
    return (0..<count).map { index in
      // One port stands for all hosts.
      PostgresHost(
        parameters: lists.filter { !$0.1.isEmpty }.map { ($0.0, $0.1[min(index, $0.1.count - 1)]) })
    }
  }
}

/// Connections to other servers of a list of hosts, which share a scan with the one that is connected to.
///
/// No two servers can show the same state for certain: a snapshot that one exports is none of the other's. So each
/// server gives all rows of its own share of the keys: every key is answered from one state.
enum PostgresReplicas {
  /// Microseconds that a server has to answer.
  private static let patience: Int64 = 1_000_000

  /// Opens a connection to each server that has the same data and is not further behind; those that cannot be reached
  /// are left out. Each is in a transaction. `main` is in one, and stays there.
  static func open(
    conninfo: String, beside main: PostgresConnection, abilities: PostgresAbilities, staleness: Int64
  ) throws -> [PostgresConnection] {
    let hosts = PostgresHost.all(of: main)
    if hosts.isEmpty { return [] }
    let cancellation = Cancellation()
    cancellation.setTimeout(microseconds: patience * Int64(hosts.count))
    // Asked of a connection of its own: a refusal would end the transaction.
    guard let first = try? PostgresConnection(conninfo, label: main.label, cancellation: cancellation),
      let own = try? Identity(of: first), try PostgresHelpers.server(of: main) == own.server
    else { return [] }
    var servers: Set = [own.server]
    var replicas: [PostgresConnection] = []
    for host in hosts {
      guard
        let replica = try? PostgresConnection(conninfo, host: host, label: main.label, cancellation: cancellation),
        (try? abilities.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", on: replica)) != nil,
        let found = try? Identity(of: replica), found.system == own.system,
        let behind = found.secondsBehind, behind * 1_000_000 <= Double(staleness), servers.insert(found.server).inserted
      else { continue }
      replica.cancellation = main.cancellation
      replicas.append(replica)
    }
    return replicas
  }

  /// The keys of one of several servers.
  static func condition(_ column: String, share: Int, of count: Int) -> String {
    "coalesce(pg_catalog.hashtext(\(QuotedText.name(column))::text) & 2147483647, 0) % \(count) = \(share)"
  }

  /// Which data a server has, and which server it is.
  private struct Identity {
    /// The same for a primary and all that follow it.
    var system: String
    /// When the server was started.
    var server: String
    /// Nil where nobody knows.
    var secondsBehind: Double?

    /// The first question of a transaction: what is behind is its snapshot.
    init(of connection: PostgresConnection) throws {
      let row = try connection.query(
        """
        SELECT system_identifier, CASE WHEN pg_catalog.pg_is_in_recovery() THEN
          extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp()) ELSE 0 END
        FROM pg_catalog.pg_control_system()
        """
      ).first
      system = row?[0] ?? ""
      secondsBehind = row?[1].flatMap { Double($0) }
      server = try PostgresHelpers.server(of: connection)
    }
  }
}
