import Glibc
import SpellCore
import SpellShell

/// A shell without a database: it shows each statement that it is given on one line, so that tests see exactly what
/// came through. `WAIT;` runs until it is interrupted.
@main struct ShellProbe {
  static func main() {
    let cancellation = Cancellation()
    Interrupt.install(cancellation: cancellation)
    guard var shell = Shell(runner: EchoRunner(cancellation: cancellation), cancellation: cancellation) else {
      exit(3)
    }
    shell.run()
    exit(Interrupt.endsProcess ? 128 + (Interrupt.signalNumber ?? 0) : 0)
  }
}

private final class EchoRunner: StatementRunner {
  let prompt = Prompt.ready(label: "probe", writable: false)
  private let cancellation: Cancellation

  init(cancellation: Cancellation) { self.cancellation = cancellation }

  func run(_ text: String, isPrivate: Bool) {
    say("ran \(text.debugDescription)")
    guard text == "WAIT;" else { return }
    while !cancellation.isCancelled { poll(nil, 0, 10) }
    say("stopped")
  }

  private func say(_ text: String) {
    let line = Array("\(text)\n".utf8)
    _ = line.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
  }
}
