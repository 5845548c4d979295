import SpellCore
import SpellLanguage
import Testing

@Suite struct StatementPrinterTests {
  @Test(arguments: Corpus.statements.indices)
  func printsTheCanonicalTextAndReadsItBack(_ index: Int) throws {
    let (written, canonical) = Corpus.statements[index]
    #expect(rendered(written) == "")
    let first = try #require(parse(written).statements.first)
    let printed = StatementPrinter.text(first.body)
    #expect(printed == canonical)
    #expect(rendered(printed) == "")
    let second = try #require(parse(printed).statements.first)
    #expect(Corpus.tree(second.body) == Corpus.tree(first.body))
    #expect(StatementPrinter.text(second.body) == printed)
  }

  @Test func aStatementSpansItsTokens() throws {
    let script = parse("/* c */ ;; SHOW ALL ; -- x\n SET a = 'b' -- y")
    #expect(script.diagnostics.isEmpty)
    #expect(script.statements.map { $0.source.text($0.span) } == ["SHOW ALL", "SET a = 'b'"])
  }

  @Test func everyKeywordIsANameInQuotes() throws {
    for keyword in Keyword.allCases {
      let name = Name(keyword.rawValue)
      let select = SelectStatement(
        items: [SelectItem(subject: .feature(group: name, feature: name), alias: name)],
        cut: MomentCut(isStrict: true, moment: Moment(base: .column(name))),
        keyMappings: [KeyMapping(key: ColumnReference(name: name), column: name)],
        condition: .isNull(.column(ColumnReference(qualifier: name, name: name)), isNegated: false),
        order: [OrderTerm(column: ColumnReference(name: name), isDescending: false)])
      let printed = StatementPrinter.text(.select(select))
      #expect(rendered(printed) == "")
      let read = try #require(parse(printed).statements.first)
      #expect(Corpus.tree(read.body) == Corpus.tree(.select(select)))
    }
  }

  @Test func oddNamesTextsAndPathsComeBack() throws {
    for text in [
      "a b", "a\"b", "a'b", "-", "--", "/*", "1st", "é", "日本", "a;b", "x\ny", "‘x’", "\u{A0}", "a.b", ":p", "\\t",
    ] {
      let select = SelectStatement(
        items: [SelectItem(subject: .name(Name(text)))], labels: LabelClause(path: PathExpression(.file(text))),
        condition: .compare(
          .column(ColumnReference(name: Name(text))), .equal, .literal(Literal(.text(text)))),
        output: OutputClause(format: Name(text), into: PathExpression(.file(text))))
      let printed = StatementPrinter.text(.select(select))
      #expect(rendered(printed) == "")
      let read = try #require(parse(printed).statements.first)
      #expect(Corpus.tree(read.body) == Corpus.tree(.select(select)))
    }
  }

  @Test func boundParametersArePrintedAsTexts() throws {
    let statement = SetStatement(name: Name("x"), value: Literal(.untyped("it's")))
    #expect(StatementPrinter.text(.set(statement)) == "SET x = 'it''s'")
  }
}
