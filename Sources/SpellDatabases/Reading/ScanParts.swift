import Synchronization

/// Parts of a range of numbers, taken one after the other by whoever has time.
final class ScanParts: Sendable {
  /// More parts than readers, so that none waits long for the slowest.
  private static let partsPerReader: Int64 = 8

  private let range: ClosedRange<Int64>
  private let step: Int64
  private let next = Atomic<Int64>(0)

  /// Nil for a range that is too short, or too long to count.
  init?(_ range: ClosedRange<Int64>, readers: Int) {
    let count = Int64(readers) * Self.partsPerReader
    let (span, overflow) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
    guard !overflow, span >= count else { return nil }
    self.range = range
    step = span / count + 1
  }

  /// The next part; nil when all have been taken.
  func take() -> ClosedRange<Int64>? {
    let index = next.add(1, ordering: .relaxed).oldValue
    let (distance, overflow) = index.multipliedReportingOverflow(by: step)
    guard !overflow, distance <= range.upperBound - range.lowerBound else { return nil }
    let start = range.lowerBound + distance
    let end = range.upperBound - start < step ? range.upperBound : start + step - 1
    return start...end
  }
}
