import Glibc
import SpellCore
import TestSupport
import Testing

@testable import SpellShell

/// Exports of sessions, written by the real executable.
@Suite struct ExportTests {
  private let stage: HistoryStage
  private let hostile = "<script>alert('x')</script>|*b* _u_ `c` [l](http://h) $x$ &amp; \\ ~~s~~ @me www.h.de"

  init() throws { stage = try HistoryStage() }

  private func notebook(_ name: String) throws -> (cells: [JSONValue], whole: JSONValue) {
    let whole = try #require(JSONValue(try stage.folder.read(name)))
    return (whole["cells"]?.items ?? [], whole)
  }

  private func text(_ lines: JSONValue?) -> String { (lines?.items ?? []).compactMap(\.string).joined() }

  /// What the first output of a cell, or a later one, holds as a type.
  private func data(_ cell: JSONValue, _ type: String, output index: Int = 0) -> String {
    let outputs = cell["outputs"]?.items ?? []
    return index < outputs.count ? text(outputs[index]["data"]?[type]) : ""
  }

  /// The lines of a stream among the outputs of a cell.
  private func stream(_ cell: JSONValue) -> String {
    text((cell["outputs"]?.items ?? []).first { $0["name"] != nil }?["text"])
  }

  /// The statements of a session with all that an export can hold.
  private let session = [
    "\\set :place Oslo", "SELECT FEATURES amount, city AS OF '2024-02-01' WHERE city = :place;", "SHOW GROUPS;",
    "SELECT FEATURES amuont;", "EXPLAIN SELECT FEATURES amount;",
    "SELECT FEATURES amount AS OF '2024-02-01' INTO 'new.csv';", "SELECT FEATURES amount LIMIT 2 FORMAT csv;",
  ]

  private func export(_ names: [String], _ arguments: [String] = []) throws {
    let commands = session + names.map { "\\history --export \($0)" }
    let run = try Spellbook.run(
      arguments + ["--keep-going"], in: stage.folder, stdin: Array(commands.joined(separator: "\n").utf8),
      environment: ["HOME": stage.folder.file("home")])
    #expect(run.status == 1, "\(run.summary)")
    for name in names { #expect(run.errors.contains("\(name): \(session.count) statements"), "\(run.summary)") }
  }

  /// What `nbformat` 4.5 demands of each cell and output.
  @Test func aNotebookHasTheFormOfNotebooks() throws {
    try export(["out.ipynb"])
    let (cells, whole) = try notebook("out.ipynb")
    #expect(Set(whole.members.keys) == ["cells", "metadata", "nbformat", "nbformat_minor"])
    #expect(whole["nbformat"]?.int == 4 && whole["nbformat_minor"]?.int == 5)
    #expect(cells.count == session.count + 1)
    let ids = cells.compactMap { $0["id"]?.string }
    #expect(Set(ids).count == cells.count && ids.allSatisfy { $0.count <= 64 })
    #expect(cells[0]["cell_type"]?.string == "markdown" && cells[0]["outputs"] == nil)
    for (index, cell) in cells.dropFirst().enumerated() {
      #expect(
        Set(cell.members.keys) == ["cell_type", "id", "metadata", "execution_count", "outputs", "source"])
      #expect(cell["cell_type"]?.string == "code" && cell["execution_count"]?.int == index + 1)
      #expect(text(cell["source"]) == session[index])
      for output in cell["outputs"]?.items ?? [] {
        switch output["output_type"]?.string {
        case "execute_result":
          #expect(Set(output.members.keys) == ["output_type", "data", "metadata", "execution_count"])
          let plain = text(output["data"]?["text/plain"])
          #expect(!plain.isEmpty)
        case "stream":
          #expect(Set(output.members.keys) == ["output_type", "name", "text"])
          #expect(output["name"]?.string == "stdout" && !text(output["text"]).isEmpty)
        case "error": #expect(Set(output.members.keys) == ["output_type", "ename", "evalue", "traceback"])
        default: Issue.record("an output of no known type")
        }
      }
    }
    #expect(data(cells[2], "text/html").contains(">Oslo</td>"))
    #expect(data(cells[2], "text/plain").contains("│    1 │    2.5 │ Oslo │"))
    #expect(stream(cells[2]).contains("spending  scan"))
    let error = try #require(cells[4]["outputs"]?.items.first)
    let traceback = error["traceback"]?.items ?? []
    #expect(error["ename"] == .string("unknown-feature"))
    #expect(traceback.count > 3)
    #expect(data(cells[5], "text/plain").contains("spending"))
    #expect(stream(cells[6]).hasPrefix("new.csv: 3 rows"))
    #expect(data(cells[7], "text/plain").contains("│    2 │   10.0 │"))
  }

