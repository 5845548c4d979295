import CEditline

/// The line at the bottom of the terminal: keys, cursor, history in memory. Draws on standard error.
package final class LineEditor {
  /// What came of reading a line.
  package enum Line: Equatable {
    /// The text without its line end. It has newlines inside when it was recalled or pasted.
    case text(String)
    /// Ctrl-C, or SIGINT from elsewhere.
    case interrupted
    /// Ctrl-D on an empty line, the terminal closed, or a signal that ends the process.
    case end
  }

  private let editor: OpaquePointer

  /// Nil when there is no memory or no standard error.
  package init?(program: String) {
    guard let editor = editor_open(program, { Interrupt.signalNumber ?? 0 }) else { return nil }
    self.editor = editor
  }

  deinit { editor_close(editor) }

  /// Shows the prompt and waits for a line.
  package func readLine(prompt: String) -> Line {
    Interrupt.forgetInterrupt()
    var text: UnsafePointer<CChar>?
    var length: Int32 = 0
    let outcome = editor_read(editor, prompt, &text, &length)
    if Interrupt.endsProcess { return .end }
    switch outcome {
    case EditorLine:
      guard let text else { return .end }
      let bytes = UnsafeRawBufferPointer(start: text, count: Int(length))
      return .text(String(decoding: bytes, as: UTF8.self))
    case EditorInterrupted: return .interrupted
    default: return .end
    }
  }

  /// Lets Up recall a whole statement.
  package func remember(statement: String) { editor_remember(editor, statement) }
}
