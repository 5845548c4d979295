import SpellCore
import SpellTables
import Spellbook

/// `.md`: a report of statements, result tables, match reports and errors.
enum MarkdownExport {
  static func write(_ record: SessionRecord, to target: any OutputTarget) throws {
    var parts = [head(record)]
    for (index, statement) in record.statements.enumerated() {
      parts.append("## \(index + 1). \(ExportMessages.time(statement))\n")
      parts.append(MarkdownText.fenced(statement.text, language: statement.isCommand ? "text" : "sql"))
      for display in statement.displays { parts += text(display) }
      if let remark = statement.remark { parts.append("*\(remark)*\n") }
      if !statement.succeeded { parts.append(failure(statement)) }
    }
    try withBytes(of: parts.joined(separator: "\n")) { try target.write($0) }
  }

  /// The title and the surroundings; also the first cell of a notebook.
  static func head(_ record: SessionRecord) -> String {
    let lines = ExportMessages.surroundings(record).map { line in
      "- \(withBytes(of: line) { MarkdownText.escaped($0) })\n"
    }
    return "# \(ExportMessages.title)\n\n" + lines.joined()
  }

  private static func text(_ display: Display) -> [String] {
    var parts: [String] = []
    if let table = display.table(inFormat: "markdown") { parts.append(table) }
    if case .text(let text) = display.content {
      parts.append(MarkdownText.fenced(VisibleText.escapedLines(text), language: "text"))
    }
    if let elision = display.elision { parts.append("*\(elision)*\n") }
    if !display.summary.isEmpty { parts.append(MarkdownText.fenced(display.summary, language: "text")) }
    return parts
  }

  private static func failure(_ statement: RecordedStatement) -> String {
    if statement.errors.isEmpty { return "*\(ExportMessages.failure(statement))*\n" }
    return MarkdownText.fenced(statement.errors.map(\.text).joined(), language: "text")
  }
}
