import ArgumentParser
import SpellCore
import SpellShell
import Spellbook

/// The options that every command takes, before its name or after it.
struct SessionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Metadata file or folder; repeatable. Default: $SPELLBOOK_METADATA, then ./metadata.yml.", valueName: "path"))
  var metadata: [String] = []

  @Option(
    help: ArgumentHelp(
      "Database, written as in the metadata. Default: $SPELLBOOK_ENGINE, then the metadata's.", valueName: "url"))
  var engine: String?

  @Option(
    help: ArgumentHelp("Format of results: \(Settings.formatNames.joined(separator: ", ")).", valueName: "name"))
  var format: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Zone of times without an offset in labels and statements. Default: UTC.", valueName: "zone"))
  var timezone: String?

  @Option(help: ArgumentHelp("How long a statement may take, as in 30s. Default: off.", valueName: "length"))
  var timeout: String?

  @Option(
    help: ArgumentHelp(
      "Memory for the labels of a join, as in 512MB; more are joined in parts. Default: a quarter of the machine's.",
      valueName: "size"))
  var memory: String?

  @Flag(help: "Guard texts in csv and tsv that a spreadsheet would take for formulas.")
  var csvSafe = false

  @Option(help: ArgumentHelp("File to which match reports are written as JSON.", valueName: "file"))
  var report: String?

  @Option(
    name: .customLong("param"), help: ArgumentHelp("Value of a parameter :name; repeatable.", valueName: "name=value"))
  var parameters: [String] = []

  @Flag(name: .shortAndLong, help: "Write nothing but data and errors.")
  var quiet = false

  @Flag(help: "Show the statements in canonical form instead of running them.")
  var print = false

  @Flag(help: "Tell each statement on standard error before it runs.")
  var echo = false

  @Flag(help: "Go on after a statement that failed; the exit code is still 1.")
  var keepGoing = false

  @Flag(help: "Open the database for IMPORT.")
  var writable = false

  /// A text: ArgumentParser would look at every case of an enum at every start.
  @Option(
    help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"),
    completion: .list(["auto", "always", "never"]))
  var color: String?

  @Option(
    help: ArgumentHelp(
      "File for what is typed. Default: $SPELLBOOK_HISTORY, then $XDG_STATE_HOME/spellbook/history.jsonl.",
      valueName: "file"))
  var history: String?

  @Flag(help: "Keep nothing of what is typed.")
  var noHistory = false

  @Flag(name: .customLong("no-rc"), help: "Start the shell without $XDG_CONFIG_HOME/spellbook/rc.")
  var noRC = false

  /// These options, with the other's where these say nothing.
  func merged(with other: SessionOptions) -> SessionOptions {
    var merged = self
    merged.metadata = other.metadata + metadata
    merged.engine = engine ?? other.engine
    merged.format = format ?? other.format
    merged.timezone = timezone ?? other.timezone
    merged.timeout = timeout ?? other.timeout
    merged.memory = memory ?? other.memory
    merged.csvSafe = csvSafe || other.csvSafe
    merged.report = report ?? other.report
    merged.parameters = other.parameters + parameters
    merged.quiet = quiet || other.quiet
    merged.print = print || other.print
    merged.echo = echo || other.echo
    merged.keepGoing = keepGoing || other.keepGoing
    merged.writable = writable || other.writable
    merged.color = color ?? other.color
    merged.history = history ?? other.history
    merged.noHistory = noHistory || other.noHistory
    merged.noRC = noRC || other.noRC
    return merged
  }

  /// The values of parameters; a later one of the same name wins.
  func parameterValues() throws -> [String: String] {
    try parameters.reduce(into: [:]) { values, text in
      guard let split = text.utf8.firstIndex(of: UInt8(ascii: "=")), split != text.startIndex else {
        throw UsageMessages.malformedParameter(text)
      }
      values[String(text[..<split])] = String(text[text.utf8.index(after: split)...])
    }
  }

  /// Opens a session on these options. `Interrupt` cancels what runs in it. Without metadata nothing is read of it, and
  /// a silent session shows nothing.
  func open(
    readsStatementsFromStandardInput: Bool = false, needsMetadata: Bool = true, isSilent: Bool = false
  ) throws -> Session {
    if let color {
      guard let choice = ColourChoice(rawValue: color) else { throw UsageMessages.unknownColour(color) }
      StandardStreams.chooseColour(choice)
    }
    let cancellation = Cancellation()
    Interrupt.install(cancellation: cancellation)
    var settings = Settings()
    do {
      if let format { try settings.setFormat(format) }
      if let timezone { try settings.setZone(timezone) }
      if let timeout { try settings.setTimeout(timeout) }
      if let memory { try settings.setMemory(memory) }
    } catch let error as SpellError {
      throw error.asUsage
    }
    settings.guardsFormulas = csvSafe
    let configuration = SessionConfiguration(
      metadataPaths: needsMetadata ? metadataPaths : [], engine: engine, isWritable: writable,
      readsStatementsFromStandardInput: readsStatementsFromStandardInput, reportPath: report, settings: settings)
    let console = isSilent ? .silent : StandardStreams.console(isQuiet: quiet, cancellation: cancellation)
    return try Session(configuration, console: console, cancellation: cancellation)
  }

  /// The history of what is typed; nil if none is wanted.
  func sessionHistory(console: Console) -> SessionHistory? {
    if noHistory { return nil }
    let file = history.map { HistoryFile(path: $0) } ?? HistoryFile.usual(environment: Environment.value)
    return SessionHistory(file: file, console: console)
  }

  private var metadataPaths: [String] {
    if !metadata.isEmpty { return metadata }
    if let path = Environment.value("SPELLBOOK_METADATA"), !path.isEmpty { return [path] }
    return ["metadata.yml"]
  }

  /// Runs texts in a session, writes the report, and exits.
  func run(_ sources: [SourceText], in session: Session) throws -> Never {
    let runner = SessionRunner(session: session, parameters: try parameterValues(), keepsGoing: keepGoing)
    runner.history = sessionHistory(console: session.console)
    try run(sources, with: runner)
  }

  /// Runs texts, writes the report, and exits.
  func run(_ sources: [SourceText], with runner: SessionRunner) throws -> Never {
    let session = runner.session
    runner.echoes = echo
    if print {
      for source in sources {
        let script = Script(source)
        if !script.diagnostics.isEmpty { throw SpellError(.statement, script.diagnostics) }
        try session.console.write(script.printed)
      }
      ExitStatus.exit(after: nil)
    }
    var failure: SpellError?
    for source in sources {
      let error = runner.run(source)
      failure = failure ?? error
      if let error, !keepGoing || error.endsRun { break }
    }
    let unwritten = runner.finish(after: failure)
    failure = failure ?? unwritten
    try session.writeReports()
    session.warnOfUnusedParameters(try parameterValues())
    session.close()
    ExitStatus.exit(after: failure)
  }

  /// Runs what a request stands for, and exits.
  func run(_ request: Request, command: String, importsOnlyIntoNewTables: Bool = false) throws -> Never {
    let session = try open()
    session.importsOnlyIntoNewTables = importsOnlyIntoNewTables
    try run([SourceText(name: "spellbook \(command)", text: try session.text(of: request))], in: session)
  }
}
