import ArgumentParser
import Spellbook

/// `spellbook check`: the metadata against the database.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the metadata against the database; exit code 1 if there are errors.")

  @ParentCommand var parent: SpellbookCommand
  @OptionGroup var session: SessionOptions
  @OptionGroup var output: OutputOptions

  @Argument(help: "The groups to check. Default: all.")
  var groups: [String] = []

  @Flag(help: "Read every row, not only the first of each table.")
  var deep = false

  mutating func run() throws {
    try parent.options(of: session).run(
      .check(groups: groups, isDeep: deep, output: output.request), command: "check")
  }
}
