import Glibc
import SpellCore

/// The interactive loop: lines in, statements to the runner, until Ctrl-D.
package struct Shell {
  private let runner: any StatementRunner
  private let cancellation: Cancellation
  private let editor: LineEditor
  private var buffer = StatementBuffer()

  /// `cancellation` is the handle that the runner's statements obey and that `Interrupt.install` was given. Nil when
  /// the editor cannot be opened.
  package init?(runner: any StatementRunner, cancellation: Cancellation) {
    guard let editor = LineEditor(program: "spellbook") else { return nil }
    self.runner = runner
    self.cancellation = cancellation
    self.editor = editor
  }

  /// Returns when the user or a signal ends the shell. A statement without its `;` is not run then: nobody said that
  /// it was whole.
  package mutating func run() {
    while true {
      // Here, not before each statement: an interrupt may arrive as soon as the line was read.
      cancellation.reset()
      switch editor.readLine(prompt: prompt) {
      case .end:
        show("\n")
        return
      case .interrupted:
        buffer.clear()
      case .text(let line):
        switch buffer.open == nil ? ShellWord(line: line) : nil {
        case .quit: return
        case .help: show(ShellMessages.help)
        case nil: runStatements(of: line)
        }
      }
      if Interrupt.endsProcess { return }
    }
  }

  private var prompt: String {
    let first = runner.prompt
    guard let open = buffer.open else { return first }
    return Prompt.continuation(under: first, open: open)
  }

  /// Runs what a line completes. An interrupt also drops the statements that follow on the same line.
  private mutating func runStatements(of line: String) {
    let statements = buffer.add(line: line)
    for statement in statements { editor.remember(statement: statement) }
    for statement in statements {
      runner.run(statement)
      if cancellation.isCancelled {
        buffer.clear()
        return
      }
    }
  }

  /// Writes to standard error, where the prompt is too.
  private func show(_ text: String) {
    withBytes(of: text) { bytes in
      var done = 0
      while done < bytes.count {
        let count = write(STDERR_FILENO, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count < 0, errno != EINTR { return }
        done += max(0, count)
      }
    }
  }
}