  @Test func aReportHasStatementsResultsReportsAndErrors() throws {
    try export(["out.md"])
    let report = try stage.folder.read("out.md")
    for part in [
      "# Spellbook session\n\n- time: ", "- database: shop.db\n- metadata: metadata.yml\n",
      "```text\n\\set :place Oslo\n```\n", "```sql\n\(session[1])\n```\n\n| user | amount | city |\n",
      "|    1 |    2.5 | Oslo |\n\n```text\n1 row, 2 features", "error[unknown-feature]",
    ] { #expect(report.contains(part), "\(part)") }
  }

  @Test func labelsThatKeepTheirBytesAreCellsAllTheSame() throws {
    try stage.folder.write("labels.csv", "user,at,\"a,b\"\n1,2024-02-01,\"x, \"\"y\"\"\"\n2,2024-02-01,\n")
    let commands = "SELECT FEATURES amount AS OF at JOIN labels.csv;\n\\history --export out.md\n"
    let run = try stage.run("-q", stdin: commands)
    #expect(run.status == 0, "\(run.summary)")
    #expect(run.output == "user,at,\"a,b\",amount\n1,2024-02-01,\"x, \"\"y\"\"\",2.5\n2,2024-02-01,,10.0\n")
    let report = try stage.folder.read("out.md")
    #expect(report.contains("| a,b    | amount |\n"))
    #expect(report.contains("| x, \"y\" |    2.5 |\n") && report.contains("| NULL   |   10.0 |\n"))
  }

  @Test func anErrorWithinAScriptIsThatOfTheCommand() throws {
    try stage.folder.write("inner.spell", "SHOW SETS;\nSELECT FEATURES amuont;\n")
    let run = try stage.run("-q", "--keep-going", stdin: "\\i inner.spell\n\\history --export out.md\n")
    #expect(run.status == 1, "\(run.summary)")
    let report = try stage.folder.read("out.md")
    #expect(report.contains("\\i inner.spell\n```\n") && report.contains("inner.spell:2:17: error[unknown-feature]"))
  }

  @Test func hugeValuesAreKeptOnlyInPart() throws {
    try SQLiteFixture.make(
      stage.folder.file("shop.db"),
      "WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 60) "
        + "INSERT INTO spending SELECT i, '2024-01-01', i, hex(zeroblob(100000)) FROM n;")
    let run = try stage.run("-q", "--format", "csv", stdin: "SELECT FEATURES city;\n\\history --export out.md\n")
    #expect(run.status == 0 && run.outputBytes.count > 10_000_000, "\(run.errors)")
    let report = try stage.folder.read("out.md")
    #expect(report.utf8.count < 5_000_000 && report.contains(" of 54 rows are shown*"))
  }

  @Test func anExportedScriptGivesTheSameResults() throws {
    let arguments = [
      "--param", "day=2024-02-01", "--param", "other=x", "--timezone", "+02:00", "-q", "--format", "csv",
    ]
    let statements = [
      "SELECT FEATURES amount, city AS OF :day WHERE city <> :place;", "SHOW FEATURES;", "SET limit = 1;",
      "SELECT FEATURES amount AS OF '2024-01-03 01:00';", "SELECT FEATURES nothing;",
    ]
    let stdin = "\\set :place 'it''s'\n" + statements.joined(separator: "\n") + "\n\\history --export out.spell\n"
    let first = try Spellbook.run(arguments + ["--keep-going"], in: stage.folder, stdin: Array(stdin.utf8))
    #expect(first.status == 1 && first.output.contains("Oslo"), "\(first.summary)")
    let second = try stage.run("-q", "--format", "csv", "-f", "out.spell")
    #expect(second.status == 0, "\(second.summary)")
    #expect(second.output == first.output)
    let script = try stage.folder.read("out.spell")
    #expect(script.contains("SET timezone = '+02:00';\n\\set :day '2024-02-01'\n"))
    #expect(script.contains("-- SELECT FEATURES nothing;\n") && !script.contains(":other"))
    #expect(!script.contains(" \n"))
  }

  @Test func aScriptSaysWhichFilesAreThere() throws {
    try export(["out.spell"])
    let script = try stage.folder.read("out.spell")
    #expect(script.contains("write OVERWRITE behind its path.\n\(session[5])\n"))
    #expect(script.split(separator: "OVERWRITE").count == 2)
  }

  @Test func valuesStayText() throws {
    let quoted = hostile.split(separator: "'").joined(separator: "''")
    try SQLiteFixture.make(
      stage.folder.file("shop.db"), "INSERT INTO spending VALUES (9, '2024-01-01', 1, '\(quoted)');")
    let statement = "SELECT FEATURES city WHERE user = 9;"
    let commands = "\(statement)\n\\history --export out.md\n\\history --export out.ipynb\n"
    let run = try stage.run("-q", stdin: commands)
    #expect(run.status == 0, "\(run.summary)")
    let row = try #require(try stage.folder.read("out.md").split(separator: "\n").first { $0.contains("alert") })
    #expect(
      row.contains(
        #"\<script>alert('x')\</script>\|\*b\* \_u\_ \`c\` \[l\](http\://h) \$x\$ \&amp; \\ \~\~s\~\~ \@me www\.h.de"#),
      "\(row)")
    let (cells, _) = try notebook("out.ipynb")
    let html = data(cells[1], "text/html")
    #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;|*b*"))
    #expect(html.contains("&amp;amp;") && !html.contains("<script") && html.contains("mathjax_ignore"))
  }

  @Test func aStatementCannotLeaveItsFence() throws {
    let commands = "SHOW SETS LIKE '\n```\n# no heading\n````';\n\\history --export out.md\n"
    #expect(try stage.run("-q", stdin: commands).status == 0)
    let report = try stage.folder.read("out.md")
    #expect(report.contains("`````sql\nSHOW SETS LIKE '\n```\n# no heading\n````';\n`````\n"))
  }

  @Test func longResultsAreCutAndSayWhatIsMissing() throws {
    try SQLiteFixture.make(
      stage.folder.file("shop.db"),
      "WITH RECURSIVE n (i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) "
        + "INSERT INTO spending SELECT i, '2024-01-01', i, NULL FROM n;")
    let commands = "SELECT FEATURES amount;\n\\history --export out.md\n"
    #expect(try stage.run("-q", "--format", "json", stdin: commands).status == 0)
    let report = try stage.folder.read("out.md")
    #expect(report.contains("*1,000 of 2,494 rows are shown*"))
    #expect(report.split(separator: "\n").count { $0.hasPrefix("| ") } == 1002)
  }

  @Test func onlyTheNewestResultsAreKept() throws {
    var record = SessionRecord()
    let lines = (0..<250).map { "SHOW SETS LIKE '\($0)';\n" }.joined() + "\\history --export out.md\n"
    #expect(try stage.run("-q", stdin: lines).status == 0)
    let report = try stage.folder.read("out.md")
    #expect(report.split(separator: "*the result is no longer kept*").count == 51)
    let entry = HistoryEntry(time: 0, engine: nil, succeeded: true, milliseconds: 0, rows: nil, text: "a;")
    for _ in 0...SessionRecord.keptStatements { record.append(RecordedStatement(entry)) }
    #expect(record.statements.count == SessionRecord.keptStatements)
  }

  @Test func anExportIsWholeOrNotThere() throws {
    try stage.folder.write("old.md", "old")
    let cases = [
      ("old.md", "error[output-exists]"), ("out.pdf", ".ipynb (a notebook)"), ("none/out.md", "none"),
      ("out", "error[unknown-extension]"),
    ]
    for (name, told) in cases {
      let run = try stage.run("-c", "SHOW SETS", "-c", "\\history --export \(name)")
      #expect(run.status == 1 && run.errors.contains(told), "\(run.summary)")
      #expect(run.errors.contains("-c:1:19"), "\(run.errors)")
    }
    #expect(try stage.folder.read("old.md") == "old")
    #expect(try stage.run("-c", "SHOW SETS", "-c", "\\history --export old.md OVERWRITE").status == 0)
    #expect(try stage.folder.read("old.md").contains("SHOW SETS;"))
    #expect(!folderEntries(stage.folder.path).contains { $0.hasPrefix("out") || $0.hasSuffix(".tmp") })
  }
}
