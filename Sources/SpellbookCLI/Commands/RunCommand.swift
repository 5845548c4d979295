import ArgumentParser
import SpellCore
import SpellShell
import Spellbook

/// `spellbook run NAME --param p=v`: a saved query.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a saved query.",
    discussion: "The project's queries lie in `queries` beside its metadata; \\save keeps one in the shell.")

  @ParentCommand var parent: SpellbookCommand
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The name of the query.")
  var name: String

  mutating func run() throws {
    let options = try parent.options(of: session)
    let session = try options.open()
    let runner = SessionRunner(
      session: session, parameters: try options.parameterValues(), keepsGoing: options.keepGoing)
    let query = try runner.savedQueries.query(name, at: nil)
    let editor = StandardStreams.isInteractive && !options.print ? LineEditor(program: "spellbook") : nil
    if let editor { runner.ask = { editor.ask($0) } }
    if !options.print { runner.parameters = try runner.values(for: query, given: runner.parameters) }
    if let path = output.output { try session.sendResults(to: path, overwrite: output.overwrite) }
    try options.run([query.source], with: runner)
  }
}
