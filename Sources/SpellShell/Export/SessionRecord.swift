import SpellCatalog
import SpellCore
import Spellbook

/// What was run, for an export: where, and one statement after another. Holds no password.
package struct SessionRecord {
  /// As of `Session.engineDescription`.
  package var engine: String?
  package var metadata: [String] = []
  /// The zone of naive times.
  package var zone = "UTC"
  /// Values of parameters that were given before the first statement.
  package var parameters: [String: String] = [:]
  package var statements: [RecordedStatement] = []

  package init() {}

  /// Statements of the history, without results.
  package init(of answer: HistoryAnswer) {
    statements = answer.entries.map { RecordedStatement($0.entry) }
    let engines = Set(answer.entries.compactMap(\.entry.engine))
    if engines.count == 1 { engine = engines.first }
  }

  /// The results that are kept: the newest.
  static let keptResults = 200
  /// The statements that are kept: the newest.
  static let keptStatements = 10_000

  /// The displays that are kept, and the first statement that may have some.
  private var displayCount = 0
  private var firstWithDisplays = 0

  mutating func append(_ statement: RecordedStatement) {
    if statements.count == Self.keptStatements { removeFirst() }
    statements.append(statement)
    displayCount += statement.displays.count
    while displayCount > Self.keptResults, firstWithDisplays < statements.count - 1 {
      displayCount -= statements[firstWithDisplays].displays.count
      statements[firstWithDisplays].dropDisplays()
      firstWithDisplays += 1
    }
  }

  private mutating func removeFirst() {
    displayCount -= statements.removeFirst().displays.count
    firstWithDisplays = max(0, firstWithDisplays - 1)
  }

  /// The record with the statements that pass.
  func filtered(_ isIncluded: (RecordedStatement) -> Bool) -> SessionRecord {
    var record = self
    record.statements = statements.filter(isIncluded)
    return record
  }
}

/// A statement or command that ran.
package struct RecordedStatement {
  /// When it ended, in microseconds of UTC.
  package let time: Int64
  /// With its `;`, or a command from its `\`.
  package let text: String
  package let succeeded: Bool
  package private(set) var displays: [Display] = []
  /// What was wrong, as it was shown.
  package private(set) var errors: [RecordedError] = []
  /// Whether results were kept once and are no longer.
  private(set) var hasLostResults = false

  /// A statement of the history, whose result was never kept.
  package init(_ entry: HistoryEntry) {
    time = entry.time
    text = HistoryEntry.withoutSecrets(entry.text)
    succeeded = entry.succeeded
  }

  init(time: Int64, text: String, displays: [Display], error: SpellError?) {
    self.time = time
    self.text = HistoryEntry.withoutSecrets(text)
    succeeded = error == nil
    self.displays = displays.filter { $0.content != nil || !$0.summary.isEmpty }
    errors = (error?.diagnostics ?? []).map { RecordedError($0) }
  }

  var isCommand: Bool { text.hasPrefix("\\") }

  mutating func dropDisplays() {
    hasLostResults = !displays.isEmpty
    displays = []
  }

  /// Remarks on what cannot be shown.
  var remark: String? { hasLostResults ? "the result is no longer kept" : nil }
}

/// An error, a warning or a note as it was shown.
package struct RecordedError {
  let code: String
  let message: String
  /// With the place and the line; each line with its end.
  let text: String

  init(_ diagnostic: Diagnostic) {
    code = diagnostic.code
    message = SecretMask.hidden(in: diagnostic.message)
    text = SecretMask.hidden(in: DiagnosticRenderer().render(diagnostic))
  }
}
