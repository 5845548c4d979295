import Spellbook

/// `\format`: SET format; alone it tells which are known.
enum FormatCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    guard let word = line.arguments.first else {
      return try runner.tell(
        ShellMessages.formats(Settings.formatNames, current: runner.session.settings.value(of: "format")))
    }
    try runner.set("format", to: word.text, at: word, of: line)
  }
}
