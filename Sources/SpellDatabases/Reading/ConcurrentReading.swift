import Glibc
import SpellTables
import Synchronization

/// Reads on threads of their own while the caller's thread uses what they have read.
enum ConcurrentReading {
  /// Frames of each thread: one is filled, one is on its way, one is used.
  private static let framesPerThread = 3

  /// How many threads may read at once.
  static let threads = min(4, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  /// Runs `read` on so many threads, each told its number from 0 on, and gives the batches to `onBatch` in no order.
  /// Returns when all threads have ended; throws the first error of `onBatch`, or else of a thread.
  ///
  /// What `read` uses must be left alone by everybody else until then.
  static func run(
    threads count: Int, _ readings: [ColumnReading], onBatch: (RowBatch) throws -> ReadControl,
    read: @escaping (Int, any FrameExchange) throws -> Void
  ) throws {
    let exchange = ThreadExchange(running: count)
    for _ in 0..<count * framesPerThread { exchange.empty.put(BatchFrame(readings)) }
    var threads: [pthread_t] = []
    for number in 0..<count {
      let thread = WorkThread.start {
        do { try read(number, exchange) } catch { exchange.fail(error) }
        exchange.finish()
      }
      if let thread {
        threads.append(thread)
      } else {
        exchange.fail(
          DatabaseError(.statement, engine: "system", code: "EAGAIN", message: "no thread is left for reading"))
        exchange.finish()
      }
    }
    defer {
      exchange.empty.close(discarding: true)
      for thread in threads { pthread_join(thread, nil) }
    }
    while let frame = exchange.full.take() {
      if case .stop = try onBatch(frame.batch) { return }
      exchange.empty.put(frame)
    }
    if let failure = exchange.failure { throw failure }
  }

  /// The mailboxes between the threads and the caller.
  private final class ThreadExchange: FrameExchange {
    let empty = Mailbox<BatchFrame>()
    let full = Mailbox<BatchFrame>()
    private let running: Atomic<Int>
    private let firstFailure = Mutex<(any Error)?>(nil)

    init(running count: Int) { running = Atomic(count) }

    var failure: (any Error)? { firstFailure.withLock { $0 } }

    func emptyFrame() -> BatchFrame? {
      guard let frame = empty.take() else { return nil }
      frame.batch.reset()
      return frame
    }

    func deliver(_ frame: BatchFrame) {
      if frame.batch.count == 0 { empty.put(frame) } else { full.put(frame) }
    }

    /// The other threads end too.
    func fail(_ error: any Error) {
      firstFailure.withLock { if $0 == nil { $0 = error } }
      empty.close(discarding: true)
    }

    /// The last thread to end closes the way to the caller.
    func finish() {
      if running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { full.close() }
    }
  }
}
