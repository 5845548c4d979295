import SpellCore
import Spellbook

/// Keeps what runs in a session: for its export, and in the history.
struct SessionRecorder {
  enum Place { case nowhere, record, recordAndHistory }

  /// Where what runs is kept. Scripts have no place in the history.
  var place = Place.record
  /// What ran so far.
  private(set) var record = SessionRecord()
  /// Nil: no history is kept.
  var history: SessionHistory?
  /// What is kept in the place of the command that runs.
  var completedCommand: String?
  /// Errors of scripts that the command ran.
  private var nestedErrors: [Diagnostic] = []

  /// The values that parameters have before the first statement.
  mutating func begin(with parameters: [String: String]) { record.parameters = parameters }

  /// Takes an error of a script within the command that runs.
  mutating func note(nested error: SpellError) { nestedErrors += error.diagnostics }

  /// Keeps a statement or a command that has ended; what ran within it is a part of it.
  mutating func keep(_ text: String, isKept: Bool, started: Stopwatch, error: SpellError?, in session: Session) {
    let displays = session.takeDisplays()
    defer {
      completedCommand = nil
      nestedErrors = []
    }
    guard isKept, place != .nowhere else { return }
    let text = completedCommand ?? text
    let whole = error.map { SpellError($0.kind, nestedErrors + $0.diagnostics) }
    record.append(RecordedStatement(time: Stopwatch.now, text: text, displays: displays, error: whole))
    guard place == .recordAndHistory else { return }
    history?.keep(
      HistoryEntry(
        time: Stopwatch.now, engine: session.enginePlace, succeeded: error == nil,
        milliseconds: started.milliseconds, rows: error == nil ? displays.last?.rowCount : nil, text: text))
  }

  /// The record with what a script needs to do the same again.
  func exportableRecord(of session: Session) -> SessionRecord {
    var record = self.record
    record.engine = session.engineDescription
    record.metadata = session.configuration.metadataPaths
    record.zone = session.configuration.settings.value(of: "timezone") ?? record.zone
    record.parameters = record.parameters.filter { session.namedParameters.contains($0.key) }
    return record
  }
}
