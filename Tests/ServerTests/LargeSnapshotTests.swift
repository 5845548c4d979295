import TestSupport
import Testing

/// A snapshot whose keys do not fit the memory is the server's work, unasked.
@Suite struct LargeSnapshotTests {
  @Test func keysBeyondTheMemoryAreSortedByTheServer() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: str}
      - {kind: group, name: f, entity: k, event_timestamp_column: t, ttl: 30d, features: [{name: v}, {name: s}]}
      """)
    let made = try TestEngine.make(
      "f", in: folder,
      script: """
        CREATE TABLE f (k text, t timestamptz, v double precision, s text);
        INSERT INTO f SELECT 'Key ' || i % 7000, timestamptz '2024-01-01' + i * interval '3 minutes', i / 8.0,
          nullif('s' || i % 5, 's0') FROM generate_series(1, 20000) AS i;
        INSERT INTO f VALUES (NULL, '2024-01-01', 1, 'x');
        CREATE INDEX ON f (k, t);
        ANALYZE f;
        """, on: [.postgresql])
    let url = try #require(made.first?.url)
    func run(_ strategy: String, memory: String) throws -> CommandRun {
      try Spellbook.run(
        [
          "--metadata", "metadata.yml", "--engine", url, "--memory", memory, "-c", "SET strategy = \(strategy)", "-c",
          "SELECT FEATURES v, s AS OF '2024-02-20' WITH TIMESTAMPS",
        ], in: folder)
    }
    let scanned = try run("scan", memory: "auto")
    #expect(scanned.output.split(separator: "\n").count > 5000)
    let small = try run("auto", memory: "100KB")
    #expect(small.output == scanned.output && small.errors.contains("  f  server   not counted\n"), "\(small.errors)")
    let large = try run("auto", memory: "auto")
    #expect(large.output == scanned.output && large.errors.contains("  f  scan "), "\(large.errors)")
  }
}
