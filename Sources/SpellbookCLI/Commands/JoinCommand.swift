import ArgumentParser
import Spellbook

/// `spellbook join`: labels with the features that were available at their moments.
struct JoinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "join", abstract: "Join labels with the features available at their moments.")

  @ParentCommand var parent: SpellbookCommand
  @OptionGroup var session: SessionOptions
  @OptionGroup var selection: FeatureOptions
  @OptionGroup var file: FileOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The labels: a CSV file, or - for standard input.")
  var labels: String?

  @Option(help: ArgumentHelp("The labels, instead of an argument.", valueName: "file"))
  var inputFile: String?

  @Option(help: ArgumentHelp("Label column that holds the moments.", valueName: "column"))
  var eventTimestampColumn: String?

  @Option(help: ArgumentHelp("Label column that holds the key, or key=column; repeatable.", valueName: "column"))
  var entityColumn: [String] = []

  mutating func run() throws {
    try parent.options(of: session).run(
      .join(
        features: selection.features,
        labels: try file.request(argument: labels, inputFile: inputFile, what: "labels"),
        eventTimestampColumn: eventTimestampColumn, entityColumns: entityColumn, output: output.request),
      command: "join")
  }
}
