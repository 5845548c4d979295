import Glibc
import TestSupport
import Testing

/// Servers that go away, statements that are stopped: what a run says, and that it leaves nothing behind.
@Suite(.serialized) struct FaultTests {
  private let join = "SELECT FEATURES few.w, endless.v AS OF at JOIN labels.csv INTO 'out.csv'"
  private let few = "SELECT FEATURES few.w AS OF at JOIN labels.csv"
  private let fewAnswer = "k,at,w\na,2024-06-01,7\n"

  /// Ways to lose a connection.
  enum Loss: CaseIterable { case terminated, stopped, cut, cutAfterBytes }

  @Test("a read that loses its connection names the group and leaves nothing", arguments: Loss.allCases)
  func lostRead(loss: Loss) throws {
    let server = try PostgreSQLServer.private()
    let proxy = try PostgreSQLProxy(server)
    let stage = try ServerStage([fewGroup, endlessGroup])
    let sessions = try Sessions(server)
    let running = try stage.start(proxy.url(database: "test", options: sessions.options), [join])
    try waitUntil("rows") { proxy.bytesFromServer > 1 << 20 }
    switch loss {
    case .terminated: try sessions.terminate()
    case .stopped: try server.stop(immediately: true)
    case .cut: proxy.cut()
    case .cutAfterBytes: proxy.cutAfter(bytes: 1 << 20)
    }
    let run = running.finish()
    #expect(run.status == 3, "\(run.summary)")
    #expect(run.errors.contains("endless"), "the group that was being read: \(run.summary)")
    #expect(run.errors.contains("the connection to `test` was lost"), "\(run.summary)")
    #expect(run.errors.contains("help:"), "\(run.summary)")
    #expect(run.outputBytes.isEmpty && stage.leftovers.isEmpty, "\(stage.leftovers)")
    if loss != .stopped { try waitUntil("the session's end") { try sessions.count() == 0 } }
  }

  @Test("a file that was to be replaced stays as it was")
  func oldFile() throws {
    let server = try PostgreSQLServer.primary
    let proxy = try PostgreSQLProxy(server)
    let stage = try ServerStage([fewGroup, endlessGroup])
    try stage.write("out.csv", "old")
    let running = try stage.start(proxy.url(database: "test"), [join + " OVERWRITE"])
    try waitUntil("rows") { proxy.bytesFromServer > 1 << 20 }
    proxy.cut()
    let run = running.finish()
    #expect(run.status == 3, "\(run.summary)")
    #expect(try stage.folder.read("out.csv") == "old")
    #expect(stage.leftovers.isEmpty, "\(stage.leftovers)")
  }

  // MARK: - Ctrl-C

  /// What a run is doing when it is stopped.
  enum Occupation: String, CaseIterable { case streaming = "endless", waiting = "asleep", connecting }

  @Test("Ctrl-C ends a run within 100 ms, and its statement on the server", arguments: Occupation.allCases)
  func interrupt(occupation: Occupation) throws {
    let server = try PostgreSQLServer.primary
    let stage = try ServerStage([endlessGroup, sleepingGroup("asleep", seconds: 600)])
    let sessions = try Sessions(server)
    let group = occupation == .waiting ? "asleep" : "endless"
    var best = Duration.seconds(60)
    for _ in 0..<3 {
      let proxy = try PostgreSQLProxy(server)
      if occupation == .connecting { proxy.delayMilliseconds = 600_000 }
      let running = try stage.start(
        proxy.url(database: "test", options: sessions.options),
        ["SELECT FEATURES \(group).v AS OF at JOIN labels.csv INTO 'out.csv'"])
      switch occupation {
      case .streaming: try waitUntil("rows") { proxy.bytesFromServer > 1 << 20 }
      case .waiting: try sessions.waitForSleep()
      case .connecting: try waitUntil("a connection") { proxy.connections > 0 }
      }
      let start = ContinuousClock.now
      running.signal(SIGINT)
      let run = running.finish()
      best = min(best, start.duration(to: .now))
      #expect(run.status == 130, "\(run.summary)")
      #expect(run.outputBytes.isEmpty && stage.leftovers.isEmpty, "\(stage.leftovers)")
      try sessions.waitForRest()
    }
    #expect(best <= .milliseconds(100))
  }

