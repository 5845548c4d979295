import SpellCatalog
import SpellCore
import SpellDatabases
import SpellExecution
import SpellLanguage
import SpellPlanning
import SpellTables
import TestSupport

/// A folder with an SQLite file and labels, and statements run in it.
final class ExecutionStage {
  let folder: TemporaryFolder
  private let catalog: Catalog
  /// The database that statements run against.
  let database: SQLiteDatabase

  /// Throws what is wrong with the metadata.
  init(sql: String, metadata: String, writable: Bool = false) throws {
    folder = try TemporaryFolder()
    try SQLiteFixture.make(folder.file("data.db"), "PRAGMA synchronous = OFF; BEGIN; \(sql); COMMIT")
    let loaded = CatalogLoader.load(paths: [try folder.write("metadata.yml", metadata)]) { _ in nil }
    if loaded.hasErrors { throw SpellError(.usage, loaded.diagnostics) }
    catalog = loaded.catalog
    database = try SQLiteDatabase(path: folder.file("data.db"), writable: writable, cancellation: Cancellation())
  }

  private func statement(_ text: String, _ parameters: [String: String]) throws -> Statement {
    let script = Parser.parse(SourceText(name: "-c", text: text))
    guard let first = script.statements.first else { throw SpellError(.statement, script.diagnostics) }
    let (bound, diagnostics) = ParameterBinder.bind(first, parameters)
    if !diagnostics.isEmpty { throw SpellError(.statement, diagnostics) }
    return bound
  }

  private func open(_ path: PathExpression, _ reading: FileReading, _ statement: Statement) throws -> LabelFile {
    var path = path
    if case .file(let name) = path.value { path.value = .file(folder.file(name)) }
    return try LabelFile(FilePlan(path, reading), cancellation: Cancellation())
  }

  private func context(labelColumns: [String]?) -> PlanningContext {
    PlanningContext(
      catalog: catalog, labelColumns: labelColumns, now: 0, zone: .utc, dialect: Dialects.named("sqlite"),
      strategy: nil, facts: { try self.database.facts(of: $0) }, tableNames: { try self.database.tableNames() })
  }

  /// Plans a SELECT, whose labels are a file of the folder or a table.
  func plan(_ text: String, parameters: [String: String] = [:]) throws -> (plan: SelectPlan, labels: LabelSource?) {
    let statement = try statement(text, parameters)
    guard case .select(let select) = statement.body else { throw UnexpectedStatement() }
    var file: LabelFile?
    if let labels = select.labels, case .file(let path) = labels.source {
      file = try open(path, labels.reading, statement)
    }
    let plan = try Planner.plan(
      select, in: statement.source, context: context(labelColumns: file?.columnNames))
    return (plan, file.map { .file($0) } ?? plan.labels?.table.map { .table($0) })
  }

  /// Runs a PROFILE.
  func profile(_ text: String) throws -> Profile {
    let statement = try statement(text, [:])
    guard case .profile(let profile) = statement.body else { throw UnexpectedStatement() }
    let plans = try Planner.plans(for: profile, in: statement.source, context: context(labelColumns: nil))
    return try ProfileRunner(
      plans: plans, database: database, zone: .utc, now: 0, cancellation: Cancellation(), progress: progress
    ).run()
  }

  let progress = RecordedProgress()
  /// Bytes that labels may take.
  var memory = 1 << 30

  /// Runs a SELECT: a line for each row, cells apart by commas, and the report.
  func run(_ text: String, parameters: [String: String] = [:]) throws -> (rows: [String], report: MatchReport) {
    let (plan, labels) = try plan(text, parameters: parameters)
    return try run(plan, labels)
  }

  /// Runs a plan.
  func run(_ plan: SelectPlan, _ labels: LabelSource?) throws -> (rows: [String], report: MatchReport) {
    let sink = CollectingSink()
    let outcome = try outcome(plan, labels, to: sink)
    let rows = sink.batches.flatMap { batch in
      (0..<batch.count).map { row in batch.columns.map { CellText.text($0, row) }.joined(separator: ",") }
    }
    return (rows, outcome.report)
  }

  /// Runs a plan; what it brought goes to the sink.
  func outcome(_ plan: SelectPlan, _ labels: LabelSource?, to sink: any ResultSink) throws -> SelectOutcome {
    let runner = SelectRunner(
      plan: plan, database: database, zone: .utc, memory: memory, cancellation: Cancellation(), progress: progress)
    return try runner.run(labels, to: sink)
  }

  /// The rows of a SELECT.
  func rows(_ text: String, parameters: [String: String] = [:]) throws -> [String] {
    try run(text, parameters: parameters).rows
  }

  /// The first problem of a SELECT; nil if there is none.
  func problem(_ text: String, parameters: [String: String] = [:]) throws -> Diagnostic? {
    do {
      _ = try run(text, parameters: parameters)
      return nil
    } catch let error as SpellError {
      return error.diagnostics.first
    }
  }

  /// Runs an IMPORT; returns the number of rows.
  func load(_ text: String, mode: ImportRequest.Mode? = nil) throws -> Int {
    let statement = try statement(text, [:])
    guard case .importRows(let load) = statement.body else { throw UnexpectedStatement() }
    let plan = try ImportPlan(load.group, in: catalog, source: statement.source)
    let file = try open(load.path, load.reading, statement)
    let runner = ImportRunner(plan: plan, file: file, database: database, cancellation: Cancellation())
    return try runner.run(mode: mode ?? (load.mode == .replace ? .replace : .append))
  }

  /// The rows of a query against the file.
  func stored(_ sql: String, types: [ValueType]) throws -> [String] {
    var rows: [String] = []
    try database.withSnapshot {
      try database.read(ReadRequest(sql: sql, columns: types.map { ColumnReading(type: $0) })) { batch in
        rows += (0..<batch.count).map { row in batch.columns.map { CellText.text($0, row) }.joined(separator: ",") }
        return .more
      }
    }
    return rows
  }
}

/// A statement of a test that should have been of another kind.
struct UnexpectedStatement: Error {}

/// Remembers what a statement told of its progress.
final class RecordedProgress: Progress {
  private(set) var stages: [String] = []
  private(set) var rows: [Int] = []

  func beginReading(_ what: String, estimate: Int?) { stages.append(what) }
  func beginWriting(estimate: Int) { stages.append("result") }
  func advance(to rows: Int) { self.rows.append(rows) }
}
