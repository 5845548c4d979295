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
  private var recorder = SessionRecorder()
  /// The statement of the history or the edited text that the shell takes next.
  private var replay: String?
  /// Asks the user for a line; nil where nobody can answer. An answer of nil is none.
  package var ask: ((_ prompt: String) -> String?)?

  package init(
    session: Session, parameters: [String: String], isInteractive: Bool = false, keepsGoing: Bool = false
  ) {
    self.session = session
    self.parameters = parameters
    recorder.begin(with: parameters)
    self.isInteractive = isInteractive
    self.keepsGoing = keepsGoing
    session.keepsResults = true
    session.separatesResults = !isInteractive
    if isInteractive { session.wholeHint = ShellMessages.wholeHint }
  }

  package var prompt: String { Prompt.ready(label: session.engineLabel, writable: session.isWritable) }

  package var catalog: Catalog { session.catalog }

  /// Where what is typed is kept; nil: nowhere.
  package var history: SessionHistory? {
    get { recorder.history }
    set { recorder.history = newValue }
  }

  package var recalled: [String] { history?.recent ?? [] }

  package var savedQueries: SavedQueries {
    SavedQueries(metadataPaths: session.configuration.metadataPaths, environment: session.configuration.environment)
  }

  package var savedQueryNames: [String] { savedQueries.names }

  package func run(_ text: String, isPrivate: Bool) {
    recorder.place = isPrivate ? .nowhere : .recordAndHistory
    defer { recorder.place = .record }
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
      if isInteractive { ended(source.text(SourceSpan(0, source.bytes.count)), isKept: true, Stopwatch(), first) }
      if !keepsGoing { return first }
    }
    defer { endsScript = false }
    for part in script.parts where !endsScript {
      if echoes { session.console.note(VisibleText.escaped(part.printed) + "\n") }
      let started = Stopwatch()
      let error = run(part)
      ended(part.text, isKept: part.isKept, started, error)
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

  private func ended(_ text: String, isKept: Bool, _ started: Stopwatch, _ error: SpellError?) {
    if nesting == 0 {
      recorder.keep(text, isKept: isKept, started: started, error: error, in: session)
    } else if let error {
      recorder.note(nested: error)
    }
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
    recorder.place = .nowhere
    defer {
      keepsGoing = usual
      isSilent = false
      recorder.place = .record
      // What it has set holds for all that follows.
      recorder.begin(with: parameters)
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
  var lastStatement: String? { recorder.record.statements.last { !$0.isCommand }?.text }

  /// Lets the shell take a text as if it had been typed.
  func type(_ text: String) { replay = text }

  /// Lets a command be kept with the answers that it got, so that a script needs none.
  func complete(_ command: String) { if nesting == 0 { recorder.completedCommand = command } }

  /// What ran so far, for its export.
  func exportableRecord() -> SessionRecord { recorder.exportableRecord(of: session) }

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
