import SpellCore
import SpellPlanning

/// The report as lines for standard error.
extension MatchReport {
  /// One line per use of a group, indented, names and numbers aligned.
  package var lines: [String] {
    let nameWidth = uses.map { DisplayWidth.cells(of: VisibleText.escaped($0.group)) }.max() ?? 0
    let bodies = uses.map(\.facts)
    let bodyWidth = bodies.map(\.count).max() ?? 0
    return zip(uses, bodies).map { use, body in
      let name = VisibleText.escaped(use.group)
      let padding = String(repeating: " ", count: nameWidth - DisplayWidth.cells(of: name))
      let line = "  \(name)\(padding)  \(use.strategy.rawValue)   \(body)"
      guard let ages = use.ages else { return line }
      let gap = String(repeating: " ", count: bodyWidth - body.count)
      return line + gap + "   median age " + AgeText.text(ages.median)
    }
  }

  /// Things that deserve a second look.
  package var warnings: [String] {
    uses.flatMap { use -> [String] in
      var warnings: [String] = []
      if use.ties > 0 {
        warnings.append(
          "\(use.group): \(Count.text(use.ties, "full tie")) between rows with the same key, event and created time"
        )
      }
      if use.withoutCreated > 0 {
        warnings.append(
          "\(use.group): \(Count.text(use.withoutCreated, "stored row")) without a created time never counted as known")
      }
      if use.invalid > 0 {
        warnings.append(
          "\(use.group): \(Count.text(use.invalid, "answer")) with a value that does not fit, read as NULL")
      }
      if use.invalidRows > 0 {
        warnings.append(
          "\(use.group): \(Count.text(use.invalidRows, "stored row")) with a time that does not fit, read as NULL")
      }
      return warnings
    }
  }
}

extension MatchReport.Use {
  /// "11,067 matched, 888 only in the future".
  fileprivate var facts: String {
    var parts = ["\(Count.grouped(matched)) matched"]
    for reason in MatchReport.Reason.allCases where unmatched[reason.rawValue] > 0 {
      parts.append("\(Count.grouped(unmatched[reason.rawValue])) \(reason.words)")
    }
    return parts.joined(separator: ", ")
  }
}

extension MatchReport.Reason {
  fileprivate var words: String {
    switch self {
    case .nullKey: "without a key"
    case .nullMoment: "without a moment"
    case .unknownKey: "of unknown key"
    case .noEvent: "without an event"
    case .onlyInTheFuture: "only in the future"
    case .olderThanTTL: "older than the ttl"
    case .notKnownYet: "not known yet"
    }
  }

  var jsonName: String {
    switch self {
    case .nullKey: "null_key"
    case .nullMoment: "null_moment"
    case .unknownKey: "unknown_key"
    case .noEvent: "no_event"
    case .onlyInTheFuture: "only_in_the_future"
    case .olderThanTTL: "older_than_ttl"
    case .notKnownYet: "not_known_yet"
    }
  }
}

/// A length of time in its two greatest units: `25m`, `19h 27m`, `3d 4h`, `1.5s`.
package enum AgeText {
  package static func text(_ microseconds: Int64) -> String {
    let sign = microseconds < 0 ? "-" : ""
    let magnitude = microseconds.magnitude
    if magnitude == 0 { return "0s" }
    if magnitude < 1000 { return "\(sign)\(magnitude)us" }
    if magnitude < 1_000_000 { return "\(sign)\(magnitude / 1000)ms" }
    let seconds = magnitude / 1_000_000
    let units: [(UInt64, String)] = [(86400, "d"), (3600, "h"), (60, "m"), (1, "s")]
    guard let first = units.firstIndex(where: { seconds >= $0.0 }) else { return "0s" }
    let (size, name) = units[first]
    var text = "\(sign)\(seconds / size)\(name)"
    if first + 1 < units.count {
      let rest = seconds % size / units[first + 1].0
      if rest > 0 { text += " \(rest)\(units[first + 1].1)" }
    }
    return text
  }
}
