import SpellCore
import SpellLanguage
import Testing

@Suite struct RecoveryTests {
  /// Parsing ends, and every place lies in the text.
  private func checkPlaces(_ bytes: [UInt8]) {
    let script = parse(bytes: bytes)
    for diagnostic in script.diagnostics {
      let span = diagnostic.location?.span ?? SourceSpan(-1, -1)
      #expect(span.start >= 0 && span.start <= span.end && span.end <= bytes.count)
      #expect(!DiagnosticRenderer().render(diagnostic).isEmpty)
    }
    for statement in script.statements {
      #expect(statement.span.start < statement.span.end && statement.span.end <= bytes.count)
      #expect(!StatementPrinter.text(statement.body).isEmpty)
    }
    #expect(!script.statements.isEmpty || !script.diagnostics.isEmpty)
  }

  @Test(arguments: Corpus.statements.indices)
  func everyTokenMayBeMissingOrDoubled(_ index: Int) {
    let bytes = Array(Corpus.statements[index].written.utf8)
    let tokens = tokens(bytes)
    for token in tokens {
      let (start, end) = (token.span.start, token.span.end)
      if tokens.count > 1 { checkPlaces(Array(bytes[..<start] + bytes[end...])) }
      checkPlaces(Array(bytes[..<end] + [0x20] + bytes[start...]))
      checkPlaces(Array(bytes[..<end] + [0x20] + bytes[end...] + [0x20] + bytes[start..<end]))
    }
  }

  @Test(arguments: Corpus.statements.indices)
  func aStatementMayEndAnywhere(_ index: Int) {
    let bytes = Array(Corpus.statements[index].written.utf8)
    for end in 1...bytes.count where !scan(Array(bytes[..<end])).isRestBlank { checkPlaces(Array(bytes[..<end])) }
  }

  @Test func anyByteMayStandAnywhere() {
    let text = Array("SELECT FEATURES g.a, b AS c AS OF 'x' - 1h JOIN l.csv ON k = c WHERE x IN (1, :p) LIMIT 3".utf8)
    for index in text.indices {
      for byte in [0x00, 0x0A, 0x22, 0x27, 0x28, 0x2C, 0x2D, 0x2E, 0x3A, 0x5C, 0x80, 0xC2, 0xE2, 0xEF, 0xFF] as [UInt8]
      {
        var changed = text
        changed[index] = byte
        checkPlaces(changed)
      }
    }
  }

  @Test func soundStatementsSurviveTheirNeighbours() {
    let script = parse("SHOW ALL; SELCT FEATURES a; DESCRIBE a; DESCRIBE; SET a = 1")
    #expect(script.statements.map { StatementPrinter.text($0.body) } == ["SHOW ALL", "DESCRIBE a", "SET a = 1"])
    #expect(script.diagnostics.count == 2)
  }

  @Test func everyClauseIsRead() {
    let text = """
      SELECT FEATURES a,,b AS OF ) KNOWN AT x WITHIN y JOIN 'l' TIME z ON k = WHERE x = ORDER BY ,
      LIMIT q OFFSET r WITH s FORMAT 1 INTO "o"
      """
    #expect(parse(text).diagnostics.count == 14)
  }

  @Test func theNumberOfProblemsIsBounded() {
    let one = parse("SELECT FEATURES a" + String(repeating: ",", count: 100_000))
    #expect(one.diagnostics.count == 20)
    let many = parse(String(repeating: "x;", count: 100_000))
    #expect(many.diagnostics.count == 201)
    #expect(many.diagnostics.last?.code == "too-many-problems")
  }

  @Test func aDiagnosticIsRenderedWithItsLine() {
    #expect(
      rendered("SHOW ALL;\nSELCT FEATURES avg_spend") == """
        t:2:1: error[syntax]: expected a statement, found `SELCT`
        2 | SELCT FEATURES avg_spend
          | ^^^^^ did you mean `SELECT`?
          = statements: SELECT FEATURES, SHOW, DESCRIBE, EXPLAIN, PROFILE, CHECK, IMPORT, SET

        """)
  }

  @Test func anUnknownClauseListsWhatMayStandThere() {
    #expect(
      parse("SHOW SETS IN g FROM x").diagnostics.first?.notes == ["clauses that may stand here: LIKE, FORMAT, INTO"])
    #expect(
      parse("SELECT FEATURES a BEFORE NOW FROM x").diagnostics.first?.notes == [
        "clauses that may stand here: KNOWN, WITHIN, JOIN, ON, WHERE, ORDER BY, LIMIT, OFFSET, WITH TIMESTAMPS, "
          + "WITH FULL NAMES, FORMAT, INTO"
      ])
  }
}
