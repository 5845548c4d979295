import TestSupport
import Testing

/// Read-only, as those see it who would be written to: what a server logs of every statement that it is sent, and what
/// the kernel is asked for while an SQLite file is read. The statements are those of the golden cases, and more over
/// the flights.
@Suite struct ReadOnlyTests {
  private static let flights = """
    SELECT FEATURES weather.temp, last_flight.arr_delay, planes.seats AS OF scheduled_at JOIN labels.csv;
    SELECT FEATURES weather.*, planes.* BEFORE scheduled_at JOIN labels.csv WHERE temp > 30 ORDER BY temp LIMIT 5;
    SELECT FEATURES weather.temp AS OF '2013-01-12 12:00' WHERE origin IN ('JFK', 'EWR');
    SELECT FEATURES last_flight.arr_delay AS OF '2013-01-13';
    SELECT FEATURES weather.temp VERSIONS FROM '2013-01-12' TO NOW;
    EXPLAIN ANALYZE SELECT FEATURES planes.seats JOIN labels.csv;
    SHOW SQL FOR SELECT FEATURES planes.seats JOIN labels.csv LIMIT 2;
    PROFILE weather.temp, planes.engine;
    CHECK DEEP;
    DESCRIBE weather;
    DESCRIBE weather.temp;
    SHOW ALL;
    """

  // MARK: - A server

  /// The first words of what may be sent. A plan is asked for, never a run: `EXPLAIN ANALYZE` is none of them.
  private static let harmless = [
    "SELECT ", "WITH ", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "SET LOCAL ", "SET TRANSACTION SNAPSHOT ",
    "SHOW ", "EXPLAIN SELECT ", "EXPLAIN (FORMAT JSON) SELECT ", "ROLLBACK", "SAVEPOINT spellbook_",
    "RELEASE SAVEPOINT spellbook_", "FETCH FORWARD ",
  ]

  private func isHarmless(_ statement: String) -> Bool {
    statement.hasPrefix("COPY (") && statement.hasSuffix(") TO STDOUT (FORMAT binary)")
      || statement.hasPrefix("DECLARE spellbook_") && statement.contains(" NO SCROLL CURSOR FOR SELECT ")
      || Self.harmless.contains { statement.hasPrefix($0) }
  }

  /// A role that may select and whose every statement is logged.
  private func makeWatched(_ role: String, on server: PostgreSQLServer) throws {
    let owner = try PostgreSQLFixture(server.url(user: "owner"))
    try owner.run("CREATE ROLE \(role) LOGIN IN ROLE reader")
    for setting in ["log_statement = 'all'", "log_min_messages = 'log'"] {
      try owner.run("ALTER ROLE \(role) SET \(setting)")
    }
  }

  /// The statements in a log, each with the lines that it goes on with.
  private func statements(in log: String) -> [String] {
    var found: [String] = []
    for line in log.split(separator: "\n") {
      if let start = line.firstRange(of: "LOG:  ") {
        let rest = line[start.upperBound...]
        let text = rest.firstRange(of: ": ").map { String(rest[$0.upperBound...]) } ?? ""
        found.append(rest.hasPrefix("statement") || rest.hasPrefix("execute") ? text : "")
      } else if line.hasPrefix("\t"), !found.isEmpty {
        found[found.count - 1] += line
      }
    }
    return found.filter { !$0.isEmpty }
  }

  @Test("a server is sent nothing but reads") func server() throws {
    let server = try PostgreSQLServer.private()
    try makeWatched("watched", on: server)
    for path in GoldenCase.paths {
      let golden = try GoldenCase(path: path)
      let world = try GoldenWorld(golden.world, on: [])
      let schema = PostgreSQLServer.freshName("watched")
      try server.makeSchema(
        schema, script: Checkout.text("\(GoldenCase.folder)/worlds/\(golden.world)/world.server.sql"))
      for strategy in Spellbook.strategies + Spellbook.unfoldedStrategies {
        let script = "SET strategy = \(strategy);\n" + golden.script
        let run = try world.run(
          script, named: golden.fileName, url: server.schemaURL(schema, user: "watched"), golden.options)
        #expect([0, 1].contains(run.status), "\(run.summary)")
      }
    }
    let example = try FlightsExample()
    try example.importTables(into: server.url(database: "test", user: "writer"))
    try PostgreSQLFixture(server.url(database: "test", user: "owner"))
      .run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    let url = server.url(database: "test", user: "watched")
    for strategy in Spellbook.strategies + Spellbook.unfoldedStrategies + ["auto"] {
      let run = try Spellbook.run(
        ["--engine", url, "-c", "SET strategy = \(strategy)", "-c", Self.flights], in: example.folder)
      #expect(run.status == 0, "\(run.summary)")
    }
    let starter = try Spellbook.run(["init", "--engine", url], in: example.folder)
    #expect(starter.status == 0, "\(starter.summary)")

    let sent = statements(in: try server.log())
    for statement in sent { #expect(isHarmless(statement), "\(statement)") }
    for head in ["SELECT ", "COPY (", "BEGIN ", "SET LOCAL ", "ROLLBACK"] {
      #expect(sent.count { $0.hasPrefix(head) } > 50, "\(head) of \(sent.count) statements")
    }
    for head in ["DECLARE ", "FETCH "] { #expect(sent.contains { $0.hasPrefix(head) }, "\(head)") }
  }

  // MARK: - A file

  @Test("an SQLite file is read, and nothing is written", arguments: GoldenCase.paths) func file(path: String) throws {
    let golden = try GoldenCase(path: path)
    let world = try GoldenWorld(golden.world, on: [.sqlite])
    try world.folder.write(golden.fileName, golden.script)
    for strategy in ["auto", "server"] {
      let words = ["--metadata", "metadata.yml", "--engine", "world.db", "-c", "SET strategy = \(strategy)"]
      let trace = try SystemCallTrace(of: words + ["-f", golden.fileName] + golden.options, in: world.folder)
      #expect([0, 1].contains(trace.run.status), "\(trace.run.summary)")
      #expect(trace.writes == [])
    }
  }

  @Test("whatever is asked of an SQLite file, nothing is written but what INTO names") func everyStatement() throws {
    let example = try FlightsExample()
    try example.importTables()
    let trace = try SystemCallTrace(of: ["-c", Self.flights], in: example.folder)
    #expect(trace.run.status == 0 && trace.writes == [], "\(trace.run.summary)")
    let starter = try SystemCallTrace(of: ["init", "--engine", "flights.db"], in: example.folder)
    #expect(starter.run.status == 0 && starter.writes == [], "\(starter.run.summary)")
    let into = try SystemCallTrace(
      of: ["-c", "PROFILE weather.temp INTO 'p.html'; SELECT FEATURES seats INTO 's.csv'; CHECK INTO 'c.json'"],
      in: example.folder)
    #expect(into.run.status == 0 && !into.writes.isEmpty, "\(into.run.summary)")
    let names = ["/.spellbook-", "\"./.spellbook-", "p.html", "s.csv", "c.json"]
    #expect(into.writes.filter { call in !names.contains { call.contains($0) } } == [])
  }
}
