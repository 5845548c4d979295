import SpellCatalog
import SpellCore

/// `\h`: the statements; `\h SELECT`: the grammar of one, and examples from the user's own catalog.
package enum HelpCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    guard let word = line.arguments.first else {
      return try runner.tell(ShellMessages.statementList(StatementHelp.all.map { ($0.name, $0.summary) }))
    }
    guard let help = StatementHelp.all.first(where: { $0.name == word.text.uppercased() }) else {
      throw ShellMessages.unknownStatement(word.text, at: line.location(word))
    }
    try runner.tell(text(help, catalog: runner.session.catalog))
  }

  package static func text(_ help: StatementHelp, catalog: Catalog) -> String {
    help.grammar + ShellMessages.examples(help.examples(catalog))
  }
}
