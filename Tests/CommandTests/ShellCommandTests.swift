import Glibc
import TestSupport
import Testing

/// The shell's `\` commands in scripts: `-c`, `-f` and standard input.
@Suite struct ShellCommandTests {
  private let snapshot = "SELECT FEATURES temp AS OF '2013-01-12 12:00'"

  private func example() throws -> FlightsExample {
    let example = try FlightsExample()
    try example.importTables()
    return example
  }

  private func run(_ example: FlightsExample, _ words: String..., stdin: String = "") throws -> CommandRun {
    try Spellbook.run(words, in: example.folder, stdin: Array(stdin.utf8))
  }

  @Test func examplesOfHelpRunAsTheyStand() throws {
    let example = try example()
    for statement in ["SELECT", "SHOW", "DESCRIBE", "EXPLAIN", "SET"] {
      let help = try run(example, "-c", "\\h \(statement)")
      #expect(help.status == 0)
      let lines = help.output.split(separator: "\n").drop { !$0.hasPrefix("Example") }
      let first = try #require(lines.dropFirst().first)
      let result = try run(example, "-q", "-c", String(first))
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.summary)")
      #expect(result.output.isEmpty == (statement == "SET"))
    }
    let snapshot = try run(example, "-q", "-c", "SELECT FEATURES planes.year, planes.type LIMIT 5")
    #expect(snapshot.output.split(separator: "\n").count == 6)
  }

  @Test func theTrainingTableOfHelpRunsOverSuchLabels() throws {
    let example = try example()
    let help = try run(example, "-c", "\\h select")
    #expect(help.output.contains("-- labels.csv has the columns origin, event_timestamp\n"))
    let line = try #require(help.output.split(separator: "\n").last)
    try example.folder.write("labels.csv", "origin,event_timestamp\nJFK,2013-01-12T12:00:00Z\n")
    let result = try run(example, "-c", String(line))
    #expect(result.status == 0, "\(result.summary)")
    let table = try example.folder.read("training.csv").split(separator: "\n")
    #expect(table.first == "origin,event_timestamp,temp,dewp")
    #expect(table.count == 2 && table[1].hasPrefix("JFK,2013-01-12T12:00:00Z,44.06,"), "\(table)")
  }

  @Test func commandsMeanTheSameInEveryEntrance() throws {
    let example = try example()
    let text = "\\format ndjson\n\\set :o JFK\n\(snapshot) WHERE origin = :o;\n\\d planes.seats\n"
    try example.folder.write("script.spell", text)
    let expected = try run(example, "-q", "-c", text)
    #expect(expected.status == 0, "\(expected.summary)")
    #expect(expected.output.hasPrefix("{\"origin\":\"JFK\",\"temp\":44.06}\n{\"property\":\"feature\""))
    #expect(try run(example, "-q", "-f", "script.spell").output == expected.output)
    #expect(try run(example, "-q", stdin: text).output == expected.output)
    #expect(try run(example, "-q", "-c", "\\i script.spell").output == expected.output)
    let apart = try run(
      example, "-q", "-c", "\\format ndjson", "-c", "\\set :o JFK", "-c", "\(snapshot) WHERE origin = :o", "-c",
      "\\d planes.seats")
    #expect(apart.output == expected.output)
    let file = try run(example, "-q", "-c", "\\o out.ndjson\n" + text)
    #expect(file.output.isEmpty)
    #expect(try example.folder.read("out.ndjson") == expected.output)
  }

  @Test func errorsOfIncludedScriptsHaveTheirOwnPlaces() throws {
    let example = try example()
    try example.folder.write("inner.spell", "-- first\n\\x on\n  SELECT FEATURES temq;\nSHOW SETS;\n")
    let run = try run(example, "-c", "\\i inner.spell\nSHOW GROUPS;")
    #expect(run.status == 1)
    #expect(run.errors.contains("inner.spell:3:19: error[unknown-feature]"), "\(run.summary)")
    #expect(run.errors.split(separator: "\n").count { $0.contains("error[") } == 1)
    #expect(run.output.isEmpty)
    let going = try self.run(example, "--keep-going", "-c", "\\i inner.spell\nSHOW GROUPS;")
    #expect(going.status == 1)
    #expect(going.output.contains("delay_v1"))
    #expect(going.output.contains("last_flight"))
    let missing = try self.run(example, "-c", "SHOW SETS;\n \\i innr.spell")
    #expect(missing.errors.contains("-c:2:5: error[missing-file]"), "\(missing.summary)")
    #expect(missing.errors.contains("inner.spell"))
  }

  @Test func aScriptThatRunsItselfEnds() throws {
    let example = try FlightsExample()
    try example.folder.write("loop.spell", "\\i loop.spell")
    let run = try run(example, "-f", "loop.spell")
    #expect(run.status == 1)
    #expect(run.errors.contains("loop.spell:1:4: error[scripts-too-deep]"), "\(run.summary)")
    #expect(run.errors.split(separator: "\n").count == 4)
  }

  @Test func quitEndsItsOwnScript() throws {
    let example = try FlightsExample()
    try example.folder.write("inner.spell", "SHOW SETS;\n\\q\nSHOW ENTITIES;")
    let run = try run(example, "-c", "\\i inner.spell\nSHOW GROUPS; \\q\nSHOW FEATURES;")
    #expect(run.status == 0)
    let heads = run.output.split(separator: "\n").filter { $0.hasPrefix("name,") }
    #expect(heads == ["name,features,description", "name,entity,description,event_timestamp"])
  }

  @Test func aFileOfResultsIsWholeOrAbsent() throws {
    let example = try example()
    let lines = "SELECT FEATURES temp AS OF '2013-01-12 12:00'"
    let both = try run(example, "-c", "\\o a.csv\n\(lines);\n\\o b.json\n\(lines);\n\\o\n\(lines);")
    #expect(both.status == 0)
    #expect(try example.folder.read("a.csv") == both.output)
    #expect(try example.folder.read("b.json").hasPrefix("[\n{"))
    #expect(both.errors.contains("a.csv: written\n"))
    let again = try run(example, "-c", "\\o a.csv\nSHOW SETS")
    #expect(again.status == 1)
    #expect(again.errors.contains("-c:1:4: error[output-exists]"), "\(again.summary)")
    let replaced = try run(example, "-c", "\\o a.csv overwrite\nSHOW SETS")
    #expect(replaced.status == 0)
    #expect(try example.folder.read("a.csv").hasPrefix("name,features"))
    let failed = try run(example, "-c", "\\o c.csv\nSHOW SETS; SELECT FEATURES nothing;")
    #expect(failed.status == 1)
    #expect(failed.errors.contains("c.csv: not written, since the script failed"))
    #expect(folderEntries(example.folder.path).allSatisfy { !$0.hasPrefix("c.csv") && !$0.hasPrefix(".spellbook") })
    let going = try run(example, "--keep-going", "-c", "\\o d.csv\nSHOW SETS; SELECT FEATURES nothing; SHOW SETS;")
    #expect(going.status == 1)
    #expect(try example.folder.read("d.csv").split(separator: "\n").count == 4)
    let wrong = try run(example, "-c", "\\o e.csv OVERWIRTE")
    #expect(wrong.errors.contains("-c:1:10: error[unknown-argument]"), "\(wrong.summary)")
  }

  @Test func aFailedStatementLeavesNothingAmongTheResults() throws {
    let example = try FlightsExample()
    try example.folder.write(
      "many.yml",
      """
      kind: engine
      url: sqlite:///many.db
      ---
      kind: entity
      name: n
      value_type: int
      ---
      kind: group
      name: many
      entity: n
      query: WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 60000)
        SELECT n, CASE WHEN n < 60000 THEN n ELSE 'x' END AS v FROM r
      features: [{name: v, value_type: int}]
      """)
    try SQLiteFixture.make(example.folder.file("many.db"), "CREATE TABLE t (a);")
    let run = try run(
      example, "--metadata", "many.yml", "--keep-going", "-c",
      "\\o out.csv\nSHOW SETS; SELECT FEATURES v; SHOW SETS;")
    #expect(run.status == 1, "\(run.summary)")
    #expect(try example.folder.read("out.csv") == "name,features,description\nname,features,description\n")
  }

  @Test func settingsAreListedAndChanged() throws {
    let example = try example()
    let list = try run(example, "--param", "a=1", "-c", "\\set")
    #expect(
      list.output == """
        csv_safe   off
        expanded   auto
        format     auto
        limit      40
        memory     auto
        staleness  off
        strategy   auto
        timeout    off
        timezone   UTC
        timing     on
        :a         1

        """)
    let changed = try run(
      example, "-c",
      "\\set limit 5\n\\timing\n\\x\nSET timezone = '+02:00';\n\\set\n\\timing\n\\x\n\\set :a 'b c'\n\\set :a\n"
        + "\\set TIMING"
    )
    #expect(changed.status == 0, "\(changed.summary)")
    #expect(changed.output.contains("expanded   on\nformat     auto\nlimit      5\nmemory     auto\n"))
    #expect(changed.output.contains("timezone   +02:00\ntiming     off\n"))
    #expect(changed.output.hasSuffix(":a  b c\ntiming  on\n"))
    #expect(changed.errors == "timing is off\nexpanded is on\ntiming is on\nexpanded is auto\n")
    for (line, code) in [
      ("\\set limt 5", "unknown-setting"), ("\\set limt", "unknown-setting"), ("\\set limit x", "bad-setting"),
      ("\\set :a-b 1", "not-a-parameter"), ("\\set :b", "unknown-parameter"), ("\\x maybe", "bad-setting"),
      ("\\format tabel", "unknown-format"), ("\\h SELCT", "unknown-statement"), ("\\d a.b.c", "not-a-name"),
      ("\\d nothing", "unknown-name"), ("\\last", "no-last-result"), ("\\e", "needs-terminal"),
      ("\\exit", "unknown-command"),
    ] {
      let run = try run(example, "-c", line)
      #expect(run.status == 1)
      #expect(run.errors.hasPrefix("-c:1:"), "\(run.summary)")
      #expect(run.errors.contains("error[\(code)]"), "\(run.summary)")
    }
    #expect(try run(example, "-c", "\\format csv\n\\format auto\n\\format").output.hasPrefix("format  auto\n"))
  }

  @Test func theLastResultIsShownWhole() throws {
    let example = try example()
    let run = try run(
      example, "-q", "-c", "\(snapshot) FORMAT table;\n\\format ndjson\n\\last\n\(snapshot) FORMAT csv;")
    #expect(run.status == 0, "\(run.summary)")
    let rows = run.output.split(separator: "\n").filter { $0.hasPrefix("{") }
    #expect(rows.first == "{\"origin\":\"EWR\",\"temp\":44.96}")
    #expect(rows.count == 3)
    let csv = try self.run(example, "-q", "-c", "\(snapshot) FORMAT table; \(snapshot) FORMAT csv;\n\\last")
    #expect(csv.errors.contains("no-last-result"))
    #expect(csv.errors.contains("64 MB"))
  }

  @Test func conninfoNamesTheDatabaseWithoutOpeningIt() throws {
    let example = try FlightsExample()
    let run = try run(example, "--writable", "-c", "\\conninfo")
    #expect(run.status == 0)
    #expect(run.output.contains("database    flights.db\naccess      writable"), "\(run.summary)")
    #expect(run.output.contains("not opened yet"))
    #expect(run.output.contains("metadata    metadata.yml\n"))
    #expect(!folderEntries(example.folder.path).contains("flights.db"))
  }

  @Test func printShowsCommandsAmongStatements() throws {
    let example = try FlightsExample()
    let run = try run(example, "--print", "-c", "\\x on;\nshow   sets;\\d  planes")
    #expect(run.output == "\\x on\nSHOW SETS;\n\\d  planes\n")
    #expect(try self.run(example, "--print", "-c", "\\zzz").status == 1)
  }

  @Test func colourIsForcedOrForbidden() throws {
    let example = try FlightsExample()
    let plain = try run(example, "-c", "SELECT FEATURES temq")
    #expect(!plain.errors.contains("\u{1B}"))
    let forced = try Spellbook.run(
      ["--color", "always", "-c", "SELECT FEATURES temq"], in: example.folder, environment: ["NO_COLOR": "1"])
    #expect(forced.errors.contains("\u{1B}[1;31m"))
    let start = try run(example, "--color=always", "--metadata", "missing.yml", "-c", "SHOW SETS")
    #expect(start.status == 2)
    #expect(start.errors.contains("\u{1B}[1;31m"))
    let sometimes = try run(example, "--color", "sometimes", "-c", "SHOW SETS")
    #expect(sometimes.status == 2)
    #expect(sometimes.errors == "error: --color takes auto, always or never, not 'sometimes'\n")
  }

  @Test func scriptsReadNoStartFile() throws {
    let example = try FlightsExample()
    for folder in ["config", "config/spellbook"] { #expect(mkdir(example.folder.file(folder), 0o700) == 0) }
    try example.folder.write("config/spellbook/rc", "\\format json\n")
    let run = try Spellbook.run(
      ["-c", "SHOW SETS"], in: example.folder,
      environment: ["XDG_CONFIG_HOME": example.folder.file("config")])
    #expect(run.output.hasPrefix("name,features"))
  }
}
