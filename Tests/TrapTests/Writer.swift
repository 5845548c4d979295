import Glibc
import Synchronization
import TestSupport

/// A thread that adds one to `a.v` and `b.w` of every row, both in one transaction, over and over.
final class Writer: Sendable {
  /// What the thread and the test share.
  private final class State: Sendable {
    let fixture: Mutex<SQLiteFixture>
    let isStopped = Atomic(false)
    let commits = Atomic(0)
    let failure = Mutex<String?>(nil)

    init(_ fixture: sending SQLiteFixture) { self.fixture = Mutex(fixture) }

    func work() {
      while !isStopped.load(ordering: .acquiring) {
        do {
          try fixture.withLock {
            try $0.run(Writer.transaction)
          }
          commits.add(1, ordering: .relaxed)
          usleep(2000)
        } catch {
          failure.withLock { $0 = "\(error)" }
          return
        }
      }
    }
  }

  private static let transaction = "BEGIN IMMEDIATE; UPDATE a SET v = v + 1; UPDATE b SET w = w + 1; COMMIT;"
  private let state: State
  private let thread: pthread_t

  /// How many transactions have been committed.
  var commits: Int { state.commits.load(ordering: .relaxed) }

  /// Opens a connection to the file, commits once, and goes on in the thread.
  init(_ path: String) throws {
    let fixture = try SQLiteFixture(path)
    try fixture.run(Self.transaction)
    state = State(fixture)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<State>.fromOpaque(pointer).takeRetainedValue().work()
        return nil
      }, Unmanaged.passRetained(state).toOpaque())
    guard code == 0 else { throw WriterFailure(code: code) }
    self.thread = thread
  }

  deinit { state.isStopped.store(true, ordering: .releasing) }

  /// Ends the thread; what made it give up early, if anything did.
  func stop() -> String? {
    state.isStopped.store(true, ordering: .releasing)
    pthread_join(thread, nil)
    return state.failure.withLock { $0 }
  }
}

/// A thread that could not be started.
struct WriterFailure: Error { let code: Int32 }
