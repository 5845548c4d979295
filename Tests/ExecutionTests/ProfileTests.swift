import SpellCore
@testable import SpellExecution
import SpellPlanning
import TestSupport
import Testing

/// PROFILE: the numbers, and that neither order nor size of the table change them.
@Suite struct ProfileTests {
  private static let metadata = """
    - {kind: entity, name: k, value_type: str}
    - {kind: group, name: f, entity: k, event_timestamp_column: t, delay: 1d,
       features: [{name: n, value_type: int}, {name: x}, {name: s}, {name: b, value_type: bool},
                  {name: d, value_type: date}]}
    """

  private static let table = "CREATE TABLE f (k TEXT, t TEXT, n INTEGER, x REAL, s TEXT, b INTEGER, d TEXT);"

  private static let rows = """
    INSERT INTO f VALUES
      ('a', '2024-01-01', 1, 1.5, 'x', 1, '2024-01-01'), ('a', '2024-01-02', 2, -2.5, 'y', 0, '2024-01-04'),
      ('b', '2024-01-04', 4, NULL, 'x', 1, NULL), ('b', NULL, NULL, 1e3, NULL, 1, '2024-01-02'),
      (NULL, '2024-01-04 12:00', 'odd', 0.25, 'é', NULL, '2024-01-02');
    """

  private func group(_ text: String, sql: String, metadata: String = metadata) throws -> GroupProfile {
    let stage = try ExecutionStage(sql: sql, metadata: metadata)
    return try #require(try stage.profile(text).groups.first)
  }

  private func column(_ name: String, _ group: GroupProfile) throws -> ColumnProfile {
    try #require(group.columns.first { $0.name == name })
  }

  @Test func aGroupIsCounted() throws {
    let group = try group("PROFILE f.*", sql: Self.table + Self.rows)
    #expect(group.rows == 5 && group.keys == 2 && group.areKeysExact)
    #expect(try #require(group.rowsPerKey) == (2, 2, 2))
    #expect(group.period == .day && group.periods.map(\.count) == [1, 1, 0, 2])
    #expect(group.columns.map(\.name) == ["k", "t", "n", "x", "s", "b", "d"])
    #expect(group.columns.map(\.nulls) == [1, 1, 1, 1, 1, 1, 1])
    #expect(group.columns.map(\.invalid) == [0, 0, 1, 0, 0, 0, 0])
  }

  @Test func numbersAreThoseOfTheTextbook() throws {
    let group = try group("PROFILE f.*", sql: Self.table + Self.rows)
    let n = try column("n", group)
    #expect(n.least == .int(1) && n.greatest == .int(4) && n.distinct == 3 && n.isDistinctExact && n.isExact)
    #expect(n.quartiles == [.float(1.5), .float(2), .float(3)] && n.mean == .float(7.0 / 3))
    #expect(n.standardDeviation == (7.0 / 3).squareRoot())
    #expect(n.bins.map(\.low) == [1, 2, 3, 4] && n.bins.map(\.count) == [1, 1, 0, 1])
    let x = try column("x", group)
    #expect(x.quartiles == [.float(-0.4375), .float(0.875), .float(251.125)] && x.bins.count == 20)
    #expect(x.bins.first?.low == -2.5 && x.bins.last?.high == 1000 && x.bins.reduce(0) { $0 + $1.count } == 4)
  }

  @Test func otherTypesHaveWhatTheyCanHave() throws {
    let group = try group("PROFILE f.*", sql: Self.table + Self.rows)
    let s = try column("s", group)
    #expect(s.top?.map(\.value) == [.str("x"), .str("y"), .str("é")] && s.top?.map(\.count) == [2, 1, 1])
    #expect(s.least == .str("x") && s.greatest == .str("é") && s.quartiles.isEmpty && s.mean == .null)
    let b = try column("b", group)
    #expect(b.top?.map(\.value) == [.bool(true), .bool(false)] && b.quartiles.isEmpty && b.bins.isEmpty)
    let d = try column("d", group)
    #expect(d.quartiles.map { $0 } == [.date(19_723), .date(19_724), .date(19_724)] && d.mean == .date(19_724))
    #expect(d.bins.count == 4)
    let t = try column("t", group)
    #expect(t.least == .datetime(Instant(microseconds: 1_704_067_200_000_000)) && t.standardDeviation == nil)
  }

  @Test(arguments: [
    ("AS OF '2024-01-03'", 2), ("BEFORE '2024-01-03'", 1), ("AS OF '2024-01-02' + 3d", 3), ("WHERE n >= 2", 2),
    ("WHERE k = 'a'", 2), ("WHERE event_timestamp < '2024-01-03' AND s = 'y'", 1),
    ("AS OF '2025-01-01' WHERE n IS NULL", 1),
  ])
  func rowsAreChosen(clauses: String, count: Int) throws {
    let group = try group("PROFILE n, s \(clauses)", sql: Self.table + Self.rows)
    #expect(group.rows == count && group.columns.allSatisfy { $0.count + $0.nulls + $0.invalid == count })
  }

  @Test func anEmptyTableHasNothing() throws {
    let group = try group("PROFILE f.*", sql: Self.table)
    #expect(group.rows == 0 && group.keys == 0 && group.rowsPerKey == nil && group.freshness == nil)
    #expect(group.columns.allSatisfy { $0.count == 0 && $0.least == .null && $0.bins.isEmpty && $0.nullShare == 0 })
  }

