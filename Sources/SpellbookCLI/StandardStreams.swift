import Glibc
import SpellCore
import Spellbook
import Synchronization

/// What `--color` says.
enum ColourChoice: String { case auto, always, never }

/// What the process was started with: its streams, and what they are connected to.
enum StandardStreams {
  private static let colour = Mutex(ColourChoice.auto)

  /// For every console from now on.
  static func chooseColour(_ choice: ColourChoice) { colour.withLock { $0 = choice } }

  /// The console of a session.
  static func console(isQuiet: Bool, cancellation: Cancellation? = nil) -> Console {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    return Console(
      standardOutput: STDOUT_FILENO, isTerminal: isTerminal, size: { isTerminal ? size : nil },
      unicodeBox: isTerminal && isUTF8, outputColour: isColoured(STDOUT_FILENO),
      noteColour: isColoured(STDERR_FILENO),
      showsProgress: isatty(STDERR_FILENO) == 1 && Environment.value("TERM") != "dumb", isQuiet: isQuiet,
      cancellation: cancellation,
      note: writeError)
  }

  /// Whether a person is at both ends: lines are edited then.
  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// There is nobody to tell that this cannot be written.
  private static func writeError(_ text: String) {
    withBytes(of: text) { bytes in
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(STDERR_FILENO, bytes.baseAddress?.advanced(by: done), bytes.count - done)
        if count < 0, errno != EINTR { return }
        done += max(0, count)
      }
    }
  }

  private static var size: TerminalSize? {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
    return TerminalSize(rows: Int(size.ws_row), columns: Int(size.ws_col))
  }

  private static func isColoured(_ descriptor: Int32) -> Bool {
    switch colour.withLock({ $0 }) {
    case .always: true
    case .never: false
    case .auto:
      isatty(descriptor) == 1 && (Environment.value("NO_COLOR") ?? "").isEmpty && Environment.value("TERM") != "dumb"
    }
  }

  private static var isUTF8: Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap(Environment.value)
    guard let locale = names.first(where: { !$0.isEmpty })?.lowercased() else { return false }
    return locale.contains("utf-8") || locale.contains("utf8")
  }
}
