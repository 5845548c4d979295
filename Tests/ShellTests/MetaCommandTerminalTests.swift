import Glibc
import TestSupport
import Testing

/// Commands of the shell as they are typed, with the real executable.
@Suite struct MetaCommandTerminalTests {
  private let folder: TemporaryFolder
  private let prompt = "shop.db (read-only)> "
  private let metadata = """
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
    features: [{name: amount, value_type: float}, {name: city, value_type: str}]

    """

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("metadata.yml", metadata)
    try SQLiteFixture.make(
      folder.file("shop.db"),
      """
      CREATE TABLE spending (user INTEGER, amount REAL, city TEXT);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
        INSERT INTO spending SELECT i, i / 2.0, CASE i WHEN 1 THEN replace(hex(zeroblob(60)), '0', 'x') END FROM n;
      """)
  }

  private func shell(
    _ arguments: [String] = [], _ environment: [String: String] = [:], ready: Bool = true
  ) throws -> Terminal {
    let variables = ["TERM": "xterm", "NO_COLOR": "1", "TMPDIR": folder.path].merging(environment) { $1 }
    let terminal = try Terminal(
      "/usr/bin/env",
      ["-C", folder.path, Spellbook.executable, "--metadata", "metadata.yml"] + arguments, environment: variables)
    if ready { try terminal.wait(for: prompt) }
    return terminal
  }

  /// Types a line and waits for texts in this order, and for the next prompt.
  private func type(_ line: String, on terminal: Terminal, expecting texts: String...) throws {
    terminal.send(line + "\n")
    try terminal.wait(for: "\n")
    for text in texts { try terminal.wait(for: text) }
    try terminal.wait(for: prompt)
  }

  private func leave(_ terminal: Terminal) throws {
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func tablesBecomeListings() throws {
    let terminal = try shell()
    try type("\\x", on: terminal, expecting: "expanded is on")
    try type("SELECT FEATURES amount LIMIT 1;", on: terminal, expecting: "-[ RECORD 1 ]", "amount | 0.5")
    try type("\\x off", on: terminal, expecting: "expanded is off")
    try type("SELECT FEATURES amount LIMIT 1;", on: terminal, expecting: "+------+--------+", "|    1 |    0.5 |")
    try leave(terminal)
  }

  @Test func scriptsRunAndNameTheirPlaces() throws {
    try folder.write("one.spell", "SHOW ENTITIES;\n\\d amuont\nSHOW SETS;\n")
    let terminal = try shell()
    try type("\\i one.spell", on: terminal, expecting: "| user |", "one.spell:2:4: error", "did you mean")
    try type("\\i two.spell", on: terminal, expecting: "<stdin>:1:4: error", "two.spell")
    try leave(terminal)
  }

  @Test func anUnknownCommandIsNamedWithTheNearest() throws {
    let terminal = try shell()
    try type("\\conninof", on: terminal, expecting: "did you mean `\\conninfo`?", "`\\?` lists the commands")
    try type("\\conninfo", on: terminal, expecting: "database", "shop.db", "read-only")
    try type("\\?", on: terminal, expecting: "\\h [STATEMENT]", "\\q ")
    try type("\\h select", on: terminal, expecting: "SELECT FEATURES spending.amount, spending.city LIMIT 5;")
    terminal.send("\\Q;\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func resultsGoIntoAFile() throws {
    let terminal = try shell()
    let statement = "SELECT FEATURES amount LIMIT 45"
    try type("\\o out.csv", on: terminal)
    try type("\(statement);", on: terminal, expecting: "45 rows, 1 feature")
    try type("SELECT FEATURES nothing;", on: terminal, expecting: "error[")
    #expect(!folderEntries(folder.path).contains("out.csv"))
    try type("\\o", on: terminal, expecting: "out.csv: written")
    try type("\\o last.csv", on: terminal)
    try type("\(statement);", on: terminal, expecting: "45 rows, 1 feature")
    try leave(terminal)
    let piped = try Spellbook.run(["-q", "-c", statement], in: folder)
    #expect(try folder.read("out.csv") == piped.output)
    #expect(try folder.read("last.csv") == piped.output)
  }

  @Test func theLastResultIsShownWhole() throws {
    let terminal = try shell()
    try type(
      "SELECT FEATURES amount, city;", on: terminal, expecting: "50 rows (40 shown; values are cut; \\last shows all)")
    try type(
      "\\last", on: terminal, expecting: "-[ RECORD 1 ]", String(repeating: "x", count: 60), "-[ RECORD 50 ]")
    try leave(terminal)
  }

  @Test func anEditorChangesTheLastOrTheOpenStatement() throws {
    let editor = try folder.write("editor", "#!/bin/sh\nsed -i 's/amuont/amount/; s/OPEN/LIMIT 2;/' \"$1\"\n")
    #expect(chmod(editor, 0o700) == 0)
    let terminal = try shell([], ["EDITOR": editor])
    try type("SELECT FEATURES amuont LIMIT 1;", on: terminal, expecting: "did you mean `amount`?")
    try type("\\e", on: terminal, expecting: "SELECT FEATURES amount LIMIT 1;\r\n", "|    1 |    0.5 |")
    try type("\\e", on: terminal, expecting: "nothing was changed")
    terminal.send("SELECT FEATURES amount\n OPEN\n")
    try terminal.wait(for: "OPEN\r\n")
    try terminal.wait(for: "...> ")
    try type("\\e", on: terminal, expecting: " LIMIT 2;\r\n", "|    2 |")
    #expect(!folderEntries(folder.path).contains { $0.hasSuffix(".spell") })
    try leave(terminal)
  }

  @Test func anEditorThatFailsRunsNothing() throws {
    let editor = try folder.write("editor", "#!/bin/sh\necho 'SHOW SETS;' > \"$1\"\nexit 3\n")
    #expect(chmod(editor, 0o700) == 0)
    let terminal = try shell([], ["VISUAL": "\(editor) -w", "EDITOR": "false"])
    try type("\\e", on: terminal, expecting: "ended with status ")
    try leave(terminal)
    #expect(!terminal.transcript.contains("description"))
    #expect(!folderEntries(folder.path).contains { $0.hasSuffix(".spell") })
  }

  @Test func metadataIsReadAgain() throws {
    let terminal = try shell()
    try type("\\d extra", on: terminal, expecting: "error[unknown-name]")
    try folder.write("metadata.yml", metadata + "---\nkind: feature_set\nname: extra\nfeatures: [spending.amount]\n")
    try type("\\reload", on: terminal, expecting: "1 entity, 1 group, 2 features, 1 set")
    try type("\\d extra", on: terminal, expecting: "spending.amount")
    try folder.write("metadata.yml", "kind: nothing\n")
    try type("\\reload", on: terminal, expecting: "metadata.yml:1:", "stays in use")
    try type("SELECT FEATURES extra LIMIT 1;", on: terminal, expecting: "|    1 |    0.5 |")
    try leave(terminal)
  }

  @Test func theStartFileRunsBeforeTheFirstPrompt() throws {
    #expect(mkdir(folder.file("spellbook"), 0o700) == 0)
    try folder.write("spellbook/rc", "\\x on\nSET limt = 3;\n\\timing off\n")
    let environment = ["XDG_CONFIG_HOME": folder.path]
    let terminal = try shell([], environment, ready: false)
    try terminal.wait(for: "spellbook/rc:2:5: error[unknown-setting]")
    try terminal.wait(for: prompt)
    try type("\\set", on: terminal, expecting: "expanded   on", "timing     off")
    #expect(!terminal.transcript.contains("expanded is on"))
    try leave(terminal)
    let bare = try shell(["--no-rc"], environment)
    try type("\\set", on: bare, expecting: "expanded   auto", "timing     on")
    #expect(!bare.transcript.contains("error["))
    try leave(bare)
  }

  @Test func pastedCommandsRunAmongStatements() throws {
    let terminal = try shell()
    terminal.send("\u{1B}[200~\\x on\nSELECT FEATURES amount LIMIT 1;\n\\q\nSHOW SETS;\u{1B}[201~\n")
    try terminal.wait(for: "expanded is on")
    try terminal.wait(for: "-[ RECORD 1 ]")
    #expect(try terminal.exitStatus() == 0)
    #expect(!terminal.unread.contains("description"))
  }
}
