import SpellCore

/// Sorts the labels of a key by moment; labels of one moment keep their order.
final class LabelSort {
  struct Entry {
    var moment: Int64
    var row: Int32
  }

  /// Fewer labels are inserted one by one.
  private static let fewest = 48
  private static let digitBits: Int64 = 11

  private let cancellation: Cancellation
  private let scratch = PlainBuffer(filledWith: Entry(moment: 0, row: 0))
  private let places = PlainBuffer<Int>(count: 1 << digitBits, filledWith: 0)

  init(_ cancellation: Cancellation) { self.cancellation = cancellation }

  func sort(_ entries: UnsafeMutablePointer<Entry>, count: Int) throws {
    if count < Self.fewest { return Self.insert(entries, count: count) }
    var least = entries[0].moment
    var greatest = entries[0].moment
    var isSorted = true
    var point = CancellationPoint(cancellation)
    for index in 1..<count {
      try point.pass()
      let moment = entries[index].moment
      if moment < entries[index - 1].moment { isSorted = false }
      least = min(least, moment)
      greatest = max(greatest, moment)
    }
    // Most files are in order already.
    if !isSorted { try radixSort(entries, count: count, least: least, greatest: greatest) }
  }

  private static func insert(_ entries: UnsafeMutablePointer<Entry>, count: Int) {
    var index = 1
    while index < count {
      let entry = entries[index]
      var place = index
      while place > 0, entries[place - 1].moment > entry.moment {
        entries[place] = entries[place - 1]
        place -= 1
      }
      entries[place] = entry
      index += 1
    }
  }

  /// Digit by digit of the distance to the least moment, from the lowest digit.
  private func radixSort(_ entries: UnsafeMutablePointer<Entry>, count: Int, least: Int64, greatest: Int64) throws {
    scratch.extend(to: count)
    var source = entries
    var target = scratch.base
    let span = UInt64(bitPattern: greatest &- least)
    var shift: UInt64 = 0
    while shift < 64, span >> shift != 0 {
      try distribute(source, to: target, count: count, least: least, shift: shift)
      swap(&source, &target)
      shift += UInt64(Self.digitBits)
    }
    if source != entries { entries.update(from: source, count: count) }
  }

  private func distribute(
    _ source: UnsafeMutablePointer<Entry>, to target: UnsafeMutablePointer<Entry>, count: Int, least: Int64,
    shift: UInt64
  ) throws {
    let places = places.base
    let digits = 1 << Int(Self.digitBits)
    places.update(repeating: 0, count: digits)
    var point = CancellationPoint(cancellation)
    func digit(_ moment: Int64) -> Int {
      Int(truncatingIfNeeded: UInt64(bitPattern: moment &- least) >> shift) & (digits - 1)
    }
    for index in 0..<count {
      try point.pass()
      places[digit(source[index].moment)] += 1
    }
    var start = 0
    for value in 0..<digits {
      let length = places[value]
      places[value] = start
      start += length
    }
    for index in 0..<count {
      try point.pass()
      let value = digit(source[index].moment)
      target[places[value]] = source[index]
      places[value] += 1
    }
  }
}
