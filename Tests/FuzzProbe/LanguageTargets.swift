import SpellCore
import SpellLanguage
import SpellShell

extension FuzzTarget {
  /// Lexer, parser, printer and the splitter of statements: a statement that is printed is the same statement.
  static let statements = FuzzTarget(
    name: "statements",
    words: [
      "SELECT FEATURES ", " AS OF ", " BEFORE ", " JOIN ", " TABLE ", " KNOWN AT ", " WITHIN 2h", " ON k = c",
      " WHERE ",
      " NOT ", " AND ", " OR ", " IN (", " BETWEEN ", " LIKE 'a%'", " IS NULL", " ORDER BY ", " LIMIT 3", " OFFSET 1",
      " WITH TIMESTAMPS", " WITH FULL NAMES", " FORMAT json", " INTO 'o.csv'", " OVERWRITE", " EXCEPT (", "SHOW ",
      "DESCRIBE ", "EXPLAIN ANALYZE ", "PROFILE ", "CHECK ", " DEEP", "IMPORT ", "SET ", " VERSIONS FROM ", " TO NOW",
      " DELIMITER ", " NULL ", " TIME unix_ms", "'", "\"", ":p", ";", ",", ".", ".*", "(", ")", "--", "/*", "*/", "-",
      "1e3", "7d", "\\set x ", "\n",
    ]
  ) { bytes in
    let source = SourceText(name: "input", bytes: bytes)
    let parsed = Parser.parse(source)
    try expectSafe(parsed.diagnostics)
    for statement in parsed.statements { try expectSameWhenPrinted(statement) }
    try expectSafe(Script(source).diagnostics)

    let scan = bytes.withUnsafeBufferPointer { StatementSplitter.scan($0, findsCommands: true) }
    var end = 0
    for span in (scan.statements + scan.commands).sorted(by: { $0.start < $1.start }) {
      try expect(span.start >= end && span.end <= bytes.count, "\(span) is out of place")
      end = span.end
    }
    for cursor in Set([0, bytes.count / 3, bytes.count / 2, bytes.count]) {
      guard let context = CursorContext(bytes, cursor: cursor) else { continue }
      let span = context.span
      try expect(0 <= span.start && span.start <= span.end && span.end <= bytes.count, "the word at \(cursor): \(span)")
    }
  }

  private static func expectSameWhenPrinted(_ statement: Statement) throws {
    let printed = StatementPrinter.text(statement.body)
    let again = Parser.parse(SourceText(name: "printed", text: printed))
    guard let second = again.statements.first?.body, again.statements.count == 1, again.diagnostics.isEmpty else {
      throw Finding("what is printed is no statement: \(printed)")
    }
    try expect(StatementPrinter.text(second) == printed, "\(printed) is printed as \(StatementPrinter.text(second))")
    // Reflection is slow.
    guard printed.utf8.count < 200 else { return }
    try expect(tree(second) == tree(statement.body), "\(printed) has another tree")
  }

  /// The words of a tree as text, without places and without whether a name was quoted.
  private static func tree(_ body: StatementBody) -> [Substring] {
    let words = "\(body)".split(separator: " ")
    return zip([""] + words, words).filter { before, word in
      before != "isQuoted:" && !word.allSatisfy { $0.isNumber || "),]".contains($0) }
    }.map(\.1)
  }
}
