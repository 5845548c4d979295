import SpellCore

/// The list of commands, in the order of `\?`. Each is a file of this folder.
package enum MetaCommands {
  package static let all: [MetaCommand] = [
    MetaCommand("?", "", "list these commands", ListCommand.run),
    MetaCommand("h", "[STATEMENT]", "grammar of a statement, and an example", HelpCommand.run),
    MetaCommand("d", "[NAME]", "all that the metadata declares, or one of it", DescribeCommand.run),
    MetaCommand("conninfo", "", "database and metadata", ConnectionCommand.run),
    MetaCommand("reload", "", "read the metadata again", ReloadCommand.run),
    MetaCommand("i", "FILE", "run a script", IncludeCommand.run),
    MetaCommand("ir", "FILE", "run a script that lies beside this one", IncludeCommand.runRelative),
    MetaCommand("e", "", "edit the open or the last statement, then run it", EditCommand.run),
    MetaCommand("o", "[FILE] [OVERWRITE]", "results go into a file, until \\o alone", OutputCommand.run),
    MetaCommand("last", "", "the last result: every row, no value cut", LastCommand.run),
    MetaCommand("x", "[on|off|auto]", "tables as vertical listings", ExpandedCommand.run),
    MetaCommand("format", "[FORMAT]", "how results are printed: table, csv, json, …", FormatCommand.run),
    MetaCommand("timing", "[on|off]", "whether times taken are told", TimingCommand.run),
    MetaCommand("set", "[NAME] [VALUE]", "list or change settings and parameters (:name)", SetCommand.run),
    MetaCommand("q", "", "end the shell, or the script", QuitCommand.run),
  ]

  /// The command of a line. Throws if there is none of the name, or its arguments are not what it takes.
  static func command(of line: MetaLine) throws(SpellError) -> MetaCommand {
    guard let command = all.first(where: { $0.name == line.name.text.lowercased() }) else {
      throw ShellMessages.unknownCommand(line.name.text, at: line.location(line.name))
    }
    try command.check(line)
    return command
  }
}
