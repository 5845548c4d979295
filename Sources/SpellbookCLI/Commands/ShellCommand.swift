import ArgumentParser
import SpellCore
import SpellShell
import Spellbook

/// `spellbook shell`: what `spellbook` does without arguments, by its name.
struct ShellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell", abstract: "Open the shell on a terminal, or run a script from standard input.")

  @ParentCommand var parent: SpellbookCommand
  @OptionGroup var session: SessionOptions

  mutating func run() throws { try ShellCommand.run(parent.options(of: session)) }

  /// Runs the interactive loop, or the script, and exits.
  static func run(_ options: SessionOptions) throws -> Never {
    let session = try options.open(readsStatementsFromStandardInput: true)
    guard StandardStreams.isInteractive, !options.print else {
      try options.run([try ScriptFile.standardInput(cancellation: session.cancellation)], in: session)
    }
    let runner = SessionRunner(
      session: session, parameters: try options.parameterValues(), isInteractive: true, keepsGoing: options.keepGoing)
    runner.history = options.sessionHistory(console: session.console)
    guard var shell = Shell(runner: runner, cancellation: session.cancellation) else {
      throw UsageMessages.noEditor(missing: LineEditor.obstacle)
    }
    runner.ask = { [editor = shell.editor] in editor.ask($0) }
    session.pager = Pager.make(size: session.console.size, output: session.console.output)
    if !options.noRC { runner.runStartFile(environment: Environment.value) }
    shell.run()
    let failure = runner.finish()
    try session.writeReports()
    session.close()
    ExitStatus.exit(after: Interrupt.endsProcess ? SpellError(.interrupted, []) : failure)
  }
}
