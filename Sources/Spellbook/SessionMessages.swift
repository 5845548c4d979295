import SpellCatalog
import SpellCore
import SpellExecution
import SpellPlanning
import SpellTables

/// The prose of the session.
enum SessionMessages {
  // MARK: - What a statement did

  /// The lines after a SELECT: rows and features, the match report, and warnings. `time` is as of `Stopwatch.text`.
  static func summary(of outcome: SelectOutcome, features: Int, file: String?, time: String) -> String {
    let place = file.map { "\(VisibleText.escaped($0)): " } ?? ""
    let head = "\(place)\(Count.text(outcome.rowCount, "row")), \(Count.text(features, "feature"))\(time)"
    let warnings = outcome.report.warnings.map { "warning: \(VisibleText.escaped($0))" }
    return ([head] + outcome.report.lines + warnings).map { $0 + "\n" }.joined()
  }

  /// What to do with metadata that was made up.
  static let nextAfterInit = "read it through, then run `spellbook check`"

  static func imported(_ count: Int, into group: String, time: String) -> String {
    "\(group): \(Count.text(count, "row")) imported\(time)\n"
  }

  /// The lines after a CHECK: what was found in how many groups, and what was not read.
  static func summary(of outcome: CheckOutcome, time: String) -> String {
    var lines: [String] = []
    if !outcome.partlyRead.isEmpty {
      let groups = outcome.partlyRead.joined(separator: ", ")
      lines.append(
        "note: only the first \(Count.grouped(CheckRunner.firstRows)) rows of \(groups) were read; DEEP reads all")
    }
    lines += outcome.partlyCompared.map { group, share in
      "note: \(group): the memory was enough to look for repeated rows among one in \(Count.grouped(share)); "
        + "SET memory, or --memory, gives it more"
    }
    let groups = Count.text(outcome.groupCount, "group")
    lines.append("\(groups) checked: \(found(outcome.findings) ?? "nothing found")\(time)")
    return lines.map { VisibleText.escaped($0) + "\n" }.joined()
  }

  /// `2 errors, 1 warning`; nil for none.
  private static func found(_ findings: [Finding]) -> String? {
    let severities = [Diagnostic.Severity.error, .warning, .note]
    let counts = severities.map { ($0, findings.count(of: $0)) }.filter { $0.1 > 0 }
    return counts.isEmpty ? nil : counts.map { Count.text($0.1, $0.0.rawValue) }.joined(separator: ", ")
  }

  // MARK: - Problems

  /// The groups with errors, in the order in which the findings name them.
  static func failedCheck(_ findings: [Finding]) -> SpellError {
    let errors = findings.filter { $0.diagnostic.severity == .error }
    let groups = errors.reduce(into: [String]()) { groups, finding in
      if !groups.contains(finding.group) { groups.append(finding.group) }
    }
    return SpellError(
      .statement,
      Diagnostic(
        code: "check-failed",
        "CHECK found \(Count.text(errors.count, "error")) in \(groups.map { "`\($0)`" }.joined(separator: ", "))"))
  }

  static func badSetting(_ name: String, _ value: String, expected: String, at location: SourceLocation?) -> SpellError
  {
    SpellError(
      .statement,
      Diagnostic(code: "bad-setting", "`\(value)` is no value of \(name)", at: location, label: "expected \(expected)"))
  }

  /// The format of a name, or an error that lists the names.
  static func format(_ name: String, at location: SourceLocation?) throws -> ResultFormatEntry {
    if let entry = ResultFormats.named(name) { return entry }
    let names = ResultFormats.all.map(\.name)
    throw SpellError(
      .statement,
      Diagnostic(
        code: "unknown-format", "no format `\(name)`", at: location,
        label: Suggestion.question(name, among: names),
        notes: ["formats: \(names.joined(separator: ", "))"]))
  }

