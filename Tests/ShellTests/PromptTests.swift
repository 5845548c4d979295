import SpellLanguage
import SpellShell
import Testing

@Suite struct PromptTests {
  @Test func saysWhetherTheFileCanBeWritten() {
    #expect(Prompt.ready(label: "flights.db", writable: false) == "flights.db (read-only)> ")
    #expect(Prompt.ready(label: "flights.db", writable: true) == "flights.db (writable)> ")
  }

  @Test func controlCharactersOfANameStayOffTheTerminal() {
    #expect(
      Prompt.ready(label: "a\u{1B}[2Jb\n\u{9B}", writable: false) == #"a\u{1b}[2Jb\u{a}\u{9b} (read-only)> "#)
  }

  @Test(arguments: [
    ("a", "          ...> "), ("a 'x", "            '> "), ("a \"x", "            \"> "),
    ("a (b", "            (> "),
    ("a /* x", "            *> "),
  ])
  func aContinuationStandsUnderThePromptAndSaysWhatIsOpen(typed: String, expected: String) throws {
    var buffer = StatementBuffer()
    _ = buffer.add(line: typed)
    let open = try #require(buffer.open)
    #expect(Prompt.continuation(under: "日 (writable)> ", open: open) == expected)
  }

  @Test func aShortPromptStillShowsTheMark() throws {
    var buffer = StatementBuffer()
    _ = buffer.add(line: "a")
    #expect(Prompt.continuation(under: "> ", open: try #require(buffer.open)) == "...> ")
  }
}
