import TestSupport
import Testing

/// The real executable on a real terminal, over a real database.
@Suite struct SessionTerminalTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "metadata.yml",
      """
      kind: engine
      url: sqlite:///shop.db
      ---
      kind: entity
      name: user
      value_type: int
      ---
      kind: group
      name: spending
      entity: user
      event_timestamp_column: at
      features: [{name: amount, value_type: float}, {name: city, value_type: str}]
      ---
      kind: group
      name: endless
      entity: user
      query: WITH RECURSIVE n (user) AS (SELECT 0 UNION ALL SELECT user + 1 FROM n) SELECT user, user AS x FROM n
        WHERE user < 0
      features: [{name: x, value_type: int}]
      """)
    try SQLiteFixture.make(
      folder.file("shop.db"),
      """
      CREATE TABLE spending (user INTEGER, at TEXT, amount REAL, city TEXT);
      INSERT INTO spending VALUES (1, '2024-01-01', 2.5, '日本'), (2, '2024-01-01', 10, NULL);
      """)
  }

  private func shell(_ environment: [String: String] = [:]) throws -> Terminal {
    let variables = ["TERM": "xterm", "SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 }
    let terminal = try Terminal(
      Spellbook.executable, ["--metadata", folder.file("metadata.yml")], environment: variables)
    try terminal.wait(for: "shop.db (read-only)> ")
    return terminal
  }

  @Test func aStatementShowsATableAndItsReport() throws {
    let terminal = try shell(["LANG": "C.UTF-8", "NO_COLOR": "1"])
    terminal.send("SELECT FEATURES amount, city\nAS OF '2024-01-02';\n")
    try terminal.wait(for: "│    1 │    2.5 │ 日本 │")
    try terminal.wait(for: "2 rows, 2 features")
    try terminal.wait(for: "spending  scan   2 matched")
    try terminal.wait(for: "shop.db (read-only)> ")
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func anErrorKeepsTheShellAndPointsAtThePlace() throws {
    let terminal = try shell()
    terminal.send("SELECT FEATURES amuont;\n")
    try terminal.wait(for: "did you mean `amount`?")
    try terminal.wait(for: "shop.db (read-only)> ")
    terminal.send("quit\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func controlCEndsARunningScanAndKeepsTheShell() throws {
    let terminal = try shell()
    terminal.send("SELECT FEATURES x;\n")
    // The shell has left line editing when pastes are no longer announced; the scan never ends by itself.
    try terminal.wait(for: "SELECT FEATURES x;\r\n")
    try terminal.wait(for: "\u{1B}[?2004l")
    terminal.send("\u{3}")
    try terminal.wait(for: "interrupted")
    try terminal.wait(for: "shop.db (read-only)> ")
    terminal.send("SHOW SETS;\n")
    try terminal.wait(for: "description")
    try terminal.wait(for: "shop.db (read-only)> ")
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func colourIsLeftOutWhereItIsNotWanted() throws {
    for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
      let terminal = try shell(environment)
      terminal.send("SELECT FEATURES amuont;\n")
      try terminal.wait(for: "did you mean")
      try terminal.wait(for: "shop.db (read-only)> ")
      terminal.send("\u{4}")
      _ = try terminal.exitStatus()
      #expect(!terminal.transcript.contains("\u{1B}[1;31m"))
    }
    let colourful = try shell()
    colourful.send("SELECT FEATURES amuont;\n")
    try colourful.wait(for: "\u{1B}[1;31m")
  }
}
