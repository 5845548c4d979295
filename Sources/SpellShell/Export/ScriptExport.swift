import SpellCore
import SpellLanguage
import SpellTables

/// `.spell`: the statements as a script that does the same again. What failed is a comment.
enum ScriptExport {
  static func write(_ record: SessionRecord, to target: any OutputTarget) throws {
    var parts = [comment([ExportMessages.title] + ExportMessages.surroundings(record) + [ExportMessages.howToRun])]
    let settings = settings(of: record)
    if !settings.isEmpty { parts.append(settings) }
    parts += record.statements.map(text)
    try withBytes(of: parts.joined(separator: "\n")) { try target.write($0) }
  }

  /// What was set before the first statement.
  private static func settings(of record: SessionRecord) -> String {
    var lines = ""
    if record.zone != "UTC" { lines += "SET timezone = \(QuotedText.literal(record.zone));\n" }
    for (name, value) in record.parameters.sorted(by: { $0.key < $1.key }) {
      if value.contains(where: \.isNewline) {
        lines += comment([ExportMessages.lineBreakInParameter(name)])
      } else {
        lines += HistoryEntry.withoutSecrets("\\set :\(name) \(QuotedText.literal(value))") + "\n"
      }
    }
    return lines
  }

  private static func text(_ statement: RecordedStatement) -> String {
    let time = ExportMessages.time(statement)
    guard statement.succeeded else {
      return comment(["\(time) \(ExportMessages.failure(statement))"] + lines(statement.text))
    }
    let summary = statement.displays.last.flatMap { lines($0.summary).first } ?? ""
    var head = [summary.isEmpty ? time : "\(time) \(summary)"]
    if writesNewFile(statement) { head.append(ExportMessages.existingFile) }
    return comment(head) + statement.text + "\n"
  }

  /// Whether the statement would fail now, because its file is there.
  private static func writesNewFile(_ statement: RecordedStatement) -> Bool {
    let parsed = Parser.parse(SourceText(name: "", text: statement.isCommand ? "" : statement.text))
    return parsed.statements.contains {
      switch $0.body {
      case .select(let select): select.output.into != nil && !select.output.overwrites
      case .show(let show): show.output.into != nil && !show.output.overwrites
      default: false
      }
    }
  }

  private static func lines(_ text: String) -> [String] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
  }

  private static func comment(_ lines: [String]) -> String {
    lines.map { "-- \(VisibleText.escaped($0))\n" }.joined()
  }
}
