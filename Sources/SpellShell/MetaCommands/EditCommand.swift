/// `\e` in a script. In the shell `ShellWord.edit` stands for it, since only the shell knows what was typed last.
enum EditCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    throw ShellMessages.needsTerminal(at: line.location(line.name))
  }
}
