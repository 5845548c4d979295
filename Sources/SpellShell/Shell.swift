import Glibc
import SpellCore
import SpellTables

/// The interactive loop: lines in, statements to the runner, until Ctrl-D.
package struct Shell {
  private let runner: any StatementRunner
  private let cancellation: Cancellation
  /// Also asks questions.
  package let editor: LineEditor
  private let completer: Completer
  private var buffer = StatementBuffer()
  /// The statement that ran last.
  private var lastStatement = ""
  private var hasEnded = false

  /// `cancellation` is the handle that the runner's statements obey and that `Interrupt.install` was given. Nil when
  /// the editor cannot be opened.
  package init?(runner: any StatementRunner, cancellation: Cancellation) {
    guard let editor = LineEditor(program: "spellbook") else { return nil }
    self.runner = runner
    self.cancellation = cancellation
    self.editor = editor
    completer = Completer(runner: runner)
    for statement in runner.recalled { editor.remember(statement: statement) }
  }

  /// Returns when the user or a signal ends the shell. A statement without its `;` is not run then: nobody said that
  /// it was whole.
  package mutating func run() {
    while true {
      // Here, not before each statement: an interrupt may arrive as soon as the line was read.
      cancellation.reset()
      let open = buffer.openText.map { $0 + "\n" } ?? ""
      let line = editor.readLine(prompt: prompt) { [completer] in completer.complete($0, cursor: $1, after: open) }
      switch line {
      case .end:
        show("\n")
        return
      case .interrupted:
        buffer.clear()
      case .text(let line):
        if let word = ShellWord(line: line, open: buffer.open) {
          run(word)
        } else {
          // Not at the first line of a statement, which the word would have been.
          let isLost = buffer.open != nil && ShellWord(line: line) != nil
          runParts(of: line)
          if isLost, buffer.open != nil { show(ShellMessages.openStatement) }
        }
      }
      if hasEnded { return }
      if Interrupt.endsProcess { return }
    }
  }

  private var prompt: String {
    let first = runner.prompt
    guard let open = buffer.open else { return first }
    return Prompt.continuation(under: first, open: open)
  }

  private mutating func run(_ word: ShellWord) {
    switch word {
    case .edit: edit()
    case .help: show(ShellMessages.help)
    case .quit: hasEnded = true
    }
  }

  /// Runs the statements and commands that a line completes. An interrupt also drops those that follow on the line.
  private mutating func runParts(of line: String) {
    let parts = buffer.add(line: line)
    let isPrivate = buffer.isPrivate
    if !isPrivate {
      for part in parts { editor.remember(statement: part) }
    }
    for part in parts where !hasEnded {
      if let word = ShellWord(line: part) {
        run(word)
      } else {
        if !part.hasPrefix("\\") { lastStatement = part }
        runner.run(part, isPrivate: isPrivate)
      }
      if cancellation.isCancelled {
        buffer.clear()
        return
      }
      if let text = runner.takeReplay() { runAsTyped(text) }
    }
  }

  /// Shows a text and runs it.
  private mutating func runAsTyped(_ text: String) {
    for line in text.split(separator: "\n") { show(VisibleText.escaped(String(line)) + "\n") }
    runParts(of: text)
  }

  /// Lets the user change the open statement, or the last one, in an editor. What it left is taken as if typed.
  private mutating func edit() {
    switch ExternalEditor.edit(buffer.openText ?? lastStatement) {
    case .unchanged: show(ShellMessages.editedNothing + "\n")
    case .failed(let reason): show(reason + "\n")
    case .changed(let text):
      // An interrupt was the editor's.
      cancellation.reset()
      buffer.clear()
      runAsTyped(text)
    }
  }

  /// Writes to standard error, where the prompt is too. A terminal that went away is not an error: the next line read
  /// ends the shell.
  private func show(_ text: String) {
    try? withBytes(of: text) { try DescriptorTarget(descriptor: STDERR_FILENO, name: "standard error").write($0) }
  }
}
