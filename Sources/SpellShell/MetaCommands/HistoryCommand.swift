import SpellCore
import SpellTables

/// `\history [N] [TEXT] [--failed] [--here]`: statements of all sessions; `\history --export FILE [OVERWRITE]`: those
/// of this one, with their results.
enum HistoryCommand {
  static let options = ["--failed", "--here", "--export"]
  /// How many are listed unless a number says otherwise.
  private static let usualCount = 20

  /// What the arguments ask for.
  private struct Request {
    var query = HistoryQuery()
    var isHere = false
    var export: MetaLine.Word?
    var overwrites = false
  }

  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    let request = try parse(line)
    if let path = request.export { return try export(to: path, request, of: line, in: runner) }
    guard let history = runner.history else { throw HistoryMessages.noHistory(at: line.location(line.name)) }
    var query = request.query
    query.limit = query.limit ?? usualCount
    if request.isHere { query.engine = runner.session.enginePlace ?? "" }
    try runner.show(try history.entries(query))
  }

  private static func parse(_ line: MetaLine) throws(SpellError) -> Request {
    var request = Request()
    var words = line.arguments[...]
    while let word = words.popFirst() {
      switch word.text {
      case "--failed": request.query.failedOnly = true
      case "--here": request.isHere = true
      case "--export":
        guard let path = words.popFirst() else {
          throw ShellMessages.unknownArgument(word.text, expected: "--export FILE", at: line.location(word))
        }
        request.export = path
      case "OVERWRITE" where request.export != nil: request.overwrites = true
      case let text where text.hasPrefix("--"): throw HistoryMessages.unknownOption(text, at: line.location(word))
      case let text:
        if let count = Int(text), count >= 0, request.query.limit == nil {
          request.query.limit = count
        } else if request.query.text.isEmpty {
          request.query.text = text
        } else {
          throw HistoryMessages.secondText(text, at: line.location(word))
        }
      }
    }
    return request
  }

  private static func export(
    to path: MetaLine.Word, _ request: Request, of line: MetaLine, in runner: SessionRunner
  ) throws {
    let needle = HistoryNeedle(request.query.text)
    var record = runner.exportableRecord().filtered { statement in
      (!request.query.failedOnly || !statement.succeeded)
        && withBytes(of: statement.text) { needle.isFound(in: $0) }
    }
    if let limit = request.query.limit { record.statements = record.statements.suffix(limit) }
    do {
      try ExportFormat.of(path: path.text).export(
        record, to: path.text, overwrite: request.overwrites, cancellation: runner.session.cancellation)
    } catch let error as SpellError {
      throw error.located(at: line.location(path))
    }
    runner.remark(ExportMessages.written(path.text, record))
  }
}
