import SpellCore
import SpellLanguage
import Testing

/// What the grammar allows at the cursor, which `|` marks.
@Suite struct CursorContextTests {
  private func context(_ marked: String) -> CursorContext? {
    let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    return CursorContext(Array((parts[0] + parts[1]).utf8), cursor: parts[0].utf8.count)
  }

  private func expected(_ marked: String) -> [SpellLanguage.Expectation] { context(marked)?.expected ?? [] }

  private func wants(_ marked: String, first: [SpellLanguage.Expectation]) -> Bool {
    expected(marked).starts(with: first)
  }

  private func clauses(_ marked: String) -> [Clause] {
    for case .clause(let clauses) in expected(marked).reversed() { return clauses }
    return []
  }

  @Test(
    arguments: [
      ("SELECT |", [.keyword(.features)]), ("EXPLAIN |", [.keyword(.analyze), .keyword(.select)]),
      ("SHOW SQL |", [.keyword(.for)]), ("SHOW SQL FOR |", [.keyword(.select)]), ("SELECT FEATURES |", [.feature]),
      ("SELECT FEATURES a, |", [.feature]), ("SELECT FEATURES g.|", [.symbol("*"), .featureName]),
      ("SELECT FEATURES a AS |", [.keyword(.of), .alias]), ("SELECT FEATURES a JOIN 'x' AS |", [.keyword(.of)]),
      ("SELECT FEATURES a AS OF |", [.keyword(.now), .moment]),
      ("SELECT FEATURES a KNOWN AT |", [.keyword(.now), .instant]), ("SELECT FEATURES a WITHIN |", [.duration]),
      ("SELECT FEATURES a JOIN |", [.keyword(.table), .path]),
      ("SELECT FEATURES a JOIN TABLE |", [.table]), ("SELECT FEATURES a JOIN TABLE main.|", [.table]),
      ("SELECT FEATURES a INTO |", [.path]), ("IMPORT |", [.path]),
      ("IMPORT x |", [.keyword(.into)]), ("IMPORT x INTO |", [.group]), ("SHOW ALL IN |", [.group]),
      ("SELECT FEATURES a ON |", [.key]), ("SELECT FEATURES a ON k |", [.symbol("=")]),
      ("SELECT FEATURES a ON k = |", [.labelColumn]), ("SELECT FEATURES a ORDER |", [.keyword(.by)]),
      ("SELECT FEATURES a ORDER BY |", [.column]), ("SELECT FEATURES a LIMIT |", [.count]),
      ("SELECT FEATURES a FORMAT |", [.format]), ("SET |", [.setting]), ("SET a |", [.symbol("=")]),
      ("SET a = |", [.settingValue(of: "a")]), ("DESCRIBE |", [.nameToDescribe]), ("DESCRIBE a.|", [.featureName]),
      ("SHOW ALL LIKE |", [.text]), ("SELECT FEATURES a JOIN x TIME |", [.timeUnit]),
      ("SELECT FEATURES a JOIN x DELIMITER |", [.keyword(.tab), .delimiter]),
      ("SELECT FEATURES a WHERE |", [.keyword(.not), .condition]),
      ("SELECT FEATURES a WHERE b = |", [.keyword(.true), .keyword(.false), .keyword(.null), .value]),
      ("SELECT FEATURES a WHERE b IS |", [.keyword(.not), .keyword(.null)]),
      ("SELECT FEATURES a WHERE b NOT |", [.keyword(.in), .keyword(.between), .keyword(.like)]),
      ("SELECT FEATURES a WHERE (b = 1 |", [.keyword(.and), .keyword(.or), .symbol(")")]),
      ("DESCRIBE a |", [.end]), ("CHECK |", [.group, .clause([.deep, .format, .into])]), ("CHECK a, |", [.group]),
      ("CHECK a |", [.clause([.deep, .format, .into])]),
    ] as [(String, [SpellLanguage.Expectation])])
  func whatThePlaceWants(text: String, wanted: [SpellLanguage.Expectation]) {
    #expect(expected(text) == wanted)
  }

  @Test func aStatementBeginsWithItsHeads() {
    #expect(expected("|").contains(.keyword(.select)))
    #expect(expected("SHOW ALL; |") == expected("|"))
    #expect(context("|")?.isAtStart == true)
    #expect(context(" -- a\n |")?.isAtStart == true)
    #expect(context("SHOW ALL; |")?.isAtStart == false)
    #expect(context("SHOW |")?.isAtStart == false)
  }

