import Glibc
import TestSupport
import Testing

/// Every entrance runs the same statements: `-c`, `-f`, standard input, labels from a pipe, results to anywhere.
@Suite struct EntranceTests {
  private let statement = "SELECT FEATURES temp, seats AS OF scheduled_at JOIN labels.csv LIMIT 20"

  private func example() throws -> FlightsExample {
    let example = try FlightsExample()
    try example.importTables()
    return example
  }

  @Test func everyEntranceGivesTheSameBytes() throws {
    let example = try example()
    try example.folder.write("query.spell", statement + ";\n")
    let expected = try Spellbook.run(["-q", "-c", statement], in: example.folder)
    try #require(expected.status == 0, "\(expected.summary)")
    let labels = Array(try example.folder.read("labels.csv").utf8)
    let runs = [
      try Spellbook.run(["-q", "-f", "query.spell"], in: example.folder),
      try Spellbook.run(["-q", "-f", "-"], in: example.folder, stdin: Array(statement.utf8)),
      try Spellbook.run(["-q"], in: example.folder, stdin: Array(statement.utf8)),
      try Spellbook.run(["-q", "shell"], in: example.folder, stdin: Array((statement + ";").utf8)),
      try Spellbook.run(
        ["-q", "-c", statement.replacing("labels.csv", with: "-")], in: example.folder, stdin: labels),
      try Spellbook.run(["-q", "-c", statement + " INTO -"], in: example.folder),
      try Spellbook.run(["-q", "-c", statement + " FORMAT csv INTO '/dev/stdout'"], in: example.folder),
    ]
    for run in runs {
      #expect(run.output == expected.output, "\(run.summary)")
      #expect(run.errors.isEmpty, "\(run.summary)")
    }
    let file = try Spellbook.run(["-q", "-c", statement + " INTO 'out.csv'"], in: example.folder)
    #expect(file.output.isEmpty)
    #expect(try example.folder.read("out.csv") == expected.output)
  }

