import SpellCatalog
import SpellCore
import SpellLanguage
import Spellbook

/// Runs scripts and the shell's statements in a session, whose console shows results and errors.
package final class SessionRunner: StatementRunner {
  /// Scripts within scripts.
  static let deepestNesting = 16

  package let session: Session
  /// Whether lines come from a terminal.
  let isInteractive: Bool
  /// Whether a script goes on behind what failed.
  package var keepsGoing: Bool
  /// Whether statements and commands are told before they run.
  package var echoes = false
  /// Values of `:name`.
  package var parameters: [String: String]
  private var nesting = 0
  private var endsScript = false
  /// Commands do not say what they have changed.
  private var isSilent = false
  /// What was typed; nil: no history is kept.
  package var history: SessionHistory?
  /// What ran so far, for `\history --export`.
  package private(set) var record = SessionRecord()
  /// Where what runs is kept.
  private var keeping = Keeping.record
  /// The saved statement or the edited text that the shell takes next.
  private var replay: String?
  /// What is kept in the place of the command that runs.
  private var completedCommand: String?
  /// Asks the user for a line; nil where nobody can answer. An answer of nil is none.
  package var ask: ((_ prompt: String) -> String?)?

  private enum Keeping { case nowhere, record, recordAndHistory }

  package init(
    session: Session, parameters: [String: String], isInteractive: Bool = false, keepsGoing: Bool = false
  ) {
    self.session = session
    self.parameters = parameters
    record.parameters = parameters
    self.isInteractive = isInteractive
    self.keepsGoing = keepsGoing
    session.keepsResults = true
    session.separatesResults = !isInteractive
    if isInteractive { session.wholeHint = ShellMessages.wholeHint }
  }

  package var prompt: String { Prompt.ready(label: session.engineLabel, writable: session.isWritable) }

  package var catalog: Catalog { session.catalog }

  package var recalled: [String] { history?.recent ?? [] }

  package var savedQueries: SavedQueries {
    SavedQueries(metadataPaths: session.configuration.metadataPaths, environment: session.configuration.environment)
  }

  package var savedQueryNames: [String] { savedQueries.names }

  package func run(_ text: String, isPrivate: Bool) {
    keeping = isPrivate ? .nowhere : .recordAndHistory
    defer { keeping = .record }
    _ = run(SourceText(name: "<stdin>", text: text))
  }

  package func takeReplay() -> String? {
    defer { replay = nil }
    return replay
  }

  /// Runs the statements and commands of a text and shows their results and errors. Returns the error of the first one
  /// that failed; with `keepsGoing`, those after it run all the same. Nothing runs if the text is not sound.
  package func run(_ source: SourceText) -> SpellError? {
    let script = Script(source)
    var first: SpellError?
    if !script.diagnostics.isEmpty {
      session.console.show(script.diagnostics)
      first = SpellError(.statement, script.diagnostics)
      if isInteractive { keep(source.text(SourceSpan(0, source.bytes.count)), Stopwatch(), [], first) }
      if !keepsGoing { return first }
    }
    defer { endsScript = false }
    for part in script.parts where !endsScript {
      if echoes { session.console.note(VisibleText.escaped(part.printed) + "\n") }
      let started = Stopwatch()
      let error = run(part)
      let displays = nesting == 0 ? session.takeDisplays() : []
      if part.isKept { keep(completedCommand ?? part.text, started, displays, error) }
      if nesting == 0 { completedCommand = nil }
      guard let error else { continue }
      if error.kind != .closedPipe { session.console.show(error.diagnostics) }
      first = first ?? error
      if !keepsGoing || error.endsRun { return first }
    }
    return first
  }

  private func run(_ part: Script.Part) -> SpellError? {
    do {
      switch part {
      case .statement(let statement): try session.execute(statement, parameters: parameters)
      case .command(let command, let line): try command.run(line, self)
      }
      return nil
    } catch let error as SpellError {
      return error
    } catch {
      preconditionFailure("a stage threw an error of a foreign type: \(error)")
    }
  }

  /// Keeps what ran; what ran within it is a part of it.
  private func keep(_ text: String, _ started: Stopwatch, _ displays: [Display], _ error: SpellError?) {
    guard nesting == 0, keeping != .nowhere else { return }
    record.append(RecordedStatement(time: Stopwatch.now, text: text, displays: displays, error: error))
    guard keeping == .recordAndHistory else { return }
    history?.keep(
      HistoryEntry(
        time: Stopwatch.now, engine: session.enginePlace, succeeded: error == nil,
        milliseconds: started.milliseconds, rows: error == nil ? displays.last?.rowCount : nil, text: text))
  }

  /// Runs a script of a script. An error has been shown when this throws, and so holds no diagnostics.
  func runNested(_ source: SourceText, at location: SourceLocation) throws {
    guard nesting < Self.deepestNesting else { throw ShellMessages.nestingTooDeep(source.name, at: location) }
    nesting += 1
    defer { nesting -= 1 }
    if let error = run(source) { throw SpellError(error.kind, []) }
  }

  /// Runs the start file of the shell, if there is one, to its end.
  package func runStartFile(environment: (String) -> String?) {
    guard let path = StartFile.path(environment: environment) else { return }
    let usual = keepsGoing
    keepsGoing = true
    isSilent = true
    keeping = .nowhere
    defer {
      keepsGoing = usual
      isSilent = false
      keeping = .record
      // What it has set holds for all that follows.
      record.parameters = parameters
    }
    do {
      _ = run(try ScriptFile.read(path, cancellation: session.cancellation))
    } catch let error as SpellError {
      session.console.show(error.diagnostics)
    } catch {
      preconditionFailure("reading a file threw an error of a foreign type: \(error)")
    }
  }

  /// Puts the file of `\o` in its place, or not after a script that failed. Returns what is wrong with that.
  package func finish(after failure: SpellError? = nil) -> SpellError? {
    do {
      try endResults(keeping: failure == nil || (keepsGoing && failure?.endsRun == false))
      return nil
    } catch let error as SpellError {
      session.console.show(error.diagnostics)
      return error
    } catch {
      preconditionFailure("writing a file threw an error of a foreign type: \(error)")
    }
  }

  // MARK: - The history

  /// Shows entries of the history as a result.
  package func show(_ answer: HistoryAnswer) throws {
    try session.show { try HistoryTable.write(answer, withEngine: !isInteractive, to: $0) }
  }

  /// Runs entries of the history again; the record has what came of it. Throws if that is interrupted.
  package func rerun(_ answer: HistoryAnswer) throws -> SessionRecord {
    for (_, entry) in answer.entries {
      let error = run(SourceText(name: "<history>", text: entry.text))
      if let error, error.endsRun { throw error }
    }
    return exportableRecord()
  }

  // MARK: - For commands

  /// What ran last and is kept.
  var lastStatement: String? { record.statements.last { !$0.isCommand }?.text }

  /// Lets the shell take a text as if it had been typed.
  func type(_ text: String) { replay = text }

  /// Lets a command be kept with the answers that it got, so that a script needs none.
  func complete(_ command: String) { if nesting == 0 { completedCommand = command } }

  /// The record with what a script needs to do the same again.
  func exportableRecord() -> SessionRecord {
    var record = self.record
    record.engine = session.engineDescription
    record.metadata = session.configuration.metadataPaths
    record.zone = session.configuration.settings.value(of: "timezone") ?? record.zone
    record.parameters = record.parameters.filter { session.namedParameters.contains($0.key) }
    return record
  }

  /// Runs a saved query with these values beside the session's own.
  func run(_ query: SavedQuery, with values: [String: String], at location: SourceLocation) throws {
    let usual = parameters
    parameters.merge(values) { $1 }
    defer { parameters = usual }
    try runNested(query.source, at: location)
  }

  /// The rest of the script is not run.
  func endScript() { endsScript = true }

  /// Shows what was asked for: on the shell's terminal, or where the results of a script go.
  func tell(_ text: String) throws {
    if isInteractive { session.console.note(text) } else { try session.write(text) }
  }

  /// Says what a command has changed.
  func remark(_ text: String) {
    if !isSilent { session.console.remark(text) }
  }

  /// Changes a setting as SET does; `word` is the place of the value.
  func set(_ name: String, to value: String, at word: MetaLine.Word, of line: MetaLine) throws {
    let statement = SetStatement(
      name: Name(name, span: line.name.span), value: Literal(.text(value), span: word.span))
    try session.settings.apply(statement, source: line.source)
    remark(ShellMessages.setting(name, session.settings.value(of: name)))
  }

  /// Ends the file of `\o`, if there is one.
  func endResults(keeping: Bool) throws {
    guard let path = session.resultPath else { return }
    try session.endResults(keeping: keeping)
    remark(ShellMessages.resultsEnded(path, isKept: keeping))
  }
}
