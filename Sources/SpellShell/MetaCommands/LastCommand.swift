/// `\last`: the last result again, with every row and no value cut.
enum LastCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    guard try runner.session.showLastResult() else { throw ShellMessages.noLastResult(at: line.location(line.name)) }
  }
}
