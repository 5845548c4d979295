import Synchronization

/// The one handle that another thread may use to stop a running statement: a flag that loops look at between batches.
package final class Cancellation: Sendable {
  private let flag = Atomic<Bool>(false)

  package init() {}

  package func cancel() { flag.store(true, ordering: .relaxed) }
  /// Makes the handle ready for the next statement.
  package func reset() { flag.store(false, ordering: .relaxed) }
  package var isCancelled: Bool { flag.load(ordering: .relaxed) }

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
