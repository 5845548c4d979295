/// `\x`: SET expanded; alone it changes between on and auto.
enum ExpandedCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    let word = line.arguments.first
    let opposite = runner.session.settings.expanded == .on ? "auto" : "on"
    try runner.set("expanded", to: word?.text ?? opposite, at: word ?? line.name, of: line)
  }
}
