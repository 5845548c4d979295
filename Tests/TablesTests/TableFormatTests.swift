import SpellCore
import SpellTables
import TestSupport
import Testing

@Suite struct TableFormatTests {
  private func terminal(_ width: Int, colour: Bool = false, box: Bool = true, rowLimit: Int? = nil) -> FormatOptions {
    FormatOptions(width: width, isTerminal: true, colour: colour, unicodeBox: box, rowLimit: rowLimit)
  }

  @Test func aBoxWithNumbersToTheRight() throws {
    #expect(
      try printed(
        "table", [("name", .str), ("n", .int), ("f", .float)],
        [[.str("a"), .int(5), .float(0.25)], [.null, .int(-12_345), .null]], options: terminal(80)) == """
          ┌──────┬────────┬──────┐
          │ name │      n │    f │
          ├──────┼────────┼──────┤
          │ a    │      5 │ 0.25 │
          │ NULL │ -12345 │ NULL │
          └──────┴────────┴──────┘

          """)
  }

  @Test func asciiAndWithoutFooterInAFile() throws {
    #expect(
      try printed("table", [("name", .str)], [[.str("a much longer text than any terminal is wide")]]) == """
        +----------------------------------------------+
        | name                                         |
        +----------------------------------------------+
        | a much longer text than any terminal is wide |
        +----------------------------------------------+

        """)
    #expect(
      try printed("table", [("a", .int)], []) == "+---+\n| a |\n+---+\n+---+\n")
  }

  @Test func wideAndCombiningCharacters() throws {
    #expect(
      try printed(
        "table", [("日本", .str), ("x", .str)],
        [[.str("e\u{301}"), .str("日")], [.str("東京都"), .str("a")]], options: terminal(80)) == """
          ┌────────┬────┐
          │ 日本   │ x  │
          ├────────┼────┤
          │ e\u{301}      │ 日 │
          │ 東京都 │ a  │
          └────────┴────┘

          """)
  }

  @Test func theWidestColumnsAreCut() throws {
    #expect(
      try printed(
        "table", [("id", .int), ("text", .str), ("short", .str)],
        [[.int(1_234_567_890), .str("0123456789abcdefghij"), .str("abc")], [.int(1), .str("日本語日本語日本語"), .null]],
        options: terminal(40)) == """
          ┌────────────┬─────────────────┬───────┐
          │         id │ text            │ short │
          ├────────────┼─────────────────┼───────┤
          │ 1234567890 │ 0123456789abcd… │ abc   │
          │          1 │ 日本語日本語日… │ NULL  │
          └────────────┴─────────────────┴───────┘

          """)
  }

  @Test func everyLineFitsTheTerminal() throws {
    let columns: [(name: String, type: ValueType)] = [("first", .str), ("日本語の名前", .str), ("number", .int)]
    let rows: [[Value]] = [
      [
        .str(String(repeating: "wide 日本 ", count: 5)), .str("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}"),
        .int(7),
      ],
      [.str("a"), .str("👩‍👩‍👧 family and more text"), .int(123_456)],
    ]
    for width in 32...90 {
      let text = try printed("table", columns, rows, options: terminal(width))
      #expect(text.hasPrefix("┌"), "\(width)")
      let lines = text.split(separator: "\n").dropLast()
      let widths = Set(lines.map { DisplayWidth.cells(of: String($0)) })
      #expect(widths.count == 1 && (widths.first ?? .max) <= width, "\(width): \(widths)\n\(text)")
    }
  }

  @Test func tooNarrowIsVertical() throws {
    #expect(
      try printed(
        "table", [("number", .int), ("text", .str)], [[.int(1_234_567_890_123), .str("something long")]],
        options: terminal(20)) == """
          -[ RECORD 1 ]-------
          number | 1234567890123
          text   | something long

          """)
  }

  @Test func hiddenRowsAreAnnounced() throws {
    let rows = (0..<1234).map { [Value.int(Int64($0))] }
    let text = try printed("table", [("n", .int)], rows, options: terminal(80, box: false, rowLimit: 2))
    #expect(text == "+---+\n| n |\n+---+\n| 0 |\n| 1 |\n+---+\n1,234 rows (2 shown)\n")
    let file = try printed("vertical", [("n", .int)], rows, options: FormatOptions(rowLimit: 1))
    #expect(file == "-[ RECORD 1 ]-\nn | 0\n1,234 rows (1 shown)\n")
  }

  @Test func whatShowsTheWholeIsNamedBelowAPart() throws {
    var options = terminal(20, box: false, rowLimit: 2)
    options.wholeHint = "\\last shows all"
    let text = String(repeating: "x", count: 30)
    let rows = [[Value.str(text)], [.str("a")], [.str("b")]]
    #expect(
      try printed("table", [("s", .str)], rows, options: options).hasSuffix(
        "+\n3 rows (2 shown; values are cut; \\last shows all)\n"))
    #expect(
      try printed("table", [("s", .str)], Array(rows.prefix(1)), options: options).hasSuffix(
        "+\n1 row (values are cut; \\last shows all)\n"))
    let whole = try printed("table", [("s", .str)], Array(rows.suffix(1)), options: options)
    #expect(whole == "+---+\n| s |\n+---+\n| b |\n+---+\n")
  }

  @Test func expandedDecidesAboutTheListing() throws {
    let columns = [("number", ValueType.int), ("text", .str)]
    let rows = [[Value.int(1_234_567_890_123), .str("something long")]]
    var options = terminal(24, box: false)
    options.expanded = .off
    #expect(try printed("table", columns, rows, options: options).contains("| 1234567890123 | somethi~ |"))
    options.expanded = .on
    options.width = 200
    #expect(try printed("table", columns, rows, options: options).contains("text   | something long"))
    var file = FormatOptions()
    file.expanded = .on
    #expect(try printed("table", columns, rows, options: file).contains("text   | something long"))
  }

  @Test func valuesAreListedRatherThanCutWhereTheyMayNotBe() throws {
    let rows = [[Value.str("0123456789abcdefghij")]]
    var options = terminal(20, box: false)
    #expect(try printed("table", [("text", .str)], rows, options: options).contains("~"))
    options.cutsValues = false
    #expect(try printed("table", [("text", .str)], rows, options: options).contains("text | 0123456789abcdefghij\n"))
    options.width = 24
    #expect(try printed("table", [("text", .str)], rows, options: options).contains("| 0123456789abcdefghij |"))
  }

  @Test func nullIsDimAndTextIsNot() throws {
    let text = try printed("table", [("s", .str)], [[.null], [.str("NULL")]], options: terminal(80, colour: true))
    #expect(text.contains("│ \u{1B}[2mNULL\u{1B}[0m │\n│ NULL │\n"))
  }

  @Test func nothingControlsTheTerminal() throws {
    let evil = "a\u{1B}[31m\n\t\r\u{7F}\u{9B}\u{202E}\u{0}"
    for format in ["table", "vertical", "markdown", "html"] {
      let text = try printed(format, [(evil, .str)], [[.str(evil)]], options: terminal(400))
      let controls = text.unicodeScalars.filter { $0 != "\n" && VisibleText.isControl($0) }
      #expect(controls.isEmpty, "\(format)")
      #expect(text.contains(format == "markdown" ? #"u{1b}\[31m"# : "u{1b}[31m"))
    }
    let table = try printed("table", [("s", .str)], [[.str(evil)]], options: terminal(400))
    #expect(table.contains("│ a\\u{1b}[31m\\n\\t\\r\\u{7f}\\u{9b}\\u{202e}\\u{0} │"))
  }
}
