import SpellCore
import SpellPlanning
import SpellTables
import TestSupport
import Testing

@testable import SpellExecution

@Suite struct FoldTests {
  /// One label of key 1 at 100, and rows of key, event, created and one int.
  private func answer(_ rows: [[Cell]]) throws -> String { try answer(FoldStage(), rows) }

  /// The answers of all labels, which no order of the rows changes.
  private func answer(_ stage: FoldStage, _ rows: [[Cell]]) throws -> String {
    var stage = stage
    if stage.labels.isEmpty { stage.labels = [(1, 100)] }
    let texts = try stage.fold([rows]).texts
    #expect(try stage.fold([rows.reversed()]).texts == texts)
    #expect(try stage.fold(rows.map { [$0] }).texts == texts)
    return texts.joined(separator: " ")
  }

  @Test func theLatestRowByTheMomentWins() throws {
    #expect(try answer([]) == "none")
    #expect(try answer([[1, 10, nil, 1], [1, 20, nil, 2], [1, 101, nil, 3], [2, 50, nil, 4]]) == "2@20")
    #expect(try answer([[1, 100, nil, 1]]) == "1@100")
    #expect(try answer([[1, nil, nil, 1], [nil, 10, nil, 2]]) == "none")
    #expect(try answer([[1, .integer(.min), nil, 1]]) == "1@\(Int64.min)")
  }

  @Test func everyLabelHasItsOwnAnswer() throws {
    var stage = FoldStage()
    stage.labels = [(1, 30), (2, 30), (1, 10), (nil, 30), (1, nil), (1, 9), (3, 30), (1, 30), (1, 29), (1, .max)]
    let rows: [[Cell]] = [[1, 10, nil, 1], [1, 30, nil, 3], [2, 31, nil, 4], [1, 20, nil, 2], [9, 1, nil, 9]]
    #expect(try answer(stage, rows) == "3@30 none 1@10 none none none none 3@30 2@20 3@30")
  }

  @Test func beforeLeavesTheMomentItselfOut() throws {
    var stage = FoldStage()
    stage.isStrict = true
    stage.labels = [(1, 20), (1, 21), (1, 10), (1, 11)]
    #expect(try answer(stage, [[1, 10, nil, 1], [1, 20, nil, 2]]) == "1@10 2@20 none 1@10")
  }

  @Test func createdDecidesBetweenRowsOfOneEvent() throws {
    #expect(try answer([[1, 10, 5, 1], [1, 10, 6, 2], [1, 9, 7, 3]]) == "2@10")
    #expect(try answer([[1, 10, nil, 9], [1, 10, .integer(.min), 1]]) == "1@10")
    // Created after the moment does not matter without KNOWN.
    #expect(try answer([[1, 10, 5, 1], [1, 10, 900, 2]]) == "2@10")
  }

