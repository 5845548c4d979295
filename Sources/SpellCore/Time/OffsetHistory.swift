/// Which offset from UTC a zone had, has and will have, and the local times that follow from it.
struct OffsetHistory: Sendable {
  /// What a local time can be read as; offsets are seconds east of UTC.
  enum Reading: Equatable {
    case none
    case one(Int64)
    /// The greatest offset gives the earliest instant.
    case several(greatest: Int64, least: Int64)
  }

  /// No zone is ever further from UTC; the format allows a little over a day.
  static let farthestOffset: Int64 = 100_000

  /// Seconds after which the calendar, weekdays included, and with it every yearly rule repeats.
  private static let cycle = Int64(CivilDate.daysPerCycle) * 86_400

  /// Seconds of UTC at which each period begins, in ascending order; the first is the beginning of time. A period ends
  /// where the next one begins, and the last one never.
  private let starts: [Int64]
  private let offsets: [Int64]
  /// Local seconds from which on times are looked up 400, 800, … years earlier; nil where no rule goes on for ever.
  private let cycleEnd: Int64?

  /// A zone that changed at given times (ascending) and follows a yearly rule after the last of them, or always if
  /// there is none.
  init(initialOffset: Int64, transitions: [(time: Int64, offset: Int64)], rule: PosixZoneRule?) {
    var starts: [Int64] = [.min]
    var offsets = [initialOffset]
    if transitions.isEmpty, let rule { offsets = [rule.standardOffset] }
    for transition in transitions {
      starts.append(transition.time)
      offsets.append(transition.offset)
    }
    if let daylight = rule?.daylight {
      let last = starts[starts.count - 1]
      let firstYear = transitions.isEmpty ? 0 : Self.year(ofSecond: last)
      // Two years of run-up, so that the cycle that repeats lies wholly under the rule.
      for transition in daylight.transitions(years: firstYear...(firstYear + 403)) where transition.time > last {
        starts.append(transition.time)
        offsets.append(transition.offset)
      }
      cycleEnd = CivilDate(year: firstYear + 402, month: 1, day: 1).days * 86_400
    } else {
      cycleEnd = nil
    }
    self.starts = starts
    self.offsets = offsets
  }

  /// The offset, if there never was another.
  var onlyOffset: Int64? { offsets.allSatisfy { $0 == offsets[0] } ? offsets[0] : nil }

  /// The offsets at which a clock shows a local time, in seconds since 1970-01-01 00:00 of that clock.
  func offsets(atLocal seconds: Int64) -> Reading {
    var local = seconds
    if let cycleEnd, local >= cycleEnd { local -= ((local - cycleEnd) / Self.cycle + 1) * Self.cycle }
    var index = lastPeriod(startingBy: local - Self.farthestOffset)
    var result = Reading.none
    while index < starts.count, starts[index] <= local + Self.farthestOffset {
      let offset = offsets[index]
      let moment = local - offset
      if moment >= starts[index], index + 1 == starts.count || moment < starts[index + 1] {
        switch result {
        case .none: result = .one(offset)
        case .one(let other): result = .several(greatest: max(offset, other), least: min(offset, other))
        case .several(let greatest, let least):
          result = .several(greatest: max(offset, greatest), least: min(offset, least))
        }
      }
      index += 1
    }
    return result
  }

  private func lastPeriod(startingBy second: Int64) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= second { low = middle } else { high = middle }
    }
    return low
  }

  private static func year(ofSecond second: Int64) -> Int {
    CivilDate(days: second / 86_400 - (second % 86_400 < 0 ? 1 : 0)).year
  }
}
