import SpellLanguage
import SpellShell
import Testing

@Suite struct ShellWordTests {
  @Test(arguments: ["exit", "quit", "\\q", " Exit ", "quit;", "QUIT ;\t"]) func wordsThatEndTheShell(line: String) {
    #expect(ShellWord(line: line) == .quit)
  }

  @Test(arguments: ["help", "HELP;", "\thelp "]) func wordsThatHelp(line: String) {
    #expect(ShellWord(line: line) == .help)
  }

  @Test func wordsWithABackslashArePossibleWhileAStatementIsOpen() {
    for open in [.statement, .parenthesis] as [StatementSplitter.Open] {
      #expect(ShellWord(line: " \\e ", open: open) == .edit)
      #expect(ShellWord(line: "\\q", open: open) == .quit)
      #expect(ShellWord(line: "\\?", open: open) == .help)
    }
    for open in [.text, .name, .comment] as [StatementSplitter.Open] {
      for line in ["\\e", "\\q", "\\?"] { #expect(ShellWord(line: line, open: open) == nil) }
    }
    #expect(ShellWord(line: "\\e") == .edit)
    // A command of its own.
    #expect(ShellWord(line: "\\?") == nil)
    #expect(ShellWord(line: "quit", open: .statement) == nil)
    #expect(ShellWord(line: "help", open: .statement) == nil)
  }

  @Test(arguments: ["", ";", "help me", "exit;;", "exit; a;", "\\Q x", "quit\nquit", "'help'"])
  func everythingElseIsAStatement(line: String) {
    #expect(ShellWord(line: line) == nil)
  }
}
