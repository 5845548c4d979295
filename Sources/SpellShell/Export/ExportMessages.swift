import SpellCore
import Spellbook

/// The prose of exports, within them and about them.
package enum ExportMessages {
  static let title = "Spellbook session"

  /// What the statements were run on, a line each.
  static func surroundings(_ record: SessionRecord) -> [String] {
    var lines: [String] = []
    if let first = record.statements.first, let last = record.statements.last {
      lines.append("time: \(time(first)) to \(time(last))")
    }
    if let engine = record.engine { lines.append("database: \(engine)") }
    if !record.metadata.isEmpty { lines.append("metadata: \(record.metadata.joined(separator: ", "))") }
    return lines
  }

  /// Without fractions of a second.
  static func time(_ statement: RecordedStatement) -> String {
    TimeText.text(statement.time - statement.time % 1_000_000)
  }

  /// How to run an exported script.
  static let howToRun = "Run it with `spellbook -f`, where relative paths lead to the same files."

  static let existingFile = "This file was written then: remove it, or write OVERWRITE behind its path."

  static func lineBreakInParameter(_ name: String) -> String {
    "The value of :\(name) has several lines: give it with --param."
  }

  /// `failed: no feature …`, or `failed` where the reason is not known.
  static func failure(_ statement: RecordedStatement) -> String {
    statement.errors.first.map { "failed: \($0.message)" } ?? "failed"
  }

  package static func written(_ path: String, _ record: SessionRecord) -> String {
    "\(VisibleText.escaped(path)): \(Count.text(record.statements.count, "statement"))\n"
  }

  static func unknownExtension(_ path: String) -> SpellError {
    SpellError(
      .statement,
      Diagnostic(
        code: "unknown-extension", "a session cannot be exported as `\(path)`",
        help: "end the name in .spell (a script), .md (a report) or .ipynb (a notebook)"))
  }
}
