import SpellCore

/// `\rerun ID`: a statement of the history, as if it were typed again; alone the last one.
enum RerunCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    guard runner.isInteractive else { throw ShellMessages.needsTerminal(at: line.location(line.name)) }
    runner.type(try statement(line, in: runner))
  }

  /// The statement of the ID on a line, by default the last one.
  static func statement(_ line: MetaLine, in runner: SessionRunner) throws(SpellError) -> String {
    guard let word = line.arguments.first else {
      if let last = runner.lastStatement { return last }
      throw HistoryMessages.emptyHistory(at: line.location(line.name))
    }
    return try statement(word, of: line, in: runner)
  }

  /// The statement of an ID.
  static func statement(
    _ word: MetaLine.Word, of line: MetaLine, in runner: SessionRunner
  ) throws(SpellError) -> String {
    guard let history = runner.history else { throw HistoryMessages.noHistory(at: line.location(word)) }
    guard let id = Int(word.text), let entry = try history.entry(id: id) else {
      throw HistoryMessages.unknownID(word.text, at: line.location(word))
    }
    return entry.text
  }
}
