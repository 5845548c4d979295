import SpellCore

/// `\show NAME`: the text of a saved query, and where it is.
enum ShowCommand {
  static func run(_ line: MetaLine, in runner: SessionRunner) throws {
    let name = line.arguments[0]
    let query = try runner.savedQueries.query(name.text, at: line.location(name))
    let text = query.source.text(SourceSpan(0, query.source.bytes.count))
    try runner.tell(
      "-- \(VisibleText.escaped(query.path))\n" + VisibleText.escapedLines(text) + (text.hasSuffix("\n") ? "" : "\n"))
  }
}
