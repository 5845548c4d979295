import TestSupport
import Testing

/// Nobody asks which engine it is: what differs is a member of `Dialect` or `Database`.
@Suite struct EngineNameTests {
  static let engines = ["sqlite", "postgres"]

  /// Files, or folders that end in `/`, whose code may name an engine, and why.
  static let allowed: [(path: String, reason: String)] = [
    ("Sources/SpellDatabases/SQLite/", "the driver"),
    ("Sources/SpellDatabases/PostgreSQL/", "the driver"),
    ("Sources/Spellbook/Engines.swift", "the list of engines, and the driver of each"),
    ("Sources/SpellPlanning/Dialects/", "the dialects"),
    ("Sources/SpellPlanning/Dialect.swift", "the list of dialects"),
    ("Sources/SpellCatalog/EngineURL.swift", "the schemes of engine URLs"),
    ("Sources/SpellCatalog/PostgresConninfo.swift", "connection strings"),
    ("Sources/SpellCatalog/EngineURLMessages.swift", "what is wrong with an engine URL"),
  ]

  @Test func enginesAreNamedOnlyWhereTheyDiffer() throws {
    for path in Checkout.sources where !Self.allowed.contains(where: { path.hasPrefix($0.path) }) {
      for (index, line) in try Checkout.lines(path).enumerated() {
        let code = line.withoutComment.lowercased()
        #expect(
          !Self.engines.contains { code.contains($0) }, "\(path):\(index + 1) names an engine: \(line.trimmed)")
      }
    }
  }
}
