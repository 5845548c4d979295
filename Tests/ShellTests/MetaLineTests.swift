import SpellCore
import TestSupport
import Testing

@testable import SpellShell

@Suite struct MetaLineTests {
  private func line(_ text: String) -> MetaLine {
    MetaLine(SourceText(name: "t", text: text), SourceSpan(0, text.utf8.count))
  }

  @Test(
    arguments: [
      ("\\q", "q", []), ("\\d;", "d", []), ("\\d a ;\t", "d", ["a"]), ("\\?", "?", []),
      ("\\set :city  'New York'", "set", [":city", "New York"]), ("\\i 'it''s'\r", "i", ["it's"]),
      ("\\i it's", "i", ["it's"]), ("\\i 'open", "i", ["'open"]), ("\\i 'a'b", "i", ["'a'b"]),
      ("\\run q a='b c' d='e''f' g=h 'i=j k' l='m", "run", ["q", "a=b c", "d=e'f", "g=h", "i=j k", "l='m"]),
      ("\\i ''", "i", [""]),
      ("\\d \"a\".b", "d", ["\"a\".b"]), ("\\", "", []), ("\\;", "", []), ("\\ d", "", ["d"]), ("\\é 日本", "é", ["日本"]),
    ] as [(String, String, [String])])
  func takesALineApart(_ text: String, _ name: String, _ arguments: [String]) {
    let line = line(text)
    #expect(line.name.text == name)
    #expect(line.arguments.map(\.text) == arguments)
  }

  @Test func partsKnowTheirPlaces() {
    let source = SourceText(name: "t", text: "SHOW ALL;\n  \\set :a 'b c' ; \n")
    let line = MetaLine(source, SourceSpan(12, 28))
    #expect(source.text(line.span) == "\\set :a 'b c'")
    #expect(source.text(line.name.span) == "\\set")
    #expect(line.arguments.map { source.text($0.span) } == [":a", "'b c'"])
  }
}

@Suite struct ScriptTests {
  private func script(_ text: String) -> Script { Script(SourceText(name: "t", text: text)) }

  private func problems(_ text: String) -> [String] {
    script(text).diagnostics.map { diagnostic in
      let place = diagnostic.location.map { $0.source.position(of: $0.span.start) }
      return "\(place?.line ?? 0):\(place?.column ?? 0) \(diagnostic.code)"
    }
  }

  @Test func partsStandInTheOrderOfTheText() {
    let text = "\\x on\nshow all; \\d weather ;\nSHOW\n SETS;\n\\q"
    #expect(script(text).printed == "\\x on\nSHOW ALL;\n\\d weather\nSHOW SETS;\n\\q\n")
    #expect(script(text).diagnostics.isEmpty)
  }

  @Test func statementsKeepTheirPlaces() throws {
    let script = script("\\x on\n  \\timing\nSHOW ALL;")
    guard case .statement(let statement) = try #require(script.parts.last) else {
      Issue.record("the last part is no statement")
      return
    }
    #expect(statement.span == SourceSpan(16, 24))
  }

  @Test func everyProblemIsFoundBeforeAnythingRuns() {
    #expect(
      problems("\\formt csv\nSHOW ALLL;\n\\i\nSHOW ALL; \\q now\nSHOW\n\\d\n;") == [
        "1:1 unknown-command", "2:6 syntax", "3:1 missing-argument", "4:14 surplus-argument", "6:1 syntax",
      ])
  }

  @Test func whatWasMeantIsGuessed() {
    for (text, label) in [
      ("\\formt", "did you mean `\\format`?"), ("\\conninof", "did you mean `\\conninfo`?"),
      ("\\laast", "did you mean `\\last`?"),
    ] {
      #expect(script(text).diagnostics.map(\.label) == [label])
    }
    #expect(script("\\zzzzz").diagnostics.map(\.label) == [nil])
    #expect(script("\\TIMING off").diagnostics.isEmpty)
  }
}
