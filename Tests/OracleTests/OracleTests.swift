import Glibc
import TestSupport
import Testing

/// The product against the oracle over seeded worlds, byte for byte, on every engine under every strategy.
///
/// `SPELLBOOK_ORACLE_SEEDS` and `SPELLBOOK_ORACLE_FIRST` choose other seeds than the fixed ones.
@Suite struct OracleTests {
  static let seedCount = setting("SPELLBOOK_ORACLE_SEEDS") ?? 520
  static let firstSeed = setting("SPELLBOOK_ORACLE_FIRST") ?? 1
  /// Whether somebody asked for more seeds, with lines on how far it is.
  static let isSweeping = getenv("SPELLBOOK_ORACLE_SWEEP") != nil
  static let queriesPerSeed = 6
  /// Two instances run side by side, each with one process at a time.
  static let instances = 2
  /// The standby has the tables of its primary and the same driver before it: every so many worlds will do.
  static let worldsPerStandby = 4
  /// Tables that lie on several servers take long to make.
  static let worldsPerDistribution = 8
  /// Every so many worlds are joined in parts, of a few labels each.
  static let worldsPerDivision = 3
  /// What reads a table of labels lies before the strategies as well: every so many worlds have one under each.
  static let worldsPerTable = 4
  /// After so many failing seeds the rest would only repeat them.
  static let patience = 3

  @Test(arguments: Spellbook.strategies + Spellbook.unfoldedStrategies, Array(0..<instances))
  func tinyWorlds(strategy: String, instance: Int) throws {
    var failures = 0
    var carriedOut: [TestEngine: Int] = [:]
    for offset in stride(from: instance, to: Self.seedCount, by: Self.instances) where failures < Self.patience {
      let world = WorldMaker.make(seed: Self.firstSeed + offset, queryCount: Self.queriesPerSeed)
      let folder = try TemporaryFolder()
      try folder.write("metadata.yml", world.metadata)
      try folder.write("labels.csv", world.labelText)
      for (engine, url) in try databases(of: world, in: folder) where failures < Self.patience {
        for stored in tables(of: world, on: engine) where failures < Self.patience {
          let problem = try compare(
            world, stored, in: folder, engine: engine, url: url, strategy: strategy, &carriedOut[engine, default: 0])
          if let problem {
            failures += 1
            Issue.record("\(problem)")
          }
        }
      }
    }
    // A strategy that gives way to others all the time has not been tested.
    guard failures == 0, Self.seedCount >= 200 else { return }
    for engine in strategy == "reduce" ? [TestEngine.postgresql] : [.sqlite, .postgresql] {
      #expect(carriedOut[engine, default: 0] >= Self.seedCount / 10, "\(strategy) carried out \(carriedOut)")
    }
  }

  /// Where the labels of a world are looked for, one after the other: nil is the file.
  private func tables(of world: World, on engine: TestEngine) -> [StoredLabels?] {
    // A table of labels that lies on several servers has no order.
    let isWithTable = (world.seed / Self.instances) % Self.worldsPerTable == 0 && engine != .distributed
    return isWithTable ? [nil, world.storedLabels[engine == .sqlite ? .sqlite : .server]] : [nil]
  }

  /// The world on every engine.
  private func databases(of world: World, in folder: TemporaryFolder) throws -> [(engine: TestEngine, url: String)] {
    let servers: [TestEngine] =
      [.postgresql] + (world.seed % Self.worldsPerStandby == 0 ? [.standby] : [])
      + (world.seed % Self.worldsPerDistribution == 1 ? [.distributed] : [])
    return try TestEngine.make("world.db", in: folder, script: world.script(.sqlite), on: [.sqlite])
      + TestEngine.make("world.db", in: folder, script: world.script(.server), on: servers)
  }

  /// A run that never saw a tie has not tested ties.
  @Test(.enabled(if: seedCount >= 200, "so few seeds need not contain every case"))
  func worldsContainEveryCase() {
    var coverage = Coverage()
    for seed in Self.firstSeed..<Self.firstSeed + Self.seedCount {
      let world = WorldMaker.make(seed: seed, queryCount: Self.queriesPerSeed)
      for query in world.queries { coverage.add(world, query) }
    }
    #expect(coverage.rare.isEmpty, "seen: \(coverage.seen)")
  }

