import ArgumentParser
import Spellbook

/// `spellbook profile`: what the stored rows of features hold.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "Tell what the stored rows of features hold; as a page with --output x.html.")

  @ParentCommand var parent: SpellbookCommand
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions

  @Argument(
    help: ArgumentHelp("Features or groups, as in weather.temp planes. Default: all.", valueName: "feature"))
  var features: [String] = []

  @Option(help: ArgumentHelp("Only rows that were available by then. Default: every row.", valueName: "time"))
  var asOf: String?

  mutating func run() throws {
    try parent.options(of: session).run(
      .profile(features: features, asOf: asOf, output: output.request), command: "profile")
  }
}