  @Test func statementsAndFilesRunInTheOrderGiven() throws {
    let example = try example()
    try example.folder.write("b.spell", "SHOW SETS LIKE 'b'")
    let run = try Spellbook.run(
      [
        "-c", "SHOW ENTITIES LIKE 'origin'", "-f", "b.spell", "-c", "-- a comment first\nSHOW GROUPS LIKE 'planes'",
      ], in: example.folder)
    #expect(run.status == 0, "\(run.summary)")
    let heads = run.output.split(separator: "\n").filter { $0.hasPrefix("name,") }
    #expect(
      heads == ["name,value-type,description", "name,features,description", "name,entity,description,event_timestamp"])
  }

  @Test func parametersAreValuesAndNeverText() throws {
    let example = try example()
    let hostile = "x' OR origin <> 'y"
    let words = ["-q", "--param", "o=\(hostile)", "--param", "t=2013-01-13", "--param", "n=2"]
    let run = try Spellbook.run(
      words + ["-c", "SELECT FEATURES temp AS OF :t WHERE origin = :o LIMIT :n"], in: example.folder)
    #expect(run.output == "origin,temp\n", "\(run.summary)")
    let missing = try Spellbook.run(["-c", "SELECT FEATURES temp AS OF :t"], in: example.folder)
    #expect(missing.status == 1)
    #expect(missing.errors.contains("t"))
  }

  @Test func exitCodesTellTheKindOfFailure() throws {
    let example = try example()
    for (words, status) in [
      (["-c", "SHOW GROUPS"], 0), (["-c", "SELECT FEATURES nothing"], 1), (["--format", "xml", "-c", "SHOW SETS"], 2),
      (["--timezone", "Nowhere", "-c", "SHOW SETS"], 2), (["--no-such-option"], 2), (["-f", "missing.spell"], 2),
      (["--metadata", "missing.yml", "-c", "SHOW SETS"], 2), (["-c", "SHOW SETS", "shell"], 2),
      (["shell", "-c", "SHOW SETS"], 2), (["get", "meta", "-f", "missing.spell"], 2),
      (["--engine", "missing.db", "-c", "SELECT FEATURES temp"], 3),
    ] {
      let run = try Spellbook.run(words, in: example.folder)
      #expect(run.status == Int32(status), "\(run.summary)")
      #expect(run.output.isEmpty == (status != 0), "\(run.summary)")
    }
  }

  @Test func aScriptThatDoesNotParseRunsNothing() throws {
    let example = try example()
    let script = "SELECT FEATURES temp AS OF '2013-01-13' INTO 'out.csv'; SELECT FEATURS temp;"
    let run = try Spellbook.run([], in: example.folder, stdin: Array(script.utf8))
    #expect(run.status == 1)
    #expect(run.errors.contains("<stdin>:1:64"), "\(run.summary)")
    #expect(!folderEntries(example.folder.path).contains("out.csv"))
    let going = try Spellbook.run(["--keep-going"], in: example.folder, stdin: Array(script.utf8))
    #expect(going.status == 1)
    #expect(folderEntries(example.folder.path).contains("out.csv"))
  }

  @Test func echoTellsStatementsBeforeTheyRun() throws {
    let example = try example()
    let run = try Spellbook.run(
      ["--echo", "-c", "show  sets like 'b' ;\n\\timing off", "-c", "SELECT FEATURES temp LIMIT 0"],
      in: example.folder)
    #expect(run.status == 0, "\(run.summary)")
    let lines = run.errors.split(separator: "\n")
    #expect(lines.first == "SHOW SETS LIKE 'b';")
    #expect(lines.contains("\\timing off"))
    #expect(lines.contains("SELECT FEATURES temp LIMIT 0;"))
  }

  @Test func scriptsIncludeOthersBesideThem() throws {
    let example = try example()
    try #require(mkdir(example.folder.file("scripts"), 0o700) == 0)
    try example.folder.write("scripts/main.spell", "\\ir part.spell\n\\i other.spell\n")
    try example.folder.write("scripts/part.spell", "SHOW ENTITIES LIKE 'origin';")
    try example.folder.write("other.spell", "SHOW GROUPS LIKE 'planes';")
    let run = try Spellbook.run(["-f", "scripts/main.spell"], in: example.folder)
    #expect(run.status == 0, "\(run.summary)")
    #expect(run.output.contains("origin,") && run.output.contains("planes,"), "\(run.summary)")
    try example.folder.write("scripts/part.spell", "SHOW NOTHING;")
    let failed = try Spellbook.run(["-f", "scripts/main.spell"], in: example.folder)
    #expect(failed.status == 1)
    #expect(failed.errors.contains("scripts/part.spell:1:6"), "\(failed.summary)")
  }

  @Test func helpAndVersionGoToStandardOutput() throws {
    let folder = try TemporaryFolder()
    let version = try Spellbook.run(["--version"], in: folder)
    #expect(version.status == 0)
    #expect(version.output == "0.1.0\n")
    let help = try Spellbook.run(["--help"], in: folder)
    #expect(help.status == 0)
    for word in ["shell", "get", "export", "join", "import", "--param", "--report"] {
      #expect(help.output.contains(word))
    }
    #expect(help.errors.isEmpty)
  }

  @Test(arguments: ["--help", "--version", "join --help", "-c 'SHOW SETS'", "-c 'SHOW SETS' --print"])
  func whatDoesNotFitStandardOutputIsAnError(words: String) throws {
    let example = try FlightsExample()
    let full = try example.shell("spellbook \(words) >/dev/full")
    #expect(full.status == 1 && full.output.contains("standard output"), "\(full.summary)")
    // A reader that has seen enough is none.
    let closed = try example.shell("(spellbook \(words); echo $? >status) | true; cat status")
    #expect(["0\n", "141\n"].contains(closed.output), "\(closed.summary)")
  }

  @Test func reportsAreOneDocumentForARun() throws {
    let example = try example()
    let statements = ["-c", statement, "-c", "SHOW SETS", "-c", "SELECT FEATURES seats LIMIT 1"]
    let run = try Spellbook.run(["-q", "--report", "report.json"] + statements, in: example.folder)
    #expect(run.status == 0, "\(run.summary)")
    let report = try #require(JSONValue(try example.folder.read("report.json")))
    let entries = try #require(report["statements"]?.items)
    #expect(entries.count == 2)
    #expect(entries[0]["rows"]?.int == 20)
    #expect(entries[0]["uses"]?.items.compactMap { $0["group"]?.string } == ["weather", "planes"])
    let printed = try Spellbook.run(["-q", "--report", "-", "-c", "SHOW SETS"], in: example.folder)
    #expect(printed.output.contains("\"statements\""))
    #expect(!folderEntries(example.folder.path).contains("-"))
    // Nor does it take the place of what ran.
    try example.folder.write("inner.spell", "SHOW SETS;")
    try example.folder.write("outer.spell", "\\i inner.spell\n")
    for name in ["outer.spell", "inner.spell"] {
      let text = try example.folder.read(name)
      let lost = try Spellbook.run(["-q", "--report", name, "-f", "outer.spell"], in: example.folder)
      #expect(lost.status == 1 && lost.errors.contains("target-is-source"), "\(lost.summary)")
      #expect(try example.folder.read(name) == text)
    }
  }
}
