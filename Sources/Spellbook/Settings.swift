import SpellCore
import SpellLanguage
import SpellPlanning
import SpellTables

/// What SET changes, for the rest of the session.
package struct Settings: Sendable {
  /// Nil: a table on a terminal, else CSV.
  package var format: String?
  /// Whether reports and footers say how long a statement took.
  package var showsTiming = true
  /// Whether texts that a spreadsheet would take for formulas are guarded in csv and tsv.
  package var guardsFormulas = false
  /// Whether a table is a vertical listing.
  package var expanded = FormatOptions.Expanded.auto
  /// Rows that a table on a terminal shows; 0 for all.
  package var displayLimit = 40
  /// The zone of naive labels and literals.
  package var zone = Zone.utc
  /// Nil: the planner's choice.
  package var strategy: Strategy?
  /// How long a statement may take, in microseconds; nil: as long as it does.
  package var timeoutMicroseconds: Int64?
  /// How far other servers of a list of hosts may be behind and still share a scan, in microseconds; nil: they do not.
  package var stalenessMicroseconds: Int64?
  /// Bytes that the labels of a join, or the keys of a snapshot, may take; nil: a quarter of what the machine has.
  package var memoryBytes: Int?

  package init() {}

  /// Throws if there is no such format.
  package mutating func setFormat(_ name: String) throws { format = try SessionMessages.format(name, at: nil).name }

  /// Throws if there is no such zone.
  package mutating func setZone(_ name: String) throws { zone = try SessionMessages.zone(name, at: nil) }

  /// Throws if the text is no length of time.
  package mutating func setTimeout(_ text: String) throws { try setTimeout(text, at: nil) }

  private mutating func setTimeout(_ text: String, at location: SourceLocation?) throws {
    timeoutMicroseconds = try Settings.length(text, of: "timeout", at: location)
  }

  /// Microseconds; nil for `off`.
  private static func length(_ text: String, of name: String, at location: SourceLocation?) throws -> Int64? {
    if text.lowercased() == never { return nil }
    guard case .time(let microseconds) = withBytes(of: text, { IntervalText.parse($0) }), microseconds > 0 else {
      throw SessionMessages.badSetting(name, text, expected: "a length of time such as 30s, or off", at: location)
    }
    return microseconds
  }

  /// Throws if the text is no number of bytes.
  package mutating func setMemory(_ text: String) throws { try setMemory(text, at: nil) }

  private mutating func setMemory(_ text: String, at location: SourceLocation?) throws {
    if text.lowercased() == Settings.automatic {
      memoryBytes = nil
    } else if let bytes = ByteSize.parse(text), bytes >= Settings.leastMemory {
      memoryBytes = bytes
    } else {
      throw SessionMessages.badSetting(
        "memory", text, expected: "auto, or a size from 1KB on, such as 512MB or 2GiB", at: location)
    }
  }

  private static let leastMemory = 1000

  /// Bytes that the labels of a join, or the keys of a snapshot, may take.
  var memory: Int { memoryBytes ?? SystemMemory.bytes / 4 }

  /// Names of formats, for help.
  package static var formatNames: [String] { ResultFormats.all.map(\.name) }

  /// Whether a format is laid out for people; a format that does not exist counts as such.
  package static func isFormatForPeople(_ name: String) -> Bool { ResultFormats.named(name)?.isForPeople ?? true }

  /// Names that SET takes.
  package static let names = [
    "csv_safe", "expanded", "format", "limit", "memory", "staleness", "strategy", "timeout", "timezone", "timing",
  ]

  /// The value of a setting, as SET takes it; nil if there is no such setting.
  package func value(of name: String) -> String? {
    switch name {
    case "csv_safe": guardsFormulas ? "on" : "off"
    case "expanded": expanded.rawValue
    case "format": format ?? Settings.automatic
    case "limit": String(displayLimit)
    case "memory": memoryBytes.map(ByteSize.text) ?? Settings.automatic
    case "staleness": Settings.text(stalenessMicroseconds)
    case "strategy": strategy?.rawValue ?? Settings.automatic
    case "timeout": Settings.text(timeoutMicroseconds)
    case "timezone": zone.name
    case "timing": showsTiming ? "on" : "off"
    default: nil
    }
  }

  private static func text(_ microseconds: Int64?) -> String {
    microseconds.map { IntervalText.text(.time(microseconds: $0)) } ?? never
  }

  /// The value that leaves a choice to the program.
  private static let automatic = "auto"
  /// The value that sets no limit.
  private static let never = "off"

  /// Words that SET takes for a setting; none where it takes any number or name.
  package static func values(of name: String) -> [String] {
    switch name.lowercased() {
    case "expanded": FormatOptions.Expanded.allCases.map(\.rawValue)
    case "format": [automatic] + formatNames
    case "strategy": [automatic] + Strategy.allCases.map(\.rawValue)
    case "memory": [automatic]
    case "csv_safe", "timing": ["on", "off"]
    case "staleness", "timeout": [never]
    case "timezone": ["UTC"]
    default: []
    }
  }

  private static func truth(_ text: String, of name: String, at location: SourceLocation) throws -> Bool {
    guard let value = ["on": true, "true": true, "off": false, "false": false][text.lowercased()] else {
      throw SessionMessages.badSetting(name, text, expected: "on or off", at: location)
    }
    return value
  }

  /// Throws with the place of the name or the value, and what would be taken.
  package mutating func apply(_ set: SetStatement, source: SourceText) throws {
    func located(_ span: SourceSpan) -> SourceLocation { SourceLocation(source: source, span: span) }
    guard Settings.names.contains(set.name.text.lowercased()) else {
      let problem = PlanningProblem.unknownName(set.name.text, kind: .setting, candidates: Settings.names)
      throw SpellError(.statement, LocatedProblem(problem, at: located(set.name.span)).diagnostic)
    }
    let text = set.value.plainText
    switch set.name.text.lowercased() {
    case "expanded":
      guard let value = FormatOptions.Expanded(rawValue: text.lowercased()) else {
        throw SessionMessages.badSetting(
          "expanded", text, expected: "auto, on or off", at: located(set.value.span))
      }
      expanded = value
    case "format" where text.lowercased() == Settings.automatic: format = nil
    case "format":
      format = try SessionMessages.format(text, at: located(set.value.span)).name
    case "csv_safe": guardsFormulas = try Settings.truth(text, of: "csv_safe", at: located(set.value.span))
    case "timing": showsTiming = try Settings.truth(text, of: "timing", at: located(set.value.span))
    case "limit":
      guard let value = Int(text), value >= 0 else {
        throw SessionMessages.badSetting(
          "limit", text, expected: "a number of rows, 0 for all", at: located(set.value.span))
      }
      displayLimit = value
    case "memory": try setMemory(text, at: located(set.value.span))
    case "staleness":
      stalenessMicroseconds = try Settings.length(text, of: "staleness", at: located(set.value.span))
    case "timeout": try setTimeout(text, at: located(set.value.span))
    case "timezone":
      zone = try SessionMessages.zone(text, at: located(set.value.span))
    default:
      if text.lowercased() == Settings.automatic {
        strategy = nil
      } else if let value = Strategy(rawValue: text.lowercased()) {
        strategy = value
      } else {
        let problem = PlanningProblem.unknownName(
          text, kind: .strategy, candidates: [Settings.automatic] + Strategy.allCases.map(\.rawValue))
        throw SpellError(.statement, LocatedProblem(problem, at: located(set.value.span)).diagnostic)
      }
    }
  }
}
