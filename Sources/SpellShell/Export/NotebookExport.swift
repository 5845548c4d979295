import SpellCore
import SpellTables
import Spellbook

/// `.ipynb`: a notebook of format 4.5. Statements are code cells, results their outputs; it is read without a kernel.
enum NotebookExport {
  static func write(_ record: SessionRecord, to target: any OutputTarget) throws {
    let head = cell("markdown", id: "session", source: MarkdownExport.head(record), [])
    let cells = record.statements.enumerated().map { index, statement in
      cell(
        "code", id: "statement-\(index + 1)", source: statement.text,
        [("execution_count", .int(index + 1)), ("outputs", .array(outputs(of: statement, number: index + 1)))])
    }
    let notebook = JSONNode.object([
      ("cells", .array([head] + cells)),
      ("metadata", .object([("language_info", .object([("name", .text("sql"))]))])),
      ("nbformat", .int(4)),
      ("nbformat_minor", .int(5)),
    ])
    try notebook.write(to: target)
  }

  private static func cell(
    _ type: String, id: String, source: String, _ members: [(String, JSONNode)]
  ) -> JSONNode {
    .object(
      [("cell_type", .text(type)), ("id", .text(id)), ("metadata", .object([]))] + members
        + [("source", lines(source))])
  }

  private static func outputs(of statement: RecordedStatement, number: Int) -> [JSONNode] {
    var outputs: [JSONNode] = []
    for display in statement.displays {
      if let result = result(display, number: number) { outputs.append(result) }
      let told = display.summary + (display.elision.map { $0 + "\n" } ?? "")
      if !told.isEmpty { outputs.append(stream(told)) }
    }
    if let remark = statement.remark { outputs.append(stream(remark + "\n")) }
    return outputs + errors(of: statement)
  }

  private static func result(_ display: Display, number: Int) -> JSONNode? {
    var data: [(String, JSONNode)] = []
    if let table = display.table(inFormat: "html") { data.append(("text/html", lines(table))) }
    if let table = display.table(inFormat: "table") { data.append(("text/plain", lines(table))) }
    if case .text(let text) = display.content { data.append(("text/plain", lines(VisibleText.escapedLines(text)))) }
    if data.isEmpty { return nil }
    return .object([
      ("output_type", .text("execute_result")), ("data", .object(data)), ("execution_count", .int(number)),
      ("metadata", .object([])),
    ])
  }

  /// What is told beside a result. Not as standard error, which notebooks paint as if something were wrong.
  private static func stream(_ text: String) -> JSONNode {
    .object([("output_type", .text("stream")), ("name", .text("stdout")), ("text", lines(text))])
  }

  private static func errors(of statement: RecordedStatement) -> [JSONNode] {
    if statement.succeeded { return [] }
    if statement.errors.isEmpty { return [stream(ExportMessages.failure(statement) + "\n")] }
    return statement.errors.map { error in
      let lines = error.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      return .object([
        ("output_type", .text("error")), ("ename", .text(error.code)), ("evalue", .text(error.message)),
        ("traceback", .array(lines.map { .text(String($0)) })),
      ])
    }
  }

  /// A text as a list of its lines, each with its end, as notebooks are kept under version control.
  private static func lines(_ text: String) -> JSONNode {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "\($0)\n" }
    // The end of the text is no end of a line.
    lines[lines.count - 1].removeLast()
    return .array(lines.filter { !$0.isEmpty }.map { .text($0) })
  }
}
