import SpellCore
import SpellLanguage
import SpellPlanning
import SpellTables

/// Where results go: the console, a file, or the collector of the Swift library.
extension Session {
  /// Finds problems of FORMAT and INTO before anything is read.
  func checkOutput(_ output: OutputClause, source: SourceText) throws {
    if let format = output.format {
      _ = try SessionMessages.format(format.text, at: SourceLocation(source: source, span: format.span))
    }
    if case .file(let path) = output.into?.value {
      if output.format == nil { _ = try Session.format(ofFile: path, at: output.into?.span, source: source) }
      do {
        try checkTarget(path, sources: sourceFiles)
        try OutputFile.check(path: path, overwrite: output.overwrites)
      } catch let error as SpellError {
        throw output.into.map { error.located(at: SourceLocation(source: source, span: $0.span)) } ?? error
      }
    }
  }

  /// Throws if a result would take the place of a file that it comes from.
  func checkTarget(_ path: String, sources: [String]) throws {
    guard let target = FileStamp(path: path)?.identity,
      sources.contains(where: { FileStamp(path: $0)?.identity == target })
    else { return }
    throw SessionMessages.targetIsSource(path)
  }

  /// The database and the metadata.
  var sourceFiles: [String] { databaseFiles + configuration.metadataPaths }

  /// Gives a sink for an output clause; a file appears only if the body does not throw.
  func withSink(_ output: OutputClause, source: SourceText, _ body: (any ResultSink) throws -> Void) throws {
    if case .file(let path) = output.into?.value {
      let format = try fileFormat(output, source: source).make(fileOptions)
      let sink = FileSink(path: path, overwrite: output.overwrites, format: format, cancellation: cancellation)
      try body(sink)
      try sink.commit()
      filesOfRun.append(path)
      return
    }
    if let collector { return try body(collector) }
    var options = console.outputOptions
    options.rowLimit = options.isTerminal && settings.displayLimit > 0 ? settings.displayLimit : nil
    options.wholeHint = options.isTerminal ? wholeHint : nil
    let named = try namedFormat(output, source: source)
    try withConsoleSink(named: named, options) { sink in
      guard keepsResults else { return try body(sink) }
      lastResult = nil
      let keeping = KeepingSink(sink)
      try body(keeping)
      lastResult = keeping.kept
      display.content = .table(keeping.beginning, rowCount: keeping.rowCount)
    }
  }

  /// How results are written into files.
  var fileOptions: FormatOptions {
    var options = FormatOptions()
    options.guardsFormulas = settings.guardsFormulas
    return options
  }

  /// The format of a result that goes into a file.
  func fileFormat(_ output: OutputClause, source: SourceText) throws -> ResultFormatEntry {
    if let named = try namedFormat(output, source: source) { return named }
    if case .file(let path) = output.into?.value,
      let entry = try Session.format(ofFile: path, at: output.into?.span, source: source)
    {
      return entry
    }
    return settings.format.flatMap { ResultFormats.named($0) } ?? Session.csv
  }

  /// The format in which a result is printed, wherever it goes.
  func effectiveFormat(_ output: OutputClause, source: SourceText) throws -> ResultFormatEntry {
    if case .file = output.into?.value { return try fileFormat(output, source: source) }
    return consoleFormat(named: try namedFormat(output, source: source))
  }

  private func consoleFormat(named: ResultFormatEntry?) -> ResultFormatEntry {
    let usual = settings.format.flatMap { ResultFormats.named($0) }
    return named ?? console.format ?? usual ?? (console.outputOptions.isTerminal ? Session.table : Session.csv)
  }

  /// Writes a document that is no table where an output clause says; a file appears only if the body does not throw.
  func write(to output: OutputClause, _ body: (any OutputTarget) throws -> Void) throws {
    guard case .file(let path) = output.into?.value else { return try body(console.output) }
    let file = try OutputFile(path: path, overwrite: output.overwrites, cancellation: cancellation)
    try body(file.target)
    try file.commit()
    filesOfRun.append(path)
  }

  /// What FORMAT names.
  private func namedFormat(_ output: OutputClause, source: SourceText) throws -> ResultFormatEntry? {
    try output.format.map { name in
      try SessionMessages.format(name.text, at: SourceLocation(source: source, span: name.span))
    }
  }

  /// Writes text where results go.
  package func write(_ text: String) throws { try withBytes(of: text) { try console.output.write($0) } }

  /// Shows the last result again: every row, no value cut. False if none is kept.
  package func showLastResult() throws -> Bool {
    guard let lastResult else { return false }
    var options = console.outputOptions
    options.cutsValues = false
    try withConsoleSink(named: nil, options) { sink in
      try lastResult.write(to: sink)
    }
    return true
  }

  /// The bytes of cells up to which a result is kept for `showLastResult`.
  package static var keptResultBytes: Int { KeepingSink.limit }

  /// Gives a sink for the console. What people read on a terminal is shown when it is whole, since it may need a pager.
  private func withConsoleSink(
    named: ResultFormatEntry?, _ options: FormatOptions, _ body: (FormattedSink) throws -> Void
  ) throws {
    var options = options
    options.expanded = settings.expanded
    options.guardsFormulas = settings.guardsFormulas
    let entry = consoleFormat(named: named)
    if entry.isForPeople, separatesResults { try console.separate() }
    guard entry.isForPeople, options.isTerminal, let pager else {
      return try body(FormattedSink(format: entry.make(options), target: console.output))
    }
    let page = MemoryTarget()
    try body(FormattedSink(format: entry.make(options), target: page))
    try Stopwatch.pausing { try pager(page.bytes) }
  }

  /// Lines where results go: as text, or as a table for the Swift library.
  func write(_ lines: [String], asColumn column: String) throws {
    if let collector {
      return try TextTable(columns: [column], rows: lines.map { [$0] }).write(to: collector)
    }
    let text = lines.map { $0 + "\n" }.joined()
    display.content = .text(text)
    try write(text)
  }

  /// Shows a result that is not one of a statement, every row of it.
  package func show(_ body: (any ResultSink) throws -> Void) throws {
    try withConsoleSink(named: nil, console.outputOptions) { try body($0) }
  }

  /// Shows a small table of text.
  package func showTable(columns: [String], rows: [[String]]) throws {
    try show { try TextTable(columns: columns, rows: rows).write(to: $0) }
  }

  /// The format that a file's extension stands for; nil without one.
  private static func format(ofFile path: String, at span: SourceSpan?, source: SourceText) throws -> ResultFormatEntry?
  {
    guard let fileExtension = PathParts.fileExtension(of: path) else { return nil }
    if let entry = ResultFormats.forPath(path) { return entry }
    throw SessionMessages.unknownExtension(
      fileExtension, at: span.map { SourceLocation(source: source, span: $0) })
  }

  private static var csv: ResultFormatEntry { entry("csv") }
  private static var table: ResultFormatEntry { entry("table") }

  private static func entry(_ name: String) -> ResultFormatEntry {
    guard let entry = ResultFormats.named(name) else { preconditionFailure("the list of formats lacks \(name)") }
    return entry
  }
}
