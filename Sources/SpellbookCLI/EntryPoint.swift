import ArgumentParser
import Glibc
import SpellCore
import SpellShell

/// Starts the program. Not in a `main.swift`, whose globals would belong to the main actor.
@main
enum EntryPoint {
  static func main() {
    do {
      var command = try SpellbookCommand.parseAsRoot()
      try command.run()
    } catch {
      end(error)
    }
  }

  /// Shows an error that nobody has shown yet, and exits.
  private static func end(_ error: any Error) -> Never {
    let console = StandardStreams.console(isQuiet: true)
    if let error = error as? SpellError {
      if error.kind != .closedPipe { console.show(error.diagnostics) }
      ExitStatus.exit(after: error)
    }
    let code = SpellbookCommand.exitCode(for: error)
    // What a command finds wrong after parsing has no place in the usage of the whole.
    let message =
      error is ValidationError
      ? "error: \(SpellbookCommand.message(for: error))" : SpellbookCommand.fullMessage(for: error)
    // Help and the version are what was asked for; anything else is wrong usage.
    if code == .success {
      do { try console.write(message + "\n") } catch { end(error) }
      exit(0)
    }
    if !message.isEmpty { console.note(message + "\n") }
    exit(code == .validationFailure ? ExitStatus.usage : code.rawValue)
  }
}
