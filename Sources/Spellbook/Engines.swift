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
    case .postgresql:
      throw SpellError(
        .connection,
        Diagnostic(
          code: "unsupported-engine", "`\(url.description)` cannot be opened: this version reads SQLite files",
          help: "name a file, as in sqlite:///features.db"))
    }
  }

  /// The files that belong to the database, whether they exist or not.
  static func files(_ url: EngineURL) -> [String] {
    guard case .sqlite(let path) = url.target else { return [] }
    return [path] + ["-wal", "-shm", "-journal"].map { path + $0 }
  }

  /// What prompts show: a file's name, or a URL without secrets.
  static func label(_ url: EngineURL) -> String {
    guard case .sqlite(let path) = url.target else { return url.description }
    return path.split(separator: "/").last.map(String.init) ?? path
  }
}
