import Glibc
import SpellCore
import TestSupport
import Testing

@testable import SpellShell

/// A shell over a small database, with a home of its own: what tests of the history and of saved queries share.
struct HistoryStage {
  static let prompt = "shop.db (read-only)> "

  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("metadata.yml", Shop.metadata)
    try SQLiteFixture.make(
      folder.file("shop.db"),
      """
      CREATE TABLE spending (user INTEGER, at TEXT, amount REAL, city TEXT);
      INSERT INTO spending VALUES (1, '2024-01-01', 2.5, 'Oslo'), (2, '2024-01-01', 10, NULL),
        (3, '2024-01-03', 7, 'New York');
      """)
    #expect(mkdir(folder.file("home"), 0o700) == 0)
  }

  /// Where the shell keeps its history by itself.
  var historyPath: String { folder.file("home/.local/state/spellbook/history.jsonl") }

  /// What is kept, without the help of the product.
  func lines() throws -> [JSONValue] {
    try String(decoding: readFile(historyPath), as: UTF8.self).split(separator: "\n").map {
      try #require(JSONValue(String($0)), "\($0)")
    }
  }

  func texts() throws -> [String] { try lines().compactMap { $0["text"]?.string } }

  /// With a file for it, the system calls that write are traced.
  func shell(
    _ arguments: [String] = [], _ environment: [String: String] = [:], traceTo file: String? = nil
  ) throws -> Terminal {
    let variables = ["TERM": "xterm", "NO_COLOR": "1", "TMPDIR": folder.path, "HOME": folder.file("home")]
      .merging(environment) { $1 }
    let words = file.map { SystemCallTrace.command(Spellbook.executable, arguments, to: $0) }
    let terminal = try Terminal(
      "/usr/bin/env", ["-C", folder.path] + (words ?? [Spellbook.executable] + arguments), environment: variables,
      columns: 160)
    try terminal.wait(for: Self.prompt)
    return terminal
  }

  /// Types a line and waits for texts in this order, and for the next prompt.
  func type(_ line: String, on terminal: Terminal, expecting texts: String...) throws {
    terminal.send(line + "\n")
    try terminal.wait(for: "\n")
    for text in texts { try terminal.wait(for: text) }
    try terminal.wait(for: Self.prompt)
  }

  func leave(_ terminal: Terminal) throws {
    terminal.send("\u{4}")
    #expect(try terminal.exitStatus() == 0)
  }

  /// Runs the executable beside the shells.
  func run(_ words: String..., stdin: String = "") throws -> CommandRun {
    try Spellbook.run(words, in: folder, stdin: Array(stdin.utf8), environment: ["HOME": folder.file("home")])
  }
}

/// The permissions of a file or folder.
func mode(_ path: String) -> UInt32 {
  var status = stat()
  return stat(path, &status) == 0 ? UInt32(status.st_mode & 0o777) : 0
}
