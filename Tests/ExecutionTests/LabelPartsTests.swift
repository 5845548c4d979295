import SpellCore
import SpellPlanning
import SpellTables
import TestSupport
import Testing

@testable import SpellExecution

/// Labels that do not fit the memory are joined in parts, and nobody can tell from the result.
@Suite struct LabelPartsTests {
  private let stage: ExecutionStage
  /// For one label at a time, a few, and all of them.
  private static let memories = [1, 1000, 1 << 30]

  /// The same labels in a file and in a table.
  private static let sources = ["l.csv", "TABLE l"]

  init() throws {
    stage = try ExecutionStage(
      sql: """
        CREATE TABLE f (k INTEGER, t INTEGER, v INTEGER, s TEXT);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400)
          INSERT INTO f SELECT i % 7, i, i, CASE WHEN i % 3 THEN 's' || i END FROM n;
        CREATE TABLE d (k INTEGER, t TEXT, q INTEGER);
        INSERT INTO d VALUES (1, '2023-12-31', 1);
        CREATE TABLE p (k INTEGER, y TEXT);
        INSERT INTO p VALUES (1, 'one'), (2, NULL);
        CREATE TABLE l (k INTEGER, at INTEGER, n INTEGER, text TEXT);
        WITH RECURSIVE r (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM r WHERE i < 299)
          INSERT INTO l SELECT iif(i % 11 = 3, NULL, i % 9), iif(i % 13 = 5, NULL, i * 7 % 450), i, 'a' || i FROM r;
        """,
      metadata: """
        - {kind: entity, name: k, value_type: int}
        - {kind: group, name: f, entity: k, event_timestamp_column: t, timestamp_storage: number, ttl: 100,
           features: [{name: v}, {name: s}]}
        - {kind: group, name: d, entity: k, event_timestamp_column: t, features: [{name: q}]}
        - {kind: group, name: p, entity: k, features: [{name: y}]}
        """)
    let labels = (0..<300).map { row in
      "\(row % 11 == 3 ? "" : "\(row % 9)"),\(row % 13 == 5 ? "" : "\(row * 7 % 450)"),\(row),a\(row)\n"
    }
    try stage.folder.write("l.csv", "k,at,n,text\n" + labels.joined())
  }

  private func answers(_ text: String) throws -> [(rows: [String], report: MatchReport)] {
    try Self.memories.map { memory in
      stage.memory = memory
      return try stage.run(text)
    }
  }

  @Test(
    arguments: [
      "", "WHERE v > 50", "WHERE n >= 20 AND k <> 2 LIMIT 7 OFFSET 3", "LIMIT 10", "LIMIT 10 OFFSET 5", "OFFSET 290",
      "LIMIT 0", "WHERE k = 1 OR k = 2", "WHERE text LIKE 'a1%' LIMIT 50", "WHERE s IS NULL OFFSET 100", "LIMIT 1000",
    ], Self.sources)
  func theAnswerIsTheSame(clauses: String, source: String) throws {
    let answers = try answers("SELECT FEATURES v, s, y AS OF at JOIN \(source) \(clauses)")
    let (rows, report) = try #require(answers.last)
    for answer in answers {
      #expect(answer.rows == rows)
      for (use, expected) in zip(answer.report.uses, report.uses) {
        #expect(use.asked == expected.asked && use.matched == expected.matched && use.unmatched == expected.unmatched)
        #expect(use.nulls.map(\.count) == expected.nulls.map(\.count) && use.ties == expected.ties)
      }
    }
  }

  @Test func largeLabelsComeInSmallPages() throws {
    let text = String(repeating: "x", count: 1 << 20)
    try stage.folder.write("large.csv", "k,at,text\n" + (1...10).map { "1,8,\(text)\($0)\n" }.joined())
    let sink = CollectingSink()
    let (plan, labels) = try stage.plan("SELECT FEATURES v AS OF at JOIN large.csv")
    _ = try stage.outcome(plan, labels, to: sink)
    #expect(sink.rowCount == 10 && sink.batches.allSatisfy { $0.count <= 4 })
  }

  @Test(arguments: Self.sources) func everyPartReadsTheRows(source: String) throws {
    stage.memory = 1
    let (plan, labels) = try stage.plan("SELECT FEATURES v AS OF at JOIN \(source) LIMIT 3")
    let outcome = try stage.outcome(plan, labels, to: CollectingSink())
    #expect(outcome.measured.uses.map(\.rows) == [1200] && outcome.measured.labels?.rows == 3)
    #expect(outcome.measured.result.rows == 3 && outcome.report.uses[0].rowsRead == 1200)
  }

