import TestSupport
import Testing

/// DESCRIBE, which tells what the metadata says and what the database has.
@Suite struct DescribeCommandTests {
  private static let metadata = """
    - {kind: entity, name: k, value_type: str}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, ttl: 7d, delay: 1h,
       features: [{name: n, description: a number}, {name: s}]}
    """

  private func describe(_ name: String, url: String?, in folder: TemporaryFolder) throws -> CommandRun {
    try folder.write("metadata.yml", Self.metadata)
    let engine = url.map { ["--engine", $0] } ?? []
    return try Spellbook.run(
      ["--metadata", "metadata.yml", "--format", "tsv"] + engine + ["-c", "DESCRIBE \(name)"], in: folder)
  }

  @Test(arguments: [TestEngine.sqlite, .postgresql]) func theDatabaseIsAsked(engine: TestEngine) throws {
    let folder = try TemporaryFolder()
    let time = engine == .sqlite ? "TEXT" : "timestamp with time zone"
    let script = """
      CREATE TABLE f (k TEXT, t \(time), n INTEGER, s TEXT); CREATE INDEX by_key ON f (k, t);
      INSERT INTO f VALUES
        ('a', '2024-01-01 10:00:00+00:00', 1, 'x'), ('a', '2024-01-02 10:00:00+00:00', 5, 'x'),
        ('b', '2024-01-01 11:00:00+00:00', 1, 'y'), ('b', '2024-01-01 12:00:00+00:00', NULL, 'x');
      """
    let url = try TestEngine.make("data.db", in: folder, script: script, on: [engine]).first?.url
    let run = try describe("f", url: url, in: folder)
    #expect(run.status == 0, "\(run.summary)")
    let integer = engine == .sqlite ? "INTEGER" : "integer"
    let text = engine == .sqlite ? "TEXT" : "text"
    for line in [
      "key\tk str, stored as \(text)\n", "event timestamp\tt, stored as \(time)\n", "indexes\tby_key (k, t)\n",
      "ttl\t7d: an older row is no answer\n", "delay\t1h: a row counts so long after its event\n",
      "last event\t2024-01-02 10:00:00+00:00, ", "feature n\tas stored, stored as \(integer): a number  █   ▄\n",
      "feature s\tas stored, stored as \(text)  x 75%, y 25%\n", "example\tSELECT FEATURES f.* LIMIT 5;\n",
    ] { #expect(run.output.contains(line), "\(line)\(run.output)") }
    let feature = try describe("f.n", url: url, in: folder)
    #expect(feature.output.contains("column\tf.n, stored as \(integer)\n"))
    #expect(feature.output.contains("values\t█   ▄\n"))
  }

  @Test(arguments: [nil, "sqlite:///missing.db", "postgresql://nobody@/none?host=/nowhere"])
  func withoutADatabaseTheDefinitionStands(url: String?) throws {
    let run = try describe("f", url: url, in: TemporaryFolder())
    #expect(run.status == 0 && run.output.contains("key\tk str\n") && !run.output.contains("stored as"))
    #expect(run.errors.hasPrefix("note: the database tells nothing of it: "))
  }

  @Test func aTableThatIsNotThereIsNoError() throws {
    let folder = try TemporaryFolder()
    let url = try TestEngine.make("data.db", in: folder, script: "CREATE TABLE g (a INT)", on: [.sqlite]).first?.url
    let run = try describe("f", url: url, in: folder)
    #expect(run.status == 0 && run.output.contains("table\tf\n"))
    #expect(run.errors == "note: the database tells nothing of it: it has no table `f`\n")
  }
}
