import TestSupport
import Testing

/// PROFILE as its users run it.
@Suite struct ProfileCommandTests {
  private static let metadata = """
    - {kind: entity, name: k, value_type: str}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, timestamp_storage: iso8601,
       features: [{name: "<b>n", column: n, description: "1 < 2 & \\"3\\""}, {name: s}]}
    """

  private static func script(_ time: String) -> String {
    """
    CREATE TABLE f (k VARCHAR(9), t \(time), n DOUBLE PRECISION, s TEXT);
    INSERT INTO f VALUES
      ('a', '2024-01-01 10:00:00+00:00', 0.1, '<script>alert(1)</script>'),
      ('b', '2024-01-01 11:00:00+00:00', 0.2, 'é'),
      ('b', '2024-01-02 10:00:00+00:00', NULL, NULL), ('a', '2024-01-02 11:00:00+00:00', 1e15, '');
    """
  }

  private func run(_ arguments: [String], on engine: TestEngine = .sqlite) throws -> (CommandRun, TemporaryFolder) {
    let folder = try TemporaryFolder()
    try folder.write("metadata.yml", Self.metadata)
    let script = Self.script(engine == .sqlite ? "TEXT" : "TIMESTAMPTZ")
    let url = try #require(try TestEngine.make("data.db", in: folder, script: script, on: [engine]).first?.url)
    return (try Spellbook.run(["--metadata", "metadata.yml", "--engine", url] + arguments, in: folder), folder)
  }

  @Test func everyEngineGivesTheSame() throws {
    let here = try run(["-c", "PROFILE f.* FORMAT csv"]).0
    let server = try run(["-c", "PROFILE f.* FORMAT csv"], on: .postgresql).0
    #expect(here.status == 0 && here.output == server.output && here.output.contains("f,<b>n,feature,float,4,3,1,0.25"))
  }

  @Test func thePageNeedsNothingElseAndRunsNothing() throws {
    let (run, folder) = try run(["profile", "--output", "page.html"])
    #expect(run.status == 0 && run.output.isEmpty && run.errors.contains("f: 4 rows of 2 keys; 2 per key"))
    let page = try folder.read("page.html")
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    for word in ["<script", "http:", "https:", "src=", "@import", "url(", "<b>n", "onload"] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && page.contains("1 &lt; 2 &amp; &quot;3&quot;"))
    #expect(page.contains("prefers-color-scheme: dark") && page.contains("Rows per hour"))
  }

  @Test func jsonIsComplete() throws {
    let run = try run(["-q", "profile", "f.*", "--as-of", "2024-01-02 10:00", "--format", "json"]).0
    let document = try #require(JSONValue(run.output))
    #expect(document["as_of"]?.string == "2024-01-02 10:00:00+00:00")
    let group = try #require(document["groups"]?.items.first)
    #expect(group["rows"]?.int == 3 && group["keys"]?.int == 2 && group["rows_per_key"]?["max"]?.int == 2)
    #expect(group["rows_per_period"]?.items.count == 25)
    let columns = try #require(group["columns"]?.items)
    #expect(columns.map { $0["column"]?.string } == ["k", "t", "<b>n", "s"])
    #expect(columns[3]["top"]?.items.count == 2 && columns[2]["histogram"]?.items.count == 20)
  }

  @Test func problemsAreThoseOfASelect() throws {
    let unknown = try run(["-c", "PROFILE f.x"]).0
    #expect(unknown.status == 1 && unknown.errors.contains("error[unknown-feature]"))
    let labels = try run(["-c", "PROFILE f.* AS OF scheduled_at"]).0
    #expect(labels.status == 1 && labels.errors.contains("error[moment-without-labels]"))
    let (clash, folder) = try run(["-c", "PROFILE f.* INTO 'metadata.yml' FORMAT html OVERWRITE"])
    #expect(try clash.status == 1 && folder.read("metadata.yml") == Self.metadata)
  }

  @Test func printIsTheStatement() throws {
    let run = try run(["profile", "f.s", "--as-of", "NOW", "--output", "x.html", "--overwrite", "--print"]).0
    #expect(run.output == "PROFILE f.s AS OF NOW INTO 'x.html' OVERWRITE;\n")
  }
}
