import CEditline
import Glibc
import SpellCore

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
  private var tab = TabKey()
  /// Completes the line that is read.
  private var complete: (_ line: String, _ cursor: Int) -> CompletionResult = { _, _ in .none }

  /// What the loader says where libedit cannot be loaded.
  package static let obstacle: String? = editor_load().map { String(cString: $0) }

  /// Nil when there is no libedit, no memory or no standard error.
  package init?(program: String) {
    guard LineEditor.obstacle == nil, let editor = editor_open(program, { Interrupt.signalNumber ?? 0 }) else {
      return nil
    }
    self.editor = editor
    let owner = Unmanaged.passUnretained(self).toOpaque()
    editor_on_tab(editor, LineEditor.tabPressed, owner)
  }

  deinit { editor_close(editor) }

  /// Shows the prompt and waits for a line. `complete` is asked when Tab is pressed, in bytes of the line.
  package func readLine(
    prompt: String, completing complete: @escaping (_ line: String, _ cursor: Int) -> CompletionResult
  ) -> Line {
    self.complete = complete
    tab = TabKey()
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

  /// Asks for a line that is not a statement; nil if the user gives up.
  package func ask(_ prompt: String) -> String? {
    if case .text(let answer) = readLine(prompt: prompt, completing: { _, _ in .none }) { answer } else { nil }
  }

  /// Lets Up recall a whole statement.
  package func remember(statement: String) { editor_remember(editor, statement) }

  // MARK: Tab

  /// What libedit calls. The context is the `LineEditor`, which outlives the editor that it owns.
  private static let tabPressed:
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, Int32, Int32) -> Void = {
      context, text, length, cursor in
      guard let context, let text else { return }
      let bytes = UnsafeRawBufferPointer(start: text, count: Int(length))
      Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
        .pressTab(String(decoding: bytes, as: UTF8.self), cursor: Int(cursor))
    }

  private func pressTab(_ line: String, cursor: Int) {
    let result = complete(line, cursor)
    switch tab.press(line: line, cursor: cursor, result: result) {
    case .insert(let span, let text):
      let bytes = Array(line.utf8)
      editor_replace(
        editor, Int32(LineEditor.scalars(bytes[span.start..<cursor])),
        Int32(LineEditor.scalars(bytes[cursor..<span.end])), text)
    case .list:
      var size = winsize()
      let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0
      let table = CandidateTable.text(
        result, width: isKnown ? Int(size.ws_col) : 80, height: isKnown ? Int(size.ws_row) : 24)
      editor_show(editor, table)
    case .ring: break
    }
  }

  /// Unicode scalars, which libedit counts.
  private static func scalars(_ bytes: ArraySlice<UInt8>) -> Int { bytes.count { $0 & 0xC0 != 0x80 } }
}
