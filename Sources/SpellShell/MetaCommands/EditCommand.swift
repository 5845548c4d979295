/// `\e ID`: an earlier statement in an editor. Without an ID `ShellWord.edit` stands for it in the shell, since only
/// the shell knows what is open.
enum EditCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    guard runner.isInteractive else { throw ShellMessages.needsTerminal(at: line.location(line.name)) }
    let text = try RerunCommand.statement(line, in: runner)
    switch ExternalEditor.edit(text) {
    case .unchanged: runner.remark(ShellMessages.editedNothing + "\n")
    case .failed(let reason): runner.remark(reason + "\n")
    case .changed(let text):
      // An interrupt was the editor's.
      runner.session.cancellation.reset()
      runner.type(text)
    }
  }
}
