import Glibc
import TestSupport
import Testing

/// `spellbook history` and `spellbook run`, over the flights example.
@Suite struct HistoryCommandTests {
  private let example: FlightsExample

  init() throws {
    example = try FlightsExample()
    try example.importTables()
    let engine = "sqlite:///\(example.folder.path)/flights.db"
    let statements = [
      ("01", "elsewhere", "true", "SHOW SETS;"),
      ("02", engine, "true", "SELECT FEATURES temp AS OF '2013-01-12 12:00';"),
      ("03", engine, "false", "SELECT FEATURES tmep;"), ("04", engine, "true", #"\\set :place JFK"#),
      ("05", engine, "true", #"SELECT FEATURES visib\n  AS OF '2013-01-12 12:00' WHERE origin = :place;"#),
    ]
    let lines = statements.map { day, engine, ok, text in
      "{\"time\":\"2024-01-\(day) 10:00:00+00:00\",\"engine\":\"\(engine)\",\"ok\":\(ok),\"milliseconds\":3,"
        + "\"rows\":null,\"text\":\"\(text)\"}\n"
    }
    try example.folder.write("history.jsonl", lines.joined())
  }

  private func run(_ words: String...) throws -> CommandRun {
    try Spellbook.run(words, in: example.folder, environment: ["SPELLBOOK_HISTORY": "history.jsonl"])
  }

  private func ids(_ words: String...) throws -> [Int] {
    let run = try Spellbook.run(
      ["history", "--format", "json"] + words, in: example.folder, environment: ["SPELLBOOK_HISTORY": "history.jsonl"])
    #expect(run.status == 0, "\(run.summary)")
    return try #require(JSONValue(run.output)).items.compactMap { $0["id"]?.int }
  }

  @Test func optionsChoose() throws {
    #expect(try ids() == [1, 2, 3, 4, 5])
    #expect(try ids("--search", "FEATURES T") == [2, 3])
    #expect(try ids("--failed") == [3])
    #expect(try ids("--here") == [2, 3, 4, 5])
    #expect(try ids("--limit", "2") == [4, 5])
    #expect(try ids("--since", "2024-01-04") == [4, 5])
    #expect(try ids("--since", "1000000d") == [1, 2, 3, 4, 5])
    #expect(try ids("--since", "1h") == [])
  }

  @Test func theResultHasEveryFormat() throws {
    let csv = try run("history", "--limit", "1")
    #expect(
      csv.output.hasPrefix("id,time,ok,milliseconds,rows,engine,text\n5,2024-01-05 10:00:00+00:00,true,3,,sqlite:"))
    #expect(try run("history", "--format", "table", "--limit", "2").output.contains("| \\set :place JFK"))
  }

  @Test func usageIsChecked() throws {
    for words in [["--since", "soon"], ["--limit", "-1"], ["--rerun"], ["--no-history"], ["extra"]] {
      let run = try Spellbook.run(["history"] + words, in: example.folder)
      #expect(run.status == 2 && !run.errors.isEmpty, "\(run.summary)")
    }
    #expect(try run("history", "--export", "out.pdf").status == 1)
  }

  @Test func neitherMetadataNorAFileIsNeeded() throws {
    let folder = try TemporaryFolder()
    let run = try Spellbook.run(["history"], in: folder, environment: ["HOME": folder.path])
    #expect(run.status == 0 && run.output == "id,time,ok,milliseconds,rows,engine,text\n", "\(run.summary)")
    #expect(folderEntries(folder.path).isEmpty)
  }

  @Test func anExportHasStatementsAlone() throws {
    let run = try run("history", "--export", "out.md", "--here")
    #expect(run.status == 0 && run.output.isEmpty && run.errors == "out.md: 4 statements\n", "\(run.summary)")
    let report = try example.folder.read("out.md")
    #expect(report.contains("```sql\nSELECT FEATURES tmep;\n```\n\n*failed*\n") && !report.contains("| origin"))
    #expect(try self.run("history", "--export", "out.md").status == 1)
    #expect(try self.run("history", "--export", "out.md", "--overwrite").status == 0)
  }

  @Test func rerunMakesTheResults() throws {
    let run = try run("history", "--export", "out.ipynb", "--here", "--rerun")
    #expect(run.status == 0 && run.output.isEmpty && run.errors == "out.ipynb: 4 statements\n", "\(run.summary)")
    let cells = try #require(JSONValue(try example.folder.read("out.ipynb")))["cells"]?.items ?? []
    let types = cells.map { cell in (cell["outputs"]?.items ?? []).compactMap { $0["output_type"]?.string } }
    #expect(types == [[], ["execute_result", "stream"], ["error"], [], ["execute_result", "stream"]])
    #expect(try self.run("history", "--export", "out.spell", "--here", "--rerun").status == 0)
    let again = try self.run("-q", "--format", "csv", "-f", "out.spell")
    #expect(again.status == 0, "\(again.summary)")
    #expect(again.output == "origin,temp\nEWR,44.96\nJFK,44.06\nLGA,44.96\norigin,visib\nJFK,7.0\n")
  }

  // MARK: - run

  @Test func aSavedQueryRuns() throws {
    let words = ["run", "late_aircraft", "--param", "airport=EWR", "--param", "moment=2013-01-13", "--param", "rows=2"]
    let shown = try Spellbook.run(words, in: example.folder)
    #expect(shown.status == 0, "\(shown.summary)")
    #expect(shown.output.split(separator: "\n").count == 3)
    let written = try Spellbook.run(words + ["--output", "out.csv"], in: example.folder)
    #expect(written.status == 0 && written.output.isEmpty, "\(written.summary)")
    #expect(try example.folder.read("out.csv") == shown.output)
    let again = try Spellbook.run(words + ["--output", "out.csv"], in: example.folder)
    #expect(again.status == 1 && again.errors.contains("error[output-exists]"), "\(again.summary)")
    let printed = try run("run", "late_aircraft", "--print")
    #expect(printed.output.hasPrefix("SELECT FEATURES last_flight.origin") && printed.output.contains("AS OF :moment"))
  }

  @Test func whatIsWrongIsNamedAndWritesNothing() throws {
    try example.folder.write("queries/broken.spell", "-- parameter x: vlaue\nSHOW SETS LIKE :x;\n")
    let cases: [([String], String)] = [
      (["late_aircraft"], "--param airport=…"), (["late_aircrft"], "did you mean `late_aircraft`?"),
      (["late_aircraft", "--param", "airport=EWR", "--param", "rows=many"], "error[invalid-parameter]"),
      (["broken", "--param", "x=1"], "queries/broken.spell:1:17: error[unknown-kind]"),
      (["../labels"], "unknown-query"),
    ]
    for (words, told) in cases {
      let run = try Spellbook.run(["run"] + words + ["--output", "out.csv"], in: example.folder)
      #expect(run.status == 1 && run.output.isEmpty && run.errors.contains(told), "\(run.summary)")
    }
    #expect(!folderEntries(example.folder.path).contains("out.csv"))
    let unused = try run("run", "late_aircraft", "--param", "airport=EWR", "--param", "aiport=JFK")
    #expect(unused.status == 1 && unused.output.isEmpty && unused.errors.contains("aiport"), "\(unused.summary)")
  }

  @Test func aValueIsNeverReadAsText() throws {
    let value = "EWR' OR '1' = '1"
    let run = try run("run", "late_aircraft", "--param", "airport=\(value)", "--param", "moment=2013-01-13")
    #expect(run.status == 0 && run.output == "tailnum,origin,dest,arr_delay\n", "\(run.summary)")
  }
}
