import SpellLanguage
import SpellShell
import Testing

@Suite struct StatementBufferTests {
  @Test func aStatementSpansLinesAndKeepsThem() {
    var buffer = StatementBuffer()
    #expect(buffer.add(line: "  SHOW").isEmpty)
    #expect(buffer.open != nil)
    #expect(buffer.add(line: "").isEmpty)
    #expect(buffer.add(line: " ALL ;  ") == ["SHOW\n\n ALL ;"])
    #expect(buffer.open == nil)
  }

  @Test func aBlankBeforeAStatementMakesItPrivate() {
    var buffer = StatementBuffer()
    for (line, isPrivate) in [
      ("a;", false), (" b;", true), (" c", true), ("d;", true), ("e", false), ("  f;", false), ("g; h;", false),
    ] {
      _ = buffer.add(line: line)
      #expect(buffer.isPrivate == isPrivate, "\(line)")
    }
  }

  @Test func theRestOfALineStaysOpen() {
    var buffer = StatementBuffer()
    #expect(buffer.add(line: "a;b ; c") == ["a;", "b ;"])
    #expect(buffer.open != nil)
    #expect(buffer.add(line: ";") == ["c\n;"])
  }

  @Test func blankLinesAndCommentsOpenNothing() {
    var buffer = StatementBuffer()
    for line in ["", "  \t", "-- a note; with a semicolon", "/* whole */"] {
      #expect(buffer.add(line: line).isEmpty)
      #expect(buffer.open == nil)
    }
    #expect(buffer.add(line: "a;") == ["a;"])
  }

  @Test func aSemicolonInsideTextOrACommentEndsNothing() {
    var buffer = StatementBuffer()
    #expect(buffer.add(line: "a 'x;").isEmpty)
    #expect(buffer.add(line: "' /* ;").isEmpty)
    #expect(buffer.add(line: "*/ \";\" -- ;").isEmpty)
    #expect(buffer.add(line: ";") == ["a 'x;\n' /* ;\n*/ \";\" -- ;\n;"])
  }

  @Test func commandsComeOutAmongStatements() {
    var buffer = StatementBuffer()
    #expect(buffer.add(line: "  \\i it's; here ") == ["\\i it's; here "])
    #expect(buffer.open == nil)
    #expect(buffer.add(line: "a; \\x on\nb;\n\\q") == ["a;", "\\x on", "b;", "\\q"])
    #expect(buffer.add(line: "a\n\\q").isEmpty)
    #expect(buffer.open == .statement)
    #expect(buffer.openText == "a\n\\q")
    #expect(buffer.add(line: ";") == ["a\n\\q\n;"])
    #expect(buffer.openText == nil)
  }

  @Test func clearingForgetsWhatIsOpen() {
    var buffer = StatementBuffer()
    _ = buffer.add(line: "a 'x")
    buffer.clear()
    #expect(buffer.open == nil)
    #expect(buffer.add(line: "b;") == ["b;"])
  }
}
