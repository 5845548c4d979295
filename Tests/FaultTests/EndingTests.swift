import Glibc
import TestSupport
import Testing

/// Runs that are ended from outside, or find no room, in the middle of their work: the file that they were to write is
/// the old one or the whole new one.
@Suite struct EndingTests {
  private static let old = "old\n"
  private static let labelCount = 3000
  private let folder: TemporaryFolder
  private let expected: String

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      "metadata.yml",
      """
      - {kind: engine, url: "sqlite:///data.db"}
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
      """)
    let labels = (1...Self.labelCount).map { "\($0),2024-01-02\n" }
    try folder.write("labels.csv", "k,at\n" + labels.joined())
    try SQLiteFixture.make(
      folder.file("data.db"),
      """
      CREATE TABLE f (k INTEGER, t TEXT, v INTEGER);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        INSERT INTO f SELECT i, '2024-01-01', i FROM n;
      """)
    expected = "k,at,v\n" + (1...Self.labelCount).map { "\($0),2024-01-02,\($0)\n" }.joined()
  }

  private static let join = [
    "-q", "-c", "SELECT FEATURES v AS OF at JOIN labels.csv INTO 'out.csv' OVERWRITE",
  ]

  /// How long a whole run takes, in microseconds.
  private func duration(_ words: [String]) throws -> Int {
    let start = ContinuousClock.now
    let run = try Spellbook.run(words, in: folder)
    #expect(run.status == 0, "\(run.summary)")
    let length = start.duration(to: .now).components
    return Int(length.attoseconds / 1_000_000_000_000) + Int(length.seconds) * 1_000_000
  }

  /// Runs words, which a signal ends at a random moment.
  private func end(_ words: [String], by signal: Int32, within length: Int, _ random: inout SeededRandom) throws
    -> CommandRun
  {
    let running = try Spellbook.start(words, in: folder)
    usleep(UInt32(random.below(length)))
    running.signal(signal)
    return running.finish()
  }

  @Test("a join that is killed, two hundred times") func killedJoin() throws {
    let length = try duration(Self.join)
    var random = SeededRandom(seed: 9)
    var killed = 0
    for round in 0..<200 {
      try folder.write("out.csv", Self.old)
      let run = try end(Self.join, by: SIGKILL, within: length, &random)
      if run.signal == SIGKILL { killed += 1 }
      let text = try folder.read("out.csv")
      #expect(text == Self.old || text == expected, "round \(round): \(text.utf8.count) bytes")
      #expect(run.status != 0 || text == expected, "round \(round)")
    }
    #expect(killed > 50)
    // Nobody is left to remove the hidden file of a killed run; the next one takes no notice of it.
    try folder.write("out.csv", Self.old)
    _ = try duration(Self.join)
    #expect(try folder.read("out.csv") == expected)
  }

  @Test("an import that is killed, forty times") func killedImport() throws {
    let rows = (1...5000).map { "\($0),2024-01-01,7\n" }
    try folder.write("rows.csv", "k,t,v\n" + rows.joined())
    let words = ["import", "-q", "--group", "f", "--if-exists", "replace", "rows.csv"]
    let length = try duration(words)
    var random = SeededRandom(seed: 9)
    for round in 0..<40 {
      try SQLiteFixture.make(folder.file("data.db"), "DELETE FROM f; INSERT INTO f VALUES (1, '2024-01-01', 1);")
      _ = try end(words, by: SIGKILL, within: length, &random)
      let found = try SQLiteFixture(folder.file("data.db")).rows("SELECT count(*), max(v) FROM f")
      #expect([["1", "1"], ["5000", "7"]].contains(found[0]), "round \(round): \(found)")
    }
  }

  @Test("no library is taken down while a connection is being made in it") func leftBehind() throws {
    let room = try FaultyRoom()
    try room.folder.write(
      "metadata.yml", "- {kind: entity, name: k}\n- {kind: group, name: f, entity: k, features: [v]}\n")
    let proxy = try PostgreSQLProxy(PostgreSQLServer.primary)
    let words = ["-q", "--engine", proxy.url(), "-c", "SELECT FEATURES v"]
    let fault = Fault(call: "", number: 0, code: "")
    let complete = try room.run(words, fault)
    #expect(complete.status == 1 && room.hasEndedLibraries, "\(complete.summary)")

    proxy.delayMilliseconds = 600_000
    let connections = proxy.connections
    let running = try room.start(words, fault)
    try waitUntil("a connection") { proxy.connections > connections }
    running.signal(SIGINT)
    let run = running.finish()
    #expect(run.status == 130 && !room.hasEndedLibraries, "\(run.summary)")
  }

  @Test("a signal ends a join, and leaves nothing", arguments: [SIGTERM, SIGHUP, SIGINT]) func signals(number: Int32)
    throws
  {
    let endless = """
      - {kind: engine, url: "sqlite:///data.db"}
      - {kind: entity, name: k, value_type: int}
      - kind: group
        name: f
        entity: k
        query: "WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n) SELECT k, k AS v FROM n"
        features: [{name: v, value_type: int}]
      """
    try folder.write("metadata.yml", endless)
    try folder.write("out.csv", Self.old)
    let files = folderEntries(folder.path)
    let running = try Spellbook.start(
      ["-q", "-c", "SELECT FEATURES v JOIN labels.csv INTO 'out.csv' OVERWRITE"], in: folder)
    usleep(300_000)
    running.signal(number)
    let run = running.finish()
    #expect(run.status == 128 + number, "\(run.summary)")
    #expect(try folder.read("out.csv") == Self.old && folderEntries(folder.path) == files)
  }

  @Test("a reader that goes away ends a join quietly") func closedPipe() throws {
    let words = Self.join.dropLast() + ["SELECT FEATURES v AS OF at JOIN labels.csv"]
    let line = "\"$0\" \"$@\" | head -n 2; echo ${PIPESTATUS[0]}"
    let run = try CommandRun.run(
      "/bin/bash", ["-c", line, Spellbook.executable] + words, in: folder.path, environment: ["PATH": "/usr/bin:/bin"])
    #expect(run.errors.isEmpty && run.output.hasPrefix("k,at,v\n1,2024-01-02,1\n"), "\(run.summary)")
  }

  // MARK: - A full disk

  /// Whether a file system of one's own can be mounted here.
  static let canMount =
    (try? CommandRun.run("/usr/bin/unshare", ["-rm", "true"], in: "/", environment: [:]))?.status == 0

  /// Runs words with a small file system at `full`, and shows what it holds then.
  private func runOnFullDisk(_ words: [String]) throws -> CommandRun {
    mkdir(folder.file("full"), 0o755)
    let line = """
      mount -t tmpfs -o size=32k none full && cp old.csv full/out.csv && cp data.db small.db && "$0" "$@"
      status=$?
      ls -A full && cat full/out.csv
      exit $status
      """
    return try CommandRun.run(
      "/usr/bin/unshare", ["-rm", "/bin/sh", "-c", line, Spellbook.executable] + words, in: folder.path,
      environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path])
  }

  @Test("a full disk leaves the old file", .enabled(if: canMount, "no right to mount")) func fullDisk() throws {
    try folder.write("old.csv", Self.old)
    let run = try runOnFullDisk(
      ["-q", "-c", "SELECT FEATURES v AS OF at JOIN labels.csv INTO 'full/out.csv' OVERWRITE"])
    #expect(run.status == 1 && run.output == "out.csv\n\(Self.old)", "\(run.summary)")
    #expect(run.errors.contains("full/out.csv") && run.errors.contains("No space left"), "\(run.summary)")
  }

  @Test("an import that finds no room leaves the table", .enabled(if: canMount, "no right to mount"))
  func importOnFullDisk() throws {
    try folder.write("old.csv", Self.old)
    let rows = (1...5000).map { "\($0),2024-01-01,7\n" }
    try folder.write("rows.csv", "k,t,v\n" + rows.joined())
    let run = try runOnFullDisk(
      ["import", "-q", "--engine", "full/new.db", "--group", "f", "--if-exists", "fail", "rows.csv"])
    #expect(run.status != 0 && run.errors.contains("full/new.db"), "\(run.summary)")
  }
}
