import Glibc
import SpellCore
import TestSupport
import Testing

@testable import SpellShell

/// The file of the history: what is written, what is read of whatever it holds, and who may read it.
@Suite struct HistoryFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.file("history.jsonl") }
  private var file: HistoryFile { HistoryFile(path: path) }

  private func entry(_ text: String, ok: Bool = true, engine: String? = "a.db", rows: Int? = nil) -> HistoryEntry {
    HistoryEntry(time: 0, engine: engine, succeeded: ok, milliseconds: 12, rows: rows, text: text)
  }

  private func texts(_ query: HistoryQuery = HistoryQuery()) throws -> [String] {
    try file.entries(query).entries.map(\.entry.text)
  }

  @Test func anEntryIsAJSONObjectOnALine() throws {
    try file.append(entry("SELECT 'é\"\\\n日\u{1}';", rows: 3))
    try file.append(entry("x;", ok: false, engine: nil))
    let lines = try folder.read("history.jsonl").split(separator: "\n").map { try #require(JSONValue(String($0))) }
    #expect(lines.count == 2)
    #expect(Set(lines[0].members.keys) == ["time", "engine", "ok", "milliseconds", "rows", "text"])
    #expect(lines[0]["text"]?.string == "SELECT 'é\"\\\n日\u{1}';")
    #expect(lines[0]["rows"]?.int == 3 && lines[0]["milliseconds"]?.int == 12 && lines[0]["ok"] == .bool(true))
    #expect(lines[1]["engine"] == .null && lines[1]["rows"] == .null && lines[1]["ok"] == .bool(false))
    let read = try file.entries(HistoryQuery()).entries
    #expect(read.map(\.id) == [1, 2])
    #expect(read[0].entry.text == "SELECT 'é\"\\\n日\u{1}';" && read[0].entry.rows == 3)
    #expect(read[0].entry.time <= read[1].entry.time && read[0].entry.time > 1_700_000_000_000_000)
  }

  @Test func adjacentRepeatsCollapseUnlessTheyEndedOtherwise() throws {
    for text in ["a;", "a;", "b;", "a;"] { try file.append(entry(text)) }
    try file.append(entry("a;", ok: false))
    try file.append(entry("a;", ok: false, engine: "b.db"))
    #expect(try texts() == ["a;", "b;", "a;", "a;", "a;"])
  }

  @Test func queriesChoose() throws {
    for (text, ok, engine) in [
      ("SELECT temp;", true, "a.db"), ("SHOW SETS;", false, "a.db"), ("select 'TEMP\nx';", true, "b.db"),
    ] { try file.append(entry(text, ok: ok, engine: engine)) }
    func found(_ change: (inout HistoryQuery) -> Void) throws -> [Int] {
      var query = HistoryQuery()
      change(&query)
      return try file.entries(query).entries.map(\.id)
    }
    #expect(try found { $0.text = "tEmp" } == [1, 3])
    #expect(try found { $0.text = "temp\nX" } == [3])
    #expect(try found { $0.limit = 2 } == [2, 3])
    #expect(try found { $0.limit = 0 } == [])
    #expect(try found { $0.failedOnly = true } == [2])
    #expect(try found { $0.engine = "b.db" } == [3])
    #expect(try found { $0.since = .max } == [])
    #expect(try found { $0.since = 0 } == [1, 2, 3])
    #expect(try file.entry(id: 2)?.text == "SHOW SETS;")
    for id in [0, -1, 4, Int.max, Int.min + 1] { #expect(try file.entry(id: id) == nil) }
  }

  @Test(arguments: [
    "", "{", "{}", "[]", "null", "nonsense", "{\"time\":\"2024-01-01\"}", "{\"text\":\"x\",\"ok\":true}",
    "{\"time\":\"infinity\",\"ok\":true,\"text\":\"x\"}", "{\"time\":\"never\",\"ok\":true,\"text\":\"x\"}",
    "{\"time\":\"2024-01-01\",\"ok\":true,\"text\":7}",
    "{\"time\":\"2024-01-01\",\"ok\":true,\"text\":\"x\"} more", "{\"time\":\"2024-01-01\",\"ok\":true,\"text\":\"x",
    "{\"time\":\"2024-01-01\",\"ok\":true,\"text\":\"x\\", "{\"a\":[[[\"]\"]}", "\u{0}\u{0}\u{0}",
  ])
  func aDamagedLineIsSkippedAndCounted(_ damaged: String) throws {
    try file.append(entry("before;"))
    try folder.write("history.jsonl", try folder.read("history.jsonl") + damaged + "\n")
    try file.append(entry("behind;"))
    let answer = try file.entries(HistoryQuery())
    #expect(answer.entries.map(\.entry.text) == ["before;", "behind;"])
    #expect(answer.entries.map(\.id) == [1, 3])
    #expect(answer.damagedCount == (damaged.isEmpty ? 0 : 1))
    #expect(file.recent() == ["before;", "behind;"])
  }

  @Test func noBytesTrap() {
    let line = Array(entry("SELECT 'é\"\\\n';", rows: 3).line.dropLast())
    for length in 0..<line.count {
      line.prefix(length).withUnsafeBufferPointer { #expect(HistoryLine($0) == nil, "\(length) bytes") }
    }
    for index in line.indices {
      for byte: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x7D, 0xFF] {
        var damaged = line
        damaged[index] = byte
        damaged.withUnsafeBufferPointer { bytes in
          let text = HistoryLine(bytes)?.entry.text ?? ""
          #expect(text.utf8.count <= 3 * line.count)
        }
      }
    }
  }

  @Test func whatALaterVersionAddsIsPassedOver() throws {
    try folder.write(
      "history.jsonl",
      #"{"user":{"a":[1,"}"]}, "time" : "2024-01-01", "ok":false,"text":"\u0041\ud83d\ude00\/\ud83d!"}"# + "\n")
    let read = try #require(try file.entries(HistoryQuery()).entries.first?.entry)
    #expect(read.text == "A😀/\u{FFFD}!" && !read.succeeded && read.milliseconds == 0 && read.engine == nil)
  }

  @Test(arguments: [HistoryFile.longestLine, 3 << 20])
  func aLineThatIsTooLongIsOneDamagedLine(_ length: Int) throws {
    try file.append(entry("a;"))
    let long = "{\"time\":\"2024-01-01\",\"ok\":true,\"text\":\"\(String(repeating: "x", count: length))\"}\n"
    let first = try folder.read("history.jsonl")
    try folder.write("history.jsonl", first + long)
    try file.append(entry("b;"))
    let answer = try file.entries(HistoryQuery())
    #expect(answer.entries.map(\.id) == [1, 3] && answer.damagedCount == 1)
    try folder.write("history.jsonl", first + long.dropLast())
    #expect(try file.entries(HistoryQuery()).damagedCount == 1)
  }

  @Test func linesAcrossBlocksAreWhole() throws {
    // A prime number of bytes, so that lines lie across the ends of blocks in every way.
    let line = entry(String(repeating: "y", count: 997)).line
    try writeFile(path, Array(repeatElement(line, count: 4000).joined()))
    let answer = try file.entries(HistoryQuery())
    #expect(answer.entries.count == 4000 && answer.damagedCount == 0 && answer.entries.last?.id == 4000)
  }

  /// What a full disk or a crash of the machine can leave.
  @Test func aHalfWrittenLineDoesNotSwallowTheNext() throws {
    try file.append(entry("a;"))
    let whole = try folder.read("history.jsonl")
    try folder.write("history.jsonl", whole + whole.dropLast(20))
    try file.append(entry("b;"))
    let answer = try file.entries(HistoryQuery())
    #expect(answer.entries.map(\.entry.text) == ["a;", "b;"] && answer.damagedCount == 1)
  }

  @Test func fileAndFolderArePrivate() throws {
    let path = folder.file("one/two/spellbook/history.jsonl")
    try HistoryFile(path: path, ownsFolder: true).append(entry("a;"))
    #expect(mode(path) == 0o600 && mode(folder.file("one/two/spellbook")) == 0o700 && mode(folder.file("one")) == 0o700)
    #expect(chmod(path, 0o644) == 0 && chmod(folder.file("one/two/spellbook"), 0o755) == 0)
    try HistoryFile(path: path, ownsFolder: true).append(entry("b;"))
    #expect(mode(path) == 0o600 && mode(folder.file("one/two/spellbook")) == 0o700)
  }

  @Test func theFolderOfANamedFileIsLeftAlone() throws {
    #expect(chmod(folder.path, 0o755) == 0)
    try file.append(entry("a;"))
    #expect(mode(folder.path) == 0o755 && mode(path) == 0o600)
  }

  @Test func whatCannotBeWrittenIsAProblemAndNoTrap() throws {
    func problem(_ path: String, _ text: String = "a;") -> HistoryProblem? {
      do throws(HistoryProblem) {
        try HistoryFile(path: path).append(entry(text))
        return nil
      } catch { return error }
    }
    #expect(problem("/dev/full") == .cannotWrite("/dev/full", code: ENOSPC))
    #expect(problem("/dev/null") == nil)
    #expect(problem("/proc/history.jsonl") == .cannotWrite("/proc/history.jsonl", code: ENOENT))
    #expect(problem(folder.path) == .cannotWrite(folder.path, code: EISDIR))
    let fifo = folder.file("fifo")
    #expect(mkfifo(fifo, 0o600) == 0)
    #expect(problem(fifo) == .notRegular(fifo))
    guard case .tooLong? = problem(path, String(repeating: "x", count: HistoryFile.longestLine)) else {
      Issue.record("a line without end was kept")
      return
    }
    #expect(try texts() == [])
    for path in ["/dev/full", "/dev/null", "/proc/none", fifo] {
      #expect(try HistoryFile(path: path).entries(HistoryQuery()).entries.isEmpty)
      #expect(HistoryFile(path: path).recent() == [])
    }
  }

  @Test func aLockThatIsNotGivenBackIsWaitedForOnlyAWhile() throws {
    try file.append(entry("a;"))
    let holder = open(path, O_RDONLY)
    defer { close(holder) }
    #expect(flock(holder, LOCK_EX) == 0)
    #expect(throws: HistoryProblem.locked(path)) { try file.append(entry("b;")) }
    #expect(flock(holder, LOCK_UN) == 0)
    try file.append(entry("c;"))
    #expect(try texts() == ["a;", "c;"])
  }

  // MARK: - Many lines

  private func fill(_ count: Int) throws {
    var text = ""
    for index in 1...count {
      text += "{\"time\":\"2024-01-01 00:00:00+00:00\",\"engine\":\"a.db\",\"ok\":true,\"milliseconds\":1,\"rows\":1,"
      text += "\"text\":\"SELECT \(index);\"}\n"
    }
    try folder.write("history.jsonl", text)
  }

  @Test func tooManyLinesLoseTheOldestAndKeepTheirNumbers() throws {
    try fill(HistoryFile.mostLines + 5)
    #expect(chmod(path, 0o600) == 0)
    try file.trim()
    try file.append(entry("new;"))
    let oldest = HistoryFile.mostLines + 6 - HistoryFile.keptLines
    for id in [oldest, HistoryFile.mostLines, HistoryFile.mostLines + 5] {
      #expect(try file.entry(id: id)?.text == "SELECT \(id);")
    }
    #expect(try file.entry(id: oldest - 1) == nil)
    #expect(try file.entry(id: HistoryFile.mostLines + 6)?.text == "new;")
    #expect(try folder.read("history.jsonl").utf8.count { $0 == UInt8(ascii: "\n") } == HistoryFile.keptLines + 2)
    #expect(mode(path) == 0o600)
    #expect(folderEntries(folder.path) == ["history.jsonl"])
    #expect(file.recent().suffix(2) == ["SELECT \(HistoryFile.mostLines + 5);", "new;"])
  }

  @Test func aFileThatIsNotTooLongIsLeftAsItIs() throws {
    try fill(1000)
    let before = try folder.read("history.jsonl")
    try file.trim()
    #expect(try folder.read("history.jsonl") == before)
  }

  @Test func aShellRecallsOnlyTheNewest() throws {
    try fill(20_000)
    let recent = file.recent()
    #expect(recent.count == HistoryFile.mostRecalled)
    #expect(recent.first == "SELECT \(20_001 - HistoryFile.mostRecalled);" && recent.last == "SELECT 20000;")
  }

  @Test func manyWritersLoseNothing() async throws {
    let path = self.path
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        group.addTask {
          for index in 0..<50 {
            let entry = HistoryEntry(
              time: 0, engine: nil, succeeded: true, milliseconds: 0, rows: nil, text: "\(writer)-\(index);")
            #expect(throws: Never.self) { try HistoryFile(path: path).append(entry) }
          }
        }
      }
    }
    let entries = try file.entries(HistoryQuery()).entries.map(\.entry)
    #expect(Set(entries.map(\.text)).count == 200 && entries.count == 200)
    #expect(entries.map(\.time) == entries.map(\.time).sorted())
    for writer in 0..<4 {
      #expect(entries.map(\.text).filter { $0.hasPrefix("\(writer)-") } == (0..<50).map { "\(writer)-\($0);" })
    }
  }

  // MARK: - Secrets

  @Test(arguments: [
    ("\\set :db_password hunter2", "\\set :db_password ***"), ("\\SET :token 'a b'", "\\SET :token ***"),
    ("\\set :dsn 'host=h password=''hunter2'' x'", "\\set :dsn 'host=h password=***"),
    ("\\set :city Oslo", "\\set :city Oslo"),
    ("\\set :password hunter2 hunter2", "\\set :password ***"), ("\\set :password", "\\set :password"),
    ("\\run q city=Oslo secret_key=hunter2 x", "\\run q city=Oslo secret_key=***"),
    ("\\run q 'db_token_x=hunter2' a=b", "\\run q 'db_token_x=***"), ("\\run token a=b", "\\run token a=b"),
    ("\\run q key_token='hunter2 hunter2'", "\\run q key_token=***"),
    ("\\i postgresql://u:hunter2@h/d", "\\i postgresql://u:***@h/d"),
    ("SET x = 'PGPASSWORD=hunter2';", "SET x = 'PGPASSWORD=***';"),
  ])
  func passwordsAreNotWritten(_ text: String, _ expected: String) throws {
    try file.append(entry(text))
    #expect(try texts() == [expected])
    #expect(!(try folder.read("history.jsonl")).contains("hunter2"))
  }
}
