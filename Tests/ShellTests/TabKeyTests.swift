import SpellCore
import SpellShell
import Testing

@Suite struct TabKeyTests {
  private func candidate(_ text: String) -> Candidate { Candidate(text: text, insertion: text + " ", kind: .feature) }

  @Test func theOnlyCandidateIsInserted() {
    var key = TabKey()
    let result = CompletionResult(replaced: SourceSpan(1, 2), candidates: [candidate("ab")], count: 1)
    #expect(key.press(line: "xa", cursor: 2, result: result) == .insert(SourceSpan(1, 2), "ab "))
    #expect(key.press(line: "xa", cursor: 2, result: .none) == .ring)
  }

  @Test func whatAllHaveInCommonComesBeforeTheList() {
    var key = TabKey()
    let candidates = [candidate("日ab"), candidate("日ac")]
    let span = SourceSpan(1, 4)
    let first = CompletionResult(replaced: span, candidates: candidates, count: 2, common: "日a")
    #expect(key.press(line: "x日;", cursor: 4, result: first) == .insert(span, "日a"))
    let second = CompletionResult(replaced: SourceSpan(1, 5), candidates: candidates, count: 2)
    #expect(key.press(line: "x日a;", cursor: 5, result: second) == .list)
    #expect(key.press(line: "x日a;", cursor: 5, result: second) == .list)
  }

  @Test func withNothingToInsertTheFirstPressRingsAndTheSecondLists() {
    var key = TabKey()
    let result = CompletionResult(candidates: [candidate("a"), candidate("b")], count: 2)
    #expect(key.press(line: "", cursor: 0, result: result) == .ring)
    #expect(key.press(line: "", cursor: 0, result: result) == .list)
    #expect(key.press(line: " ", cursor: 1, result: result) == .ring)
    #expect(key.press(line: " ", cursor: 0, result: result) == .ring)
  }
}

@Suite struct CandidateTableTests {
  @Test func aFewCandidatesStandOneToALineWithTheirDescriptions() {
    let result = CompletionResult(
      candidates: [
        Candidate(text: "temp", insertion: "", kind: .feature, type: "float", description: "in the\nshade of trees"),
        Candidate(text: "日照", insertion: "", kind: .group), Candidate(text: "a\u{1B}", insertion: "", kind: .file),
      ], count: 3)
    #expect(
      CandidateTable.text(result, width: 40, height: 24) == """
        temp     feature float  in the shade of
        日照     group
        a\\u{1b}  file

        """)
  }

  @Test func manyCandidatesFillColumnsFromTopToBottom() {
    let candidates = (1...5).map { Candidate(text: "f\($0)", insertion: "", kind: .feature, type: "int") }
    let result = CompletionResult(candidates: candidates, count: 105)
    #expect(
      CandidateTable.text(result, width: 40, height: 8) == """
        f1  feature int   f4  feature int
        f2  feature int   f5  feature int
        f3  feature int
        … and 100 more of 105

        """)
    #expect(CandidateTable.text(result, width: 10, height: 8).hasPrefix("f1  feature int\nf2  feature int\n"))
  }
}
