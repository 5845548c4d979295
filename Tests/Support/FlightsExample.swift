import Glibc

/// A copy of `examples/flights` whose tables have been imported into a fresh database, as `scripts/demo` does.
public final class FlightsExample {
  /// Its folder, from the root.
  public static let source = "examples/flights"
  /// What scripts print, and what the README makes: absent from the copy, since INTO never overwrites unasked.
  public static let outputs = Checkout.names(in: source).filter { name in
    name != "README.md" && scripts.contains { name != $0 && stem(name) == stem($0) }
  }
  /// The names of its `.spell` files.
  public static let scripts = Checkout.names(in: source).filter { $0.hasSuffix(".spell") }

  /// The copy.
  public let folder: TemporaryFolder

  /// Copies the files; no table has been imported.
  public init() throws {
    folder = try TemporaryFolder()
    mkdir(folder.file("queries"), 0o755)
    for path in Checkout.files(under: Self.source) where !path.hasSuffix(".db") {
      let name = String(path.dropFirst(Self.source.count + 1))
      if !Self.outputs.contains(name) { try folder.write(name, Checkout.text(path)) }
    }
  }

  /// Imports the three tables into the SQLite file that the metadata names.
  public func importTables() throws { _ = try importTables(on: .sqlite) }

  /// Imports the three tables on an engine, and runs a script there; returns its URL, on a server that of a role which
  /// may only read them.
  public func importTables(on engine: TestEngine, then script: String = "") throws -> String {
    if engine == .sqlite {
      try importTables(into: "sqlite:///flights.db")
      try SQLiteFixture.make(folder.file("flights.db"), script)
      return "sqlite:///flights.db"
    }
    let standby = engine == .standby ? try PostgreSQLServer.standby : nil
    let server = try PostgreSQLServer.primary
    let schema = PostgreSQLServer.freshName("flights")
    let readable = "ALTER DEFAULT PRIVILEGES FOR ROLE writer IN SCHEMA \(schema) GRANT SELECT ON TABLES TO reader"
    try server.makeSchema(schema, script: readable)
    let url = server.schemaURL(schema, user: "writer")
    try importTables(into: url)
    try PostgreSQLFixture(url).run(script)
    return (standby ?? server).schemaURL(schema)
  }

  /// Imports the three tables into a database that may be written to.
  public func importTables(into url: String) throws {
    for (group, file) in [("weather", "weather.csv"), ("last_flight", "arrivals.csv"), ("planes", "planes.csv")] {
      let words = ["import", "--engine", url, "--group", group, "--null", "NA", file]
      let run = try Spellbook.run(words, in: folder)
      guard run.status == 0 else { throw Failure(description: run.summary) }
    }
  }

  /// Imports the three tables into the shared server, which libpq then knows as the service `features` in this copy.
  public func offerService() throws {
    let url = try importTables(on: .postgresql)
    let schema = url.split(separator: "%3D").last ?? ""
    let server = try PostgreSQLServer.primary
    try folder.write(
      Self.serviceFile,
      """
      [features]
      host=\(server.socketFolder)
      port=\(server.port)
      dbname=test
      user=reader
      options=-csearch_path=\(schema)
      """)
  }

  private static let serviceFile = ".pg_service.conf"

  /// Runs a line of shell in the copy, with `spellbook` on the path; what it prints on either stream is its output.
  public func shell(_ line: String) throws -> CommandRun {
    let folderOfExecutable = Spellbook.executable.split(separator: "/").dropLast().joined(separator: "/")
    return try CommandRun.run(
      "/bin/sh", ["-c", "exec 2>&1; \(line)"], in: folder.path,
      environment: [
        "PATH": "/\(folderOfExecutable):/usr/bin:/bin", "HOME": folder.path, "LC_ALL": "C.UTF-8",
        "PGSERVICEFILE": folder.file(Self.serviceFile),
      ])
  }

  /// The name of a file without its extension.
  public static func stem(_ name: String) -> Substring { name.prefix { $0 != "." } }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }
}
