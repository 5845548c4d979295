import Glibc
import Synchronization

/// What runs scripts on a database as somebody who may write.
public protocol ScriptRunner: AnyObject {
  /// Runs the statements of a script.
  func run(_ script: String) throws
}

extension SQLiteFixture: ScriptRunner {}
extension PostgreSQLFixture: ScriptRunner {}

/// A thread that runs one transaction over and over.
public final class Writer: Sendable {
  /// What the thread and the test share.
  private final class State: Sendable {
    let runner: Mutex<any ScriptRunner>
    let transaction: String
    let isStopped = Atomic(false)
    let commits = Atomic(0)
    let failure = Mutex<String?>(nil)

    init(_ runner: sending any ScriptRunner, _ transaction: String) {
      self.runner = Mutex(runner)
      self.transaction = transaction
    }

    func work() {
      while !isStopped.load(ordering: .acquiring) {
        do {
          try runner.withLock { try $0.run(transaction) }
          commits.add(1, ordering: .relaxed)
          usleep(2000)
        } catch {
          failure.withLock { $0 = "\(error)" }
          return
        }
      }
    }
  }

  private let state: State
  private let thread: pthread_t

  /// How many transactions have been committed.
  public var commits: Int { state.commits.load(ordering: .relaxed) }

  /// Runs the transaction once, and goes on in the thread.
  public init(_ runner: sending any ScriptRunner, _ transaction: String) throws {
    try runner.run(transaction)
    state = State(runner, transaction)
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
  public func stop() -> String? {
    state.isStopped.store(true, ordering: .releasing)
    pthread_join(thread, nil)
    return state.failure.withLock { $0 }
  }
}

/// A thread that could not be started.
struct WriterFailure: Error { let code: Int32 }
