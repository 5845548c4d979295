import Glibc
import TestSupport
import Testing

/// The README's `console` blocks, run in order in one copy of the flights example, print what the README shows.
///
/// A line that begins with `$ ` is a command, `> ` its next line; what follows up to the next command is its output.
/// Times taken differ from run to run and are not compared.
@Suite struct ReadmeTests {
  static let isRecording = getenv("SPELLBOOK_RECORD") != nil

  @Test func aRunThatRecordsFails() { #expect(!Self.isRecording, "recorded: look at the diff, then run again") }

  @Test func consoleBlocksPrintWhatTheyShow() throws {
    let text = try Checkout.text("README.md")
    var commands = ConsoleCommand.all(in: text)
    try #require(!commands.isEmpty)
    let example = try FlightsExample()
    try example.offerService()
    for (index, command) in commands.enumerated() {
      let output = try example.shell(command.text).output
      if withoutTimes(output) == withoutTimes(command.output) { continue }
      commands[index].output = output
      if Self.isRecording { continue }
      Issue.record(
        "README.md:\(command.line)\n\(command.text)\nexpected:\n\(command.output)\ncame out:\n\(output)")
    }
    if Self.isRecording {
      try writeFile("\(Checkout.root)/README.md", Array(ConsoleCommand.text(text, with: commands).utf8))
    }
  }

  @Test func commandsAreFoundInConsoleBlocksAlone() {
    let text = """
      $ no
      ```sh
      $ no
      ```
      ```console
      $ one
      > more
      out 1

      out 2
      $ two
      ```
      """
    let found = ConsoleCommand.all(in: text)
    #expect(found.map(\.text) == ["one\nmore", "two"])
    #expect(found.map(\.output) == ["out 1\n\nout 2\n", ""])
    #expect(found.map(\.line) == [6, 11])
    var recorded = found
    recorded[0].output = "new\n"
    recorded[1].output = "2\n"
    let changed = ConsoleCommand.all(in: ConsoleCommand.text(text, with: recorded))
    #expect(changed.map(\.output) == ["new\n", "2\n"])
    #expect(ConsoleCommand.text(text, with: found) == text)
  }

  @Test func onlyTimesTakenAreLeftOut() {
    #expect(withoutTimes("5 rows in 0.05 s\n1 row in 12 ms\nin 3 groups\n") == "5 rows in\n1 row in\nin 3 groups\n")
  }
}

/// A command of a `console` block and what is shown below it.
private struct ConsoleCommand {
  var text: String
  var output = ""
  /// The line of the README, from 1.
  var line: Int

  static func all(in text: String) -> [ConsoleCommand] {
    var result: [ConsoleCommand] = []
    var isInside = false
    var isCommand = false
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if line.hasPrefix("```") {
        isInside = line == "```console"
        isCommand = false
      } else if isInside, line.hasPrefix("$ ") {
        result.append(ConsoleCommand(text: String(line.dropFirst(2)), line: index + 1))
        isCommand = true
      } else if isInside, isCommand, line.hasPrefix("> ") {
        result[result.count - 1].text += "\n\(line.dropFirst(2))"
      } else if isInside, !result.isEmpty {
        result[result.count - 1].output += "\(line)\n"
        isCommand = false
      }
    }
    return result
  }

  /// A README whose commands show these outputs instead of their own.
  static func text(_ text: String, with commands: [ConsoleCommand]) -> String {
    let old = all(in: text)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (before, after) in zip(old, commands).reversed() where before.output != after.output {
      let start = before.line - 1 + lineCount(before.text + "\n")
      let new = after.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      lines.replaceSubrange(start..<start + lineCount(before.output), with: new)
    }
    return lines.joined(separator: "\n")
  }

  private static func lineCount(_ text: String) -> Int { text.utf8.count { $0 == UInt8(ascii: "\n") } }
}

/// A text without the ` 0.05 s` or ` 12 ms` that follows `in` at the end of a line.
private func withoutTimes(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count >= 3, let unit = words.last, ["s", "ms", "µs"].contains(unit), words[words.count - 3] == "in",
      Double(words[words.count - 2]) != nil
    else { return String(line) }
    return words.dropLast(2).joined(separator: " ")
  }.joined(separator: "\n")
}
