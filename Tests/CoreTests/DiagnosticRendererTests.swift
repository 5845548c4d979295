import SpellCore
import Testing

/// Renders an error at the first place of a part of a text.
private func render(
  _ text: String, at part: String, label: String? = nil, notes: [String] = [], help: String? = nil, colour: Bool = false
) throws -> String {
  let source = SourceText(name: "a.spell", text: text)
  let bytes = Array(part.utf8)
  let start = try #require(source.bytes.indices.first { source.bytes[$0...].starts(with: bytes) })
  let location = SourceLocation(source: source, span: SourceSpan(start, start + bytes.count))
  return DiagnosticRenderer(colour: colour).render(
    Diagnostic(code: "code", "message", at: location, label: label, notes: notes, help: help))
}

@Suite struct DiagnosticRendererTests {
  @Test func theWholeForm() throws {
    let line = "SELECT FEATURES user_stats.avg_spnd AS OF event_ts JOIN 'labels.csv';"
    let source = SourceText(name: "labels.spell", text: "-- one\n-- two\n\(line)\n")
    let start = 14 + 27
    let diagnostic = Diagnostic(
      code: "unknown-feature", "group `user_stats` has no feature `avg_spnd`",
      at: SourceLocation(source: source, span: SourceSpan(start, start + 8)), label: "did you mean `avg_spend`?",
      notes: ["user_stats has: avg_spend, avg_basket"], help: "DESCRIBE user_stats;")
    #expect(
      DiagnosticRenderer().render(diagnostic) == """
        labels.spell:3:28: error[unknown-feature]: group `user_stats` has no feature `avg_spnd`
        3 | SELECT FEATURES user_stats.avg_spnd AS OF event_ts JOIN 'labels.csv';
          |                            ^^^^^^^^ did you mean `avg_spend`?
          = user_stats has: avg_spend, avg_basket
          = help: DESCRIBE user_stats;

        """)
  }

  @Test func withoutPlace() {
    let diagnostic = Diagnostic(
      .warning, code: "no-database", "cannot open", label: "label", notes: ["note"], help: "try")
    #expect(
      DiagnosticRenderer().render(diagnostic) == """
        warning[no-database]: cannot open
          = label
          = note
          = help: try

        """)
  }

  @Test func theMarginFollowsTheLineNumber() throws {
    let text = String(repeating: "\n", count: 119) + "  bad"
    #expect(
      try render(text, at: "bad", notes: ["note"]) == """
        a.spell:120:3: error[code]: message
        120 |   bad
            |   ^^^
            = note

        """)
  }

  @Test func caretsStandUnderWideCharactersAndTabs() throws {
    #expect(
      try render("\t'日本é' bad", at: "bad") == """
        a.spell:1:8: error[code]: message
        1 |  '日本é' bad
          |          ^^^

        """)
    #expect(
      try render("'日本' x", at: "日本") == """
        a.spell:1:2: error[code]: message
        1 | '日本' x
          |  ^^^^

        """)
  }

  @Test func controlCharactersAreSpelledOut() throws {
    let injected = "\u{1B}[2J"
    let text = try render(
      "x \(injected) bad\r\n", at: "bad", label: injected, notes: [injected, "two\nlines"], help: injected)
    #expect(
      text == """
        a.spell:1:8: error[code]: message
        1 | x \\u{1b}[2J bad
          |             ^^^ \\u{1b}[2J
          = \\u{1b}[2J
          = two\\u{a}lines
          = help: \\u{1b}[2J

        """)
    let source = SourceText(name: "\u{1B}c", text: "x")
    let location = SourceLocation(source: source, span: SourceSpan(0, 1))
    let other = DiagnosticRenderer().render(Diagnostic(code: "code", "\u{1B}c", at: location))
    #expect(!other.unicodeScalars.contains("\u{1B}"))
  }

  @Test func aSpanOverLinesEndsWithItsFirstLine() throws {
    #expect(
      try render("ab cd\nef", at: "cd\nef", label: "here") == """
        a.spell:1:4: error[code]: message
        1 | ab cd
          |    ^^ here

        """)
  }

  @Test func anEmptySpanGetsOneCaret() {
    let source = SourceText(name: "a", text: "ab\n")
    func text(_ offset: Int) -> String {
      let location = SourceLocation(source: source, span: SourceSpan(offset, offset))
      return DiagnosticRenderer().render(Diagnostic(code: "c", "m", at: location))
    }
    #expect(text(1) == "a:1:2: error[c]: m\n1 | ab\n  |  ^\n")
    #expect(text(2) == "a:1:3: error[c]: m\n1 | ab\n  |   ^\n")
    #expect(text(3) == "a:2:1: error[c]: m\n2 |\n  | ^\n")
    #expect(text(99) == text(3))
    #expect(text(-1) == "a:1:1: error[c]: m\n1 | ab\n  | ^\n")
  }

  @Test(arguments: [(0, 1000), (1000, 0), (500, 500), (20, 200), (200, 20), (10_000, 10_000), (60, 60), (3, 3)])
  func longLinesAreCutAroundTheSpan(before: Int, after: Int) throws {
    let left = String(repeating: "日", count: before / 2)
    let right = String(repeating: "é", count: after)
    let lines = try render(left + "bad" + right, at: "bad").split(separator: "\n").map(String.init)
    let shown = String(lines[1].dropFirst(4))
    let carets = String(lines[2].dropFirst(4))
    let cells = DisplayWidth.cells(of: shown)
    #expect(cells <= 150)
    let indent = carets.prefix { $0 == " " }.count
    #expect(carets.drop { $0 == " " } == "^^^")
    let place = try #require(shown.firstRange(of: "bad"))
    #expect(DisplayWidth.cells(of: String(shown[..<place.lowerBound])) == indent)
    let isCut = 2 * (before / 2) + 3 + after > 150
    #expect(shown.contains("…") == isCut)
    if isCut { #expect(cells >= 147) }
  }

  @Test func aLongSpanIsCutToo() throws {
    let lines = try render("ab " + String(repeating: "x", count: 5000) + " cd", at: String(repeating: "x", count: 5000))
      .split(separator: "\n")
    #expect(lines[1] == "1 | ab " + String(repeating: "x", count: 99) + "…")
    #expect(lines[2] == "  |    " + String(repeating: "^", count: 100))
  }

  @Test func colour() throws {
    let text = try render("ab", at: "b", label: "here", help: "try", colour: true)
    #expect(
      text == """
        a.spell:1:2: \u{1B}[1;31merror[code]\u{1B}[0m: message
        \u{1B}[34m1\u{1B}[0m \u{1B}[34m|\u{1B}[0m ab
          \u{1B}[34m|\u{1B}[0m  \u{1B}[1;31m^ here\u{1B}[0m
          = \u{1B}[1mhelp:\u{1B}[0m try

        """)
    let warning = DiagnosticRenderer(colour: true).render(Diagnostic(.warning, code: "c", "m"))
    #expect(warning == "\u{1B}[1;33mwarning[c]\u{1B}[0m: m\n")
    let note = DiagnosticRenderer(colour: true).render(Diagnostic(.note, code: "c", "m"))
    #expect(note == "\u{1B}[1;36mnote[c]\u{1B}[0m: m\n")
  }

  @Test func malformedTextIsShown() {
    let source = SourceText(name: "a", bytes: [0xFF, 0x41, 0xE6, 0x97])
    for start in 0...4 {
      let location = SourceLocation(source: source, span: SourceSpan(start, start + 1))
      #expect(DiagnosticRenderer().render(Diagnostic(code: "c", "m", at: location)).contains("^"))
    }
  }
}
