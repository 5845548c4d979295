import Glibc
import SpellCore
import SpellTables
import Synchronization

/// Reads on threads of their own while the caller's thread uses what they have read.
enum ConcurrentReading {
  /// Frames of each thread: one is filled, one is on its way, one is used.
  private static let framesPerThread = 3

  /// Rows of each of the parts that are wanted in order.
  static let rowsOfPart = 8 * RowBatch.mostRows
  /// A part and a half, so that a thread goes on while the parts before its own are used.
  private static let framesOfParts = 12

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
    try work(Array(repeating: exchange, count: count), read: read) { _ = try exchange.use(onBatch) }
  }

  /// The same for parts that the threads read by turns, the first thread the first part: `onBatch` gets the batches in
  /// the order of the parts, and those of a part as they were read. A thread that is too far ahead waits.
  static func run(
    threads count: Int, parts: Int, _ readings: [ColumnReading], onBatch: (RowBatch) throws -> ReadControl,
    read: @escaping (_ thread: Int, _ part: Int, any FrameExchange) throws -> Void
  ) throws {
    let exchanges = (0..<count).map { _ in ThreadExchange(running: 1) }
    // More frames, and no more bytes of texts.
    let bytes = BatchFrame.mostBytes * framesPerThread / framesOfParts
    for exchange in exchanges {
      for _ in 0..<framesOfParts { exchange.empty.put(BatchFrame(readings, bytes: bytes)) }
    }
    try work(exchanges) { thread, exchange in
      for part in stride(from: thread, to: parts, by: count) {
        try read(thread, part, exchange)
        if exchange.empty.isClosed { return }
        exchange.full.put(.endOfPart)
      }
    } use: {
      for part in 0..<parts {
        guard try exchanges[part % count].use(onBatch) else { return }
      }
    }
  }

  /// Runs `read` on a thread for each exchange while `use` takes what they deliver.
  private static func work(
    _ exchanges: [ThreadExchange], read: @escaping (Int, ThreadExchange) throws -> Void, use: () throws -> Void
  ) throws {
    let firstFailure = FirstFailure()
    func close() { for exchange in exchanges { exchange.empty.close(discarding: true) } }
    /// The other threads end too.
    func fail(_ error: any Error) {
      firstFailure.keep(error)
      close()
    }
    var threads: [pthread_t] = []
    for (number, exchange) in exchanges.enumerated() {
      let thread = WorkThread.start {
        do { try read(number, exchange) } catch { fail(error) }
        exchange.finish()
      }
      if let thread {
        threads.append(thread)
      } else {
        fail(DatabaseError(.statement, engine: "system", code: "EAGAIN", message: "no thread is left for reading"))
        exchange.finish()
      }
    }
    defer {
      close()
      for thread in threads { pthread_join(thread, nil) }
    }
    try use()
    if let failure = firstFailure.error { throw failure }
  }

  private final class FirstFailure: Sendable {
    private let failure = Mutex<(any Error)?>(nil)

    var error: (any Error)? { failure.withLock { $0 } }

    func keep(_ error: any Error) { failure.withLock { if $0 == nil { $0 = error } } }
  }

  /// The mailboxes between threads and the caller.
  private final class ThreadExchange: FrameExchange {
    enum Delivery {
      case frame(BatchFrame)
      case endOfPart
    }

    let empty = Mailbox<BatchFrame>()
    let full = Mailbox<Delivery>()
    private let running: Atomic<Int>

    init(running count: Int) { running = Atomic(count) }

    func emptyFrame() -> BatchFrame? {
      guard let frame = empty.take() else { return nil }
      frame.batch.reset()
      return frame
    }

    func deliver(_ frame: BatchFrame) {
      if frame.batch.count == 0 { empty.put(frame) } else { full.put(.frame(frame)) }
    }

    /// The last thread to end closes the way to the caller.
    func finish() {
      if running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { full.close() }
    }

    /// Gives what is delivered to `onBatch`, up to the end of a part; false if that is the end of all.
    func use(_ onBatch: (RowBatch) throws -> ReadControl) throws -> Bool {
      while let delivery = full.take() {
        guard case .frame(let frame) = delivery else { return true }
        if case .stop = try onBatch(frame.batch) { return false }
        empty.put(frame)
      }
      return false
    }
  }
}