  @Test("a fraction in the last label makes the first ones reals")
  func fractions() throws {
    try stage.folder.write("r.csv", "k,at\n1,8\n1,1\n1,14\n2,2\n1,14.5\n")
    for answer in try answers("SELECT FEATURES v AS OF at JOIN r.csv WITH TIMESTAMPS") {
      #expect(answer.rows == ["1,8,8,8", "1,1,1,1", "1,14,8,8", "2,2,2,2", "1,14.5,8,8"])
    }
    try stage.folder.write("big.csv", "k,at\n1,9007199254740993\n1,1\n1,0.5\n")
    for memory in Self.memories {
      stage.memory = memory
      #expect(try stage.problem("SELECT FEATURES v AS OF at JOIN big.csv")?.code == "inexact-number")
    }
  }

  @Test("a column has the type of all its values")
  func types() throws {
    try stage.folder.write("t.csv", "k,at,x\n1,8,1\n1,8,2\n1,8,three\n")
    for answer in try answers("SELECT FEATURES v AS OF at JOIN t.csv WHERE x >= '2'") {
      #expect(answer.rows == ["1,8,2,8", "1,8,three,8"])
    }
  }

  @Test func problemsHaveTheirLine() throws {
    try stage.folder.write("b.csv", "k,at\n1,8\n\"1\",\"8\"\n1,8\nx,8\n")
    try stage.folder.write("ragged.csv", "k,at\n1,8\n1,8\n1,8\n1\n")
    for memory in Self.memories {
      stage.memory = memory
      #expect(try stage.problem("SELECT FEATURES v AS OF at JOIN b.csv")?.message.contains(".csv:5") == true)
      #expect(try stage.problem("SELECT FEATURES v AS OF at JOIN ragged.csv")?.message.contains(".csv:5") == true)
    }
  }

  /// The column is taken at its first moment, and named only once all of its values are known.
  @Test(arguments: ["2024-01-02x", "13"]) func theColumnThatHoldsMomentsHoldsNothingElse(value: String) throws {
    let good = (1...40).map { "\($0 % 7),2024-01-01,\($0)\n" }.joined()
    try stage.folder.write("good.csv", "k,at,n\n" + good)
    try stage.folder.write("bad.csv", "k,at,n\n" + good + "1,\(value),41\n" + good)
    let statement = "SELECT FEATURES y, q JOIN"
    for memory in Self.memories {
      stage.memory = memory
      #expect(try stage.rows("\(statement) good.csv").count == 40)
      for cut in ["", " LIMIT 3", " OFFSET 60"] {
        let sink = CollectingSink()
        let (plan, labels) = try stage.plan("\(statement) bad.csv\(cut)")
        let error = #expect(throws: SpellError.self) { try stage.outcome(plan, labels, to: sink) }
        let problem = try #require(error?.diagnostics.first)
        #expect(problem.code == "no-moment" && "\(problem)".contains("bad.csv:42"), "\(problem)")
        #expect(sink.columns.isEmpty, "nothing is printed")
      }
    }
  }

  @Test(arguments: Self.sources) func sortingNeedsAllLabels(source: String) throws {
    let text = "SELECT FEATURES v AS OF at JOIN \(source) ORDER BY v DESC, n LIMIT 2"
    #expect(try stage.rows(text).count == 2)
    stage.memory = 20_000
    let problem = try stage.problem(text)
    #expect(problem?.code == "labels-beyond-memory" && problem?.message.contains("20KB") == true)
  }

  @Test func agesOfSeveralPartsAreNearlyExact() {
    var random = SeededRandom(seed: 2)
    let ages = (0..<5000).map { _ in Int64(random.below(1 << (1 + random.below(60)))) }
    let exact = AgeSummary()
    let parts = AgeSummary()
    exact.beginPart()
    for (index, age) in ages.enumerated() {
      exact.append(age)
      if index % 700 == 0 { parts.beginPart() }
      parts.append(age)
    }
    let (one, other) = (exact.ages, parts.ages)
    #expect(one?.least == ages.min() && one?.greatest == ages.max() && one?.median == ages.sorted()[2499])
    #expect(other?.least == one?.least && other?.greatest == one?.greatest)
    let error = abs((other?.median ?? 0) - (one?.median ?? 0))
    #expect(error * 2000 <= one?.median ?? 0)
    #expect(AgeSummary().ages?.median == nil)
  }
}
