import Glibc
import SpellCore

/// The client's clocks.
package struct Stopwatch {
  private let start = MonotonicClock.nanoseconds

  package init() {}

  /// Microseconds of UTC.
  package static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  /// Whole milliseconds since it was made.
  package var milliseconds: Int { Int((MonotonicClock.nanoseconds - start) / 1_000_000) }

  /// ` in 0.05 s`, or nothing with `SET timing = off`.
  func text(_ settings: Settings) -> String {
    guard settings.showsTiming else { return "" }
    let hundredths = (MonotonicClock.nanoseconds - start) / 10_000_000
    let fraction = hundredths % 100
    return " in \(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
  }
}
