import SpellShell
import Testing

@Suite struct ShellWordTests {
  @Test(arguments: ["exit", "quit", "\\q", " Exit ", "quit;", "QUIT ;\t"]) func wordsThatEndTheShell(line: String) {
    #expect(ShellWord(line: line) == .quit)
  }

  @Test(arguments: ["help", "HELP;", "\thelp "]) func wordsThatHelp(line: String) {
    #expect(ShellWord(line: line) == .help)
  }

  @Test(arguments: ["", ";", "help me", "exit;;", "exit; a;", "\\Q x", "quit\nquit", "'help'"])
  func everythingElseIsAStatement(line: String) {
    #expect(ShellWord(line: line) == nil)
  }
}