  @Test func nansAndInfinitiesAreToldApart() throws {
    let metadata = """
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: f, entity: k, features: [{name: x}]}
      """
    let sql = "CREATE TABLE f (k INTEGER, x REAL); INSERT INTO f VALUES (1, 9e999), (2, 1), (3, 2), (4, -9e999)"
    let x = try column("x", try group("PROFILE x", sql: sql, metadata: metadata))
    #expect(x.count == 4 && x.least == .float(-.infinity) && x.greatest == .float(.infinity))
    #expect(x.bins.first?.low == 1 && x.bins.last?.high == 2 && x.bins.reduce(0) { $0 + $1.count } == 2)
    guard case .float(let mean) = x.mean else { throw UnexpectedStatement() }
    #expect(mean.isNaN && x.standardDeviation?.isNaN == true)
  }

  @Test(arguments: ["0, 5e-324", "-1.7e308, 1.7e308", "1e300, 1", "9007199254740993, 0.5"])
  func theEndsOfTheRangeAreNumbers(values: String) throws {
    let metadata = """
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: f, entity: k, features: [{name: x}, {name: d, value_type: date}]}
      """
    let rows = values.split(separator: ",").enumerated().map { number, value in
      "(\(number), \(value), '0001-01-01'), (\(number + 9), NULL, '9999-12-31')"
    }
    let sql = "CREATE TABLE f (k INTEGER, x REAL, d TEXT); INSERT INTO f VALUES \(rows.joined(separator: ", "))"
    let group = try group("PROFILE f.*", sql: sql, metadata: metadata)
    let x = try column("x", group)
    #expect(x.bins.reduce(0) { $0 + $1.count } == 2 && x.bins.allSatisfy { $0.low.isFinite && $0.high.isFinite })
    let numbers = values.split(separator: ", ").compactMap { Double($0) }
    let middle = numbers[0] / 2 + numbers[1] / 2
    #expect(x.quartiles[1] == .float(middle) && x.mean == .float(middle))
    #expect(try column("d", group).bins.reduce(0) { $0 + $1.count } == 4)
  }

  @Test func infinitiesAreToldApartAmongManyValuesToo() throws {
    let metadata = """
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: f, entity: k, features: [{name: x}]}
      """
    let sql = """
      CREATE TABLE f (k INTEGER, x REAL);
      WITH RECURSIVE c (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 99999)
        INSERT INTO f SELECT i, CASE i % 5 WHEN 0 THEN -9e999 ELSE i END FROM c;
      """
    let x = try column("x", try group("PROFILE x", sql: sql, metadata: metadata))
    #expect(x.least == .float(-.infinity) && x.greatest == .float(99999) && x.mean == .float(-.infinity))
    guard case .float(let quartile) = x.quartiles[0] else { throw UnexpectedStatement() }
    #expect(abs(quartile - 6250) < 10)
    #expect(x.bins.first?.low == 1 && x.bins.last?.high == 99999)
    #expect(x.bins.reduce(0) { $0 + $1.count } == 80_000)
  }

  /// More values than are told apart: the sketches, whose answer must not depend on the order of rows.
  @Test func manyValuesAreApproximatedAlikeInEveryOrder() throws {
    let count = 150_000
    let metadata = """
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: f, entity: k, features: [{name: n}, {name: x}, {name: s}]}
      """
    func sql(_ order: String) -> String {
      """
      CREATE TABLE f (k INTEGER, n INTEGER, x REAL, s TEXT);
      WITH RECURSIVE c (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < \(count) - 1)
        INSERT INTO f SELECT i, i * i, i * 1e-3, 's' || i FROM c ORDER BY \(order);
      """
    }
    let group = try group("PROFILE f.*", sql: sql("i"), metadata: metadata)
    let other = try self.group("PROFILE f.*", sql: sql("i * 7919 % 150001"), metadata: metadata)
    #expect(group.keys == count)
    for (one, two) in zip(group.columns, other.columns) {
      #expect(one.distinct == two.distinct && one.quartiles == two.quartiles && one.mean == two.mean)
      #expect(one.standardDeviation == two.standardDeviation && one.bins.map(\.count) == two.bins.map(\.count))
      #expect(abs(one.distinct - count) < count / 40)
      #expect(one.isDistinctExact == (one.role == .key))
    }
    let n = try column("n", group)
    #expect(n.least == .int(0) && n.greatest == .int(Int64(count - 1) * Int64(count - 1)) && n.top == nil && !n.isExact)
    for (quartile, share) in zip(n.quartiles, [0.25, 0.5, 0.75]) {
      guard case .float(let found) = quartile else { throw UnexpectedStatement() }
      let exact = Double(count) * share * Double(count) * share
      #expect(abs(found / exact - 1) < 0.001)
    }
    let s = try column("s", group)
    #expect(s.least == .str("s0") && s.greatest == .str("s99999") && s.top == nil)
  }

  @Test func sumsDoNotCancelOut() {
    var sums = PowerSums()
    for index in 0..<1000 { sums.add(1e12 + Double(index % 2)) }
    #expect(sums.mean == 1e12 + 0.5)
    #expect(abs((sums.standardDeviation ?? 0) - 0.500_250_187_656_5) < 1e-9)
  }
}