  @Test("a full tie is decided by the features: NULL least, then by value")
  func ties() throws {
    for (values, winner) in [
      ([3, 1, 2] as [Cell], "3"), ([nil, -5], "-5"), ([nil, nil], "NULL"), ([7, 7], "7"), ([nil, 0, nil], "0"),
    ] {
      #expect(try answer(values.map { [1, 10, 5, $0] }) == "\(winner)@10")
      #expect(try answer(values.map { [1, 10, nil, $0] }) == "\(winner)@10")
    }
    var floats = FoldStage()
    floats.features = [.float]
    #expect(
      try answer(floats, [[1, 10, 5, .double(.infinity)], [1, 10, 5, .double(.nan)], [1, 10, 5, nil]]) == "nan@10")
    #expect(try answer(floats, [[1, 10, 5, -0.0], [1, 10, 5, 0.0]]) == "0.0@10")
    var several = FoldStage()
    several.features = [.str, .decimal]
    #expect(
      try answer(several, [[1, 10, 5, "b", "1.5"], [1, 10, 5, "b", "1.50"], [1, 10, 5, "a", "9"]]) == "b/1.50@10")
    var plain = FoldStage()
    plain.hasCreated = false
    #expect(try answer(plain, [[1, 10, 3], [1, 10, 4], [1, 9, 5]]) == "4@10")
  }

  @Test func tiesAreCountedOnceForEachLabel() throws {
    var stage = FoldStage()
    stage.labels = [(1, 100), (1, 5), (1, 50), (2, 100)]
    let tied: [[Cell]] = [[1, 10, 5, 1], [1, 10, 5, 2], [1, 10, 5, 2], [2, 10, 5, 1], [2, 10, 6, 1]]
    #expect(try stage.fold([tied]).report().ties == 2)
    // A later row makes the tie void.
    #expect(try stage.fold([tied, [[1, 11, 5, 3]]]).report().ties == 0)
    #expect(try stage.fold([[[1, 11, 5, 3]], tied]).report().ties == 0)
  }

  @Test func ttlIsInclusiveAndNeverGivesAnOlderRow() throws {
    var stage = FoldStage()
    stage.ttl = 10
    stage.labels = [(1, 19), (1, 20), (1, 21), (1, 25), (1, 30), (1, 31)]
    let answers = "expired 2@20 2@20 2@20 2@20 expired"
    #expect(try answer(stage, [[1, 5, nil, 1], [1, 20, nil, 2]]) == answers)
    stage.labels = [(1, .min), (1, .max)]
    #expect(try answer(stage, [[1, .integer(.min), nil, 1]]) == "1@\(Int64.min) expired")
  }

  @Test func delayMovesAvailabilityAndNotTheEvent() throws {
    var stage = FoldStage()
    stage.delay = 10
    stage.labels = [(1, 29), (1, 30), (1, 31), (1, 20)]
    #expect(try answer(stage, [[1, 10, nil, 1], [1, 20, nil, 2]]) == "1@10 2@20 2@20 1@10")
    stage.isStrict = true
    #expect(try answer(stage, [[1, 10, nil, 1], [1, 20, nil, 2]]) == "1@10 1@10 2@20 none")
    stage.isStrict = false
    stage.ttl = 15
    stage.labels = [(1, 20), (1, 25), (1, 26)]
    #expect(try answer(stage, [[1, 10, nil, 1]]) == "1@10 1@10 expired")
    stage.ttl = nil
    stage.labels = [(1, .max)]
    #expect(try answer(stage, [[1, .integer(.max - 1), nil, 1]]) == "1@\(Int64.max - 1)")
  }

  @Test func knownWaitsForTheRowToBeCreated() throws {
    var stage = FoldStage()
    stage.known = .byMoment
    stage.labels = [(1, 30), (1, 39), (1, 40), (1, 60), (1, 10)]
    // The row of event 20 came late; that of event 15 came later still, and never counts after it.
    let rows: [[Cell]] = [[1, 10, 10, 1], [1, 20, 40, 2], [1, 15, 50, 3], [1, 25, nil, 4]]
    #expect(try answer(stage, rows) == "1@10 1@10 2@20 2@20 1@10")
    #expect(try stage.fold([rows]).report().withoutCreated == 1)
    stage.isStrict = true
    #expect(try answer(stage, rows) == "1@10 1@10 1@10 2@20 none")
  }

  @Test func knownAtIsAFilterAndInclusive() throws {
    var stage = FoldStage()
    stage.known = .at(.time(40))
    stage.labels = [(1, 30), (1, 5), (1, 100)]
    let rows: [[Cell]] = [[1, 10, 39, 1], [1, 20, 40, 2], [1, 25, 41, 3], [1, 28, nil, 4]]
    #expect(try answer(stage, rows) == "2@20 none 2@20")
    stage.isStrict = true
    stage.labels = [(1, 20), (1, 21)]
    #expect(try answer(stage, rows) == "1@10 2@20")
  }

  @Test func knownAndDelayBothHaveToBeOver() throws {
    var stage = FoldStage()
    stage.known = .byMoment
    stage.delay = 10
    stage.labels = [(1, 19), (1, 20), (1, 34), (1, 35)]
    #expect(try answer(stage, [[1, 10, 12, 1], [1, 20, 35, 2]]) == "none 1@10 1@10 2@20")
  }

  @Test func staticGroupsHaveOneRowForEachKey() throws {
    var stage = FoldStage()
    stage.isStatic = true
    stage.ttl = 1
    stage.labels = [(1, nil), (2, 5), (nil, 5), (1, 9), (3, 5)]
    #expect(try answer(stage, [[1, 10], [2, nil], [7, 1], [7, 2], [nil, 3]]) == "10 NULL none 10 none")
    let error = #expect(throws: SpellError.self) { try stage.fold([[[2, 1], [1, 10]], [[1, 10]]]) }
    #expect(
      error?.diagnostics.first?.message
        == "`g` has more than one row for key 1, and the static group `g` has at most one row per key")
  }

  @Test func snapshotsHaveOneSlotForEachKey() throws {
    var stage = FoldStage()
    stage.snapshot = 100
    stage.ttl = 50
    let rows: [[Cell]] = [
      [5, 60, nil, 1], [3, 101, nil, 2], [4, 49, nil, 3], [5, 100, nil, 4], [nil, 1, nil, 5], [3, 50, nil, 6],
    ]
    #expect(try stage.fold([rows]).texts == ["4@100", "6@50", "expired"])
    #expect(try stage.fold(rows.map { [$0] }).texts == ["4@100", "6@50", "expired"])
    stage.isStrict = true
    #expect(try stage.fold([rows]).texts == ["1@60", "6@50", "expired"])
  }

  // MARK: Values that do not fit

  @Test func invalidFeaturesCountWhereTheyAreTheAnswer() throws {
    var stage = FoldStage()
    stage.labels = [(1, 15), (1, 100)]
    let rows: [[Cell]] = [[1, 10, nil, .invalid("ten")], [1, 20, nil, 2]]
    let error = #expect(throws: SpellError.self) { try stage.fold([rows]).report() }
    #expect(
      error?.diagnostics.first?.message
        == "`g`, column `v0`, key 1: the stored value `ten` is not a value of type int, which the feature `v0` is")
    stage.labels = [(1, 100), (2, 15)]
    #expect(try stage.fold([rows]).report().invalid == 0)
    stage.labels = [(1, 15), (1, 100)]
    stage.invalid = .null
    let report = try stage.fold([rows]).report()
    #expect(report.invalid == 1 && report.matched == 2 && report.nulls.map(\.count) == [1])
  }

  @Test("an invalid value in a fully tied row counts, whichever row comes first")
  func invalidInATie() throws {
    var stage = FoldStage()
    stage.labels = [(1, 100)]
    let rows: [[Cell]] = [[1, 10, 5, 3], [1, 10, 5, .invalid("x")], [1, 10, 5, 4]]
    for rows in [rows, rows.reversed(), [rows[1], rows[2], rows[0]]] {
      for batches in [[rows], rows.map { [$0] }] {
        #expect(throws: SpellError.self) { try stage.fold(batches).report() }
        stage.invalid = .null
        let answers = try stage.fold(batches)
        #expect(answers.texts == ["4@10"])
        #expect(try answers.report().invalid == 1 && answers.report().ties == 1)
        stage.invalid = .error
        // A later row takes the answer, and the fault with it.
        let later = try stage.fold(batches + [[[1, 11, 5, 7]]])
        #expect(try later.texts == ["7@11"] && later.report().invalid == 0)
      }
    }
  }

  @Test func invalidTimesOfAskedKeysAreErrors() throws {
    var stage = FoldStage()
    stage.labels = [(1, 100)]
    for (row, name) in [
      ([1, .invalid("soon"), nil, 1], "`t`"), ([1, 10, .invalid("soon"), 1], "`c`"),
      ([1, 900, .invalid("soon"), 1], "`c`"),
    ] as [([Cell], String)] {
      stage.invalid = .error
      let error = #expect(throws: SpellError.self) { try stage.fold([[row]]) }
      #expect(
        error?.diagnostics.first?.message.hasPrefix("`g`, column \(name), key 1: the stored value `soon`") == true)
      stage.invalid = .null
      #expect(try stage.fold([[row]]).report().invalidRows == 1)
      // Of keys that nobody asks for, nothing matters.
      stage.invalid = .error
      #expect(try stage.fold([[[2] + row.dropFirst()]]).texts == ["none"])
    }
    stage.invalid = .null
    #expect(try stage.fold([[[1, 10, .invalid("x"), 1], [1, 10, 3, 0]]]).texts == ["0@10"])
  }

  // MARK: Any order, any split

  @Test("any order of the rows and any split into batches gives the answer of the definition", arguments: 0..<60)
  func anyOrder(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    var stage = FoldStage()
    stage.features = random.pick([[.int], [.float, .str], [.str], [.int, .int, .bool]])
    stage.hasCreated = random.chance(70)
    stage.ttl = random.chance(40) ? Int64(1 + random.below(4)) : nil
    stage.delay = random.chance(40) ? Int64(random.below(3)) : nil
    stage.isStrict = random.chance(40)
    if stage.hasCreated { stage.known = random.pick([.all, .byMoment, .at(.time(4))]) }
    stage.invalid = .null
    stage.labels = (0..<random.below(12)).map { _ in
      (random.chance(10) ? nil : Int64(random.below(3)), random.chance(10) ? nil : Int64(random.below(8)))
    }
    var rows: [[Cell]] = (0..<random.below(14)).map { _ in self.row(of: stage, &random) }
    let expected = stage.labels.map { FoldDefinition(stage: stage, rows: rows).answer($0) }
    for _ in 0..<12 {
      rows.shuffle(using: &random)
      var batches: [[[Cell]]] = [[]]
      for row in rows {
        if random.chance(30) { batches.append([]) }
        batches[batches.count - 1].append(row)
      }
      #expect(try stage.fold(batches).texts == expected, "seed \(seed)")
    }
  }

  private func row(of stage: FoldStage, _ random: inout SeededRandom) -> [Cell] {
    func time(_ nulls: Int) -> Cell { random.chance(nulls) ? .null : .integer(Int64(random.below(7))) }
    let key: Cell = random.chance(5) ? .null : .integer(Int64(random.below(4)))
    let times = stage.hasCreated ? [time(5), time(20)] : [time(5)]
    return [key] + times
      + stage.features.map { type -> Cell in
        if random.chance(15) { return .null }
        switch type {
        case .float: return random.pick([0.0, -0.0, .double(.nan), 1.5])
        case .str: return random.pick(["", "a", "longer than the others", "b"])
        default: return .integer(Int64(random.below(2)))
        }
      }
  }
}

