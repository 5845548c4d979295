import SpellCore
import SpellPlanning

/// The report as lines for standard error.
extension MatchReport {
  /// One line per use of a group, indented, names and numbers aligned.
  package var lines: [String] {
    let nameWidth = uses.map { DisplayWidth.cells(of: VisibleText.escaped($0.group)) }.max() ?? 0
    let bodies = uses.map(\.facts)
    let bodyWidth = bodies.map(\.count).max() ?? 0
    let strategyWidth = uses.map(\.strategy.rawValue.count).max() ?? 0
    return zip(uses, bodies).map { use, body in
      let name = VisibleText.escaped(use.group)
      let padding = spaces(nameWidth - DisplayWidth.cells(of: name))
      let strategy = use.strategy.rawValue
      let line = "  \(name)\(padding)  \(strategy)\(spaces(strategyWidth - strategy.count))   \(body)"
      guard let ages = use.ages else { return line }
      let share = use.atMoment > 0 ? ", \(Self.share(use.atMoment, of: use.matched)) at the very moment" : ""
      return line + spaces(bodyWidth - body.count) + "   median age " + AgeText.text(ages.median) + share
    }
  }

  /// A share that is some and not all is never shown as none or all.
  private static func share(_ part: Int, of whole: Int) -> String {
    if part * 100 < whole { return "<1%" }
    return part < whole && part * 100 > whole * 99 ? ">99%" : "\(part * 100 / whole)%"
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
      if use.createdLater > 0 {
        warnings.append(
          "\(use.group): \(Count.text(use.createdLater, "answer")) created after the moment, when nobody knew of it; "
            + "KNOWN leaves such rows out")
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

private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

extension MatchReport.Use {
  /// "11,067 matched, 888 only in the future".
  fileprivate var facts: String {
    if extent == .nothing { return "not counted" }
    if extent == .versions { return Count.text(asked, "version") }
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
    case .beforeWindows: "before the windows"
    case .notKnownYet: "not known yet"
    case .noMatch: "without a match"
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
    case .beforeWindows: "before_windows"
    case .notKnownYet: "not_known_yet"
    case .noMatch: "no_match"
    }
  }
}
