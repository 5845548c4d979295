import Glibc
import SpellCore
import TestSupport
import Testing

@testable import SpellShell

/// The history as people see it: the real executable on real terminals.
@Suite struct HistoryTerminalTests {
  private let stage: HistoryStage

  init() throws { stage = try HistoryStage() }

  @Test func twoShellsAtOnceLoseNothingWhenOneIsKilled() throws {
    let first = try stage.shell()
    let second = try stage.shell()
    for index in 1...3 {
      try stage.type("SHOW GROUPS LIKE 'a\(index)';", on: first, expecting: "description")
      try stage.type("SHOW GROUPS LIKE 'b\(index)';", on: second, expecting: "description")
    }
    // The prompt that was waited for says that the statement is over, and so that it is kept.
    first.signal(SIGKILL)
    #expect(try first.exitStatus() == 128 + SIGKILL)
    try stage.type("SHOW SETS;", on: second, expecting: "description")
    try stage.leave(second)

    let lines = try stage.lines()
    let expected = (1...3).flatMap { ["SHOW GROUPS LIKE 'a\($0)';", "SHOW GROUPS LIKE 'b\($0)';"] } + ["SHOW SETS;"]
    #expect(lines.compactMap { $0["text"]?.string } == expected)
    let times = lines.compactMap { $0["time"]?.string }
    #expect(times.count == expected.count && times == times.sorted())
    let place = "sqlite:///\(stage.folder.path)/shop.db"
    #expect(lines.allSatisfy { $0["engine"]?.string == place })
    #expect(mode(stage.historyPath) == 0o600)
    #expect(mode(PathParts.split(stage.historyPath).folder) == 0o700)

    // A new shell has them all.
    let third = try stage.shell()
    third.send("\u{1B}[A\u{1B}[A")
    try third.wait(for: "GROUPS LIKE 'b3';")
    third.send("\n")
    try third.wait(for: HistoryStage.prompt)
    try stage.type("\\history 2", on: third, expecting: "|  7 |", "SHOW SETS;", "|  8 |", "LIKE 'b3';")
    try stage.leave(third)
  }

  @Test func aShellWritesItsHistoryAndNothingElse() throws {
    let shell = try stage.shell(traceTo: "trace")
    try stage.type("SELECT FEATURES amount AS OF '2024-01-02';", on: shell, expecting: "2 rows, 1 feature")
    try stage.leave(shell)
    #expect(try stage.texts().count == 1)
    let writes = SystemCallTrace.writes(in: try stage.folder.read("trace"))
    #expect(writes.contains { $0.contains("history.jsonl") })
    // The folders on the way to the file are made too.
    let places = ["home/.local", "/dev/pts/", "\"/dev/tty\""]
    #expect(writes.filter { call in !places.contains { call.contains($0) } } == [])
  }

  @Test func aFileThatOthersCouldReadIsTightened() throws {
    try stage.folder.write("mine.jsonl", "")
    #expect(chmod(stage.folder.file("mine.jsonl"), 0o666) == 0)
    let shell = try stage.shell(["--history", "mine.jsonl"])
    try stage.type("SHOW SETS;", on: shell, expecting: "description")
    try stage.leave(shell)
    #expect(mode(stage.folder.file("mine.jsonl")) == 0o600)
    #expect(try stage.folder.read("mine.jsonl").contains("SHOW SETS;"))
    #expect(!folderEntries(stage.folder.file("home")).contains(".local"))
  }

