import Glibc
import TestSupport
import Testing

/// Runs every case of `Tests/Golden` with the built executable.
///
/// With `SPELLBOOK_RECORD=1` the sections that a case has are rewritten with what came out, and the run fails.
@Suite struct GoldenTests {
  static let isRecording = getenv("SPELLBOOK_RECORD") != nil

  @Test func aRunThatRecordsFails() { #expect(!Self.isRecording, "recorded: look at the diff, then run again") }

  @Test(arguments: GoldenCase.paths) func golden(path: String) throws {
    var golden = try GoldenCase(path: path)
    for (index, expected) in golden.sections.enumerated() {
      for (engine, actual) in try actual(expected.section, of: golden) {
        if Self.isRecording {
          // What the first engine gives is recorded; the others must give it too.
          if engine == engines(of: expected.section).first { golden.sections[index].text = actual }
        } else if actual != expected.text {
          Issue.record(
            """
            \(path) --- \(expected.section.rawValue), \(engine)
            expected:
            \(expected.text)
            came out:
            \(actual)
            """)
        }
      }
    }
    if Self.isRecording { try writeFile("\(Checkout.root)/\(path)", Array(golden.fileText.utf8)) }
  }

  /// What a section should hold, from runs in a world of its own on every engine whose matter it is.
  private func actual(_ section: GoldenCase.Section, of golden: GoldenCase) throws -> [(TestEngine, String)] {
    let world = try GoldenWorld(golden.world)
    let engines = engines(of: section)
    return try world.engines.filter { engines.contains($0.engine) }.map { engine, url in
      (engine, try actual(section, of: golden, in: world, url: url))
    }
  }

  private func engines(of section: GoldenCase.Section) -> [TestEngine] {
    switch section {
    // The SQL and the number of rows in a plan are the engine's own, and a tree has none.
    case .plan, .tree, .sqliteSQL: [.sqlite]
    case .postgresqlSQL: [.postgresql]
    case .rows, .error, .report: TestEngine.allCases
    }
  }

  private func actual(
    _ section: GoldenCase.Section, of golden: GoldenCase, in world: GoldenWorld, url: String
  ) throws -> String {
    let script =
      switch section {
      case .plan: golden.script(after: "EXPLAIN")
      case .sqliteSQL, .postgresqlSQL: golden.script(after: "SHOW SQL FOR")
      case .tree, .rows, .error, .report: golden.script
      }
    var options = golden.options
    if section == .tree { options.append("--print") }
    if section == .report { options += ["--report", "report.json"] }
    let run = try world.run(script, named: golden.fileName, url: url, options)

    let mustFail = section == .error || section == .rows && golden.sections.contains { $0.section == .error }
    if mustFail == (run.status == 0) || run.signal != nil { Issue.record("\(golden.path)\n\(run.summary)") }
    switch section {
    case .tree, .plan, .sqliteSQL, .postgresqlSQL, .rows: return world.neutral(run.output)
    case .error: return world.neutral(run.errors)
    case .report: return try world.neutral(world.folder.read("report.json"))
    }
  }
}

/// The reader of golden files.
@Suite struct GoldenCaseTests {
  static let text = """
    -- A comment.
    -- world: clock
    -- options: --timezone +02:00
    SHOW ALL;
    --- error
    --- rows
    a

    b

    """

  @Test func aCaseIsReadAndWrittenBackUnchanged() throws {
    let golden = try GoldenCase(path: "a/b.spell", text: Self.text)
    #expect(golden.world == "clock")
    #expect(golden.options == ["--timezone", "+02:00"])
    #expect(golden.fileName == "b.spell")
    #expect(golden.script.hasSuffix("SHOW ALL;\n"))
    #expect(golden.script(after: "EXPLAIN").hasSuffix("\nEXPLAIN SHOW ALL;\n"))
    #expect(golden.sections.map(\.section) == [.error, .rows])
    #expect(golden.sections.map(\.text) == ["", "a\n\nb\n"])
    #expect(golden.fileText == Self.text)
  }

  @Test(arguments: [
    "-- world: clock\nSHOW ALL;\n--- columns\n", "-- world: clock\nSHOW ALL;\n", "SHOW ALL;\n--- rows\n",
    "-- world: clock\n--- rows\n--- rows\n",
  ])
  func aMalformedCaseIsRefused(text: String) {
    #expect(throws: GoldenCase.Malformed.self) { try GoldenCase(path: "a.spell", text: text) }
  }

  @Test func thereAreCases() { #expect(GoldenCase.paths.count >= 10) }
}
