/// The databases on which every answer must be the same.
public enum TestEngine: String, CaseIterable, Sendable {
  case sqlite
  /// A coordinator whose tables are spread over two more servers.
  case distributed
  /// The shared server, through a role that has SELECT on the tables and nothing else.
  case postgresql
  /// Its hot standby, through the same role; in a list with the server, which shares large scans where staleness is
  /// allowed.
  case standby
  /// Makes tables by a script on several engines: the SQLite file `name` in a folder, a schema of its own on the shared
  /// server, which its standby has too. Returns each engine with its URL, in order.
  public static func make(
    _ name: String, in folder: TemporaryFolder, script: String, on engines: [TestEngine] = allCases
  ) throws -> [(engine: TestEngine, url: String)] {
    let schema = PostgreSQLServer.freshName("s")
    // Started first, so that the schema is there when the commit returns.
    let standby = engines.contains(.standby) ? try PostgreSQLServer.standby : nil
    if engines.contains(.postgresql) || engines.contains(.standby) {
      try PostgreSQLServer.primary.makeSchema(schema, script: script)
    }
    if engines.contains(.distributed) { try DistributedCluster.shared.makeSchema(schema, script: script) }
    return try engines.map { engine in
      switch engine {
      case .sqlite:
        try SQLiteFixture.make(folder.file(name), script)
        return (engine, "sqlite:///\(name)")
      case .postgresql: return (engine, try PostgreSQLServer.primary.schemaURL(schema))
      case .standby: return (engine, try standby?.schemaURL(schema, sharedWith: .primary) ?? "")
      case .distributed: return (engine, try DistributedCluster.shared.coordinator.schemaURL(schema))
      }
    }
  }
}
