import SpellCore

/// The usual time between one row of a key and the next, from rows in any order.
///
/// Events are held of so many rows at most: when there are more, the half of the keys with the greater hashes is let
/// go, and the others keep all of theirs.
struct VersionGaps {
  private struct Version: Comparable {
    var key: UInt64
    var event: Int64

    static func < (left: Version, right: Version) -> Bool { (left.key, left.event) < (right.key, right.event) }
  }

  /// Gaps that are needed to call one of them usual.
  private static let fewest = 10

  private let capacity: Int
  private var versions: [Version] = []
  /// Keys from here on are let go.
  private var end = UInt64.max

  init(capacity: Int = 1 << 17) { self.capacity = capacity }

  mutating func add(key: UInt64, event: Int64) {
    guard key < end, event != .min, event != .max else { return }
    if versions.count == capacity {
      letGo()
      // All of it is one key's: the rows so far have to do.
      guard versions.count < capacity, key < end else { return }
    }
    versions.append(Version(key: key, event: event))
  }

  private mutating func letGo() {
    let keys = Set(versions.map(\.key)).sorted()
    guard keys.count > 1 else { return }
    end = keys[keys.count / 2]
    versions.removeAll { $0.key >= end }
  }

  /// The median gap between different events of a key, and of how many; nil for too few to tell.
  func usual() -> (microseconds: Int64, count: Int)? {
    let versions = versions.sorted()
    var gaps: [Int64] = []
    for (earlier, later) in zip(versions, versions.dropFirst())
    where earlier.key == later.key && earlier.event < later.event {
      gaps.append(later.event - earlier.event)
    }
    guard gaps.count >= Self.fewest else { return nil }
    gaps.sort()
    return (gaps[(gaps.count - 1) / 2], gaps.count)
  }
}