  @Test func worldsWriteTimesAsTheCalendarHasThem() {
    let known: [(Int64, String)] = [
      (0, "1970-01-01 00:00:00"), (-1, "1969-12-31 23:59:59.999999"),
      (1_709_164_800_000_001, "2024-02-29 00:00:00.000001"),
      (1_709_251_200_000_000, "2024-03-01 00:00:00"), (-2_177_463_600_000_000, "1900-12-31 21:00:00"),
    ]
    for (instant, text) in known { #expect(timeText(instant, separator: " ", offset: "") == text) }
  }

  /// Runs the world's statements in one process; nil when all agree, else everything needed to repeat it. Counts the
  /// statements that the strategy did carry out.
  private func compare(
    _ world: World, _ stored: StoredLabels?, in folder: TemporaryFolder, engine: TestEngine, url: String,
    strategy: String, _ carriedOut: inout Int
  ) throws -> String? {
    let memory = world.seed % Self.worldsPerDivision == 0 && !world.isDeep ? "1KB" : "auto"
    let options = [
      "--metadata", "metadata.yml", "--engine", url, "--report", "report.json", "--memory", memory, "-c",
      "SET strategy = \(strategy)",
      // Commits wait until they are seen there.
      "-c", "SET staleness = \(engine == .standby ? "1h" : "off")",
    ]
    let run = try Spellbook.run(
      options + world.queries.flatMap { ["-c", stored?.text(of: $0) ?? $0.text] }, in: folder)
    let place = "\(engine), strategy \(strategy), memory \(memory)" + (stored == nil ? "" : ", labels in a table")
    defer { for number in world.queries.indices { unlink(folder.file("\(number).csv")) } }
    let report = (try? folder.read("report.json")).flatMap { JSONValue($0) }
    let entries = report?["statements"]?.items ?? []
    carriedOut += entries.count { $0["uses"]?.items.contains { $0["strategy"]?.string == strategy } ?? false }
    if run.errors.contains("was refused by the database") {
      return world.failureText(world.queries[0], place, "a statement was refused", run)
    }
    for (number, query) in world.queries.enumerated() {
      let expected = PointInTimeOracle(world: world, query: query).result(labelFields: stored?.fields)
      let actual = try? folder.read("\(number).csv")
      var problems: [String] = []
      if actual != expected.csv {
        problems.append("--- expected\n\(expected.csv)--- found\n\(actual ?? "no file \(number).csv\n")")
      } else if entries.count != world.queries.count {
        problems.append("the report has \(entries.count) statements instead of \(world.queries.count)\n")
      } else {
        problems = ReportCheck(world: world, query: query, choices: expected.choices).problems(in: entries[number])
      }
      if !problems.isEmpty {
        return world.failureText(query, place, problems.joined(separator: "\n"), run)
      }
    }
    return run.status == 0 ? nil : world.failureText(world.queries[0], place, "exit code is not 0", run)
  }

  private static func setting(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
}

extension World {
  /// Everything needed to repeat what went wrong.
  func failureText(_ query: Query, _ place: String, _ problem: String, _ run: CommandRun) -> String {
    """
    seed \(seed), \(place) (SPELLBOOK_ORACLE_FIRST=\(seed) SPELLBOOK_ORACLE_SEEDS=1)
    --- statement
    \(query.text)
    \(problem)
    --- metadata.yml
    \(metadata)
    --- world.sql
    \(script(.sqlite))
    --- world.sql of the server
    \(script(.server))
    --- labels.csv
    \(labelText)
    --- ending \(run.timedOut ? "deadline" : run.status.map { "exit \($0)" } ?? "signal \(run.signal ?? 0)"), stderr
    \(run.errors)
    """
  }
}

/// Compares a statement's entry of the match report with the oracle's choices, where the reference decides the numbers.
struct ReportCheck {
  let world: World
  let query: Query
  let choices: [[Use: PointInTimeOracle.Choice]]

  func problems(in entry: JSONValue) -> [String] {
    // Whether a filter's rows or all labels are counted is not the reference's matter; a snapshot has no labels.
    guard query.joins && query.filter == nil else { return [] }
    var problems: [String] = []
    if entry["rows"]?.int != choices.count {
      problems.append("report: rows is \(shown(entry["rows"])), expected \(choices.count)")
    }
    let uses = entry["uses"]?.items ?? []
    if uses.count != query.uses.count {
      problems.append("report: \(uses.count) uses, expected \(query.uses.count)")
    }
    for wanted in query.uses {
      let name = world.groups[wanted.group].name + (wanted.isOfWindows ? " windows" : "")
      guard let use = uses.first(where: { $0["group"]?.string == name }) else {
        problems.append("report: no use of \(name)")
        continue
      }
      problems += differences(use, choices.compactMap { $0[wanted] }).map { "report, \(name): \($0)" }
    }
    return problems
  }

  private func differences(_ use: JSONValue, _ choices: [PointInTimeOracle.Choice]) -> [String] {
    let matched = choices.filter { $0.row != nil }.count
    let tooOld = choices.filter { $0.miss == .olderThanTTL }.count
    let unmatched = use["unmatched"]?.members.values.compactMap(\.int).reduce(0, +)
    // A tie that a ttl then cut may count or not.
    let certainTies = choices.filter { $0.isTied && $0.row != nil }.count
    let allTies = choices.filter(\.isTied).count
    var found: [String] = []
    if use["labels"]?.int != choices.count { found.append("labels is \(shown(use["labels"])), not \(choices.count)") }
    if use["matched"]?.int != matched { found.append("matched is \(shown(use["matched"])), not \(matched)") }
    if unmatched != choices.count - matched { found.append("unmatched sum to \(unmatched ?? -1), matched \(matched)") }
    // Where no fold saw the rows, nobody knows of reasons and ties.
    if Spellbook.unfoldedStrategies.contains(use["strategy"]?.string ?? "") { return found }
    for (name, count) in [
      ("at_moment", choices.count(where: \.isAtMoment)), ("created_later", choices.count(where: \.isCreatedLater)),
    ] where use[name]?.int != count { found.append("\(name) is \(shown(use[name])), not \(count)") }
    let older = use["unmatched"]?["older_than_ttl"]
    if (older?.int ?? 0) != tooOld { found.append("older_than_ttl is \(shown(older)), not \(tooOld)") }
    if !(certainTies...allTies).contains(use["ties"]?.int ?? 0) {
      found.append("ties is \(shown(use["ties"])), not \(certainTies) to \(allTies)")
    }
    return found
  }

  private func shown(_ value: JSONValue?) -> String { value.map { "\($0)" } ?? "missing" }
}

/// How often the worlds of a run contained each case worth testing.
struct Coverage {
  private(set) var seen: [String: Int] = [:]
  private static let wanted = [
    "hits", "misses", "ties", "ttl cuts", "delay cuts", "strict cuts", "KNOWN cuts", "KNOWN AT cuts", "null keys",
    "null moments", "unknown keys", "static hits", "snapshot rows", "several groups", "several entities",
    "composite keys", "number axis", "versions", "versions cut", "versions not known",
    "answers at the moment", "answers created later", "window hits", "window misses",
  ]

  var rare: [String] { Self.wanted.filter { seen[$0, default: 0] < 10 } }

  mutating func add(_ world: World, _ query: Query) {
    let oracle = PointInTimeOracle(world: world, query: query)
    let choices = oracle.result().choices
    count("several groups", query.groups.count > 1 && !choices.isEmpty)
    count("several entities", Set(query.groups.map { world.groups[$0].entity }).count > 1 && !choices.isEmpty)
    count("snapshot rows", !query.joins && query.versions == nil && !choices.isEmpty)
    if let versions = query.versions, query.filter == nil, query.limit == nil {
      let rows = world.groups[query.groups[0]].rows
      count("versions", choices.count > 1)
      count("versions cut", !choices.isEmpty && rows.contains { $0.event == versions.to })
      if case .at = query.known { count("versions not known", choices.count < rows.count && !choices.isEmpty) }
    }
    for (use, choice) in choices.flatMap({ $0 }) {
      let group = world.groups[use.group]
      if use.isOfWindows {
        count("window hits", choice.row != nil)
        count("window misses", choice.miss == .beforeWindows)
        continue
      }
      count("hits", choice.row != nil)
      count("misses", choice.miss != nil)
      count("answers at the moment", choice.isAtMoment)
      count("answers created later", choice.isCreatedLater)
      count("ties", choice.isTied && choice.row != nil)
      count("ttl cuts", choice.miss == .olderThanTTL)
      count("null keys", choice.miss == .nullKey)
      count("null moments", choice.miss == .nullMoment)
      count("unknown keys", choice.miss == .unknownKey)
      count("static hits", group.isStatic && choice.row != nil)
      count("composite keys", world.entities[group.entity].keys.count > 1 && choice.row != nil)
      count("number axis", world.isNumberAxis && choice.row != nil && !group.isStatic)
    }
    addCuts(world, query, choices)
  }

  /// Counts choices that would have been others without a clause or a delay.
  private mutating func addCuts(_ world: World, _ query: Query, _ choices: [[Use: PointInTimeOracle.Choice]]) {
    guard query.filter == nil && query.joins else { return }
    func differs(_ world: World, _ change: (inout Query) -> Void) -> Bool {
      var other = query
      change(&other)
      let rows = PointInTimeOracle(world: world, query: other).result().choices.map { $0.mapValues(\.row) }
      return rows != choices.map { $0.mapValues(\.row) }
    }
    count("strict cuts", query.isStrict && differs(world) { $0.isStrict = false })
    count("delay cuts", differs(world.withoutDelays) { _ in })
    switch query.known {
    case .no: break
    case .own: count("KNOWN cuts", differs(world) { $0.known = .no })
    case .at: count("KNOWN AT cuts", differs(world) { $0.known = .no })
    }
  }

  private mutating func count(_ name: String, _ happened: Bool) { if happened { seen[name, default: 0] += 1 } }
}

extension World {
  /// The same world with every row available at once.
  fileprivate var withoutDelays: World {
    World(
      seed: seed, isDeep: isDeep, isNumberAxis: isNumberAxis, entities: entities, groups: groups.map(\.withoutDelay),
      momentColumns: momentColumns, header: header, labels: labels, scripts: scripts, metadata: metadata,
      labelText: labelText, storedLabels: storedLabels, queries: queries)
  }
}

extension Group {
  fileprivate var withoutDelay: Group {
    Group(
      name: name, entity: entity, isStatic: isStatic, hasCreated: hasCreated, storage: storage,
      zoneMinutes: zoneMinutes, ttl: ttl, delay: nil, keyColumns: keyColumns, features: features, windows: windows,
      rows: rows)
  }
}
