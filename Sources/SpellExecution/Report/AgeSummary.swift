/// The quantiles of the ages that a report tells.
///
/// Ages of one part are kept, and quantiles are exact. Those of several parts, which together do not fit the memory,
/// are counted in intervals of at most a two-thousandth of their age.
final class AgeSummary {
  /// Bits of an age that are told apart.
  private static let digits = 12

  private let current = PlainBuffer<Int64>(filledWith: 0)
  // Of the parts before: how many ages lie in each interval.
  private var intervals: [Int] = []
  private var countedAges = 0
  private var least = Int64.max
  private var greatest = Int64.min

  /// Lets go of the ages so far, but for what is counted of them.
  func beginPart() { if current.count > 0 { countCurrent() } }

  func append(_ age: Int64) { current.append(age) }

  /// Nil if there is no age.
  var ages: MatchReport.Ages? {
    if countedAges == 0 {
      guard current.count > 0 else { return nil }
      // What lies below a rank that was found is not looked at again.
      var start = 0
      return MatchReport.Ages { percent in
        let rank = Self.rank(percent, of: current.count)
        defer { start = rank }
        let rest = UnsafeMutableBufferPointer(start: current.base + start, count: current.count - start)
        return Self.select(rest, rank: rank - start)
      }
    }
    countCurrent()
    return MatchReport.Ages { percent in
      var rank = Self.rank(percent, of: countedAges)
      let interval = intervals.firstIndex { count in
        rank -= count
        return rank < 0
      }
      if percent == 0 { return least }
      return percent == 100 ? greatest : min(max(Self.middle(of: interval ?? 0), least), greatest)
    }
  }

  /// Where the quantile stands among so many sorted values.
  private static func rank(_ percent: Int, of count: Int) -> Int { (count - 1) * percent / 100 }

  private func countCurrent() {
    if intervals.isEmpty { intervals = [Int](repeating: 0, count: Self.interval(of: .max) + 1) }
    for index in 0..<current.count {
      let age = current.base[index]
      least = min(least, age)
      greatest = max(greatest, age)
      intervals[Self.interval(of: age)] += 1
    }
    countedAges += current.count
    current.clear()
  }

  /// Ages of up to `digits` bits have an interval of their own; a doubling beyond has as many as those.
  private static func interval(of age: Int64) -> Int {
    let shift = max(0, Int64.bitWidth - max(age, 0).leadingZeroBitCount - digits)
    return shift << (digits - 1) + Int(max(age, 0) >> shift)
  }

  private static func middle(of interval: Int) -> Int64 {
    let shift = max(0, interval >> (digits - 1) - 1)
    return (Int64(interval - shift << (digits - 1)) << shift) + (1 << shift) / 2
  }

  /// The element that would stand at a rank if the values were sorted (Hoare's selection); reorders them.
  private static func select(_ values: UnsafeMutableBufferPointer<Int64>, rank: Int) -> Int64 {
    var low = 0
    var high = values.count - 1
    while low < high {
      let pivot = values[low + (high - low) / 2]
      var left = low
      var right = high
      while left <= right {
        while values[left] < pivot { left += 1 }
        while values[right] > pivot { right -= 1 }
        if left <= right {
          values.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if rank <= right { high = right } else if rank >= left { low = left } else { break }
    }
    return values[rank]
  }
}
