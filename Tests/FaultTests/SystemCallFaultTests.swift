import Glibc
import TestSupport
import Testing

/// Each call of the system in turn goes wrong: what is written is the old file or the whole new one, and the run says
/// what it was that went wrong.
@Suite struct SystemCallFaultTests {
  static let calls = ["open", "read", "write", "fsync", "truncate", "rename", "close", "mmap"]

  private let room: FaultyRoom
  private static let old = "k,at,v\nold,2024-01-01,0\n"

  init() throws {
    room = try FaultyRoom()
    try room.folder.write(
      "metadata.yml",
      """
      - {kind: engine, url: "sqlite:///data.db"}
      - {kind: entity, name: k, value_type: str}
      - {kind: group, name: f, entity: k, event_timestamp_column: t, features: [{name: v, value_type: int}]}
      """)
    try room.folder.write("labels.csv", "k,at\na,2024-01-02\nb,2024-01-02\n")
    try room.folder.write("rows.csv", "k,t,v\nb,2024-01-01,7\nc,2024-01-01,8\n")
    try makeDatabase()
  }

  private func makeDatabase() throws {
    for name in ["data.db", "data.db-journal"] { unlink(room.folder.file(name)) }
    try SQLiteFixture.make(
      room.folder.file("data.db"),
      "CREATE TABLE f (k TEXT, t TEXT, v INTEGER); INSERT INTO f VALUES ('a', '2024-01-01', 1);")
  }

  /// What a message calls a file: a hidden one, as well as the folder, by the name that the file is to get.
  private func isNamed(_ file: String, in run: CommandRun, target: String) -> Bool {
    run.errors.contains(file.hasPrefix(".") || file.hasPrefix("spellbook-test") ? target : file)
  }

  /// Checks a file that was to be replaced.
  private func check(_ run: CommandRun, _ file: String, target: String, old: String, new: (String) -> Bool) throws {
    let text = try room.folder.read(target)
    if run.status == 0 {
      #expect(new(text), "\(file): \(text)\n\(run.summary)")
    } else {
      #expect(run.signal == nil && text == old, "\(file): \(text)\n\(run.summary)")
      #expect(isNamed(file, in: run, target: target), "\(file) is not named: \(run.summary)")
    }
    let hidden = folderEntries(room.folder.path).filter { $0.hasPrefix(".spellbook-") }
    #expect(hidden.isEmpty, "\(file): \(run.summary)")
  }

  @Test(arguments: calls) func into(call: String) throws {
    let words = ["-q", "-c", "SELECT FEATURES v AS OF at JOIN labels.csv INTO 'out.csv' OVERWRITE"]
    let count = try room.eachCall(call, code: "\(call == "write" ? ENOSPC : EIO)", words) {
      try room.folder.write("out.csv", Self.old)
    } _: { run, file in
      try check(run, file, target: "out.csv", old: Self.old) { $0 == "k,at,v\na,2024-01-02,1\nb,2024-01-02,\n" }
    }
    // Nothing is truncated there or mapped into memory.
    #expect((count > 0) == !["truncate", "mmap"].contains(call), "\(count) calls of \(call)")
  }

  @Test(arguments: calls) func export(call: String) throws {
    try room.folder.write(
      "history.jsonl",
      #"{"time":"2024-01-31 12:00:00+00:00","engine":null,"ok":true,"milliseconds":1,"rows":1,"text":"SHOW ALL;"}"#
        + "\n")
    let words = ["history", "--history", "history.jsonl", "--export", "out.md", "--overwrite"]
    let count = try room.eachCall(call, code: "\(call == "write" ? ENOSPC : EIO)", words) {
      try room.folder.write("out.md", Self.old)
    } _: { run, file in
      try check(run, file, target: "out.md", old: Self.old) { $0.contains("SHOW ALL;") && $0.hasSuffix("\n") }
    }
    #expect((count > 0) == !["truncate", "mmap"].contains(call), "\(count) calls of \(call)")
  }

  /// Rows of the table, as a writer that opens the file afterwards has them.
  private func rows() throws -> [String?] {
    let database = try SQLiteFixture(room.folder.file("data.db"))
    #expect(try database.rows("PRAGMA integrity_check") == [["ok"]])
    return try database.rows("SELECT k FROM f ORDER BY k").map { $0[0] }
  }

  @Test(arguments: calls) func importing(call: String) throws {
    let words = ["import", "-q", "--group", "f", "--if-exists", "replace", "rows.csv"]
    let count = try room.eachCall(call, code: "\(call == "write" ? ENOSPC : EIO)", words, prepare: makeDatabase) {
      run, file in
      let found = try rows()
      #expect(run.signal == nil, "\(run.summary)")
      #expect(found == (run.status == 0 ? ["b", "c"] : ["a"]), "\(file): \(run.summary)")
      if run.status != 0 {
        #expect(isNamed(file.replacing("-journal", with: ""), in: run, target: "data.db"), "\(run.summary)")
      }
    }
    #expect((count > 0) == !["rename", "mmap", "truncate"].contains(call), "\(count) calls of \(call)")
  }

  /// Types a statement into a shell with a history, in which a call goes wrong; returns what the terminal showed.
  private func type(_ statement: String, _ fault: Fault) throws -> String {
    let prompt = "data.db (read-only)> "
    let terminal = try Terminal(
      "/usr/bin/env", ["-C", room.folder.path, Spellbook.executable, "--no-rc", "--history", "history.jsonl"],
      environment: room.environment(fault).merging(["TERM": "dumb", "PAGER": ""]) { $1 })
    try terminal.wait(for: prompt)
    terminal.send(statement + "\n")
    try terminal.wait(for: "\n")
    try terminal.wait(for: prompt)
    terminal.send("\\q\n")
    #expect(try terminal.exitStatus() == 0)
    return terminal.transcript
  }

  @Test(
    "a history keeps what it had, and the statement or nothing of it", arguments: ["open", "read", "write", "truncate"])
  func history(call: String) throws {
    let first = #"{"time":"2024-01-31 12:00:00+00:00","engine":null,"ok":true,"milliseconds":1,"rows":1,"text":"a"}"#
    for code in ["\(ENOSPC)", "half"] where code != "half" || call == "write" {
      for number in 1...3 {
        try room.folder.write("history.jsonl", first + "\n")
        let shown = try type("SHOW SETS;", Fault(call: call, number: number, code: code, file: "history.jsonl"))
        let lines = try room.folder.read("history.jsonl").split(separator: "\n").map(String.init)
        #expect(lines.first == first && lines.allSatisfy { JSONValue($0) != nil }, "\(lines)")
        let isKept = lines.contains { $0.contains("SHOW SETS;") }
        #expect(isKept || shown.contains("history.jsonl"), "\(call) \(number): \(shown)")
      }
    }
  }

  @Test("calls that are interrupted or do half of their work are made again", arguments: ["read", "write"])
  func shortCalls(call: String) throws {
    let words = ["-q", "-c", "SELECT FEATURES v AS OF at JOIN labels.csv INTO 'out.csv' OVERWRITE"]
    for code in ["\(EINTR)", "half"] {
      let count = try room.eachCall(call, code: code, words, prepare: {}) { run, file in
        #expect(run.status == 0, "\(file): \(run.summary)")
        let text = try room.folder.read("out.csv")
        #expect(text == "k,at,v\na,2024-01-02,1\nb,2024-01-02,\n", "\(file)")
      }
      #expect(count > 0)
    }
  }
}
