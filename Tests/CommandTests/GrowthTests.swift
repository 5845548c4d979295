import Glibc
import TestSupport
import Testing

/// What grows with a statement, a file or a table grows no faster than that: instructions are counted, not seconds, so
/// that a busy machine changes nothing.
@Suite(.serialized) struct GrowthTests {
  /// What is made larger.
  enum Input: CaseIterable {
    /// Features of a catalog in one line of metadata, all of them asked for.
    case items
    case labelColumns
    /// Comparisons of a condition, and entries of a list in it.
    case terms
    /// Bytes of cells, with and without quotes in them.
    case cell
    /// Rows of labels and of the table.
    case rows
  }

  /// Sizes of a first run; a second and a third take twice and four times as much.
  private static func size(of input: Input) -> Int {
    switch input {
    case .items, .labelColumns, .terms: 30
    case .rows: 300
    case .cell: 10_000
    }
  }

  /// Of a cost that grows in proportion the second step is twice the first; of one that grows with the square, four
  /// times.
  private static let mostGrowth = 2.6

  private static let callgrind = "/usr/bin/valgrind"

  /// The executable without what valgrind cannot read of it.
  private static let program = Result {
    let path = try kept.get().file("spellbook")
    let run = try CommandRun.run("/usr/bin/strip", ["-S", "-o", path, Spellbook.executable], in: "/", environment: [:])
    guard run.status == 0 else { throw Unmeasured(description: run.summary) }
    return path
  }
  /// It lives as long as this process.
  nonisolated(unsafe) private static let kept = Result { try TemporaryFolder() }

  private struct Unmeasured: Error, CustomStringConvertible {
    let description: String
  }

  /// Writes what an input of a size needs; returns the statement.
  private func prepare(_ input: Input, _ size: Int, in folder: TemporaryFolder) throws -> String {
    let names = (0..<(input == .items ? size : 1)).map { "v\($0)" }
    let features = names.map { "{name: \($0), value_type: int}" }.joined(separator: ", ")
    try folder.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: f, entity: k, features: [\(features)]}
      """)
    let rowCount = input == .rows ? size : 5
    try SQLiteFixture.make(
      folder.file("data.db"),
      """
      CREATE TABLE f (k INTEGER, \(names.map { "\($0) INTEGER" }.joined(separator: ", ")));
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rowCount))
        INSERT INTO f (k, v0) SELECT i, i FROM n;
      """)
    let columns = input == .labelColumns ? (0..<size).map { ",c\($0)" }.joined() : ",plain,quoted"
    let fields =
      switch input {
      case .cell: ",\(String(repeating: "x", count: size)),\"\(String(repeating: "\"\"", count: size / 2))\""
      case .labelColumns: String(repeating: ",1", count: size)
      default: ",n,q"
      }
    try folder.write("labels.csv", "k\(columns)\n" + (1...rowCount).map { "\($0)\(fields)\n" }.joined())
    let join = "SELECT FEATURES \(names.joined(separator: ", ")) JOIN labels.csv"
    guard input == .terms else { return join }
    let terms = (0..<size).map { "v0 <> \($0 + 100)" }.joined(separator: " AND ")
    return join + " WHERE \(terms) AND v0 IN (\((0..<size).map(String.init).joined(separator: ", ")))"
  }

  /// Instructions of a run.
  private func cost(_ input: Input, _ size: Int) throws -> Double {
    let folder = try TemporaryFolder()
    let statement = try prepare(input, size, in: folder)
    let run = try CommandRun.run(
      Self.callgrind,
      [
        "--tool=callgrind", "--callgrind-out-file=/dev/null", try Self.program.get(), "-q", "--engine", "data.db", "-c",
        statement,
      ], in: folder.path,
      environment: ["HOME": folder.path, "SWIFT_DETERMINISTIC_HASHING": "1", "SWIFT_BACKTRACE": "enable=no"],
      deadlineSeconds: 120)
    let digits = run.errors.split(separator: "Collected : ").last?.prefix { $0.isNumber } ?? ""
    guard let count = Double(digits), run.status == 0 else {
      throw Unmeasured(description: String(run.summary.suffix(4000)))
    }
    return count
  }

  @Test(arguments: Input.allCases) func costGrowsNoFasterThanTheInput(input: Input) throws {
    let size = Self.size(of: input)
    let costs = try [size, 2 * size, 4 * size].map { try cost(input, $0) }
    // Differences of less than a tenth of a run say nothing.
    let growth = (costs[2] - costs[1]) / max(costs[0] / 10, costs[1] - costs[0])
    #expect(growth < Self.mostGrowth, "\(input): \(costs.map { Int($0) }) instructions, growth \(growth)")
  }
}