/// The meaning of a join, row by row, with nothing clever about it.
private struct FoldDefinition {
  let stage: FoldStage
  let rows: [[Cell]]

  func answer(_ label: FoldStage.Label) -> String {
    guard let key = label.key, let moment = label.moment else { return "none" }
    var best: [Cell]?
    for row in rows where row[0] == .integer(key) && isAvailable(row, by: moment) {
      if best.map({ order(row, $0) > 0 }) ?? true { best = row }
    }
    guard let best, case .integer(let event) = best[1] else { return "none" }
    if let ttl = stage.ttl, event < moment - ttl { return "expired" }
    let features = best[(stage.hasCreated ? 3 : 2)...]
    let texts = zip(stage.features, features).map { Column($0, [$1]).text(0) }
    return texts.joined(separator: "/") + "@\(event)"
  }

  private func isAvailable(_ row: [Cell], by moment: Int64) -> Bool {
    guard case .integer(let event) = row[1] else { return false }
    var available = event + (stage.delay ?? 0)
    switch stage.known {
    case .all: break
    case .byMoment:
      guard case .integer(let created) = row[2] else { return false }
      available = max(available, created)
    case .at(let point):
      guard case .integer(let created) = row[2], case .time(let instant) = point, created <= instant else {
        return false
      }
    }
    return stage.isStrict ? available < moment : available <= moment
  }

  private func order(_ left: [Cell], _ right: [Cell]) -> Int {
    for (index, type) in stage.types.enumerated().dropFirst() {
      let order = Column(type, [left[index]]).compare(0, Column(type, [right[index]]), 0)
      if order != 0 { return order }
    }
    return 0
  }
}
