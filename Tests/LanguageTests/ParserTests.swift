import SpellCore
import SpellLanguage
import Testing

@Suite struct ParserTests {
  private func select(_ text: String) throws -> SelectStatement {
    #expect(rendered(text) == "")
    guard case .select(let select) = try #require(parse(text).statements.first).body else {
      Issue.record("no SELECT: \(text)")
      return SelectStatement(items: [])
    }
    return select
  }

  @Test func leavesHoldWhatIsWritten() throws {
    let text = "SELECT FEATURES a AS OF '2024-01-01' - 2h WITHIN 2.5 WHERE x = -1 LIMIT 007"
    let select = try select(text)
    guard case .literal(let literal) = try #require(select.cut).moment.base else {
      Issue.record("no literal")
      return
    }
    #expect(literal == Literal(.text("2024-01-01"), span: SourceSpan(24, 36)))
    #expect(select.cut?.moment.offset?.isNegative == true)
    #expect(select.cut?.moment.offset?.length.value == .interval(.time(microseconds: 7_200_000_000)))
    #expect(select.within?.value == .interval(.number(.float(2.5))))
    #expect(select.limit?.value == .integer(7))
    guard case .compare(.column(let column), .equal, .literal(let number)) = try #require(select.condition) else {
      Issue.record("no comparison")
      return
    }
    #expect(column.text == "x")
    #expect(number.value == .number("-1"))
    #expect(SourceText(name: "", text: text).text(number.span) == "-1")
  }

  @Test func bindsOrLeastThenAndThenNot() throws {
    func term(_ name: String) -> Condition {
      .isNull(.column(ColumnReference(name: Name(name))), isNegated: false)
    }
    let written = try select("SELECT FEATURES f WHERE a IS NULL OR NOT b IS NULL AND c IS NULL OR d IS NULL")
    let expected = Condition.or(.or(term("a"), .and(.not(term("b")), term("c"))), term("d"))
    #expect(
      Corpus.tree(.select(written))
        == Corpus.tree(.select(SelectStatement(items: [SelectItem(subject: .name(Name("f")))], condition: expected))))
  }

  @Test func pathsAreRawWordsOrTexts() throws {
    func path(_ text: String) throws -> PathExpression.Value? {
      guard case .file(let path) = try select("SELECT FEATURES a JOIN " + text).labels?.source else { return nil }
      return path.value
    }
    #expect(try path("a--b.csv") == .file("a--b.csv"))
    #expect(try path("a/*b*/c.csv") == .file("a/*b*/c.csv"))
    #expect(try path("-- x\n./l(1).csv") == .file("./l(1).csv"))
    #expect(try path("-") == .standardStream)
    #expect(try path("- ") == .standardStream)
    #expect(try path("-x") == .file("-x"))
    #expect(try path("'-'") == .file("-"))
    #expect(try path("'it''s.csv'") == .file("it's.csv"))
    #expect(try path("größe/日本.csv") == .file("größe/日本.csv"))
    #expect(try path(":p") == .parameter("p"))
    #expect(try path("2024-01-01.csv LIMIT 1") == .file("2024-01-01.csv"))
    #expect(try path("x; SHOW ALL") == .file("x"))
    #expect(parse("SELECT FEATURES a JOIN x,y").diagnostics.count == 1)
    #expect(parse("SELECT FEATURES a JOIN x'y'").diagnostics.count == 1)
    #expect(parse("SELECT FEATURES a JOIN :p/x.csv").diagnostics.count == 1)
  }

  @Test func aByteOrderMarkAndUnixOrDosLinesAreBlank() {
    #expect(parse("\u{FEFF}SHOW ALL;\r\nSHOW\r\nSETS\r\n").statements.count == 2)
    #expect(parse("\u{FEFF}").diagnostics.isEmpty)
    #expect(parse("-- only a comment").statements.isEmpty)
    #expect(parse("-- only a comment").diagnostics.isEmpty)
  }

  @Test func textIsUTF8WithoutZeroBytes() {
    for bytes in [[0xFF], [0x00], [0xC3], [0xED, 0xA0, 0x80]] as [[UInt8]] {
      for (head, tail) in [
        ("SELECT FEATURES a JOIN '", "'"), ("SELECT FEATURES \"", "\""), ("SELECT FEATURES a JOIN x", ""),
      ] {
        let script = parse(bytes: Array(head.utf8) + bytes + Array(tail.utf8))
        #expect(script.statements.isEmpty)
        #expect(script.diagnostics.map(\.code) == ["invalid-text"])
      }
    }
    #expect(parse(bytes: Array("SELECT FEATURES ".utf8) + [0xFF]).diagnostics.map(\.code) == ["invalid-text"])
  }

  @Test func settingsTakeWords() throws {
    func value(_ text: String) throws -> Literal.Value? {
      guard case .set(let set) = try #require(parse("SET x = " + text).statements.first).body else { return nil }
      return set.value.value
    }
    #expect(try value("csv") == .text("csv"))
    #expect(try value("'a b'") == .text("a b"))
    #expect(try value("TRUE") == .bool(true))
    #expect(try value("on") == .text("on"))
    #expect(try value("2GB") == .text("2GB"))
    #expect(try value("-5") == .number("-5"))
    #expect(try value(":v") == .parameter("v"))
  }

  @Test func windows() throws {
    let text = """
      select features count(*) over 24h in g as n, g.*, AVG(g.x) filter (where y > 1 or not z = 2) over all as m,
        "count" as c
      """
    let script = parse(text)
    #expect(script.diagnostics.isEmpty)
    let body = try #require(script.statements.first?.body)
    #expect(
      StatementPrinter.text(body)
        == "SELECT FEATURES COUNT(*) OVER 1d IN g AS n, g.*, "
        + "AVG(g.x) FILTER (WHERE y > 1 OR NOT z = 2) OVER ALL AS m, count AS c")
    for (text, code) in [
      ("COUNT(*) OVER 24h IN g", "no-alias"), ("COUNT(*) OVER 24h AS n", "no-group"),
      ("MAX(*) OVER 1h IN g AS n", "invalid-argument"),
      ("MODE(x) OVER 1h AS n", "unknown-function"), ("COUNT(x) AS n", "syntax"), ("COUNT(x) OVER '1h' AS n", "syntax"),
      ("COUNT(x) OVER 1 day AS n", "invalid-duration"), ("COUNT(x OVER 1h AS n", "syntax"),
      ("COUNT(x) FILTER (y = 1) OVER 1h AS n", "syntax"), ("COUNT(x) OVER 1h AS n EXCEPT (y)", "invalid-except"),
    ] {
      let script = parse("SELECT FEATURES " + text)
      #expect(script.statements.isEmpty && script.diagnostics.map(\.code).contains(code), "\(text)")
    }
  }
}
