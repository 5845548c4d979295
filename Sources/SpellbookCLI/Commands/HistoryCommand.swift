import ArgumentParser
import SpellCore
import SpellShell
import Spellbook

/// `spellbook history`: what was typed in all shells, as a table or as a file to run, to read or to open in Jupyter.
struct HistoryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "List what was typed in the shell, or export it.")

  @ParentCommand var parent: SpellbookCommand
  @OptionGroup var session: SessionOptions

  @Option(help: ArgumentHelp("Only statements that contain a text, in any case.", valueName: "text"))
  var search: String?

  @Option(help: ArgumentHelp("Only those since a time, or of a length such as 7d.", valueName: "time"))
  var since: String?

  @Flag(help: "Only those that failed.")
  var failed = false

  @Flag(help: "Only those on the database of --engine or the metadata.")
  var here = false

  @Option(help: ArgumentHelp("Only the newest so many.", valueName: "count"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      "Write them to a file: .spell (a script), .md (a report) or .ipynb (a notebook).",
      valueName: "file"))
  var export: String?

  @Flag(help: "Run the statements, so that the exported file has their results.")
  var rerun = false

  @Flag(help: "Replace the exported file if it exists.")
  var overwrite = false

  mutating func validate() throws {
    if let limit, limit < 0 { throw UsageMessages.negativeLimit(limit) }
    if rerun, export == nil { throw UsageMessages.rerunWithoutExport }
  }

  mutating func run() throws {
    let options = try parent.options(of: session)
    let session = try options.open(needsMetadata: here || rerun, isSilent: rerun)
    let runner = SessionRunner(session: session, parameters: try options.parameterValues(), keepsGoing: true)
    let console = StandardStreams.console(isQuiet: options.quiet)
    guard let history = options.sessionHistory(console: console) else {
      throw UsageMessages.noHistory
    }
    let answer = try history.entries(try query(of: session))
    guard let export else {
      try runner.show(answer)
      ExitStatus.exit(after: nil)
    }
    let format = try ExportFormat.of(path: export)
    let record = rerun ? try runner.rerun(answer) : SessionRecord(of: answer)
    try format.export(record, to: export, overwrite: overwrite, cancellation: session.cancellation)
    console.remark(ExportMessages.written(export, record))
    ExitStatus.exit(after: nil)
  }

  private func query(of session: Session) throws -> HistoryQuery {
    var query = HistoryQuery()
    query.limit = limit
    query.text = search ?? ""
    query.failedOnly = failed
    if here { query.engine = session.enginePlace ?? "" }
    if let since { query.since = try HistoryQuery.moment(since, zone: session.settings.zone) }
    return query
  }
}
