import SpellCatalog
import SpellCore
import SpellDatabases
import SpellExecution
import SpellLanguage
import SpellPlanning
import SpellTables

/// Statements against a catalog and, once one needs it, a database. One thread at a time uses a session; only its
/// `cancellation` may be touched from another.
package final class Session {
  /// What the metadata declares, as of the last reading.
  package private(set) var catalog: Catalog
  package let cancellation: Cancellation
  package let isWritable: Bool
  package var settings: Settings
  /// Whether IMPORT refuses a table that exists: a choice that has no form in the language.
  package var importsOnlyIntoNewTables = false
  /// Rows of the last SELECT or IMPORT.
  private(set) var lastRowCount = 0
  /// What the last SELECT found.
  private(set) var lastReport: MatchReport?

  /// Where words and results go; results go into a file between `sendResults(to:overwrite:)` and `endResults`.
  package private(set) var console: Console
  private let firstConsole: Console
  private var resultFile: OutputFile?
  /// The file that results go into, if they do.
  package private(set) var resultPath: String?
  /// The last result that was shown cell by cell, if `keepsResults` and it was not too large.
  var lastResult: CollectingSink?
  /// Whether an empty line comes between results that people read: prompts tell them apart as well.
  package var separatesResults = true
  /// Shows what people read on a terminal; nil: it is written as it is.
  package var pager: ResultPager?
  /// Whether results are kept for `showLastResult` and `takeDisplays`.
  package var keepsResults = false
  /// What the statement that runs has shown so far.
  var display = Display()
  private var displays: [Display] = []
  /// What the line below a table that was cut says about seeing the whole.
  package var wholeHint: String?
  /// Takes results in the place of the console while the Swift library runs a statement.
  private(set) var collector: CollectingSink?
  private(set) var progress = ProgressLine(show: nil, isSilentWhileWriting: false)
  /// Kept for `--report` only.
  private var reports: [(statement: String, rows: Int, report: MatchReport)] = []
  package let configuration: SessionConfiguration
  private var openDatabase: (any Database)?
  private var hasReadStandardInput = false
  /// The parameters that statements have named so far.
  package private(set) var namedParameters: Set<String> = []
  /// Files that are run, or that statements read or wrote: a report must not take their place.
  package var filesOfRun: [String] = []

  /// Reads the metadata. Throws with every problem of every file; warnings go to the console.
  package init(_ configuration: SessionConfiguration, console: Console, cancellation: Cancellation) throws {
    self.configuration = configuration
    self.console = console
    firstConsole = console
    self.cancellation = cancellation
    settings = configuration.settings
    isWritable = configuration.isWritable
    if let path = configuration.reportPath, path != "-" {
      do {
        try OutputFile.check(path: path, overwrite: true)
      } catch let error as SpellError {
        throw error.asUsage
      }
    }
    catalog = try Session.loadCatalog(configuration, console: console)
  }

  private static func loadCatalog(_ configuration: SessionConfiguration, console: Console) throws -> Catalog {
    let loaded = CatalogLoader.load(paths: configuration.metadataPaths, environment: configuration.environment)
    if loaded.hasErrors { throw SpellError(.usage, loaded.diagnostics) }
    console.show(loaded.diagnostics)
    return loaded.catalog
  }

  /// Reads the metadata again; the database is opened anew when a statement needs it. After an error everything is as
  /// it was.
  package func reload() throws {
    catalog = try Session.loadCatalog(configuration, console: console)
    openDatabase = nil
  }

  /// A session on the same catalog and database that may import.
  init(writableTwinOf other: Session) {
    configuration = other.configuration
    catalog = other.catalog
    console = other.console
    firstConsole = other.console
    cancellation = other.cancellation
    settings = other.settings
    isWritable = true
  }

  /// The text of the statements that a request stands for.
  package func text(of request: Request) throws -> String {
    try request.statements(in: catalog).joined(separator: "\n")
  }

  /// Writes the match reports so far as JSON to the file that the configuration names, if it names one; `-` is where
  /// results go.
  package func writeReports() throws {
    guard let path = configuration.reportPath else { return }
    if path == "-" { return try ReportJSON.write(reports, to: firstConsole.output) }
    try checkTarget(path, sources: sourceFiles + filesOfRun)
    let file = try OutputFile(path: path, overwrite: true, cancellation: nil)
    try ReportJSON.write(reports, to: file.target)
    try file.commit()
  }

  // MARK: - The database

  /// What the prompt shows; never a secret.
  package var engineLabel: String {
    guard let url = try? engineURL else { return "spellbook" }
    return url.label
  }

  /// The database as the metadata writes it, without secrets; nil if none is named.
  package var engineDescription: String? { try? engineURL.description }

  /// The database, the same from every working directory and without secrets; nil if none is named.
  package var enginePlace: String? { try? engineURL.place }

  /// Whether a statement has opened the database.
  package var isConnected: Bool { openDatabase != nil }

  /// `--engine`, else `$SPELLBOOK_ENGINE`, else the metadata.
  var engineURL: EngineURL {
    get throws {
      let given =
        configuration.engine ?? configuration.environment("SPELLBOOK_ENGINE").flatMap { $0.isEmpty ? nil : $0 }
      do {
        if let given { return try EngineURL.parse(given, relativeTo: nil) }
        guard let engine = catalog.engine else {
          throw SessionMessages.noEngine(hasMetadata: !configuration.metadataPaths.isEmpty)
        }
        return try EngineURL.parse(engine.url, relativeTo: engine.folder)
      } catch let problem as EngineURLProblem {
        throw SpellError(.usage, problem.diagnostic(at: given == nil ? catalog.engine?.location : nil))
      }
    }
  }

  func database() throws -> any Database {
    if let openDatabase { return openDatabase }
    let database = try Engines.open(
      try engineURL, writable: isWritable, cancellation: cancellation)
    openDatabase = database
    return database
  }

  /// Closes the database, which tidies up after an import; it is opened again when a statement needs it.
  package func close() { openDatabase = nil }

  /// The files of the database that would be opened.
  var databaseFiles: [String] { (try? engineURL).map(Engines.files) ?? [] }

  // MARK: - Results into a file

  /// Lets results go into a file in the place of the console, until `endResults`. The format is the file's extension's,
  /// where it stands for one. What went into another file before is put in its place.
  package func sendResults(to path: String, overwrite: Bool) throws {
    try endResults(keeping: true)
    let file = try OutputFile(path: path, overwrite: overwrite, cancellation: cancellation)
    resultFile = file
    resultPath = path
    console = console.redirected(to: file, format: ResultFormats.forPath(path))
  }

  /// Lets results go to the console again, and puts the file in its place, or leaves no trace of it.
  package func endResults(keeping: Bool) throws {
    guard let file = resultFile else { return }
    resultFile = nil
    resultPath = nil
    console = firstConsole
    if keeping { try file.commit() } else { file.discard() }
  }

  // MARK: - Running

  /// The most displays that are kept until they are taken.
  package static let keptDisplays = 200

  /// What statements have shown since the last call, the newest of them.
  package func takeDisplays() -> [Display] {
    defer { displays = [] }
    return displays
  }

  /// Tells of parameters that no statement has named: a misspelt name would be ignored silently otherwise.
  package func warnOfUnusedParameters(_ values: [String: String]) {
    let unused = values.keys.filter { !namedParameters.contains($0) }.sorted()
    console.show(unused.map { SessionMessages.unusedParameter($0, named: namedParameters.sorted()) })
  }

  /// Runs one statement; its result is shown, or given to a collector.
  package func execute(
    _ statement: Statement, parameters: [String: String], collector: CollectingSink? = nil
  ) throws {
    let started = Stopwatch()
    let sizeBefore = resultFile?.size
    self.collector = collector
    display = Display()
    beginProgress()
    cancellation.setTimeout(microseconds: settings.timeoutMicroseconds)
    defer {
      self.collector = nil
      if keepsResults { displays = displays.suffix(Session.keptDisplays - 1) + [display] }
      progress.clear()
      cancellation.setTimeout(microseconds: nil)
    }
    let verdict: SpellError?
    do {
      verdict = try perform(statement, parameters: parameters, started: started)
    } catch {
      // A statement that failed leaves nothing of its own among the results of others.
      if let sizeBefore { resultFile?.cut(to: sizeBefore) }
      throw error
    }
    if let verdict, collector == nil { throw verdict }
  }

  /// Forgets the stages of what ran before.
  func beginProgress() {
    progress = ProgressLine(
      show: console.showsProgress ? console.note : nil, isSilentWhileWriting: console.outputOptions.isTerminal)
  }

  /// Returns what a statement that ran, and whose result stands, says against going on.
  private func perform(
    _ statement: Statement, parameters: [String: String], started: Stopwatch
  ) throws -> SpellError? {
    do {
      namedParameters.formUnion(ParameterBinder.kinds(in: statement).keys)
      let (bound, diagnostics) = ParameterBinder.bind(statement, parameters)
      if !diagnostics.isEmpty { throw SpellError(.statement, diagnostics) }
      switch bound.body {
      case .select(let select): try run(select, of: bound, started: started)
      case .show(let show): try run(show, of: bound)
      case .showSQL(let show): try run(show, of: bound)
      case .describe(let describe): try run(describe, of: bound)
      case .explain(let explain): try run(explain, of: bound)
      case .profile(let profile): try run(profile, of: bound, started: started)
      case .check(let check): return try run(check, of: bound, started: started)
      case .importRows(let load): try run(load, of: bound, started: started)
      case .set(let set): try settings.apply(set, source: bound.source)
      }
      return nil
    } catch let error as DatabaseError {
      throw interruption(error.spellError)
    } catch let error as SpellError {
      throw interruption(error)
    }
  }

  /// A statement that was interrupted, or whose database went away, says how far it had got.
  private func interruption(_ error: SpellError) -> SpellError {
    if error.kind == .interrupted, cancellation.isOverdue {
      return SessionMessages.timedOut(after: settings.value(of: "timeout") ?? "", stage: progress.summary)
    }
    guard let summary = progress.summary, !error.diagnostics.isEmpty else { return error }
    var error = error
    switch error.kind {
    case .interrupted:
      error.diagnostics[0].message = "the statement was interrupted while \(summary)"
    case .connection: error.diagnostics[0].notes.append("it was \(summary)")
    default: break
    }
    return error
  }

  private func run(_ show: ShowStatement, of statement: Statement) throws {
    let table = try ShowTable(catalog: catalog).table(show, source: statement.source)
    display.rowCount = table.rows.count
    try withSink(show.output, source: statement.source) { try table.write(to: $0) }
    if table.rows.isEmpty, case .text(let pattern) = show.like?.value {
      var all = show
      all.like = nil
      let names = try ShowTable(catalog: catalog).table(all, source: statement.source).rows.compactMap(\.first)
      console.show([SessionMessages.nothingLike(pattern, candidates: names.compactMap { $0 })])
    }
  }

  private func run(_ select: SelectStatement, of statement: Statement, started: Stopwatch) throws {
    let prepared = try prepare(select, of: statement)
    var outcome: SelectOutcome?
    try withSink(select.output, source: statement.source) { sink in
      outcome = try prepared.run(to: sink)
    }
    guard let outcome else { preconditionFailure("a SELECT ended without an outcome") }
    lastRowCount = outcome.rowCount
    lastReport = outcome.report
    if configuration.reportPath != nil {
      reports.append((StatementPrinter.text(statement.body), outcome.rowCount, outcome.report))
    }
    let file: String? = if case .file(let path) = select.output.into?.value { path } else { nil }
    let features = prepared.plan.columns.count { column in
      switch column.origin {
      case .feature, .window: true
      case .label, .key, .timestamp: false
      }
    }
    display.rowCount = outcome.rowCount
    display.summary = SessionMessages.summary(
      of: outcome, features: features, file: file, time: started.text(settings))
    guard !console.isQuiet else { return }
    for note in outcome.notes { console.note("note: \(VisibleText.escaped(note))\n") }
    console.note(display.summary)
  }

  /// FORMAT json of the SELECT gives the plan as JSON; otherwise FORMAT and INTO say only what ANALYZE measures.
  private func run(_ explain: ExplainStatement, of statement: Statement) throws {
    let output = explain.select.output
    let prepared = try prepare(explain.select, of: statement)
    let labelName = prepared.labels?.name
    let explanation: Explanation
    if explain.isAnalyzed {
      let target = CountingTarget()
      let format = try fileFormat(output, source: statement.source).make(fileOptions)
      let outcome = try prepared.run(to: FormattedSink(format: format, target: target))
      var measured = outcome.measured
      measured.result.bytes = target.count
      measured.peakMemoryBytes = ProcessMemory.peakBytes
      explanation = Explanation(outcome.plan, labelName: labelName, measured: measured)
    } else {
      explanation = Explanation(try prepared.runner.chosenPlan(prepared.labels), labelName: labelName)
    }
    guard output.format?.text.lowercased() == "json" else { return try write(explanation.lines, asColumn: "plan") }
    let json = MemoryTarget()
    try explanation.writeJSON(to: json)
    try write([String(decoding: json.bytes.dropLast(), as: UTF8.self)], asColumn: "plan")
  }

  /// FORMAT and INTO of the SELECT are checked, and otherwise left alone.
  private func run(_ show: ShowSQLStatement, of statement: Statement) throws {
    let prepared = try prepare(show.select, of: statement)
    let read = try prepared.labels.map { try prepared.runner.statementLabels($0) }
    let lines = try SelectSQL.lines(
      prepared.plan, of: show.select, in: statement.source, labels: read?.labels,
      comparesReals: try read?.comparesReals ?? prepared.runner.comparesReals, zone: settings.zone,
      dialect: Dialects.named(try database().dialectName))
    try write(lines, asColumn: "sql")
  }

  private func run(_ load: ImportStatement, of statement: Statement, started: Stopwatch) throws {
    let plan = try ImportPlan(load.group, in: catalog, source: statement.source)
    guard isWritable else {
      throw SessionMessages.readOnlyImport(
        group: plan.groupName, at: SourceLocation(source: statement.source, span: load.group.span))
    }
    let file = try open(load.path, load.reading, source: statement.source)
    let mode: ImportRequest.Mode =
      importsOnlyIntoNewTables ? .create : load.mode == .replace ? .replace : .append
    let runner = ImportRunner(plan: plan, file: file, database: try database(), cancellation: cancellation)
    lastRowCount = try runner.run(mode: mode)
    display.rowCount = lastRowCount
    display.summary = SessionMessages.imported(lastRowCount, into: plan.groupName, time: started.text(settings))
    guard !console.isQuiet else { return }
    console.note(display.summary)
  }

  /// Opens a delimited file that a statement reads.
  private func open(_ path: PathExpression, _ reading: FileReading, source: SourceText) throws -> LabelFile {
    let location = SourceLocation(source: source, span: path.span)
    if path.value == .standardStream {
      if configuration.readsStatementsFromStandardInput { throw SessionMessages.standardInputTaken(at: location) }
      if hasReadStandardInput { throw SessionMessages.standardInputRead(at: location) }
      hasReadStandardInput = true
    }
    do {
      if case .file(let name) = path.value { filesOfRun.append(name) }
      return try LabelFile(FilePlan(path, reading), cancellation: cancellation)
    } catch let error as SpellError {
      throw error.located(at: location)
    }
  }

  // MARK: - SELECT

  /// A SELECT that is ready to run.
  struct PreparedSelect {
    let plan: SelectPlan
    let labels: LabelSource?
    let runner: SelectRunner

    func run(to sink: any ResultSink) throws -> SelectOutcome { try runner.run(labels, to: sink) }
  }

  func prepare(_ select: SelectStatement, of statement: Statement) throws -> PreparedSelect {
    let source = statement.source
    try checkOutput(select.output, source: source)
    var file: LabelFile?
    if let labels = select.labels, case .file(let path) = labels.source {
      file = try open(path, labels.reading, source: source)
    }
    let database = try database()
    database.staleness = settings.stalenessMicroseconds
    let context = planningContext(database, labelColumns: file?.columnNames)
    // One transaction for the facts of all groups: a server may be far away.
    let plan = try database.withSnapshot { try Planner.plan(select, in: source, context: context) }
    let labels = file.map { LabelSource.file($0) } ?? plan.labels?.table.map { .table($0) }
    return PreparedSelect(
      plan: plan, labels: labels,
      runner: SelectRunner(
        plan: plan, database: database, zone: settings.zone, memory: settings.memory, cancellation: cancellation,
        progress: progress))
  }

  /// What planning asks of the session and its database.
  func planningContext(_ database: any Database, labelColumns: [String]? = nil) -> PlanningContext {
    PlanningContext(
      catalog: catalog, labelColumns: labelColumns, now: Stopwatch.now, zone: settings.zone,
      dialect: Dialects.named(database.dialectName), strategy: settings.strategy,
      facts: { sources in
        do {
          return try database.facts(of: sources)
        } catch let error as DatabaseError {
          throw error.spellError
        }
      },
      tableNames: { try database.tableNames() })
  }
}
