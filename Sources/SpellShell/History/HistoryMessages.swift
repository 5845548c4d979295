import SpellCore

/// The prose of the history.
enum HistoryMessages {
  /// What is wrong with the file; `severity` is that of a warning where the shell goes on without it.
  static func diagnostic(_ problem: HistoryProblem, _ severity: Diagnostic.Severity = .error) -> Diagnostic {
    let elsewhere = "name another file with --history FILE or $SPELLBOOK_HISTORY, or keep none with --no-history"
    switch problem {
    case .noFolder:
      return Diagnostic(
        severity, code: "no-history", "no history is kept: neither HOME nor XDG_STATE_HOME names a folder",
        help: elsewhere)
    case .cannotWrite(let path, let code):
      return Diagnostic(
        severity, code: "history-not-written",
        "the history cannot be written to `\(path)`: \(SystemError.text(code))", help: elsewhere)
    case .cannotRead(let path, let code):
      return Diagnostic(
        severity, code: "history-not-read", "the history `\(path)` cannot be read: \(SystemError.text(code))",
        help: elsewhere)
    case .notRegular(let path):
      return Diagnostic(
        severity, code: "history-not-written", "no history is kept in `\(path)`, which is no regular file",
        help: elsewhere)
    case .locked(let path):
      return Diagnostic(
        severity, code: "history-locked", "another process holds the lock on the history `\(path)`",
        help: "`fuser \(path)` tells which")
    case .notPrivate(let path, let code):
      return Diagnostic(
        severity, code: "history-not-private",
        "nothing is added to the history `\(path)`, which others may read: its mode cannot be changed "
          + "(\(SystemError.text(code)))",
        help: elsewhere)
    case .tooLong(let bytes):
      return Diagnostic(
        severity, code: "history-too-long",
        "a statement of \(Count.bytes(bytes)) is too long for the history, which takes "
          + Count.bytes(HistoryFile.longestLine))
    }
  }

  static func damaged(_ count: Int) -> Diagnostic {
    Diagnostic(
      .warning, code: "history-damaged",
      "\(Count.text(count, "line")) of the history cannot be read and \(count == 1 ? "is" : "are") left out")
  }

  static func notSince(_ text: String) -> SpellError {
    SpellError(
      .usage,
      Diagnostic(
        code: "not-a-time", "`\(text)` is no time to search the history from",
        help: "write a length such as 7d or 12h, or a time such as 2024-01-31"))
  }

  static func unknownID(_ id: String, at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "unknown-id", "the history has no statement \(id)", at: location, help: "`\\history` lists the numbers"))
  }

  static func emptyHistory(at location: SourceLocation) -> SpellError {
    SpellError(.statement, Diagnostic(code: "no-history", "the history holds no statement yet", at: location))
  }

  static func noHistory(at location: SourceLocation?) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "no-history", "no history is kept in this session", at: location, help: "start without --no-history"))
  }

  static func unknownOption(_ text: String, at location: SourceLocation) -> SpellError {
    let options = HistoryCommand.options
    return SpellError(
      .statement,
      Diagnostic(
        code: "unknown-option", "`\\history` has no option `\(text)`", at: location,
        label: Suggestion.question(text, among: options),
        notes: ["options: \(options.joined(separator: ", "))"]))
  }

  static func secondText(_ text: String, at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "surplus-argument", "`\\history` looks for one text, and `\(text)` is a second", at: location,
        help: "a text with blanks stands in 'single quotes'"))
  }
}