  static func unknownExtension(_ fileExtension: String, at location: SourceLocation?) -> SpellError {
    let known = ResultFormats.all.flatMap(\.fileExtensions).map { ".\($0)" }
    return SpellError(
      .statement,
      Diagnostic(
        code: "unknown-extension", "no format is known by the extension `.\(fileExtension)`", at: location,
        notes: ["extensions: \(known.joined(separator: ", "))"], help: "name the format, as in FORMAT csv"))
  }

  static func zone(_ name: String, at location: SourceLocation?) throws -> Zone {
    do {
      return try Zone(named: name)
    } catch ZoneProblem.unknown(_, let candidates) {
      throw SpellError(
        .statement,
        Diagnostic(
          code: "unknown-zone", "no time zone `\(name)`", at: location,
          label: candidates.first.map { "did you mean `\($0)`?" },
          help: "write UTC, an offset such as +02:00, or an IANA name such as America/New_York"))
    } catch {
      throw SpellError(
        .statement,
        Diagnostic(
          code: "no-zone-database", "time zone `\(name)` cannot be read: the system has no tz database", at: location,
          help: "install tzdata, or write UTC or an offset such as +02:00"))
    }
  }

  static func noEngine(hasMetadata: Bool) -> SpellError {
    SpellError(
      .usage,
      Diagnostic(
        code: "no-engine", "no database is named",
        help: hasMetadata
          ? "add an engine document to the metadata, or use --engine URL or $SPELLBOOK_ENGINE"
          : "use --engine URL or $SPELLBOOK_ENGINE"))
  }

  /// Standard input holds the script, and cannot be the labels too.
  static func standardInputTaken(at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "stdin-taken", "standard input is where the statements come from", at: location,
        help: "give the statements with -c or -f, or the labels as a file"))
  }

  static func badFeatureList(_ text: String) -> SpellError {
    SpellError(
      .usage,
      Diagnostic(
        code: "bad-feature-list",
        text.isEmpty ? "no features are named" : "`\(text)` is no list of features",
        help: "features are named as in weather.temp,planes.seats"))
  }

  static func badEntityColumn(_ text: String, keys: [String]) -> SpellError {
    SpellError(
      .usage,
      Diagnostic(
        code: "bad-entity-column", "`\(text)` does not say for which key it stands",
        notes: keys.isEmpty ? [] : ["the features are keyed by: \(keys.joined(separator: ", "))"],
        help: "write key=column"))
  }

  static func unknownMeta(_ name: String, kind: String, names: [String]) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "unknown-name", "the metadata declares no \(kind == "all" ? "entity, group or feature" : kind) `\(name)`",
        help: Suggestion.question(name, among: names)))
  }

  static func readOnlyImport(group: String, at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "read-only", "the session is read-only, so that nothing is imported into group `\(group)`",
        at: location, help: "use the command `spellbook import`, or open the session with --writable"))
  }

  static func unusedParameter(_ name: String, named: [String]) -> Diagnostic {
    Diagnostic(
      .warning, code: "unused-parameter", "no statement names the parameter `:\(name)`",
      help: Suggestion.question(name, among: named))
  }

  /// A statement that was stopped by the clock; `stage` is how far it had got.
  static func timedOut(after timeout: String, stage: String?) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "timeout",
        "the statement took longer than \(timeout)" + (stage.map { ", and was stopped while \($0)" } ?? ""),
        help: "SET timeout = off, or --timeout, gives it more time"))
  }

  static func targetIsSource(_ path: String) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "target-is-source", "`\(path)` belongs to the run, and a result would take its place",
        help: "name another file"))
  }

  static func standardInputRead(at location: SourceLocation) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "stdin-read", "an earlier statement has read standard input to its end", at: location,
        help: "put the labels into a file"))
  }

  static func nothingLike(_ pattern: String, candidates: [String]) -> Diagnostic {
    Diagnostic(
      .warning, code: "nothing-like", "nothing is like '\(pattern)'",
      help: Suggestion.question(pattern, among: candidates))
  }
}
