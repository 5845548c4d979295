import SpellCatalog
import SpellCore
import SpellDatabases
import SpellLanguage
import SpellPlanning
import TestSupport

/// A catalog and an SQLite file, and statements planned against them.
struct PlanningStage {
  let catalog: Catalog
  private let database: SQLiteDatabase
  private let folder: TemporaryFolder

  /// Throws what is wrong with the metadata.
  init(sql: String, metadata: String) throws {
    folder = try TemporaryFolder()
    try SQLiteFixture.make(folder.file("data.db"), "PRAGMA synchronous = OFF; BEGIN; \(sql); COMMIT")
    let loaded = CatalogLoader.load(paths: [try folder.write("metadata.yml", metadata)]) { _ in nil }
    if loaded.hasErrors { throw SpellError(.usage, loaded.diagnostics) }
    catalog = loaded.catalog
    database = try SQLiteDatabase(path: folder.file("data.db"), cancellation: Cancellation())
  }

  /// Flights, weather, and groups on an axis of numbers.
  static func flights() throws -> PlanningStage {
    try PlanningStage(sql: FlightsWorld.sql, metadata: FlightsWorld.metadata)
  }

  /// The only statement of a text with its parameters bound. Throws what is wrong with it.
  static func statement(_ text: String, parameters: [String: String] = [:]) throws -> Statement {
    let script = Parser.parse(SourceText(name: "-c", text: text))
    guard let first = script.statements.first else { throw SpellError(.statement, script.diagnostics) }
    let (bound, diagnostics) = ParameterBinder.bind(first, parameters)
    if !diagnostics.isEmpty { throw SpellError(.statement, diagnostics) }
    return bound
  }

  /// Plans a SELECT; with `labels`, the statement has a JOIN.
  func plan(
    _ text: String, labels: [String]? = nil, parameters: [String: String] = [:], now: Int64 = 0
  ) throws -> SelectPlan {
    let statement = try Self.statement(text, parameters: parameters)
    guard case .select(let select) = statement.body else { throw NotASelect() }
    let context = PlanningContext(
      catalog: catalog, labelColumns: labels, now: now, zone: .utc, dialect: Dialects.named("sqlite"), strategy: nil,
      facts: { try database.facts(of: $0) }, tableNames: { try database.tableNames() })
    return try Planner.plan(select, in: statement.source, context: context)
  }

  /// What is wrong with a SELECT, a line for each problem: the text that is marked, in brackets, and the code. Places
  /// in the metadata begin with their line.
  func problems(_ text: String, labels: [String]? = nil, parameters: [String: String] = [:]) throws -> [String] {
    try diagnostics(text, labels: labels, parameters: parameters).map { diagnostic in
      guard let location = diagnostic.location else { return diagnostic.code }
      let line = location.source.position(of: location.span.start).line
      let place = location.source.name == "-c" ? "" : "line \(line) "
      return "\(place)[\(location.source.text(location.span))] \(diagnostic.code)"
    }
  }

  func diagnostics(
    _ text: String, labels: [String]? = nil, parameters: [String: String] = [:]
  ) throws -> [Diagnostic] {
    do {
      _ = try plan(text, labels: labels, parameters: parameters)
      return []
    } catch let error as SpellError {
      return error.diagnostics
    }
  }
}

/// A statement of a test that should have been a SELECT.
struct NotASelect: Error {}

extension SelectPlan {
  /// Names of what is printed, in order.
  var names: [String] { columns.map(\.name) }
  /// The SQL of each use, in order.
  var sql: [String] { uses.map(\.access.sql) }
}