  // MARK: - Time limits and cancels

  @Test("a statement that takes too long fails and leaves its session usable", arguments: ["endless", "asleep"])
  func timeout(group: String) throws {
    let server = try PostgreSQLServer.primary
    let stage = try ServerStage([fewGroup, endlessGroup, sleepingGroup("asleep", seconds: 600)])
    let sessions = try Sessions(server)
    let url = server.url(database: "test", options: sessions.options)
    let slow = "SELECT FEATURES \(group).v AS OF at JOIN labels.csv INTO 'out.csv'"
    let one = try stage.run(url, slow, options: ["--timeout", "300ms"])
    #expect(one.status == 1, "\(one.summary)")
    #expect(one.errors.contains("error[timeout]") && one.errors.contains("300ms"), "\(one.summary)")
    #expect(one.errors.contains(group), "the group that was being read: \(one.summary)")
    #expect(one.outputBytes.isEmpty && stage.leftovers.isEmpty, "\(stage.leftovers)")
    try sessions.waitForRest()

    let both = try stage.run(url, "SET timeout = 300ms", slow, "SET timeout = off", few, options: ["--keep-going"])
    #expect(both.status == 1, "\(both.summary)")
    #expect(both.errors.contains("error[timeout]"), "\(both.summary)")
    #expect(both.output == fewAnswer, "\(both.summary)")
    #expect(stage.leftovers.isEmpty, "\(stage.leftovers)")
  }

  @Test("a statement that the server cancels fails in its words, and its session goes on")
  func serverCancels() throws {
    let server = try PostgreSQLServer.primary
    let stage = try ServerStage([fewGroup, sleepingGroup("asleep", seconds: 600)])
    let sessions = try Sessions(server)
    let running = try stage.start(
      server.url(database: "test", options: sessions.options),
      ["SELECT FEATURES asleep.v AS OF at JOIN labels.csv INTO 'out.csv'", few], options: ["--keep-going"])
    try sessions.waitForSleep()
    try sessions.cancel()
    let run = running.finish()
    #expect(run.status == 1, "\(run.summary)")
    #expect(run.errors.contains("canceling statement due to user request"), "\(run.summary)")
    #expect(run.errors.contains("[57014]"), "\(run.summary)")
    #expect(run.output == fewAnswer, "\(run.summary)")
    #expect(stage.leftovers.isEmpty, "\(stage.leftovers)")
  }

  // MARK: - Connecting again

  @Test("after a lost connection the next statement of a script has another")
  func goingOn() throws {
    let proxy = try PostgreSQLProxy(PostgreSQLServer.primary)
    let stage = try ServerStage([fewGroup, endlessGroup])
    let running = try stage.start(proxy.url(database: "test"), [join, few], options: ["--keep-going"])
    try waitUntil("rows") { proxy.bytesFromServer > 1 << 20 }
    proxy.cut()
    let run = running.finish()
    #expect(run.status == 3, "\(run.summary)")
    #expect(run.output == fewAnswer && stage.leftovers.isEmpty, "\(run.summary)")
  }

  private let prompt = "test (read-only)> "

