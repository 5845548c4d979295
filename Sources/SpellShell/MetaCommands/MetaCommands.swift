import SpellCore

/// The list of commands, in the order of `\?`. Each is a file of this folder.
package enum MetaCommands {
  package static let all: [MetaCommand] = [
    MetaCommand("?", "", "list these commands", isKept: false, ListCommand.run),
    MetaCommand("h", "[STATEMENT]", "grammar of a statement, and an example", isKept: false, HelpCommand.run),
    MetaCommand("d", "[NAME]", "all that the metadata declares, or one of it", DescribeCommand.run),
    MetaCommand("conninfo", "", "database and metadata", ConnectionCommand.run),
    MetaCommand("reload", "", "read the metadata again", ReloadCommand.run),
    MetaCommand("i", "FILE", "run a script", IncludeCommand.run),
    MetaCommand("ir", "FILE", "run a script that lies beside this one", IncludeCommand.runRelative),
    MetaCommand(
      "e", "[ID]", "edit the open, the last or an earlier statement", alias: "edit", isKept: false,
      EditCommand.run),
    MetaCommand(
      "history", "[N] [TEXT] …", "statements of all sessions, or one to a file", isKept: false, HistoryCommand.run),
    MetaCommand("rerun", "[ID]", "run the last or an earlier statement again", isKept: false, RerunCommand.run),
    MetaCommand("save", "QUERY [ID] …", "keep the last or an earlier statement", isKept: false, SaveCommand.run),
    MetaCommand("saved", "", "list the queries that are kept", isKept: false, SavedCommand.run),
    MetaCommand("show", "QUERY", "the text of a saved query", isKept: false, ShowCommand.run),
    MetaCommand("run", "QUERY [P=VALUE…]", "run a saved query with values for its :P", RunCommand.run),
    MetaCommand("drop", "QUERY [--project]", "remove a saved query", isKept: false, DropCommand.run),
    MetaCommand("o", "[FILE] [OVERWRITE]", "results go into a file, until \\o alone", OutputCommand.run),
    MetaCommand("last", "", "the last result: every row, no value cut", LastCommand.run),
    MetaCommand("x", "[on|off|auto]", "tables as vertical listings", ExpandedCommand.run),
    MetaCommand("format", "[FORMAT]", "how results are printed: table, csv, json, …", FormatCommand.run),
    MetaCommand("timing", "[on|off]", "whether times taken are told", TimingCommand.run),
    MetaCommand("set", "[NAME] [VALUE]", "list or change settings and parameters (:name)", SetCommand.run),
    MetaCommand("q", "", "end the shell, or the script", QuitCommand.run),
  ]

  /// Names are taken in any case.
  private static func named(_ name: String) -> MetaCommand? {
    all.first { $0.names.contains(name.lowercased()) }
  }

  /// The command of a line. Throws if there is none of the name, or its arguments are not what it takes.
  static func command(of line: MetaLine) throws(SpellError) -> MetaCommand {
    guard let command = named(line.name.text) else {
      throw ShellMessages.unknownCommand(line.name.text, at: line.location(line.name))
    }
    try command.check(line)
    return command
  }
}
