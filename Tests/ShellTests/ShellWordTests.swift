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

  @Test func editingIsPossibleWhileAStatementIsOpen() {
    for open in [nil, .statement, .parenthesis] as [StatementSplitter.Open?] {
      #expect(ShellWord(line: " \\e ", open: open) == .edit)
    }
    for open in [.text, .name, .comment] as [StatementSplitter.Open] {
      #expect(ShellWord(line: "\\e", open: open) == nil)
    }
    #expect(ShellWord(line: "quit", open: .statement) == nil)
    #expect(ShellWord(line: "help", open: .statement) == nil)
  }

  @Test(arguments: ["", ";", "help me", "exit;;", "exit; a;", "\\Q x", "quit\nquit", "'help'"])
  func everythingElseIsAStatement(line: String) {
    #expect(ShellWord(line: line) == nil)
  }
}