  @Test("Ctrl-C in the shell stops the statement and keeps the session", arguments: ["endless", "asleep"])
  func interruptInShell(group: String) throws {
    let server = try PostgreSQLServer.primary
    let stage = try ServerStage([fewGroup, endlessGroup, sleepingGroup("asleep", seconds: 600)])
    let sessions = try Sessions(server)
    let terminal = try stage.shell(server.url(database: "test", options: sessions.options), prompt: prompt)
    terminal.send("SELECT FEATURES \(group).v AS OF at JOIN labels.csv;\n")
    try waitUntil("the read") { try sessions.count("state = 'active' AND query LIKE 'COPY (SELECT \"k%'") > 0 }
    terminal.send("\u{3}")
    try terminal.wait(for: "interrupted")
    try terminal.wait(for: prompt)
    try sessions.waitForRest()
    terminal.send(few + ";\n")
    try terminal.wait(for: "a,2024-06-01,7")
    try terminal.wait(for: prompt)
    terminal.send("\\q\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test("a connection that went away between two statements is made again without a word", arguments: [true, false])
  func idleLoss(isRestarted: Bool) throws {
    let server = try PostgreSQLServer.private()
    let stage = try ServerStage([fewGroup])
    let sessions = try Sessions(server)
    let terminal = try stage.shell(server.url(database: "test", options: sessions.options), prompt: prompt)
    terminal.send(few + ";\n")
    try terminal.wait(for: "a,2024-06-01,7")
    try terminal.wait(for: prompt)
    if isRestarted {
      try server.restart()
    } else {
      try sessions.terminate()
      try waitUntil("the session's end") { try sessions.count() == 0 }
    }
    terminal.send(few + ";\n")
    try terminal.wait(for: "a,2024-06-01,7")
    try terminal.wait(for: prompt)
    #expect(!terminal.transcript.contains("error") && !terminal.transcript.contains("lost"), "\(terminal.transcript)")
    terminal.send("\\q\n")
    #expect(try terminal.exitStatus() == 0)
  }

  @Test("a read of which nothing has come yet begins again once, and only once")
  func lossBeforeRows() throws {
    let server = try PostgreSQLServer.primary
    let stage = try ServerStage([sleepingGroup("late", seconds: 1), sleepingGroup("asleep", seconds: 600)])
    for group in ["late", "asleep"] {
      let proxy = try PostgreSQLProxy(server)
      let running = try stage.start(
        proxy.url(database: "test"), ["SELECT FEATURES \(group).v AS OF at JOIN labels.csv INTO '\(group).csv'"])
      func cutRead(_ count: Int) throws {
        try waitUntil("read \(count) of \(group)") {
          proxy.statements.count { $0.hasPrefix("COPY") && $0.contains("pg_sleep") } >= count
        }
        proxy.cut()
      }
      try cutRead(1)
      if group == "asleep" { try cutRead(2) }
      let run = running.finish()
      if group == "late" {
        #expect(run.status == 0, "\(run.summary)")
        #expect(try stage.folder.read("late.csv") == "k,at,v\na,2024-06-01,1\n")
        #expect(!run.errors.contains("lost"), "\(run.summary)")
      } else {
        #expect(run.status == 3, "\(run.summary)")
        #expect(run.errors.contains("asleep"), "\(run.summary)")
        #expect(stage.leftovers == ["late.csv"])
      }
    }
  }

  @Test("a connection that is cut after any number of bytes gives the whole answer or none")
  func cutAnywhere() throws {
    let server = try PostgreSQLServer.primary
    let proxy = try PostgreSQLProxy(server)
    let rows = "SELECT 'a' AS k, TIMESTAMP '2024-01-01' AS t, g AS v FROM generate_series(1, 9000) AS g"
    let stage = try ServerStage([queryGroup("many", rows)])
    let statement = "SELECT FEATURES many.v AS OF at JOIN labels.csv INTO 'out.csv'"
    try stage.write("expected", "k,at,v\na,2024-06-01,9000\n")
    let whole = try stage.run(proxy.url(database: "test"), statement)
    #expect(whole.status == 0 && stage.leftovers == ["out.csv"], "\(whole.summary)")
    let size = proxy.bytesFromServer
    var failures = 0
    for part in 0..<12 {
      unlink(stage.folder.file("out.csv"))
      proxy.cutAfter(bytes: size * part / 12)
      let run = try stage.run(proxy.url(database: "test"), statement)
      if run.status == 0 {
        #expect(try stage.folder.read("out.csv") == stage.folder.read("expected"), "\(part): \(run.summary)")
      } else {
        failures += 1
        #expect(run.status == 3, "\(part): \(run.summary)")
        #expect(stage.leftovers.isEmpty, "\(part): \(stage.leftovers)")
      }
    }
    #expect(failures > 0, "rows that were used already are not read twice")
  }
}
