import CSQLite
import Glibc
import SpellCore

/// What SQLite calls back into while it runs or waits: the cancellation, and how long to wait for a lock.
final class SQLiteInterruption {
  let cancellation: Cancellation
  private let busyMilliseconds: Int
  private var waitingSince = 0

  /// Instructions of SQLite's machine between two looks at the cancellation: tens of microseconds.
  private static let instructions: Int32 = 1000

  init(cancellation: Cancellation, busyMilliseconds: Int) {
    self.cancellation = cancellation
    self.busyMilliseconds = busyMilliseconds
  }

  /// Makes a connection call back. The connection must not outlive this object.
  func install(on handle: OpaquePointer) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_progress_handler(
      handle, Self.instructions,
      { context in
        guard let context else { return 0 }
        return Unmanaged<SQLiteInterruption>.fromOpaque(context).takeUnretainedValue().cancellation.isCancelled ? 1 : 0
      }, context)
    sqlite3_busy_handler(
      handle,
      { context, attempt in
        guard let context else { return 0 }
        return Unmanaged<SQLiteInterruption>.fromOpaque(context).takeUnretainedValue().waits(attempt: attempt) ? 1 : 0
      }, context)
  }

  /// Sleeps a little before the next attempt at a lock; false when it is time to give up.
  private func waits(attempt: Int32) -> Bool {
    if cancellation.isCancelled { return false }
    let now = MonotonicClock.milliseconds
    if attempt == 0 { waitingSince = now }
    if now - waitingSince >= busyMilliseconds { return false }
    usleep(attempt < 10 ? 1000 : 10_000)
    return true
  }
}
