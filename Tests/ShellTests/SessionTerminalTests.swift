import TestSupport
import Testing

/// The real executable on a real terminal, over a real database.
@Suite struct SessionTerminalTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "metadata.yml",
      Shop.metadata + """
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

  private func shell(_ environment: [String: String] = [:], columns: Int32 = 80) throws -> Terminal {
    let variables = ["TERM": "xterm", "SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 }
    let terminal = try Terminal(
      Spellbook.executable, ["--metadata", folder.file("metadata.yml")], environment: variables, columns: columns)
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

  // MARK: Tab

  @Test func tabCompletesKeywordsAndFeatures() throws {
    let terminal = try shell()
    terminal.send("SEL\t")
    try terminal.wait(for: "> SELECT ")
    terminal.send("\tspending.am\t")
    try terminal.wait(for: "FEATURES spending.amount ")
    terminal.send("as of '2024-01-02';\n")
    try terminal.wait(for: "2 rows, 1 feature")
    try terminal.wait(for: "shop.db (read-only)> ")
    terminal.send("\\d spe\t\n")
    try terminal.wait(for: "event timestamp")
    try terminal.wait(for: "shop.db (read-only)> ")
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func tabCompletesPathsAndLabelColumns() throws {
    let labels = folder.file("labels of today.csv")
    try folder.write("labels of today.csv", "user,moment\n1,2024-01-02\n")
    let terminal = try shell(columns: 200)
    terminal.send("SELECT FEATURES amount JOIN \(labels.dropLast(14))\t")
    try terminal.wait(for: "labels of today.csv' ")
    terminal.send("\nas of mo\t;\n")
    try terminal.wait(for: "1 row, 1 feature")
    try terminal.wait(for: "shop.db (read-only)> ")
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func aSecondTabListsTheCandidatesAndKeepsTheLine() throws {
    let terminal = try shell()
    terminal.send("SHOW FEATURES LIKE '日%' ; SELECT FEATURES \t\t")
    try terminal.wait(for: "spending  group\r\n")
    try terminal.wait(for: "amount    feature float\r\n")
    try terminal.wait(for: "city      feature str\r\n")
    try terminal.wait(for: "SHOW FEATURES LIKE '日%' ; SELECT FEATURES ")
    terminal.send("ci\t;\n")
    try terminal.wait(for: "2 rows, 1 feature")
    try terminal.wait(for: "shop.db (read-only)> ")
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func aListInTheMiddleOfALineLeavesTheCursorThere() throws {
    let terminal = try shell()
    // The cursor goes back over `;` and the two wide characters of the text.
    terminal.send("SELECT FEATURES  WHERE city = '日本';" + String(repeating: "\u{1B}[D", count: 19))
    terminal.send("\t\t")
    try terminal.wait(for: "city      feature str\r\n")
    try terminal.wait(for: "日本")
    terminal.send("ci\t\n")
    try terminal.wait(for: "1 row, 1 feature")
    try terminal.wait(for: "shop.db (read-only)> ")
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test(arguments: [["TERM": "dumb"], ["TERM": "dumb", "LC_ALL": "C"]])
  func aDumbTerminalListsPlainly(environment: [String: String]) throws {
    let terminal = try shell(environment)
    terminal.send("DESCRIBE '日' sp\u{15}DESCRIBE \t\t")
    try terminal.wait(for: "spending  group\r\n")
    try terminal.wait(for: "DESCRIBE ")
    terminal.send("sp\t;\n")
    try terminal.wait(for: "event timestamp")
    #expect(!terminal.transcript.contains("\u{1B}"))
    try terminal.wait(for: "shop.db (read-only)> ")
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }
}
