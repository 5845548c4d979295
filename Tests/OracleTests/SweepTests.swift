import Glibc
import TestSupport
import Testing

/// Worlds in large numbers, as `scripts/fuzz joins` asks for them: a process runs the statements of a world under every
/// strategy, one after the other, with a size of memory and a format that the seed chooses. Every so many worlds are
/// crowded, so that they are read on threads, and lie on the servers too.
@Suite struct SweepTests {
  static let seedCount = OracleTests.isSweeping ? OracleTests.seedCount : min(OracleTests.seedCount, 64)
  static let strategies = Spellbook.strategies + Spellbook.unfoldedStrategies + ["auto"]
  static let formats = ["csv", "tsv", "json", "ndjson", "html", "markdown", "vertical", "table"]
  static let memories = ["auto", "1KB", "3KB", "20KB"]
  static let worldsPerServer = OracleTests.isSweeping ? 32 : 8
  static let worldsPerStandby = 8 * worldsPerServer
  static let worldsPerCrowd = OracleTests.isSweeping ? 500 : 50
  /// Enough for threads of their own.
  static let crowd = 60_000
  /// Seeds between two lines on how far it is.
  static let step = 1000

  @Test(arguments: Array(0..<OracleTests.instances)) func everyWay(instance: Int) throws {
    var failures = 0
    for offset in stride(from: instance, to: Self.seedCount, by: OracleTests.instances)
    where failures < OracleTests.patience {
      let seed = OracleTests.firstSeed + offset
      let world = WorldMaker.make(seed: seed, queryCount: OracleTests.queriesPerSeed)
      let folder = try TemporaryFolder()
      try folder.write("metadata.yml", world.metadata)
      try folder.write("labels.csv", world.labelText)
      for (engine, url) in try databases(of: world, in: folder) where failures < OracleTests.patience {
        if let problem = try Sweep(world: world, folder: folder, engine: engine, url: url).problem() {
          failures += 1
          Issue.record("\(problem)")
        }
      }
      if OracleTests.isSweeping, offset % Self.step == 0 { tell("seed \(seed): \(failures) failures\n") }
    }
  }

  private func databases(of world: World, in folder: TemporaryFolder) throws -> [(engine: TestEngine, url: String)] {
    var servers: [TestEngine] = world.seed % Self.worldsPerServer == 0 ? [.postgresql] : []
    if world.seed % Self.worldsPerStandby == 0 { servers.append(.standby) }
    if world.seed % Self.worldsPerStandby == 1 { servers.append(.distributed) }
    let crowd = world.seed % Self.worldsPerCrowd == 0 ? self.crowd(in: world) : ""
    return try TestEngine.make("world.db", in: folder, script: world.script(.sqlite) + crowd, on: [.sqlite])
      + TestEngine.make("world.db", in: folder, script: world.script(.server) + crowd, on: servers)
  }

  private func tell(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// Rows that match nothing, for nothing is known of them.
  private func crowd(in world: World) -> String {
    world.groups.map { group in
      """
      INSERT INTO \(group.name) (\(group.keyColumns[0])) WITH RECURSIVE n (i) AS
        (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.crowd)) SELECT NULL FROM n;

      """
    }.joined()
  }
}

/// All statements of a world on one engine.
private struct Sweep {
  let world: World
  let folder: TemporaryFolder
  let engine: TestEngine
  let url: String

  private var format: String { SweepTests.formats[world.seed / SweepTests.worldsPerServer % SweepTests.formats.count] }
  private var memory: String {
    world.isDeep ? "auto" : SweepTests.memories[world.seed / 3 % SweepTests.memories.count]
  }

  private func file(_ strategy: String, _ number: Int) -> String { "\(strategy)-\(number).out" }

  /// Nil if every result is the oracle's, else everything needed to repeat it.
  func problem() throws -> String? {
    let commands = SweepTests.strategies.flatMap { strategy in
      ["SET strategy = \(strategy)"]
        + world.queries.enumerated().map {
          $1.text.replacing("\($0).csv", with: file(strategy, $0)) + " OVERWRITE FORMAT \(format)"
        }
    }
    let run = try Spellbook.run(
      ["--metadata", "metadata.yml", "--engine", url, "--report", "report.json", "--memory", memory]
        + commands.flatMap { ["-c", $0] }, in: folder)
    let entries = (try? folder.read("report.json")).flatMap { JSONValue($0) }?["statements"]?.items ?? []
    guard run.status == 0, entries.count == world.queries.count * SweepTests.strategies.count else {
      return world.failureText(world.queries[0], "\(engine), memory \(memory)", "a statement failed", run)
    }
    for (number, query) in world.queries.enumerated() {
      let expected = PointInTimeOracle(world: world, query: query).result()
      for (index, strategy) in SweepTests.strategies.enumerated() {
        var problems = try differences(from: expected.csv, query, in: file(strategy, number))
        problems += ReportCheck(world: world, query: query, choices: expected.choices)
          .problems(in: entries[index * world.queries.count + number])
        guard problems.isEmpty else {
          let place = "\(engine), strategy \(strategy), memory \(memory), \(format)"
          return world.failureText(query, place, problems.joined(separator: "\n"), run)
        }
      }
    }
    return nil
  }

  /// What the file says otherwise than the oracle, as far as its format tells values apart.
  private func differences(from expected: String, _ query: Query, in name: String) throws -> [String] {
    let found = try folder.read(name)
    guard format != "csv" else { return found == expected ? [] : ["--- expected\n\(expected)--- found\n\(found)"] }
    let csv = CSVText(expected)
    let cells = csv.records.map { record in record.map { $0.text.isEmpty && !$0.quoted ? nil : $0.text } }
    let same =
      switch format {
      case "tsv": cells == tabbed(found, header: csv.header)
      case "json", "ndjson": equals(found, cells, header: csv.header, exactFrom: query.joins ? world.header.count : 0)
      default: cells.isEmpty || found.utf8.count > cells.count * csv.header.count
      }
    return same ? [] : ["--- expected as csv\n\(expected)--- found\n\(found)"]
  }

  private func tabbed(_ found: String, header: [String]) -> [[String?]]? {
    let text = CSVText(found, delimiter: UInt8(ascii: "\t"))
    guard text.header == header else { return nil }
    return text.records.map { record in record.map { $0.text.isEmpty && !$0.quoted ? nil : $0.text } }
  }

  /// JSON has no numbers for them.
  private static let namedFloats = ["NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"]

  /// Label columns come first, and their numbers may be spelt otherwise in JSON.
  private func equals(_ found: String, _ cells: [[String?]], header: [String], exactFrom first: Int) -> Bool {
    let lines = format == "json" ? [found] : found.split(separator: "\n").map(String.init)
    let values = lines.compactMap { JSONValue($0) }
    let rows = format == "json" ? values.first?.items ?? [] : values
    guard rows.count == cells.count else { return false }
    return zip(rows, cells).allSatisfy { row, cells in
      row.members.count == header.count
        && zip(header, cells).enumerated().allSatisfy { index, pair in
          guard let text = row[pair.0]?.text else { return false }
          return text == pair.1 || Self.namedFloats[text ?? ""] == pair.1
            || (index < first && text.flatMap(Double.init) == pair.1.flatMap(Double.init))
        }
    }
  }
}

extension JSONValue {
  /// A scalar as CSV spells it, NULL being nil; nil for what is no scalar.
  fileprivate var text: String?? {
    switch self {
    case .null: .some(nil)
    case .bool(let bool): "\(bool)"
    case .number(let number): number
    case .string(let string): string
    case .array, .object: nil
    }
  }
}
