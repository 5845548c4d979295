import Glibc
import TestSupport
import Testing

/// Saved queries as they are typed, with the real executable.
@Suite struct SavedQueryTerminalTests {
  private let stage: HistoryStage

  init() throws { stage = try HistoryStage() }

  private var saved: String { stage.folder.file("home/.local/share/spellbook/queries/city.spell") }

  @Test func aQueryIsSavedListedRunAndDropped() throws {
    let shell = try stage.shell()
    try stage.type("\\save city", on: shell, expecting: "error[nothing-to-save]")
    try stage.type("\\set :place Oslo", on: shell)
    try stage.type(
      "SELECT FEATURES amount AS OF '2024-02-01' WHERE spending.city = :place;", on: shell, expecting: "error")
    try stage.type(
      "SELECT FEATURES amount, city AS OF '2024-02-01' WHERE city = :place;", on: shell, expecting: "1 row, 2 features")
    try stage.type("\\save city 'Who spends in a city'", on: shell, expecting: "queries/city.spell: saved")
    #expect(
      String(decoding: try readFile(saved), as: UTF8.self) == """
        -- description: Who spends in a city
        -- parameter place: value
        SELECT FEATURES amount, city AS OF '2024-02-01' WHERE city = :place;

        """)
    try stage.type("\\save city", on: shell, expecting: "error[output-exists]", "OVERWRITE")
    try stage.type("\\save city 4 OVERWRITE", on: shell, expecting: "error[unknown-id]")
    try stage.type("\\save city 1 OVERWRITE", on: shell, expecting: "city.spell: replaced")
    try stage.type("\\save city 3 'Spending' OVERWRITE", on: shell, expecting: "city.spell: replaced")
    try stage.type("\\saved", on: shell, expecting: "| city | user  | place value | Spending")
    try stage.type("\\show ci\t", on: shell, expecting: "city.spell", "-- description: Spending")
    try stage.type("\\run city place='New York'", on: shell, expecting: "New York", "1 row, 2 features")
    try stage.type("\\run city", on: shell, expecting: "Oslo", "1 row, 2 features")
    try stage.type("\\run city plaec=x", on: shell, expecting: "did you mean `:place`?")
    try stage.type("\\run ctiy", on: shell, expecting: "error[unknown-query]", "did you mean `city`?")
    try stage.type("\\save ../city", on: shell, expecting: "error[not-a-name]")
    try stage.type("\\drop city", on: shell, expecting: "city.spell: removed")
    try stage.type("\\run city", on: shell, expecting: "error[unknown-query]", "none is saved")
    try stage.leave(shell)
    #expect(try stage.texts().suffix(2) == ["\\run ctiy", "\\run city"])
  }

  @Test func aMissingValueIsAskedForAndBoundAsAValue() throws {
    #expect(mkdir(stage.folder.file("queries"), 0o700) == 0)
    try stage.folder.write(
      "queries/city.spell",
      "-- parameter top: number = 5\nSELECT FEATURES amount, city AS OF '2024-02-01' WHERE city = :place LIMIT :top;\n")
    let shell = try stage.shell()
    shell.send("\\run city\n")
    try shell.wait(for: ":place (a value)? ")
    try stage.type("New York", on: shell, expecting: "1 row, 2 features")
    shell.send("\\run city\n")
    try shell.wait(for: ":place (a value)? ")
    // A value that would be more than one in a text that is pasted together.
    try stage.type("Oslo' OR '1' = '1", on: shell, expecting: "0 rows, 2 features")
    shell.send("\\run city\n")
    try shell.wait(for: ":place (a value)? ")
    shell.send("\u{3}")
    try shell.wait(for: "interrupted")
    try shell.wait(for: HistoryStage.prompt)
    try stage.type("\\run city place=Oslo top=many", on: shell, expecting: "error[invalid-parameter]", "`many`")
    // Answers are no statements, and are kept with the command that asked, so that it can run again unasked.
    #expect(
      try stage.texts() == [
        #"\run city place='New York'"#, #"\run city place='Oslo'' OR ''1'' = ''1'"#, #"\run city"#,
        #"\run city place=Oslo top=many"#,
      ])
    try stage.type("\\rerun 1", on: shell, expecting: "1 row, 2 features")
    try stage.leave(shell)
  }

  @Test func aProjectsQueryIsGuarded() throws {
    let shell = try stage.shell()
    try stage.type("SHOW SETS;", on: shell, expecting: "description")
    try stage.type("\\save sets --project", on: shell, expecting: "queries/sets.spell: saved")
    #expect(try stage.folder.read("queries/sets.spell") == "SHOW SETS;\n")
    try stage.type("\\save sets", on: shell, expecting: "error[query-of-project]", "choose another name")
    try stage.type("\\drop sets", on: shell, expecting: "error[query-of-project]", "--project")
    try stage.type("\\drop sets --project", on: shell, expecting: "queries/sets.spell: removed")
    try stage.type("SHOW SETS LIKE 'password=hunter2';", on: shell)
    try stage.type("\\save secret", on: shell, expecting: "error[query-holds-secret]")
    try stage.type("SHOW SAUSAGES;", on: shell, expecting: "error[")
    try stage.type("\\save broken", on: shell, expecting: "error[unsound-statement]")
    #expect(folderEntries(stage.folder.file("home/.local/share")).isEmpty)
    try stage.leave(shell)
  }

  @Test func theCommandLineAsksOnATerminalAlone() throws {
    #expect(mkdir(stage.folder.file("queries"), 0o700) == 0)
    try stage.folder.write("queries/city.spell", "SELECT FEATURES amount, city WHERE city = :place;\n")
    let terminal = try Terminal(
      "/usr/bin/env", ["-C", stage.folder.path, Spellbook.executable, "run", "city"],
      environment: ["TERM": "xterm", "NO_COLOR": "1", "HOME": stage.folder.file("home")])
    try terminal.wait(for: ":place (a value)? ")
    terminal.send("Oslo\n")
    try terminal.wait(for: "1 row, 2 features")
    #expect(try terminal.exitStatus() == 0)
    let script = try stage.run("run", "city")
    #expect(script.status == 1 && script.errors.contains("error[missing-parameter]"), "\(script.summary)")
    #expect(script.errors.contains("--param place=…"))
  }
}
