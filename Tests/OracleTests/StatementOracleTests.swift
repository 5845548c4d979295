import TestSupport
import Testing

/// What SHOW SQL prints, run by the engine itself, against the oracle, value by value.
///
/// Worlds are those of `OracleTests`. On the server the session that runs a statement has hostile settings.
@Suite struct StatementOracleTests {
  static let seedCount = min(OracleTests.seedCount, 260)
  /// Engines that have statements of their own; the standby's are the server's.
  static let engines: [TestEngine] = [.sqlite, .postgresql]

  @Test(arguments: engines) func statementsGiveTheRowsOfTheSelect(engine: TestEngine) throws {
    var tally = Tally()
    for seed in OracleTests.firstSeed..<OracleTests.firstSeed + Self.seedCount
    where tally.problems.count < OracleTests.patience {
      try check(WorldMaker.make(seed: seed, queryCount: OracleTests.queriesPerSeed), on: engine, &tally)
    }
    for problem in tally.problems { Issue.record("\(problem)") }
    guard Self.seedCount >= 200 else { return }
    // In a file, times may be text, and there are no decimals.
    let share = engine == .sqlite ? 4 : 2
    #expect(tally.expressed * share > tally.expressed + tally.refused && tally.refused > 100, "\(tally)")
    #expect(tally.values > 300 && tally.nulls > 300, "\(tally)")
  }

  private struct Tally {
    var expressed = 0
    var refused = 0
    /// Features of the results.
    var values = 0
    var nulls = 0
    var problems: [String] = []
  }

  private func check(_ world: World, on engine: TestEngine, _ tally: inout Tally) throws {
    let folder = try TemporaryFolder()
    try folder.write("metadata.yml", world.metadata)
    try folder.write("labels.csv", world.labelText)
    let flavour: SQLFlavour = engine == .sqlite ? .sqlite : .server
    let stored = seedHasTable(world) ? world.storedLabels[flavour] : nil
    guard let url = try TestEngine.make("world.db", in: folder, script: world.script(flavour), on: [engine]).first?.url
    else { return }
    let commands = world.queries.enumerated().flatMap {
      ["-c", "\\o \($0).sql", "-c", "SHOW SQL FOR \(stored?.text(of: $1) ?? $1.text)"]
    }
    let run = try Spellbook.run(
      ["--metadata", "metadata.yml", "--engine", url, "--keep-going"] + commands, in: folder)
    let database = try EngineRows(engine, file: folder.file("world.db"), url: url)
    for (number, query) in world.queries.enumerated() {
      let statement = (try? folder.read("\(number).sql")) ?? ""
      if statement.isEmpty {
        // Of windows few have SQL everywhere: they say nothing of the rest.
        if query.uses.allSatisfy({ !$0.isOfWindows }) { tally.refused += 1 }
        if engine == .sqlite, isPlain(query, stored, in: world) || !run.errors.contains("error[no-sql]") {
          tally.problems.append("seed \(world.seed): refused on \(engine)\n\(query.text)\n\(run.errors)")
        }
        continue
      }
      tally.expressed += 1
      do {
        let found = try database.rows(statement)
        compare(found, statement, query, stored, world, engine, &tally)
      } catch {
        tally.problems.append("seed \(world.seed), \(engine): \(error)\n\(query.text)\n\(statement)")
      }
    }
  }

  /// Half of the worlds have their labels in a table.
  private func seedHasTable(_ world: World) -> Bool { world.seed % 2 == 0 }

  /// Whether SQLite has to have SQL for a statement: no texts, Julian days or decimals are in its way.
  private func isPlain(_ query: Query, _ stored: StoredLabels?, in world: World) -> Bool {
    if let stored, !stored.hasNumbers, query.joins { return false }
    let isTimed = query.groups.allSatisfy { index in
      world.groups[index].isStatic || ![.iso8601, .julian].contains(world.groups[index].storage)
    }
    return isTimed
      && query.columns.allSatisfy { column in
        let group = world.groups[column.group]
        // Of windows it depends on the function.
        if column.window != nil { return false }
        switch group.features[column.feature].type {
        case .decimal: return false
        case .datetime: return ![.iso8601, .julian].contains(group.storage)
        default: return true
        }
      }
  }

