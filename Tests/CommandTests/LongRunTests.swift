import Glibc
import TestSupport
import Testing

/// Thousands of statements in one session: neither memory nor open files grow with them.
@Suite struct LongRunTests {
  /// Far more than a session has at once, and far less than statements.
  private static let openFiles = 60
  /// What a longer session may take more: the allocator's own waste.
  private static let mostGrowth = 6 << 20

  private static let statements = [
    "SELECT FEATURES v AS OF at JOIN labels.csv", "SELECT FEATURES v, w WHERE k = 1",
    "SELECT FEATURES v AS OF at JOIN labels.csv ORDER BY v LIMIT 2 INTO 'out.json' OVERWRITE",
    "SELECT FEATURES v AS OF at JOIN TABLE l", "SHOW FEATURES", "DESCRIBE f", "SELECT FEATURES nothing",
    "SET strategy = lookup", "SELECT FEATURES v AS OF at JOIN missing.csv",
    "EXPLAIN SELECT FEATURES v AS OF at JOIN labels.csv", "SET strategy = auto",
    "SELECT FEATURES v VERSIONS FROM '2024-01-01' TO '2024-01-02' FORMAT json",
  ]

  private static let statementsOfScript = 1000

  /// The most memory that a session had which ran a script of a thousand statements so often.
  private func peak(_ rounds: Int, _ url: String, in folder: TemporaryFolder) throws -> Int {
    let places = (0..<Self.statementsOfScript).map { $0 % Self.statements.count }
    try folder.write("script.spell", places.map { "\(Self.statements[$0]);\n" }.joined())
    let script = (0..<rounds).flatMap { _ in ["-c", "\\i script.spell"] }
    let last = "EXPLAIN ANALYZE SELECT FEATURES v AS OF at JOIN labels.csv FORMAT json INTO '-'"
    let line = "ulimit -n \(Self.openFiles); \"$0\" \"$@\" | tail -n 3"
    let run = try CommandRun.run(
      "/bin/bash",
      ["-c", line, Spellbook.executable, "--engine", url, "--keep-going", "--format", "csv"] + script + ["-c", last],
      in: folder.path, environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path],
      deadlineSeconds: 300)
    #expect(!run.errors.contains("Too many open files"), "\(run.errors.suffix(500))")
    // Two statements of the list fail, and nothing else does.
    let failures = run.errors.split(separator: "error[").count - 1
    let planned = rounds * places.count { [6, 8].contains($0) }
    #expect(failures == planned, "\(failures) errors, not \(planned): \(run.errors.suffix(500))")
    let digits = run.output.split(separator: "\"peak_memory_bytes\": ").last?.prefix { $0.isNumber } ?? ""
    return try #require(Int(digits), "\(run.output.suffix(500))")
  }

  @Test(arguments: [TestEngine.sqlite, .postgresql]) func nothingGrows(engine: TestEngine) throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: int}
      - kind: group
        name: f
        entity: k
        event_timestamp_column: t
        timestamp_storage: unix_s
        features: [{name: v, value_type: int}, {name: w, value_type: str}]
      """)
    try folder.write("labels.csv", "k,at\n1,2024-01-02\n2,2024-01-02\n9,\n")
    let script = """
      CREATE TABLE f (k BIGINT, t BIGINT, v BIGINT, w TEXT);
      INSERT INTO f VALUES (1, 1704067200, 7, 'a'), (2, 1704067200, 8, NULL);
      CREATE TABLE l (k BIGINT, at TEXT);
      INSERT INTO l VALUES (1, '2024-01-02'), (2, '2024-01-02');
      """
    for (_, url) in try TestEngine.make("data.db", in: folder, script: script, on: [engine]) {
      let short = try peak(1, url, in: folder)
      let long = try peak(10, url, in: folder)
      #expect(long < short + Self.mostGrowth, "\(short) bytes after a thousand statements, \(long) after ten thousand")
    }
  }
}
