import Glibc

/// What the system says of the memory of this process.
package enum ProcessMemory {
  /// The most bytes that were resident at once, since the start.
  package static var peakBytes: Int {
    var usage = rusage()
    return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss * 1024 : 0
  }
}
