/// `\timing`: SET timing; alone it changes between on and off.
enum TimingCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    let word = line.arguments.first
    let opposite = runner.session.settings.showsTiming ? "off" : "on"
    try runner.set("timing", to: word?.text ?? opposite, at: word ?? line.name, of: line)
  }
}
