import Glibc
import TestSupport
import Testing

/// The shell among other jobs: suspended and resumed, resized, and with its results elsewhere.
@Suite struct JobControlTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "metadata.yml",
      """
      - {kind: engine, url: "sqlite:///data.db"}
      - {kind: group, name: g, entity: k, features: [{name: text}]}
      """)
    let rows = (1...30).map { "(\($0), 'some text that is rather long, row \($0)')" }.joined(separator: ", ")
    try SQLiteFixture.make(
      folder.file("data.db"), "CREATE TABLE g (k INTEGER, text TEXT); INSERT INTO g VALUES \(rows);")
  }

  private let prompt = "data.db (read-only)> "

  /// A shell started by `sh`, which has job control and can redirect.
  private func terminal(_ line: String, _ environment: [String: String] = [:]) throws -> Terminal {
    let variables = [
      "TERM": "xterm", "PS1": "sh$ ", "LANG": "C.UTF-8", "NO_COLOR": "1", "SWIFT_BACKTRACE": "enable=no",
    ]
    let terminal = try Terminal(
      "/bin/bash", ["--norc", "--noprofile", "-i"], environment: variables.merging(environment) { $1 })
    try terminal.wait(for: "sh$ ")
    terminal.send("cd \(folder.path); \(line)\n")
    try terminal.wait(for: prompt)
    return terminal
  }

  @Test func controlZSuspendsAndFgResumes() throws {
    let terminal = try terminal(Spellbook.executable)
    terminal.send("SELECT FEATURES te")
    try terminal.wait(for: "FEATURES te")
    terminal.send("\u{1A}")
    try terminal.wait(for: "Stopped")
    try terminal.wait(for: "sh$ ")
    terminal.send("fg\n")
    try terminal.wait(for: "SELECT FEATURES te")
    terminal.send("xt LIMIT 1;\n")
    try terminal.wait(for: "some text that is rather long, row 1")
    try terminal.wait(for: "1 row, 1 feature")
  }

  @Test func resultsGoWhereStandardOutputGoesWhileLinesAreEdited() throws {
    let terminal = try terminal("\(Spellbook.executable) -q > out.csv")
    terminal.send("SELECT FEATURES text LIMIT 2;\n")
    try terminal.wait(for: prompt)
    terminal.send("\u{4}")
    try terminal.wait(for: "sh$ ")
    #expect(
      try folder.read("out.csv")
        == "k,text\n1,\"some text that is rather long, row 1\"\n2,\"some text that is rather long, row 2\"\n")
  }

  @Test func editrcChoosesTheKeysOfVi() throws {
    try folder.write(".editrc", "spellbook:bind -v\n")
    let terminal = try terminal(Spellbook.executable, ["HOME": folder.path])
    // Escape, then x deletes the last letter and a appends behind it.
    terminal.send("SHOW SETX\u{1B}")
    try terminal.wait(for: "SHOW SETX")
    terminal.send("xaS;\n")
    try terminal.wait(for: "name")
    try terminal.wait(for: "features")
    try terminal.wait(for: prompt)
    terminal.send("half a line\u{3}")
    try terminal.wait(for: prompt)
    terminal.send("SHOW ENT\u{1B}\u{3}")
    try terminal.wait(for: prompt)
    terminal.send("exit\n")
    try terminal.wait(for: "sh$ ")
  }

  @Test func tablesFollowTheSizeOfTheWindow() throws {
    let terminal = try terminal(Spellbook.executable)
    terminal.resize(rows: 24, columns: 30)
    terminal.send("SELECT FEATURES text LIMIT 1;\n")
    try terminal.wait(for: "│ 1 │ some text that is rat… │")
    terminal.resize(rows: 24, columns: 60)
    try terminal.wait(for: prompt)
    terminal.send("SELECT FEATURES text LIMIT 1;\n")
    try terminal.wait(for: "│ 1 │ some text that is rather long, row 1 │")
  }

  @Test func whatDoesNotFitGoesThroughThePager() throws {
    let terminal = try terminal(Spellbook.executable, ["PAGER": "sed s/^/paged:/"])
    terminal.send("SELECT FEATURES text;\n")
    try terminal.wait(for: "paged:│ 30 │")
    try terminal.wait(for: prompt)
    terminal.send("SELECT FEATURES text LIMIT 1;\n")
    try terminal.wait(for: "\n│ 1 │ some text that is rather long, row 1 │")
  }

  @Test func theTimeInThePagerIsNotTheStatements() throws {
    let terminal = try terminal(Spellbook.executable, ["PAGER": "sleep 3; cat"])
    let start = ContinuousClock.now
    terminal.send("SELECT FEATURES text;\n")
    try terminal.wait(for: "1 feature in ")
    try terminal.wait(for: " s")
    let told = terminal.transcript.matches(of: /1 feature in ([0-9.]+) s/).first.flatMap { Double($0.1) }
    let whole = Double((ContinuousClock.now - start).components.seconds) + 1
    #expect(told.map { $0 < whole - 2.9 } ?? false, "told \(told ?? -1) of \(whole)")
  }
}
