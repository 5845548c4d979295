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

  mutating func run() throws { try ShellCommand.run(session.merged(with: parent.session)) }

  /// Runs the interactive loop, or the script, and exits.
  static func run(_ options: SessionOptions) throws -> Never {
    let session = try options.open(readsStatementsFromStandardInput: true)
    let parameters = try options.parameterValues()
    guard StandardStreams.isInteractive, !options.print,
      var shell = Shell(
        runner: SessionRunner(session: session, parameters: parameters), cancellation: session.cancellation)
    else { try options.run([try ScriptFile.standardInput(cancellation: session.cancellation)], in: session) }
    shell.run()
    try session.writeReports()
    session.close()
    ExitStatus.exit(after: Interrupt.endsProcess ? SpellError(.interrupted, []) : nil)
  }
}
