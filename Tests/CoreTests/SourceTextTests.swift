import SpellCore
import Testing

@Suite struct SourceTextTests {
  @Test func positionsCountLinesAndScalarsFromOne() {
    let source = SourceText(name: "t", text: "ab\nçd e\n")
    #expect(source.position(of: 0) == (1, 1))
    #expect(source.position(of: 5) == (2, 2))
    #expect(source.line(at: 5).text == "çd e")
  }
}