  @Test func outcomeTimeAndRowsAreKept() throws {
    let shell = try stage.shell()
    try stage.type("SELECT FEATURES amount\n  AS OF '2024-01-02';", on: shell, expecting: "2 rows, 1 feature")
    try stage.type("SELECT FEATURES amuont;", on: shell, expecting: "did you mean")
    try stage.type("SELECT amount;", on: shell, expecting: "error[")
    try stage.type("\\set limit 7", on: shell)
    try stage.leave(shell)
    let lines = try stage.lines()
    #expect(
      lines.compactMap { $0["text"]?.string } == [
        "SELECT FEATURES amount\n  AS OF '2024-01-02';", "SELECT FEATURES amuont;", "SELECT amount;", "\\set limit 7",
      ])
    #expect(lines.map { $0["ok"] } == [.bool(true), .bool(false), .bool(false), .bool(true)])
    #expect(lines[0]["rows"]?.int == 2 && lines[1]["rows"] == .null)
    #expect(lines.allSatisfy { ($0["milliseconds"]?.int ?? -1) >= 0 })
  }

  @Test func onlyWhatIsTypedOpenlyIsKept() throws {
    try stage.folder.write("script.spell", "SHOW ENTITIES;\n")
    #expect(mkdir(stage.folder.file("config"), 0o700) == 0 && mkdir(stage.folder.file("config/spellbook"), 0o700) == 0)
    try stage.folder.write("config/spellbook/rc", "SET limit = 3;\n")
    let shell = try stage.shell([], ["XDG_CONFIG_HOME": stage.folder.file("config")])
    try stage.type(" SHOW SETS;", on: shell, expecting: "description")
    try stage.type(" SELECT FEATURES amount\nAS OF '2024-01-02';", on: shell, expecting: "2 rows")
    try stage.type("\\i script.spell", on: shell, expecting: "value-type")
    try stage.type("\\history", on: shell, expecting: "\\i script.spell")
    try stage.type("SHOW FEATURES;", on: shell, expecting: "value-type")
    try stage.type("SHOW FEATURES;", on: shell, expecting: "value-type")
    try stage.leave(shell)
    #expect(try stage.texts() == ["\\i script.spell", "SHOW FEATURES;"])
    _ = try stage.run("-c", "SHOW SETS")
    _ = try stage.run(stdin: "SHOW SETS;\n")
    #expect(try stage.texts().count == 2)
  }

  @Test func noHistoryLeavesNoFile() throws {
    let shell = try stage.shell(["--no-history"])
    try stage.type("SHOW SETS;", on: shell, expecting: "description")
    try stage.type("\\history", on: shell, expecting: "error[no-history]", "--no-history")
    try stage.leave(shell)
    #expect(folderEntries(stage.folder.file("home")).isEmpty)
    #expect(!shell.transcript.contains("warning"))
  }

  @Test func passwordsStayOnTheTerminal() throws {
    let shell = try stage.shell()
    try stage.type("\\set :password hunter2", on: shell)
    try stage.type("SELECT FEATURES amount JOIN 'postgresql://u:hunter2@h/d';", on: shell, expecting: "error[")
    try stage.type("SHOW SETS LIKE 'PGPASSWORD=hunter2\nhost=h password=''hunter2\n x''';", on: shell)
    for name in ["out.spell", "out.md", "out.ipynb"] {
      try stage.type("\\history --export \(name)", on: shell, expecting: "\(name): 3 statements")
      #expect(!(try stage.folder.read(name)).contains("hunter2"), "\(name)")
    }
    try stage.leave(shell)
    #expect(try stage.texts().count == 3)
    #expect(!(try String(decoding: readFile(stage.historyPath), as: UTF8.self)).contains("hunter2"))
  }

  @Test(arguments: ["/proc/home", "/dev/full", ""])
  func aHistoryThatCannotBeWrittenWarnsOnceAndTheShellGoesOn(_ place: String) throws {
    let environment = place == "/dev/full" ? ["SPELLBOOK_HISTORY": place] : ["HOME": place]
    let shell = try stage.shell([], environment)
    try stage.type("SHOW SETS;", on: shell, expecting: "warning[", "history", "--no-history")
    let warned = shell.transcript.split(separator: "warning[").count
    try stage.type("SHOW ENTITIES;", on: shell, expecting: "value-type")
    try stage.type("SHOW FEATURES;", on: shell, expecting: "value-type")
    try stage.leave(shell)
    #expect(shell.transcript.split(separator: "warning[").count == warned)
  }

  @Test func statementsRunAgain() throws {
    let editor = try stage.folder.write("editor", "#!/bin/sh\nsed -i 's/amount/city/' \"$1\"\n")
    #expect(chmod(editor, 0o700) == 0)
    let shell = try stage.shell([], ["EDITOR": editor])
    try stage.type("SELECT FEATURES amount\nAS OF '2024-01-02';", on: shell, expecting: "2 rows, 1 feature")
    try stage.type("SHOW SETS;", on: shell, expecting: "description")
    try stage.type("\\rerun 1", on: shell, expecting: "SELECT FEATURES amount\r\nAS OF", "2 rows, 1 feature")
    try stage.type("\\edit 1", on: shell, expecting: "SELECT FEATURES city\r\nAS OF", "Oslo")
    try stage.type("\\rerun", on: shell, expecting: "SELECT FEATURES city\r\nAS OF", "Oslo")
    try stage.type("\\edit", on: shell, expecting: "nothing was changed")
    try stage.type("\\rerun 99", on: shell, expecting: "error[unknown-id]", "`\\history` lists")
    try stage.type("\\rerun x", on: shell, expecting: "error[unknown-id]")
    try stage.leave(shell)
    #expect(
      try stage.texts() == [
        "SELECT FEATURES amount\nAS OF '2024-01-02';", "SHOW SETS;", "SELECT FEATURES amount\nAS OF '2024-01-02';",
        "SELECT FEATURES city\nAS OF '2024-01-02';",
      ])
  }

  @Test func historyChooses() throws {
    try stage.folder.write(
      "old.jsonl",
      "{\"time\":\"2024-01-01 00:00:00+00:00\",\"engine\":\"elsewhere\",\"ok\":true,\"milliseconds\":5,\"rows\":2,"
        + "\"text\":\"SHOW SETS LIKE 'far';\"}\nnonsense\n")
    let shell = try stage.shell(["--history", "old.jsonl"])
    try stage.type("SHOW SETS LIKE 'near';", on: shell, expecting: "description")
    try stage.type("SHOW SAUSAGES;", on: shell, expecting: "error[")
    try stage.type("\\history", on: shell, expecting: "warning[history-damaged]: 1 line", "far", "near", "SAUSAGES")
    try stage.type("\\history --here", on: shell, expecting: "|  3 |", "near")
    try stage.type("\\history --failed", on: shell, expecting: "|  4 |", "SAUSAGES")
    try stage.type("\\history 1 'sets like'", on: shell, expecting: "|  3 |")
    try stage.type("\\history --fialed", on: shell, expecting: "did you mean `--failed`?")
    try stage.type("\\history a b", on: shell, expecting: "error[surplus-argument]")
    try stage.leave(shell)
  }
}
