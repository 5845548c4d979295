import Glibc
import TestSupport
import Testing

/// Keys, pastes, signals and poor terminals, on the executable itself; `ShellTerminalTests` tries the same loop with a
/// runner that tells exactly what it was given.
@Suite struct EditingTests {
  private let folder: TemporaryFolder
  private let prompt = "data.db (read-only)> "

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "metadata.yml",
      """
      - {kind: engine, url: "sqlite:///data.db"}
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: g, entity: k, features: [{name: größe}]}
      """)
    try SQLiteFixture.make(
      folder.file("data.db"), "CREATE TABLE g (k INTEGER, größe TEXT); INSERT INTO g VALUES (1, 'é日');")
  }

  private func shell(_ environment: [String: String] = ["TERM": "xterm"]) throws -> Terminal {
    let variables = ["NO_COLOR": "1", "SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 }
    let terminal = try Terminal(
      Spellbook.executable, ["--metadata", folder.file("metadata.yml")], environment: variables)
    try terminal.wait(for: prompt)
    return terminal
  }

  @Test func aStatementOfSeveralLinesIsRecalledWhole() throws {
    let terminal = try shell()
    terminal.send("SHOW ENTITIES\n")
    try terminal.wait(for: "...> ")
    terminal.send("LIKE 'k\n")
    try terminal.wait(for: "'> ")
    terminal.send("%';\n")
    try terminal.wait(for: "value-type")
    try terminal.wait(for: prompt)
    terminal.send("SHOW SETS;\n")
    try terminal.wait(for: "features")
    try terminal.wait(for: prompt)
    terminal.send("\u{1B}[A\u{1B}[A")
    // What the two statements share is not drawn anew.
    try terminal.wait(for: "ENTITIES\r\nLIKE 'k\r\n%';")
    terminal.send("\n")
    try terminal.wait(for: "value-type")
  }

  @Test func controlCAtThePromptClearsTheLineAndKeepsTheShell() throws {
    let terminal = try shell()
    terminal.send("SELECT (\n")
    try terminal.wait(for: "(> ")
    terminal.send("half a line\u{3}")
    try terminal.wait(for: prompt)
    terminal.send("SHOW SETS;\n")
    try terminal.wait(for: "features")
    try terminal.wait(for: prompt)
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func aPasteOfThreeStatementsWithTabsRunsAtEnter() throws {
    let terminal = try shell()
    terminal.send("\u{1B}[200~SHOW\tENTITIES;\nSHOW\tSETS;\n\tSHOW GROUPS;\u{1B}[201~")
    try terminal.wait(for: "SHOW GROUPS;")
    terminal.send("\n")
    for column in ["value-type", "features", "event_timestamp"] { try terminal.wait(for: column) }
    try terminal.wait(for: prompt)
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func utf8WorksWithoutALocale() throws {
    let terminal = try shell()
    terminal.send("SELECT FEATURES größe WHERE größe = 'é日';\n")
    try terminal.wait(for: "| k | größe |")
    try terminal.wait(for: "| 1 | é日   |")
  }

  @Test func aDumbTerminalStaysUsable() throws {
    let terminal = try shell(["TERM": "dumb"])
    terminal.send("SELECT FEATURES größe\nLIMIT 1;\n")
    try terminal.wait(for: "| 1 | é日   |")
    try terminal.wait(for: prompt)
    terminal.send("exit\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test(arguments: [SIGHUP, SIGTERM]) func aSignalWithTheEditorOpenEndsTheShell(number: Int32) throws {
    let terminal = try shell()
    terminal.send("SELECT FEATURES gr")
    try terminal.wait(for: "FEATURES gr")
    terminal.signal(number)
    #expect(try terminal.exitStatus() == 128 + number)
  }
}
