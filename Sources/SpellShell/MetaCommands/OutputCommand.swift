import SpellCore

/// `\o FILE [OVERWRITE]`: the results that follow go into a file, which appears whole at `\o` or at the end.
enum OutputCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    guard let path = line.arguments.first else { return try runner.endResults(keeping: true) }
    if let word = line.arguments.dropFirst().first, word.text.uppercased() != "OVERWRITE" {
      throw ShellMessages.unknownArgument(word.text, expected: "OVERWRITE", at: line.location(word))
    }
    do {
      try runner.endResults(keeping: true)
      try runner.session.sendResults(to: path.text, overwrite: line.arguments.count > 1)
    } catch let error as SpellError {
      throw error.located(at: line.location(path))
    }
  }
}
