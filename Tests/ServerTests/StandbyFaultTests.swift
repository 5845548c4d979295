import TestSupport
import Testing

/// A standby that changes its part, or needs what is being read, in the middle of a read.
@Suite struct StandbyFaultTests {
  @Test("a read that is in the way of replaying ends in the server's words, and the session goes on")
  func recoveryConflict() throws {
    let primary = try PostgreSQLServer.private()
    let schema = PostgreSQLServer.freshName("conflict")
    try primary.makeSchema(schema, script: "CREATE TABLE held (v integer); INSERT INTO held VALUES (1);")
    let standby = try primary.makeStandby()
    let ruler = try PostgreSQLFixture(standby.url(user: "owner"))
    try ruler.run("ALTER SYSTEM SET max_standby_streaming_delay = 0")
    try ruler.run("SELECT pg_reload_conf()")
    let endless = queryGroup(
      "held",
      "SELECT 'a' AS k, TIMESTAMP '2024-01-01' AS t, v FROM (SELECT v, generate_series(1, 2000000000) FROM held) AS s")
    let stage = try ServerStage([fewGroup, endless])
    let sessions = try Sessions(standby)
    let running = try stage.start(
      standby.schemaURL(schema, options: sessions.options),
      [
        "SELECT FEATURES held.v AS OF at JOIN labels.csv INTO 'out.csv'",
        "SELECT FEATURES few.w AS OF at JOIN labels.csv",
      ], options: ["--keep-going"])
    try waitUntil("the read") { try sessions.count("state = 'active' AND query LIKE 'COPY (SELECT \"k%'") > 0 }
    try PostgreSQLFixture(primary.url(database: "test", user: "owner")).run("DROP TABLE \(schema).held")
    let run = running.finish()
    #expect(run.status == 1 || run.status == 3, "\(run.summary)")
    #expect(run.errors.contains("conflict with recovery") && run.errors.contains("held"), "\(run.summary)")
    #expect(run.output == "k,at,w\na,2024-06-01,7\n" && stage.leftovers.isEmpty, "\(run.summary)")
  }

  @Test("a standby that becomes the primary in the middle of a read goes on with it") func promotion() throws {
    let primary = try PostgreSQLServer.private()
    let standby = try primary.makeStandby()
    let stage = try ServerStage([sleepingGroup("late", seconds: 2)])
    let sessions = try Sessions(standby)
    let running = try stage.start(
      standby.url(options: sessions.options), ["SELECT FEATURES late.v AS OF at JOIN labels.csv"])
    try sessions.waitForSleep()
    try PostgreSQLFixture(standby.url(user: "owner")).run("SELECT pg_promote()")
    let run = running.finish()
    #expect(run.status == 0 && run.output == "k,at,v\na,2024-06-01,1\n", "\(run.summary)")
  }
}
