import SpellCatalog
import SpellCore
import SpellDatabases

/// Engine URLs and the drivers behind them: the one place that tells engines apart.
enum Engines {
  /// Throws if the database cannot be opened.
  static func open(_ url: EngineURL, writable: Bool, cancellation: Cancellation) throws -> any Database {
    switch url.target {
    case .sqlite(let path):
      return try SQLiteDatabase(path: path, writable: writable, cancellation: cancellation)
    case .postgresql(let conninfo):
      return try PostgresDatabase(
        conninfo: conninfo, label: url.label, writable: writable, cancellation: cancellation)
    }
  }

  /// The files that belong to the database, whether they exist or not.
  static func files(_ url: EngineURL) -> [String] {
    guard case .sqlite(let path) = url.target else { return [] }
    return [path] + ["-wal", "-shm", "-journal"].map { path + $0 }
  }
}
