/// A word that the shell itself understands, as completion sees it.
package struct CompletionWord: Sendable {
  /// What follows the word: one argument, or the two of a setting.
  package enum Argument: Sendable {
    case oneOf([String])
    /// What would follow the beginning of a statement: `DESCRIBE ` makes the argument a name, `IMPORT ` a path.
    case restOf(String)
    /// The name of a setting and its value.
    case setting
    /// The name of a saved query.
    case savedQuery
  }

  package var text: String
  package var description: String
  /// Nil: nothing follows.
  package var argument: Argument?

  package init(_ text: String, description: String, argument: Argument? = nil) {
    self.text = text
    self.description = description
    self.argument = argument
  }

  /// The words of the shell.
  package static let all =
    [
      CompletionWord("help", description: "how to begin"), CompletionWord("quit", description: "end the shell"),
      CompletionWord("exit", description: "end the shell"),
    ]
    + MetaCommands.all.flatMap { command in
      command.names.map {
        CompletionWord("\\\($0)", description: command.help, argument: argument(of: command))
      }
    }

  /// What the first argument of a command is called tells what it is.
  private static func argument(of command: MetaCommand) -> Argument? {
    let names = command.arguments.split(separator: " ").map { $0.filter { $0 != "[" && $0 != "]" } }
    switch names.first {
    case "NAME": return names.contains("VALUE") ? .setting : .restOf("DESCRIBE ")
    case "FILE": return .restOf("IMPORT ")
    case "FORMAT": return .restOf("SET format = ")
    case "QUERY": return .savedQuery
    case "N": return .oneOf(HistoryCommand.options)
    case "ID": return nil
    case "STATEMENT": return .oneOf(StatementHelp.all.map(\.name))
    case let choice?: return .oneOf(choice.split(separator: "|").map(String.init))
    case nil: return nil
    }
  }
}
