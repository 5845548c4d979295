import Glibc
import SpellCore
import SpellShell

/// Exit codes of the process.
enum ExitStatus {
  static let usage: Int32 = 2

  /// Ends the process after an error that was shown already, or none.
  static func exit(after error: SpellError?) -> Never {
    // Libraries are not taken down under a thread that is in one: it would fail in the midst of that.
    if WorkThread.isAnyRunning { _exit(of(error)) }
    Glibc.exit(of(error))
  }

  static func of(_ error: SpellError?) -> Int32 {
    if let signal = Interrupt.signalNumber { return 128 + signal }
    return switch error?.kind {
    case nil, .closedPipe: 0
    case .statement: 1
    case .usage: usage
    case .connection: 3
    case .interrupted: 130
    }
  }
}