  private func compare(
    _ found: [[String?]], _ statement: String, _ query: Query, _ stored: StoredLabels?, _ world: World,
    _ engine: TestEngine, _ tally: inout Tally
  ) {
    let csv = PointInTimeOracle(world: world, query: query).result(labelFields: stored?.fields).csv
    let records = CSVText(csv).records
    let expected = records.map { record in record.map { $0.text.isEmpty && !$0.quoted ? nil : $0.text } }
    let count = query.columns.count + query.timestamps.count
    let types = query.columns.map { column in
      let features = world.groups[column.group].features
      return column.window.map { $0.resultType(features) } ?? features[column.feature].type
    }
    let printed = found.map { row in
      row.enumerated().map { position, value -> String? in
        let feature = position - (row.count - count)
        let isEvent = feature == -1 && query.versions != nil
        // The fields of a file are texts.
        if feature < 0, !isEvent, !query.joins || stored == nil { return value }
        let type: CellType =
          feature < 0 && !isEvent
          ? stored?.types[position] ?? .str
          : !isEvent && feature < types.count ? types[feature] : world.isNumberAxis ? .int : .datetime
        return value.map { engine == .sqlite ? fromFile($0, type) : fromServer($0, type) }
      }
    }
    for value in printed.flatMap({ $0.suffix(count) }) {
      if value == nil { tally.nulls += 1 } else { tally.values += 1 }
    }
    if printed == expected { return }
    tally.problems.append(
      """
      seed \(world.seed), \(engine)
      \(query.text)
      --- expected
      \(expected)
      --- found
      \(printed)
      \(statement)
      --- script
      \(world.script(engine == .sqlite ? .sqlite : .server))
      --- metadata
      \(world.metadata)
      --- labels
      \(world.labelText)
      """)
  }

  /// A value of the file as the language prints it.
  private func fromFile(_ value: String, _ type: CellType) -> String {
    type == .bool ? (value == "1" ? "true" : value == "0" ? "false" : value) : value
  }

  /// A value as the server prints it under plain settings, as the language prints it.
  private func fromServer(_ value: String, _ type: CellType) -> String {
    switch type {
    case .bool: return value == "t" ? "true" : value == "f" ? "false" : value
    case .float: return Double(value).map { "\($0)" } ?? value
    case .datetime:
      guard value.hasSuffix("+00") else { return value }
      let parts = value.dropLast(3).split(separator: ".")
      let fraction = parts.count == 2 ? "." + parts[1] + String(repeating: "0", count: 6 - parts[1].count) : ""
      return "\(parts[0])\(fraction)+00:00"
    case .int, .str, .decimal: return value
    }
  }
}

/// A database that runs a statement just as it stands.
enum EngineRows {
  case file(SQLiteFixture)
  case server(PostgreSQLFixture)

  init(_ engine: TestEngine, file: String, url: String) throws {
    guard engine != .sqlite else {
      self = .file(try SQLiteFixture(file))
      return
    }
    // The role that reads may not make the table that takes an answer.
    let schema = url.split(separator: "%3D").last.map(String.init) ?? ""
    self = .server(try PostgreSQLFixture(PostgreSQLServer.primary.schemaURL(schema, user: "owner")))
  }

  func run(_ script: String) throws {
    switch self {
    case .file(let file): try file.run(script)
    case .server(let server): try server.run(script)
    }
  }

  func rows(_ statement: String) throws -> [[String?]] {
    switch self {
    case .file(let file): return try file.rows(statement)
    case .server(let server):
      // The server's own settings hold for the statement, and plain ones for its answer.
      defer { try? server.run("ROLLBACK") }
      try server.run("BEGIN")
      try server.run("CREATE TEMPORARY TABLE answer AS\n\(statement)")
      return try server.rows(
        "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL extra_float_digits = 1; TABLE answer")
    }
  }
}
