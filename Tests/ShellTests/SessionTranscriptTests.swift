import Glibc
import TestSupport
import Testing

/// The README's `console-session` block is what a terminal shows when its lines are typed over the flights example.
///
/// With `SPELLBOOK_RECORD=1` the block is rewritten with what came out, and the run fails.
@Suite struct SessionTranscriptTests {
  static let isRecording = getenv("SPELLBOOK_RECORD") != nil

  @Test func aRunThatRecordsFails() { #expect(!Self.isRecording, "recorded: look at the diff, then run again") }

  @Test func theTypedLinesGiveTheTranscript() throws {
    let readme = try Checkout.text("README.md")
    let transcript = try #require(Transcript(of: readme), "README.md has no console-session block")
    let shown = try shownText(session(typing: transcript.typed))
    if Self.isRecording {
      try writeFile("\(Checkout.root)/README.md", Array(transcript.replaced(with: shown, in: readme).utf8))
    } else {
      #expect(shown == transcript.text)
    }
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
    let transcript = try #require(Transcript(of: readme))
    #expect(transcript.typed.map(\.text) == ["SHOW", "  SETS;", "\\q"])
    #expect(transcript.typed.map { $0.prompt == Transcript.prompts[0] } == [true, false, true])
    #expect(transcript.replaced(with: transcript.text, in: readme) == readme)
    #expect(transcript.replaced(with: "new\n", in: readme).hasSuffix("```console-session\nnew\n```\nafter"))
    #expect(Transcript(of: "```console\n```") == nil)
  }

  @Test func controlSequencesLeaveNothingBehind() {
    #expect(shownText("\u{1B}[?2004ha \u{1B}[1;31mred\u{1B}[0m │\r\n\u{1B}=b") == "a red │\nb")
    #expect(shownText("half done\r\u{1B}[Kall\r\n") == "all\n")
    #expect(shownText("plane \u{8}s\u{8}\u{8}\u{8}X") == "plaXes")
    #expect(shownText("end\u{1B}") == "end")
    #expect(shownText("end\u{1B}[12") == "end")
  }
}

/// The `console-session` block of the README.
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

  /// Nil if the README has no such block.
  init?(of readme: String) {
    guard let start = readme.end(of: Self.opening, from: readme.startIndex),
      let end = readme.end(of: "\n\(Self.closing)", from: start)
    else { return nil }
    text = String(readme[start..<readme.index(end, offsetBy: -Self.closing.count)])
  }

  var typed: [TypedLine] {
    text.split(separator: "\n").compactMap { line in
      Self.prompts.first { line.hasPrefix($0) }.map { TypedLine(prompt: $0, text: String(line.dropFirst($0.count))) }
    }
  }

  /// The README with another text in the block.
  func replaced(with new: String, in readme: String) -> String {
    guard let start = readme.end(of: Self.opening, from: readme.startIndex) else { return readme }
    return readme[..<start] + new + readme[start...].dropFirst(text.count)
  }
}

extension String {
  /// The place behind the first occurrence of a text at or after a place.
  fileprivate func end(of text: String, from start: Index) -> Index? {
    indices[start...].first { self[$0...].hasPrefix(text) }.map { index($0, offsetBy: text.count) }
  }
}
