/// `\q` in a script ends it. In the shell `ShellWord.quit` stands for it.
enum QuitCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws { runner.endScript() }
}
