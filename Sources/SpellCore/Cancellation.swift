import Synchronization

/// The one handle that another thread may use to stop a running statement: a flag that loops look at between batches.
/// A statement may also be stopped by the clock.
package final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)
  /// As of `MonotonicClock`; 0 without a limit.
  private let deadline = Atomic<UInt64>(0)

  package init() {}

  package func cancel() { flag.store(true, ordering: .relaxed) }
  /// Makes the handle ready for the next statement.
  package func reset() { flag.store(false, ordering: .relaxed) }

  /// Stops what runs when so much time has passed; nil: never.
  package func setTimeout(microseconds: Int64?) {
    // Longer than a century is never.
    let end = microseconds.flatMap { length in
      length < 1 << 51 ? MonotonicClock.nanoseconds + UInt64(max(0, length)) * 1000 : nil
    }
    deadline.store(end ?? 0, ordering: .relaxed)
  }

  /// Whether the time is up.
  package var isOverdue: Bool {
    let end = deadline.load(ordering: .relaxed)
    return end != 0 && MonotonicClock.nanoseconds >= end
  }

  package var isCancelled: Bool { flag.load(ordering: .relaxed) || isOverdue }

  /// Throws the error that ends a cancelled statement.
  package func check() throws {
    if isCancelled { throw SpellError.interrupted }
  }
}

/// Looks at a cancellation once in a while, for loops that are too short for a look at every step.
package struct CancellationPoint {
  private let cancellation: Cancellation
  private var steps: UInt32 = 0

  package init(_ cancellation: Cancellation) { self.cancellation = cancellation }

  /// Throws within some thousand steps after the cancellation.
  @inline(__always)
  package mutating func pass() throws {
    steps &+= 1
    if steps & 0x1FFF == 0 { try cancellation.check() }
  }
}
