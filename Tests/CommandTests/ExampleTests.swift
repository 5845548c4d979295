import Glibc
import TestSupport
import Testing

/// The scripts of `examples/flights` print what lies beside them, on every engine.
///
/// With `SPELLBOOK_RECORD=1` those files are rewritten with what came out, and the run fails.
@Suite struct ExampleTests {
  static let isRecording = getenv("SPELLBOOK_RECORD") != nil

  @Test func aRunThatRecordsFails() { #expect(!Self.isRecording, "recorded: look at the diff, then run again") }

  @Test(arguments: FlightsExample.scripts, TestEngine.allCases)
  func scriptPrintsItsOutput(script: String, engine: TestEngine) throws {
    let output = try #require(
      FlightsExample.outputs.first { FlightsExample.stem($0) == FlightsExample.stem(script) },
      "nothing beside \(script) holds what it prints")
    let example = try FlightsExample()
    let url = try example.importTables(on: engine)
    let run = try Spellbook.run(["--engine", url, "-f", script], in: example.folder)
    #expect(run.status == 0, "\(run.summary)")

    let path = "\(FlightsExample.source)/\(output)"
    if Self.isRecording && engine == .sqlite { try writeFile("\(Checkout.root)/\(path)", run.outputBytes) }
    let expected = try Checkout.text(path).split(separator: "\n", omittingEmptySubsequences: false)
    let actual = run.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(actual.count == expected.count, "\(script) prints \(actual.count) lines; \(path) has \(expected.count)")
    let difference = zip(expected, actual).enumerated().first { $0.element.0 != $0.element.1 }
    #expect(difference == nil, "\(script) differs from \(path)")
  }

  /// Three lines of shell, as they would run every night.
  @Test func theNightlyScriptRunsASavedQuery() throws {
    let example = try FlightsExample()
    try example.importTables()
    try example.folder.write("late_aircraft.csv", "of last night\n")
    let run = try example.shell("sh late_aircraft.sh")
    #expect(run.status == 0, "\(run.summary)")
    let path = "\(FlightsExample.source)/late_aircraft.csv"
    let table = try example.folder.read("late_aircraft.csv")
    if Self.isRecording { try writeFile("\(Checkout.root)/\(path)", Array(table.utf8)) }
    #expect(try table == Checkout.text(path))
    #expect(try Checkout.text("\(FlightsExample.source)/late_aircraft.sh").split(separator: "\n").count == 3)
  }

  @Test func everyLabelKeepsItsBytesAndPlace() throws {
    let labels = try Checkout.text("\(FlightsExample.source)/labels.csv").split(separator: "\n")
    let table = try Checkout.text("\(FlightsExample.source)/train.csv").split(separator: "\n")
    #expect(labels.count == table.count)
    let isKept = zip(labels, table).allSatisfy { $1.hasPrefix("\($0),") }
    #expect(isKept)
  }
}