  @Test func clausesThatStandAnywhereAreNotWantedAgain() {
    #expect(clauses("SELECT FEATURES a |").contains(.join))
    #expect(clauses("SELECT FEATURES a | JOIN 'x' LIMIT 1") == clauses("SELECT FEATURES a JOIN 'x' LIMIT 1 |"))
    #expect(!clauses("SELECT FEATURES a | JOIN 'x'").contains(.join))
    #expect(!clauses("SELECT FEATURES a BEFORE NOW |").contains(.asOf))
    #expect(clauses("SHOW GROUPS LIKE 'a%' |") == [.in, .format, .into])
    #expect(clauses("IMPORT x INTO g REPLACE |") == [.delimiter, .nulls])
    #expect(expected("SELECT FEATURES a JOIN TABLE x |").contains(.clause([.time])))
    #expect(expected("SELECT FEATURES a JOIN x TIME unix_s |").contains(.clause([.delimiter, .nulls])))
  }

  @Test func whatMayFollowIsWantedBesideTheClauses() {
    #expect(wants("SELECT FEATURES a |", first: [.keyword(.as), .keyword(.except)]))
    #expect(wants("SELECT FEATURES a INTO x |", first: [.keyword(.overwrite)]))
    #expect(wants("SELECT FEATURES a ORDER BY b |", first: [.keyword(.desc), .keyword(.asc)]))
    #expect(wants("SELECT FEATURES a KNOWN |", first: [.keyword(.at)]))
    #expect(wants("SELECT FEATURES a WHERE b = 1 |", first: [.keyword(.and), .keyword(.or)]))
  }

  @Test func anExceptionKnowsItsItem() {
    for text in ["SELECT FEATURES a, g.* EXCEPT (|", "SELECT FEATURES g.* EXCEPT (x, |) AS OF NOW"] {
      guard case .exception(.all(let group)) = expected(text).first else {
        Issue.record("\(text) wants \(expected(text))")
        continue
      }
      #expect(group.text == "g")
    }
  }

  @Test func aSlipBeforeTheCursorDoesNotHideIt() {
    #expect(!clauses("SELECT FEATURES a b |").isEmpty)
    #expect(!clauses("SELECT FEATURES , LIMIT x WHERE |; SHOW").contains(.join))
    #expect(wants("SELECT FEATURES , LIMIT x ORDER BY |", first: [.column]))
    #expect(clauses("SHOW NOTHING |") == [.in, .like, .format, .into])
  }

  @Test(
    arguments: [
      ("SELECT FEATURES we|", .word, "we", 16, 18), ("SELECT FEATURES g.\"a\"\"b|", .quotedName, "a\"b", 18, 23),
      ("SELECT FEATURES \"a|\", b", .quotedName, "a", 16, 19), ("SELECT FEATURES \"a|b\"", .quotedName, "a", 16, 18),
      ("SELECT FEATURES a JOIN d/x|", .path, "d/x", 23, 26), ("SELECT FEATURES a JOIN |", .path, "", 23, 23),
      ("SELECT FEATURES a JOIN 'it''s|'", .text, "it's", 23, 30), ("日|", .word, "日", 0, 3),
      ("SEL|ECT FEATURES a", .word, "SEL", 0, 3),
    ] as [(String, CursorContext.Writing, String, Int, Int)])
  func theWordAtTheCursor(
    text: String, writing: CursorContext.Writing, typed: String, start: Int, end: Int
  ) throws {
    let context = try #require(self.context(text))
    #expect(context.writing == writing)
    #expect(context.typed == typed)
    #expect(context.span.start == start && context.span.end == end)
  }

  @Test(arguments: ["-- a|", "/* a |", "SELECT FEATURES a LIMIT 1|", "SELECT FEATURES a AS OF :m|", "WITHIN 7|"])
  func nothingIsCompletedInCommentsNumbersAndParameters(text: String) {
    #expect(context(text) == nil)
  }

  @Test func whatIsReadAroundTheCursor() throws {
    let context = try #require(
      self.context("SHOW ALL; EXPLAIN SELECT FEATURES a, g.b AS OF | JOIN 'x.csv' DELIMITER ';'; SHOW SETS"))
    let select = try #require(context.select)
    #expect(select.items.count == 2)
    #expect(select.labels?.source == .file(PathExpression(.file("x.csv"), span: SourceSpan(53, 60))))
    #expect(select.labels?.reading.delimiter?.value == .text(";"))
    #expect(self.context("SELECT FEATURES \"a b\".|")?.qualifier == "a b")
    #expect(self.context("SELECT FEATURES g.x|")?.qualifier == "g")
    #expect(self.context("SELECT FEATURES g|")?.qualifier == nil)
  }
}
