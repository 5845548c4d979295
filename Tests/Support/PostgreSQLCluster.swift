import Glibc

/// The programs of a PostgreSQL server.
enum PostgreSQLBinaries {
  /// The absolute path of a program, of the newest version that Debian's packages have installed.
  static func path(_ program: String) throws -> String {
    let top = "/usr/lib/postgresql"
    let versions = folderEntries(top).compactMap { Int($0) }.filter { access("\(top)/\($0)/bin/postgres", X_OK) == 0 }
    guard let newest = versions.max() else {
      throw ServerFailure(description: "there is no server in \(top): scripts/bootstrap installs postgresql-15")
    }
    return "\(top)/\(newest)/bin/\(program)"
  }
}

/// A cluster that never runs: making one takes longer than copying it.
struct ClusterTemplate: Sendable {
  /// It lives as long as this process.
  static let made = Result { try ClusterTemplate() }

  private let folder: ServerFolder
  /// The data folder to copy.
  var data: String { folder.file("data") }

  private init() throws {
    folder = try ServerFolder()
    let manner = ["-A", "trust", "-U", "owner", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--wal-segsize=4"]
    try folder.run(PostgreSQLBinaries.path("initdb"), ["-D", data] + manner)
    let statements =
      [
        "CREATE ROLE reader LOGIN", "CREATE ROLE writer LOGIN", "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT ALL ON SCHEMA public TO writer", "CREATE DATABASE test",
      ] + ["test", "postgres", "template1"].flatMap(Self.rights)
    // A server for one client at its standard input, which takes a line for a statement.
    try folder.run(
      PostgreSQLBinaries.path("postgres"), ["--single", "-F", "-c", "exit_on_error=on", "-D", data, "template1"],
      stdin: Array(statements.map { $0 + "\n" }.joined().utf8))
  }

  /// What a database needs beyond its template, so that `reader` can create nothing in it and `writer` can.
  static func rights(database: String) -> [String] {
    [
      "REVOKE CREATE, TEMPORARY ON DATABASE \"\(database)\" FROM PUBLIC",
      "GRANT CREATE, TEMPORARY ON DATABASE \"\(database)\" TO writer",
    ]
  }
}
