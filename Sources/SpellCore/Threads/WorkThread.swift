import Glibc
import Synchronization

/// The one place that makes threads.
package enum WorkThread {
  /// How many threads have not come to their ends.
  private static let running = Atomic(0)

  /// Whether there is any: one that nobody waits for any more may be in a library.
  package static var isAnyRunning: Bool { running.load(ordering: .acquiring) > 0 }

  private final class Body {
    let run: () -> Void

    init(_ run: @escaping () -> Void) { self.run = run }
  }

  /// Starts a thread; nil if the system has none left. What `body` uses must be left alone by others meanwhile.
  package static func start(_ body: @escaping () -> Void) -> pthread_t? {
    let retained = Unmanaged.passRetained(Body(body))
    running.wrappingAdd(1, ordering: .relaxed)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        // Ctrl-C belongs to the thread that waits.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        WorkThread.running.wrappingSubtract(1, ordering: .releasing)
        return nil
      }, retained.toOpaque())
    if code == 0 { return thread }
    retained.release()
    running.wrappingSubtract(1, ordering: .relaxed)
    return nil
  }
}
