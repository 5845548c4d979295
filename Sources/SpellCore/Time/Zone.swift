/// A time zone: UTC, a fixed offset, or the rules of an IANA name read from the system's tz database.
package struct Zone: Sendable {
  /// `UTC`, `+02:00` or the IANA name.
  package let name: String
  private let rules: Rules

  private enum Rules: Sendable {
    /// Seconds east of UTC.
    case fixed(Int64)
    case history(OffsetHistory)
  }

  package static let utc = Zone(name: "UTC", rules: .fixed(0))

  /// What a local time means in a zone.
  package enum LocalTime: Sendable, Equatable {
    /// Microseconds of UTC.
    case unique(Int64)
    /// Skipped when clocks went forward.
    case skipped
    /// Occurs twice when clocks went back: microseconds of UTC.
    case ambiguous(earlier: Int64, later: Int64)
  }

  private init(name: String, rules: Rules) {
    self.name = name
    self.rules = rules
  }

  /// Reads `UTC`, `±HH[:MM]` or an IANA name.
  package init(named name: String) throws(ZoneProblem) { try self.init(named: name, database: .system) }

  /// Reads a zone, IANA names from a given database.
  init(named name: String, database: TimeZoneDatabase) throws(ZoneProblem) {
    if name == Self.utc.name {
      self = .utc
    } else if let offset = Self.fixedOffset(name) {
      self.init(name: offset.name, rules: .fixed(offset.seconds))
    } else if let history = database.history(named: name) {
      self.init(name: name, rules: .history(history))
    } else if database.exists {
      throw .unknown(name: name, candidates: database.candidates(for: name))
    } else {
      throw .noDatabase(name: name)
    }
  }

  /// Where a naive time, in microseconds since 1970-01-01 00:00 of the zone's clock, lies in UTC.
  package func resolve(localMicroseconds: Int64) -> LocalTime {
    switch rules {
    case .fixed(let seconds): .unique(Self.instant(localMicroseconds, offset: seconds))
    case .history(let history):
      switch history.offsets(atLocal: Self.wholeSeconds(localMicroseconds)) {
      case .none: .skipped
      case .one(let offset): .unique(Self.instant(localMicroseconds, offset: offset))
      case .several(let greatest, let least):
        .ambiguous(
          earlier: Self.instant(localMicroseconds, offset: greatest),
          later: Self.instant(localMicroseconds, offset: least))
      }
    }
  }

  /// How far the clock is ahead of UTC; nil for a zone that has changed its clocks.
  package var fixedOffsetSeconds: Int64? {
    switch rules {
    case .fixed(let seconds): seconds
    case .history(let history): history.onlyOffset
    }
  }

  /// The naive time that a stored one must be so that it is read as a moment; nil where the clock shows it twice, and
  /// the moment is the first.
  package func localTime(storedFor moment: Int64) -> Int64? {
    // The offset at the moment is that of a day before or that of a day after: clocks change more rarely.
    for distance: Int64 in [-86_400_000_000, 86_400_000_000] {
      guard let read = stored(moment &+ distance) else { continue }
      let local = moment + (moment &+ distance - read)
      if stored(local) == moment { return local }
    }
    return nil
  }

  /// As what a stored naive time is read; nil if the clock skips it.
  private func stored(_ localMicroseconds: Int64) -> Int64? {
    switch resolve(localMicroseconds: localMicroseconds) {
    case .unique(let moment), .ambiguous(_, later: let moment): moment
    case .skipped: nil
    }
  }

  /// The whole seconds of a time, rounded down before 1970 too.
  private static func wholeSeconds(_ microseconds: Int64) -> Int64 {
    let (seconds, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return rest < 0 ? seconds - 1 : seconds
  }

  /// The moment at which a clock shows a local time. What 64 bits do not hold stays at their ends.
  private static func instant(_ localMicroseconds: Int64, offset seconds: Int64) -> Int64 {
    let (moment, overflow) = localMicroseconds.subtractingReportingOverflow(seconds * 1_000_000)
    return overflow ? (seconds > 0 ? .min : .max) : moment
  }

  /// Reads `±HH[:MM]`, less than a day.
  private static func fixedOffset(_ text: String) -> (name: String, seconds: Int64)? {
    withBytes(of: text) { bytes in
      guard bytes.count == 3 || bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-")
      else { return nil }
      let hours = NumberText.pair(bytes, at: 1)
      var minutes = 0
      if bytes.count == 6 {
        guard bytes[3] == UInt8(ascii: ":") else { return nil }
        minutes = NumberText.pair(bytes, at: 4)
      }
      guard hours | minutes >= 0, hours < 24, minutes < 60 else { return nil }
      let seconds = Int64(hours * 3600 + minutes * 60)
      if seconds == 0 { return ("+00:00", 0) }
      let name = bytes.count == 3 ? text + ":00" : text
      return (name, bytes[0] == UInt8(ascii: "-") ? -seconds : seconds)
    }
  }
}

/// Why a zone cannot be used.
package enum ZoneProblem: Error, Sendable, Equatable {
  case unknown(name: String, candidates: [String])
  /// The system has no tz database.
  case noDatabase(name: String)
}
