import TestSupport
import Testing

/// WHERE against PostgreSQL's own WHERE: the same random conditions over rows full of NULLs, which both must find true
/// for the same rows. What is neither true nor false must spread alike.
@Suite struct ConditionLogicTests {
  private static let conditionCount = 400
  private static let columns: [(name: String, type: String, values: [String])] = [
    ("a", "bigint", ["NULL", "-1", "0", "2", "3"]), ("b", "bigint", ["NULL", "0", "2"]),
    ("x", "double precision", ["NULL", "-0.5", "2", "'NaN'", "'Infinity'"]),
    ("s", "text COLLATE \"C\"", ["NULL", "''", "'a'", "'B'", "'ab'", "'é'"]),
    ("t", "text COLLATE \"C\"", ["NULL", "'a'", "'a_b'", "'%'"]), ("p", "boolean", ["NULL", "true", "false"]),
  ]

  /// Makes a condition that both languages read alike.
  private struct ConditionMaker {
    var random: SeededRandom

    mutating func condition(depth: Int = 3) -> String {
      guard depth > 0, random.chance(75) else { return predicate() }
      switch random.below(5) {
      case 0: return "NOT (\(condition(depth: depth - 1)))"
      case 1, 2: return "(\(condition(depth: depth - 1)) AND \(condition(depth: depth - 1)))"
      default: return "(\(condition(depth: depth - 1)) OR \(condition(depth: depth - 1)))"
      }
    }

    private mutating func predicate() -> String {
      let comparison = random.pick(["=", "<>", "<", "<=", ">", ">="])
      let not = random.pick(["", "NOT "])
      switch random.below(9) {
      case 0: return "\(random.pick(["a", "b", "x", "s", "t", "p"])) IS \(not)NULL"
      case 1: return "a \(comparison) \(random.pick(["b", "x", "0", "2", "NULL"]))"
      case 2: return "x \(comparison) \(random.pick(["a", "b", "-0.5", "2"]))"
      case 3: return "s \(comparison) \(random.pick(["t", "''", "'a'", "'b'"]))"
      case 4: return "p \(random.pick(["=", "<>"])) \(random.pick(["true", "false"]))"
      case 5: return "a \(not)BETWEEN \(random.pick(["b", "-1", "3", "NULL"])) AND \(random.pick(["b", "x", "2"]))"
      case 6: return "a \(not)IN (\(random.pick(["0, 2", "b, 3", "NULL, 0", "-1, NULL, b"])))"
      case 7: return "s \(not)IN (\(random.pick(["'a', 'B'", "t, ''", "NULL, 'ab'"])))"
      default: return "s \(not)LIKE \(random.pick(["'%'", "'a%'", "'_'", "''", "'A%'", "'%b'"]))"
      }
    }
  }

  /// Every pair of values of two columns occurs, the others are drawn.
  private func rows() -> [String] {
    var random = SeededRandom(seed: 77)
    var rows: [String] = []
    for first in Self.columns.indices {
      for second in Self.columns.indices where second > first {
        for value in Self.columns[first].values {
          for other in Self.columns[second].values {
            let cells = Self.columns.enumerated().map { index, column in
              index == first ? value : index == second ? other : random.pick(column.values)
            }
            rows.append("(\(rows.count), \(cells.joined(separator: ", ")))")
          }
        }
      }
    }
    return rows
  }

  @Test func threeValuedLogicIsThatOfPostgreSQL() throws {
    let columns = Self.columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
    let folder = try TemporaryFolder()
    let url = try #require(
      try TestEngine.make(
        "world.db", in: folder,
        script: "CREATE TABLE f (k bigint, \(columns)); INSERT INTO f VALUES \(rows().joined(separator: ", "))",
        on: [.postgresql]
      ).first?.url)
    let features = Self.columns.map { "{name: \($0.name)}" }.joined(separator: ", ")
    try folder.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: f, entity: k, features: [\(features)]}
      """)
    var maker = ConditionMaker(random: SeededRandom(seed: 5))
    let conditions = (0..<Self.conditionCount).map { _ in maker.condition() }
    let server = try PostgreSQLFixture(url)
    let run = try Spellbook.run(
      ["-q", "--metadata", "metadata.yml", "--engine", url, "--keep-going"]
        + conditions.enumerated().flatMap { ["-c", "SELECT FEATURES f.* WHERE \($1) INTO '\($0).csv'"] },
      in: folder)
    #expect(run.status == 0, "\(run.errors)")
    var sizes: Set<Int> = []
    for (index, condition) in conditions.enumerated() {
      let found = CSVText(try folder.read("\(index).csv")).records.map { $0[0].text }
      let expected = try server.rows("SELECT k FROM f WHERE \(condition) ORDER BY k").map { $0[0] ?? "" }
      #expect(found == expected, "\(condition)")
      sizes.insert(expected.count)
    }
    // Conditions that all or none of the rows pass would prove little.
    #expect(sizes.count > 100)
  }
}
