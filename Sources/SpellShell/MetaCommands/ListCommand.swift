/// `\?`: the commands, on one screen.
enum ListCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws { try runner.tell(text) }

  static var text: String {
    let heads = MetaCommands.all.map { "\\\($0.name) \($0.arguments)" }
    let width = heads.map(\.count).max() ?? 0
    let lines = zip(heads, MetaCommands.all).map { head, command in
      "  \(head)\(String(repeating: " ", count: width - head.count))  \(command.help)"
    }
    return ShellMessages.commandList(lines)
  }
}
