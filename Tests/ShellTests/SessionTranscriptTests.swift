import Glibc
import TestSupport
import Testing

/// Each `console-session` block of the README is what a terminal shows when its lines are typed over the flights
/// example. When something ran, and how long it took, differ from run to run and are not compared.
///
/// With `SPELLBOOK_RECORD=1` the blocks are rewritten with what came out, and the run fails.
@Suite struct SessionTranscriptTests {
  static let isRecording = getenv("SPELLBOOK_RECORD") != nil

  @Test func aRunThatRecordsFails() { #expect(!Self.isRecording, "recorded: look at the diff, then run again") }

  @Test func theTypedLinesGiveTheTranscript() throws {
    var readme = try Checkout.text("README.md")
    let transcripts = Transcript.all(in: readme)
    #expect(!transcripts.isEmpty, "README.md has no console-session block")
    for transcript in transcripts {
      let shown = try shownText(session(typing: transcript.typed))
      if Self.isRecording {
        readme = transcript.replaced(with: shown, in: readme)
      } else {
        #expect(withoutClock(shown) == withoutClock(transcript.text))
      }
    }
    if Self.isRecording { try writeFile("\(Checkout.root)/README.md", Array(readme.utf8)) }
  }

  /// Types each line where its prompt appears; what the shell wrote to its end.
  private func session(typing lines: [Transcript.TypedLine]) throws -> String {
    let example = try FlightsExample()
    try example.importTables()
    let home = example.folder.path
    // `env` changes the folder, so that paths and places are those that anybody sees.
    let terminal = try Terminal(
      "/usr/bin/env", ["-C", home, Spellbook.executable],
      environment: [
        "TERM": "xterm", "LANG": "C.UTF-8", "NO_COLOR": "1", "HOME": home, "XDG_CONFIG_HOME": "\(home)/config",
        "XDG_STATE_HOME": "\(home)/state", "XDG_DATA_HOME": "\(home)/data",
      ], rows: 30, columns: 100)
    for line in lines {
      try terminal.wait(for: line.prompt)
      terminal.send("\(line.text)\r")
    }
    #expect(try terminal.exitStatus() == 0)
    return terminal.transcript
  }

  @Test func typedLinesStandBehindPrompts() throws {
    let readme = """
      ```console
      flights.db (read-only)> no
      ```
      ```console-session
      flights.db (read-only)> SHOW
                         ...>   SETS;
      flights.db holds nothing
      flights.db (read-only)> \\q
      ```
      after
      """
    let transcript = try #require(Transcript.all(in: readme).first)
    #expect(transcript.typed.map(\.text) == ["SHOW", "  SETS;", "\\q"])
    #expect(transcript.typed.map { $0.prompt == Transcript.prompts[0] } == [true, false, true])
    #expect(transcript.replaced(with: transcript.text, in: readme) == readme)
    #expect(transcript.replaced(with: "new\n", in: readme).hasSuffix("```console-session\nnew\n```\nafter"))
    #expect(Transcript.all(in: "```console\n```").isEmpty)
    #expect(Transcript.all(in: readme + "\n```console-session\nb\n```\n").map(\.text).last == "b\n")
  }

  @Test func onlyClocksAreLeftOut() {
    let line = "│ 12 │ 2026-11-23 16:22:16+00:00 │ true │          104 │    3 │ 2024-01-01 00:00:00+00:00 │"
    let expected = "│ 12 │ 0000-00-00 00:00:00+00:00 │ true │            0 │    3 │ 2024-01-01 00:00:00+00:00 │"
    #expect(withoutClock(line + "\n1 row\n") == expected + "\n1 row\n")
  }

  @Test func controlSequencesLeaveNothingBehind() {
    #expect(shownText("\u{1B}[?2004ha \u{1B}[1;31mred\u{1B}[0m │\r\n\u{1B}=b") == "a red │\nb")
    #expect(shownText("half done\r\u{1B}[Kall\r\n") == "all\n")
    #expect(shownText("plane \u{8}s\u{8}\u{8}\u{8}X") == "plaXes")
    #expect(shownText("end\u{1B}") == "end")
    #expect(shownText("end\u{1B}[12") == "end")
  }
}

/// A text in which rows of `\history` have no time and no milliseconds.
private func withoutClock(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    var cells = line.split(separator: "│", omittingEmptySubsequences: false).map(String.init)
    guard cells.count == 8, cells[2].hasSuffix("+00:00 ") else { return String(line) }
    cells[2] = String(cells[2].map { $0.isNumber ? "0" : $0 })
    cells[4] = String(repeating: " ", count: cells[4].count - 2) + "0 "
    return cells.joined(separator: "│")
  }.joined(separator: "\n")
}

/// A `console-session` block of the README.
private struct Transcript {
  /// Of a new statement and of its further lines.
  static let prompts = ["flights.db (read-only)> ", "                   ...> "]
  static let opening = "```console-session\n"
  static let closing = "```\n"

  /// A line that a person types, and what it is typed behind.
  struct TypedLine {
    var prompt: String
    var text: String
  }

  let text: String

  /// The blocks, in order.
  static func all(in readme: String) -> [Transcript] {
    var transcripts: [Transcript] = []
    var position = readme.startIndex
    while let start = readme.end(of: opening, from: position), let end = readme.end(of: "\n\(closing)", from: start) {
      transcripts.append(Transcript(text: String(readme[start..<readme.index(end, offsetBy: -closing.count)])))
      position = end
    }
    return transcripts
  }

  var typed: [TypedLine] {
    text.split(separator: "\n").compactMap { line in
      Self.prompts.first { line.hasPrefix($0) }.map { TypedLine(prompt: $0, text: String(line.dropFirst($0.count))) }
    }
  }

  /// The README with another text in the block.
  func replaced(with new: String, in readme: String) -> String {
    guard let end = readme.end(of: Self.opening + text, from: readme.startIndex) else { return readme }
    return readme[..<readme.index(end, offsetBy: -text.count)] + new + readme[end...]
  }
}

extension String {
  /// The place behind the first occurrence of a text at or after a place.
  fileprivate func end(of text: String, from start: Index) -> Index? {
    indices[start...].first { self[$0...].hasPrefix(text) }.map { index($0, offsetBy: text.count) }
  }
}
