import ArgumentParser
import Spellbook

/// `spellbook import`: rows of a file into a group's table. The one command that opens the database for writing.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Put the rows of a CSV file into a group's table.", aliases: ["load"])

  enum IfExists: String, ExpressibleByArgument, CaseIterable { case append, replace, fail }

  @ParentCommand var parent: SpellbookCommand
  @OptionGroup var session: SessionOptions
  @OptionGroup var file: FileOptions

  @Option(help: ArgumentHelp("The group whose table takes the rows.", valueName: "name"))
  var group: String

  @Argument(help: "The rows: a CSV file, or - for standard input.")
  var rows: String?

  @Option(help: ArgumentHelp("The rows, instead of an argument.", valueName: "file"))
  var inputFile: String?

  @Option(help: "What to do with a table that exists: append, replace or fail.")
  var ifExists: IfExists = .append

  mutating func run() throws {
    var options = try parent.options(of: session)
    options.writable = true
    if options.print, ifExists == .fail { throw UsageMessages.unprintableImport }
    try options.run(
      .load(
        group: group, rows: try file.request(argument: rows, inputFile: inputFile, what: "rows"),
        replaces: ifExists == .replace),
      command: "import", importsOnlyIntoNewTables: ifExists == .fail)
  }
}
