import Glibc
import SpellCore
import Synchronization

/// The signals that stop a statement. They only raise flags: what runs looks at them and ends in order.
package enum Interrupt {
  /// The signal that arrived, or 0. One that ends the process is not replaced by a later SIGINT.
  private static let arrived = Atomic<Int32>(0)

  /// What the handler cancels. Unmanaged, since a signal handler must not count references; set once, before the
  /// handlers are installed, and never freed.
  nonisolated(unsafe) private static var cancellation: Unmanaged<Cancellation>?

  /// Makes SIGINT, SIGTERM and SIGHUP cancel what runs, and a closed pipe an error of `write`. To be called once,
  /// early, on the main thread. A signal that was ignored at the start (`nohup`, a job in the background) stays so.
  package static func install(cancellation handle: Cancellation) {
    arrived.store(0, ordering: .relaxed)
    cancellation = Unmanaged.passRetained(handle)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      var action = sigaction()
      sigaction(number, nil, &action)
      if isIgnored(action) { continue }
      action = sigaction()
      action.__sigaction_handler.sa_handler = { Interrupt.note($0) }
      // No SA_RESTART: a read that waits for input must return.
      action.sa_flags = 0
      sigaction(number, &action, nil)
    }
    signal(SIGPIPE, SIG_IGN)
  }

  /// The signal that arrived since the last `forgetInterrupt`, or nil; the process that it ends exits with 128 plus
  /// its number.
  package static var signalNumber: Int32? {
    let number = arrived.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Whether the process was asked to end, which is more than to stop a statement.
  package static var endsProcess: Bool {
    let number = arrived.load(ordering: .relaxed)
    return number != 0 && number != SIGINT
  }

  /// Forgets a SIGINT that was dealt with; a signal that ends the process stays.
  package static func forgetInterrupt() {
    _ = arrived.compareExchange(expected: SIGINT, desired: 0, ordering: .relaxed)
  }

  /// Runs inside the signal handler: stores to atomics and nothing else.
  private static func note(_ number: Int32) {
    if number == SIGINT {
      _ = arrived.compareExchange(expected: 0, desired: number, ordering: .relaxed)
    } else {
      arrived.store(number, ordering: .relaxed)
    }
    cancellation?._withUnsafeGuaranteedRef { $0.cancel() }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    // SIG_IGN is the handler at address 1; function pointers cannot be compared otherwise.
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }
}
