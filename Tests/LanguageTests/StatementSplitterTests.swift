import SpellCore
import SpellLanguage
import Testing

@Suite struct StatementSplitterTests {
  @Test func findsCompleteStatementsAndTheRest() {
    let text = "; SHOW ALL;/* ; */ SET a = ';' ;\n-- ;\n SELECT FEATURES \";\""
    let bytes = Array(text.utf8)
    let result = scan(bytes)
    #expect(
      result.statements.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) } == [
        "SHOW ALL;", "SET a = ';' ;",
      ])
    #expect(
      String(decoding: bytes[result.rest.start..<result.rest.end], as: UTF8.self) == "\n-- ;\n SELECT FEATURES \";\"")
    #expect(result.open == .statement)
  }

  @Test(
    arguments: [
      ("", nil), (" \n\t", nil), ("SHOW ALL;", nil), ("SHOW ALL; -- x", nil), ("SHOW ALL; /* x */ ", nil), (";;", nil),
      ("SHOW", .statement), ("SHOW ALL; SHOW", .statement), ("x 'a", .text), ("x 'a''", .text), ("x 'a'", .statement),
      ("x \"a", .name), ("x \"a\"\"", .name), ("x \"a'\"", .statement), ("/* a", .comment),
      ("x /* a /* b */", .comment),
      ("x (", .parenthesis), ("x ((a)", .parenthesis), ("x (a))", .statement), ("x (;", nil), ("x (; y", .statement),
      ("x ('a", .text), ("SELECT FEATURES a JOIN (", .statement), ("SELECT FEATURES a JOIN a--b;", nil),
      ("SELECT FEATURES a JOIN a/*b;", nil), ("SELECT FEATURES a JOIN /*b;", .comment), ("x a/*b;", .comment),
      ("SELECT FEATURES g.join a--b;", .statement), ("IMPORT a--b INTO g--c;", .statement),
      ("SELECT FEATURES a INTO g--c;", nil), ("SELECT FEATURES a JOIN -- l;", .statement),
      ("SELECT FEATURES a JOIN - -- l;", .statement), ("JOIN; a--b", .statement), ("IMPORT it's", .text),
    ] as [(String, StatementSplitter.Open?)])
  func saysWhatIsOpen(_ text: String, _ open: StatementSplitter.Open?) {
    let result = scan(Array(text.utf8))
    #expect(result.open == open)
    #expect(result.isRestBlank == (open == nil))
  }

  @Test(
    arguments: [
      ("\\d", ["\\d"], []), ("SHOW ALL;\n  \\d x;y \n SHOW SETS;", ["\\d x;y "], ["SHOW ALL;", "SHOW SETS;"]),
      ("\\i it's\n\\o a--b /* c\nSET a = 1;", ["\\i it's", "\\o a--b /* c"], ["SET a = 1;"]),
      ("SHOW ALL; \\x on", ["\\x on"], ["SHOW ALL;"]), ("/* c */ \\x -- y\n", ["\\x -- y"], []),
      ("SHOW\n\\d\nALL;", [], ["SHOW\n\\d\nALL;"]), ("SET a = '\n\\d\n';", [], ["SET a = '\n\\d\n';"]),
      ("SELECT FEATURES a JOIN \\d;", [], ["SELECT FEATURES a JOIN \\d;"]), ("-- \\d\n/* \n\\d */", [], []),
    ] as [(String, [String], [String])])
  func commandsStandWhereAStatementMayBegin(_ text: String, _ commands: [String], _ statements: [String]) {
    let bytes = Array(text.utf8)
    let result = bytes.withUnsafeBufferPointer { StatementSplitter.scan($0, findsCommands: true) }
    #expect(result.commands.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) } == commands)
    #expect(result.statements.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) } == statements)
    #expect(result.isRestBlank)
  }

  /// Splitting a text and parsing the pieces gives what parsing the whole gives.
  static func agrees(_ bytes: [UInt8]) -> Bool {
    let whole = parse(bytes: bytes)
    let split = scan(bytes)
    var texts: [String] = []
    var codes: [String] = []
    for span in split.statements + (split.isRestBlank ? [] : [split.rest]) {
      let part = parse(bytes: Array(bytes[span.start..<span.end]))
      texts += part.statements.map { StatementPrinter.text($0.body) }
      codes += part.diagnostics.map(\.code)
    }
    return whole.statements.map { StatementPrinter.text($0.body) } == texts && whole.diagnostics.map(\.code) == codes
  }

  @Test func agreesWithTheParser() {
    let statements = Corpus.statements.map(\.written) + SyntaxErrorTests.recorded.map(\.0)
    #expect(Self.agrees(Array(Corpus.statements.map(\.written).joined(separator: "\n;").utf8)))
    for index in statements.indices {
      let text = statements[index] + ";" + statements[(index * 7 + 3) % statements.count]
      #expect(Self.agrees(Array(text.utf8)), "\(text)")
    }
  }

  @Test func agreesWithTheParserOnRandomPieces() {
    let pieces = [
      "SELECT", "FEATURES", "JOIN", "INTO", "IMPORT", "SHOW", "ALL", ".", ",", "'", "\"", "--", "/*", "*/", "\n", " ",
      ";",
      "(", ")", "a", "1", "-", ":", "é", "=", "WHERE", " ", " ",
    ]
    var state: UInt64 = 42
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }
    for _ in 0..<4000 {
      let text = (0..<(1 + random(25))).map { _ in pieces[random(pieces.count)] }.joined()
      #expect(Self.agrees(Array(text.utf8)), "\(text)")
    }
  }
}
