import TestSupport

/// A folder with metadata and labels, in which the executable runs against a server of the test. Nobody's own
/// connection settings reach it: its home is the folder.
final class ServerStage {
  let folder: TemporaryFolder
  private var written: Set<String> = []

  /// Writes `metadata.yml` with the entity `k`, a str, and these groups, and `labels.csv` with columns `k` and `at`.
  init(_ groups: [String], labels: [String] = ["a,2024-06-01"]) throws {
    folder = try TemporaryFolder()
    let entity = "- {kind: entity, name: k, value_type: str}\n"
    try write("metadata.yml", entity + groups.joined())
    try write("labels.csv", "k,at\n" + labels.map { $0 + "\n" }.joined())
  }

  /// Writes a file that belongs to the stage.
  func write(_ name: String, _ text: String) throws {
    try folder.write(name, text)
    written.insert(name)
  }

  /// What else the folder holds by now.
  var leftovers: [String] { folderEntries(folder.path).filter { !written.contains($0) } }

  /// Runs statements one after the other in one session.
  func run(
    _ url: String, _ statements: String..., options: [String] = [], environment: [String: String] = [:]
  ) throws -> CommandRun {
    try start(url, statements, options: options, environment: environment).finish(deadlineSeconds: 60)
  }

  /// Starts what `run` runs.
  func start(
    _ url: String, _ statements: [String], options: [String] = [], environment: [String: String] = [:]
  ) throws -> RunningCommand {
    let words = ["--metadata", "metadata.yml", "--engine", url] + options
    return try Spellbook.start(
      words + statements.flatMap { ["-c", $0] }, in: folder,
      environment: ["HOME": folder.path].merging(environment) { $1 })
  }

  /// The shell on a terminal, at its first prompt.
  func shell(_ url: String, prompt: String) throws -> Terminal {
    let words = ["--no-rc", "--metadata", "metadata.yml", "--engine", url, "--format", "csv"]
    let terminal = try Terminal(
      "/usr/bin/env", ["-C", folder.path, Spellbook.executable] + words,
      environment: ["TERM": "xterm", "HOME": folder.path, "PAGER": ""])
    try terminal.wait(for: prompt)
    return terminal
  }

  /// The output of statements that must succeed.
  func output(
    _ url: String, _ statements: String..., options: [String] = [], environment: [String: String] = [:]
  ) throws -> String {
    let run = try start(url, statements, options: options, environment: environment).finish(deadlineSeconds: 60)
    guard run.status == 0 else { throw UnexpectedRun(run: run) }
    return run.output
  }
}

/// A run that should have succeeded.
struct UnexpectedRun: Error, CustomStringConvertible {
  let run: CommandRun
  var description: String { run.summary }
}

// MARK: - Groups of the metadata

/// A timed group over a table, with the event column `t`.
func tableGroup(_ name: String, table: String? = nil, features: [String] = ["v"]) -> String {
  group(name, source: "table: '\(table ?? name)'", isTimed: true, features: features)
}

/// A group over a query in one line; a timed one has the event column `t`.
func queryGroup(_ name: String, _ query: String, isTimed: Bool = true, features: [String] = ["v"]) -> String {
  group(name, source: "query: |-\n    \(query)", isTimed: isTimed, features: features)
}

private func group(_ name: String, source: String, isTimed: Bool, features: [String]) -> String {
  """
  - kind: group
    name: \(name)
    entity: k
    \(source)
    \(isTimed ? "event_timestamp_column: t" : "description: static")
    features: [\(features.map { "{name: \($0)}" }.joined(separator: ", "))]

  """
}

/// A static group with one row, whose feature `v` is what an expression says to the session that reads it.
func sessionGroup(_ name: String, _ expression: String, from: String = "") -> String {
  queryGroup(name, "SELECT 'a' AS k, CAST(\(expression) AS text) AS v \(from)", isTimed: false)
}

/// A group whose rows come as fast as they can and never end.
let endlessGroup = queryGroup(
  "endless",
  "SELECT 'a' AS k, TIMESTAMP '2024-01-01' AS t, g AS v FROM (SELECT generate_series(1, 2000000000) AS g) AS s")

/// A group whose one row comes after some seconds.
func sleepingGroup(_ name: String, seconds: Int) -> String {
  queryGroup(
    name, "SELECT 'a' AS k, TIMESTAMP '2024-01-01' AS t, 1 AS v FROM (SELECT pg_sleep(\(seconds))) AS s")
}

/// A group of one row.
let fewGroup = queryGroup("few", "SELECT 'a' AS k, TIMESTAMP '2024-01-01' AS t, 7 AS w", features: ["w"])

// MARK: - Sessions on a server

/// The sessions that one test's runs have on a server, known by the name of the application.
final class Sessions {
  private let name = PostgreSQLServer.freshName("run")
  private let owner: PostgreSQLFixture

  init(_ server: PostgreSQLServer) throws { owner = try PostgreSQLFixture(server.url(user: "owner")) }

  /// To be added to the options of a URL.
  var options: [(String, String)] { [("application_name", name)] }

  /// How many there are of which a condition on `pg_stat_activity` is true.
  func count(_ condition: String = "true") throws -> Int {
    Int(try owner.value("SELECT count(*) \(rows) AND \(condition)") ?? "") ?? -1
  }

  /// Ends them all.
  func terminate() throws { try owner.run("SELECT pg_terminate_backend(pid) \(rows)") }

  /// Cancels the statements that run in them.
  func cancel() throws { try owner.run("SELECT pg_cancel_backend(pid) \(rows)") }

  /// Waits until one of them sleeps in `pg_sleep`.
  func waitForSleep() throws {
    try waitUntil("a sleeping statement") { try count("wait_event = 'PgSleep' AND state = 'active'") > 0 }
  }

  /// Waits until no statement runs in any of them and no transaction is open.
  func waitForRest(seconds: Int = 10) throws {
    try waitUntil("the sessions to rest", seconds: seconds) { try count("state <> 'idle'") == 0 }
  }

  private var rows: String { "FROM pg_stat_activity WHERE application_name = '\(name)'" }
}
