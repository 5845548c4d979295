import Glibc
import Spellbook
import TestSupport
import Testing

@testable import SpellShell

/// When a result is paged, and by what.
@Suite struct PagerTests {
  private let size = TerminalSize(rows: 4, columns: 10)

  private func fits(_ text: String) -> Bool { Pager.fits(Array(text.utf8), size) }

  @Test func whatFitsOnTheScreenAboveThePromptIsNotPaged() {
    #expect(fits(""))
    #expect(fits("a\nb\nc\n"))
    #expect(!fits("a\nb\nc\nd\n"))
    #expect(fits("0123456789\n"))
    #expect(!fits("0123456789x\n"))
    #expect(fits("日本日本日\n"))
    #expect(!fits("日本日本日本\n"))
    #expect(fits("\u{1B}[2m0123456789\u{1B}[0m\n"), "colours take no cells")
  }

  @Test func theEnvironmentNamesThePager() throws {
    let folder = try TemporaryFolder()
    func command(_ environment: [String: String]) -> String? { Pager.command { environment[$0] } }
    #expect(command(["PAGER": "more -s", "PATH": folder.path]) == "more -s")
    #expect(command(["PAGER": "", "PATH": folder.path]) == nil)
    #expect(command(["PATH": folder.path]) == nil)
    try folder.write("less", "")
    #expect(command(["PATH": "/nowhere:\(folder.path)"]) == "less")
  }

  @Test func aLongResultGoesThroughThePager() throws {
    let folder = try TemporaryFolder()
    let command = "cat > \(folder.file("paged")); echo \"$LESS\" >> \(folder.file("paged"))"
    #expect(ChildProcess.run("LESS=${LESS--SRXF}; export LESS; \(command)", input: Array("text\n".utf8)) == 0)
    #expect(try folder.read("paged") == "text\n-SRXF\n")
  }

  @Test func aCommandThatDoesNotReadIsNoFault() {
    // As `Interrupt.install` does for the shell.
    signal(SIGPIPE, SIG_IGN)
    let megabyte = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    #expect(ChildProcess.run("exit 3", input: megabyte) == 3)
    #expect(ChildProcess.run("test \"$1\" = 'a b'", arguments: ["a b"]) == 0)
    #expect(ChildProcess.run("kill -KILL $$") == 128 + 9)
  }
}
