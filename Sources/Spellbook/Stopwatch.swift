import Glibc
import SpellCore
import Synchronization

/// The client's clocks.
package struct Stopwatch {
  /// What no statement has to answer for, since the process began.
  private static let pauses = Atomic<UInt64>(0)

  private let start = Stopwatch.nanoseconds

  package init() {}

  /// Runs what takes the time of a user, who reads a page.
  static func pausing<R>(_ body: () throws -> R) rethrows -> R {
    let start = MonotonicClock.nanoseconds
    defer { pauses.add(MonotonicClock.nanoseconds - start, ordering: .relaxed) }
    return try body()
  }

  private static var nanoseconds: UInt64 { MonotonicClock.nanoseconds - pauses.load(ordering: .relaxed) }

  /// Microseconds of UTC.
  package static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// Whole milliseconds since it was made.
  package var milliseconds: Int { Int((Stopwatch.nanoseconds - start) / 1_000_000) }

  /// ` in 0.05 s`, or nothing with `SET timing = off`.
  func text(_ settings: Settings) -> String {
    guard settings.showsTiming else { return "" }
    let hundredths = (Stopwatch.nanoseconds - start) / 10_000_000
    let fraction = hundredths % 100
    return " in \(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
  }
}
