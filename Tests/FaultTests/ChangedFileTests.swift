import Glibc
import TestSupport
import Testing

/// Files that change while they are read: the answer is that of the old file, or there is none.
@Suite struct ChangedFileTests {
  private let room: FaultyRoom
  private static let rowCount = 60_000
  private static let join = ["-q", "-c", "SELECT FEATURES v AS OF at JOIN labels.csv INTO 'out.csv'"]

  init() throws {
    room = try FaultyRoom()
    try room.folder.write(
      "metadata.yml",
      """
      - {kind: engine, url: "sqlite:///data.db"}
      - {kind: entity, name: k, value_type: int}
      - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
      """)
  }

  private func makeDatabase(_ name: String, factor: Int, journal: String) throws {
    unlink(room.folder.file(name))
    try SQLiteFixture.make(
      room.folder.file(name),
      """
      PRAGMA journal_mode = \(journal);
      CREATE TABLE f (k INTEGER, t TEXT, v INTEGER);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.rowCount))
        INSERT INTO f SELECT i, '2024-01-01', i * \(factor) FROM n;
      """)
  }

  private func makeLabels(_ count: Int) throws {
    try room.folder.write("labels.csv", "k,at\n" + (1...count).map { "\($0),2024-01-02\n" }.joined())
  }

  private func answer(_ count: Int, factor: Int = 1) -> String {
    "k,at,v\n" + (1...count).map { "\($0),2024-01-02,\($0 <= Self.rowCount ? "\($0 * factor)" : "")\n" }.joined()
  }

  /// What happens to a file.
  enum Change: CaseIterable { case truncated, emptied, replaced, removed }

  private func make(_ change: Change, of name: String, replacement: String) throws {
    let path = room.folder.file(name)
    switch change {
    case .truncated: #expect(truncate(path, try #require(fileSize(path)) / 2) == 0)
    case .emptied: #expect(truncate(path, 0) == 0)
    case .replaced: #expect(rename(room.folder.file(replacement), path) == 0)
    case .removed: #expect(unlink(path) == 0)
    }
  }

  private func fileSize(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_size : nil
  }

  /// Runs the join, which is held in one of its reads of a file while that changes.
  private func run(_ change: Change, of name: String, inRead number: Int, replacement: String) throws -> CommandRun {
    unlink(room.folder.file("out.csv"))
    let running = try room.start(Self.join, Fault(call: "read", number: number, code: "pause", file: name))
    try waitUntil("read \(number)") { room.faultyFile != nil }
    try make(change, of: name, replacement: replacement)
    try room.letGo()
    return running.finish()
  }

  /// The answer is one of those that can be, or there is none and a word says why.
  private func check(_ run: CommandRun, answers: [String], words: [String]) throws {
    if run.status == 0 {
      let text = try room.folder.read("out.csv")
      #expect(answers.contains(text), "another answer: \(text.prefix(200))\n\(run.summary)")
    } else {
      #expect(run.signal == nil && words.contains { run.errors.contains($0) }, "\(run.summary)")
      #expect(!folderEntries(room.folder.path).contains { $0 == "out.csv" || $0.hasPrefix(".spellbook-") })
    }
  }

  @Test("a database that changes while it is read", arguments: Change.allCases, ["DELETE", "WAL"])
  func database(change: Change, journal: String) throws {
    try makeLabels(50)
    for number in [1, 40] {
      try makeDatabase("data.db", factor: 1, journal: journal)
      try makeDatabase("other.db", factor: 2, journal: journal)
      let run = try run(change, of: "data.db", inRead: number, replacement: "other.db")
      // An empty file is a database without tables.
      try check(
        run, answers: [answer(50), answer(50, factor: 2)], words: ["data.db", "no table `f`", "no such table: f"])
    }
  }

  @Test("labels that change while they are read", arguments: Change.allCases) func labels(change: Change) throws {
    // More than a block of the reader.
    let count = 100_000
    try makeDatabase("data.db", factor: 1, journal: "DELETE")
    for number in [1, 2, 4] {
      try makeLabels(count)
      try room.folder.write("other.csv", "k,at\n9,2024-01-02\n")
      let run = try run(change, of: "labels.csv", inRead: number, replacement: "other.csv")
      // A change before the first byte is none.
      let answers = number == 1 ? [answer(count), "k,at,v\n9,2024-01-02,9\n"] : [answer(count)]
      try check(run, answers: answers, words: ["labels.csv"])
    }
  }
}
