import ArgumentParser
import Spellbook

/// `spellbook export`: the features of every key, as of a moment.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write the features of every key, as of a moment.")

  @ParentCommand var parent: SpellbookCommand
  @OptionGroup var session: SessionOptions
  @OptionGroup var selection: FeatureOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("The moment. Default: now.", valueName: "time"))
  var snapshotDate: String?

  mutating func run() throws {
    try parent.options(of: session).run(
      .export(features: selection.features, snapshotDate: snapshotDate, output: output.request), command: "export")
  }
}
