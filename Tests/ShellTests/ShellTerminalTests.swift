import Glibc
import Testing
import TestSupport

/// The shell on a real terminal. Each test types and waits; what the runner was given tells what came through.
@Suite struct ShellTerminalTests {
  private let prompt = "probe (read-only)> "

  private func shell(_ environment: [String: String] = ["TERM": "xterm"]) throws -> Terminal {
    let terminal = try Terminal(builtProgram("shell-probe"), environment: environment)
    try terminal.wait(for: prompt)
    return terminal
  }

  /// Waits until a statement has come through exactly and the shell is ready again.
  private func expectRun(_ statement: String, on terminal: Terminal) throws {
    try terminal.wait(for: "ran \(statement.debugDescription)\r\n")
  }

  @Test func aStatementContinuesUntilItsSemicolon() throws {
    let terminal = try shell()
    terminal.send("SELECT FEATURES a\n")
    try terminal.wait(for: "h              ...> ")
    terminal.send("JOIN 'x\n")
    try terminal.wait(for: "h                '> ")
    terminal.send("y';\n")
    try expectRun("SELECT FEATURES a\nJOIN 'x\ny';", on: terminal)
    try terminal.wait(for: prompt)
  }

  @Test func aWordOfTheShellWithinAStatementIsToldTheWayOut() throws {
    let terminal = try shell()
    terminal.send("SELECT FEATURES a\n")
    try terminal.wait(for: "...> ")
    terminal.send("quit\n")
    try terminal.wait(for: "A statement is open: end it with ; or drop it with Ctrl-C. \\q ends the shell.")
    terminal.send("\\?\n")
    try terminal.wait(for: "Up recalls statements")
    terminal.send("\\q\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func statementsOfOneLineRunInOrder() throws {
    let terminal = try shell()
    terminal.send("A; B; C\n")
    try expectRun("A;", on: terminal)
    try expectRun("B;", on: terminal)
    try terminal.wait(for: "...> ")
    terminal.send(";\n")
    try expectRun("C\n;", on: terminal)
  }

  @Test func upRecallsAWholeStatement() throws {
    let terminal = try shell()
    terminal.send("SHOW\nALL;\n")
    try expectRun("SHOW\nALL;", on: terminal)
    try terminal.wait(for: prompt)
    terminal.send("OTHER;\n")
    try expectRun("OTHER;", on: terminal)
    try terminal.wait(for: prompt)
    terminal.send("SH\u{1B}[A\n")
    try expectRun("SHOW\nALL;", on: terminal)
    try terminal.wait(for: prompt)
    terminal.send("\u{1B}OA\u{1B}OA\n")
    try expectRun("OTHER;", on: terminal)
  }

  @Test func controlCClearsTheLineAndTheOpenStatement() throws {
    let terminal = try shell()
    terminal.send("OPEN (\n")
    try terminal.wait(for: "(> ")
    terminal.send("half a line\u{3}")
    try terminal.wait(for: "^C\r\n")
    try terminal.wait(for: prompt)
    terminal.send("WHOLE;\n")
    try expectRun("WHOLE;", on: terminal)
  }

  @Test func controlCStopsTheStatementAndWhatFollowsOnItsLine() throws {
    let terminal = try shell()
    terminal.send("WAIT; NEVER;\n")
    try expectRun("WAIT;", on: terminal)
    terminal.send("\u{3}")
    try terminal.wait(for: "stopped\r\n")
    try terminal.wait(for: prompt)
    terminal.send("NEXT;\n")
    try expectRun("NEXT;", on: terminal)
    #expect(!terminal.transcript.contains("ran \"NEVER;\""))
  }

  @Test func controlDEndsTheShellAndDropsWhatIsOpen() throws {
    let terminal = try shell()
    terminal.send("OPEN\n")
    try terminal.wait(for: "...> ")
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
    #expect(terminal.unread.utf8.last == UInt8(ascii: "\n"))
    #expect(!terminal.transcript.contains("ran "))
  }

  @Test(arguments: ["exit", "quit", "\\q", "  QUIT ; "]) func aWordEndsTheShell(word: String) throws {
    let terminal = try shell()
    terminal.send("\(word)\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func helpOrientsInFiveLines() throws {
    let terminal = try shell()
    terminal.send("help\n")
    try terminal.wait(for: "help\r\n")
    try terminal.wait(for: "ends the shell.\r\n")
    try terminal.wait(for: prompt)
    terminal.send("OPEN\nhelp;\n")
    try expectRun("OPEN\nhelp;", on: terminal)
  }

  @Test(arguments: [["TERM": "xterm"], ["TERM": "xterm", "LC_ALL": "C"], ["TERM": "xterm", "LC_ALL": "xx_XX.UTF-8"]])
  func textOutsideASCIIComesThrough(environment: [String: String]) throws {
    let terminal = try shell(environment)
    terminal.send("é日𝄞😀;\n")
    try terminal.wait(for: "é日𝄞😀;")
    try expectRun("é日𝄞😀;", on: terminal)
  }

  @Test func aPasteIsTextUntilEnter() throws {
    let terminal = try shell()
    #expect(terminal.transcript.contains("\u{1B}[?2004h"))
    terminal.send("\u{1B}[200~A\tb,\r\n  c;\rB\u{7};\u{1B}[201~")
    try terminal.wait(for: "B;")
    #expect(!terminal.transcript.contains("ran "))
    terminal.send("\n")
    try expectRun("A\tb,\n  c;", on: terminal)
    try expectRun("B;", on: terminal)
    #expect(terminal.transcript.contains("\u{1B}[?2004l"))
  }

  @Test(arguments: [["TERM": "dumb"], [:]]) func aDumbTerminalIsUsable(environment: [String: String]) throws {
    let terminal = try shell(environment)
    terminal.send("SHOW\nALLL\u{7F};\n")
    try expectRun("SHOW\nALL;", on: terminal)
    try terminal.wait(for: prompt)
    #expect(!terminal.transcript.contains("\u{1B}"))
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func aNewSizeIsDrawnBeforeTheNextKey() throws {
    let terminal = try shell()
    terminal.send("some")
    try terminal.wait(for: "some")
    terminal.resize(rows: 10, columns: 30)
    terminal.send(" words that now wrap;\n")
    try expectRun("some words that now wrap;", on: terminal)
  }

  @Test func controlRSearchesTheHistory() throws {
    let terminal = try shell()
    terminal.send("SHOW ALL;\rOTHER;\r")
    try expectRun("OTHER;", on: terminal)
    try terminal.wait(for: prompt)
    terminal.send("\u{12}W A\r")
    try expectRun("SHOW ALL;", on: terminal)
  }

  @Test func controlArrowsMoveByWords() throws {
    let terminal = try shell()
    terminal.send("one two;\u{1B}[1;5D\u{1B}[1;5DX\u{1B}[1;5CY\n")
    try expectRun("XoneY two;", on: terminal)
  }

  @Test func sigintFromElsewhereClearsTheLine() throws {
    let terminal = try shell()
    terminal.send("HALF\n")
    try terminal.wait(for: "...> ")
    terminal.signal(SIGINT)
    try terminal.wait(for: prompt)
    terminal.send("WHOLE;\n")
    try expectRun("WHOLE;", on: terminal)
  }

  @Test(arguments: [SIGTERM, SIGHUP]) func aSignalEndsTheShell(number: Int32) throws {
    let terminal = try shell()
    terminal.signal(number)
    #expect(try terminal.exitStatus() == 128 + number)
  }

  @Test func aSignalEndsTheStatementAndTheShell() throws {
    let terminal = try shell()
    terminal.send("WAIT;\n")
    try expectRun("WAIT;", on: terminal)
    terminal.signal(SIGTERM)
    try terminal.wait(for: "stopped\r\n")
    #expect(try terminal.exitStatus() == 128 + SIGTERM)
  }
}
