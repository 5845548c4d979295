import SpellCore
import SpellLanguage
import Testing

@Suite struct ParameterBinderTests {
  private func bind(_ text: String, _ parameters: [String: String]) throws -> (
    text: String, tree: String, told: [String]
  ) {
    let statement = try #require(parse(text).statements.first)
    let (bound, diagnostics) = ParameterBinder.bind(statement, parameters)
    #expect(bound.span == statement.span)
    return (
      StatementPrinter.text(bound.body), Corpus.tree(bound.body),
      diagnostics.map { diagnostic in
        ([diagnostic.message, diagnostic.label] + diagnostic.notes + [diagnostic.help]).compactMap { $0 }
          .joined(separator: " | ")
      }
    )
  }

  @Test func everyPlaceIsBound() throws {
    let bound = try bind(
      """
      EXPLAIN SELECT FEATURES a AS OF :t - :d KNOWN AT :t + :d WITHIN :d JOIN :p DELIMITER :c NULL :n, :n
      WHERE (x = :v OR NOT :v < x) AND x IN (:v, 1) AND x BETWEEN :v AND :v AND x LIKE :v AND x IS NULL
      LIMIT :l OFFSET :l INTO :p
      """, ["t": "2024-01-01", "d": "1h", "p": "-", "c": "\\t", "n": "NA", "v": "x' OR 1 = 1 --", "l": "3"])
    #expect(bound.told == [])
    let value = "'x'' OR 1 = 1 --'"
    #expect(
      bound.text == "EXPLAIN SELECT FEATURES a AS OF '2024-01-01' - 1h KNOWN AT '2024-01-01' + 1h WITHIN 1h JOIN '-' "
        + "DELIMITER '\t' NULL 'NA', 'NA' WHERE (x = \(value) OR NOT \(value) < x) AND x IN (\(value), 1) "
        + "AND x BETWEEN \(value) AND \(value) AND x LIKE \(value) AND x IS NULL LIMIT 3 OFFSET 3 INTO '-'")
    #expect(!bound.tree.contains("parameter"))
    #expect(bound.tree.contains("untyped(\"2024-01-01\")"))
    #expect(bound.tree.contains("file(\"-\")"))
  }

  @Test(arguments: [
    ("SHOW SETS LIKE :v INTO :v", "SHOW SETS LIKE 'a' INTO 'a'"), ("SET x = :v", "SET x = 'a'"),
    ("IMPORT :v INTO g NULL :v", "IMPORT 'a' INTO g NULL 'a'"), ("DESCRIBE v", "DESCRIBE v"),
    ("SELECT FEATURES a BEFORE NOW", "SELECT FEATURES a BEFORE NOW"),
  ])
  func everyStatementIsBound(_ text: String, _ expected: String) throws {
    let bound = try bind(text, ["v": "a"])
    #expect(bound.told == [])
    #expect(bound.text == expected)
  }

  @Test func everyPlaceHasAKind() throws {
    let statement = try #require(
      parse(
        """
        SELECT FEATURES a BEFORE :moment - :length KNOWN AT :known WITHIN :age JOIN :file DELIMITER :mark NULL :null
        WHERE x = :value AND y BETWEEN :low AND :high LIMIT :limit OFFSET :offset INTO :file
        """
      ).statements.first)
    #expect(
      ParameterBinder.kinds(in: statement) == [
        "moment": .moment, "length": .duration, "known": .moment, "age": .duration, "file": .path, "mark": .value,
        "null": .value, "value": .value, "low": .value, "high": .value, "limit": .number, "offset": .number,
      ])
  }

  @Test(arguments: ["now", "NOW", "Now"])
  func nowIsAMoment(_ value: String) throws {
    let bound = try bind("SELECT FEATURES a AS OF :t - 1d WHERE b = :t", ["t": value])
    #expect(bound.text == "SELECT FEATURES a AS OF NOW - 1d WHERE b = '\(value)'")
  }

  @Test(arguments: [
    (ParameterKind.value, ["", "x' --", "1"], []), (.number, ["0", "12"], ["", "-1", "1.5", "many", "1e3"]),
    (.moment, ["now", "2024-01-31", "2024-01-31T12:00Z", "17", "-1.5"], ["", "yesterday", "2024-02-30", "24:00"]),
    (.duration, ["7d", "90s", "3"], ["", "7 days", "-1d", "d"]), (.path, ["-", "a b.csv"], ["", "a\u{0}b"]),
  ])
  func kindsAcceptWhatCanBeBound(_ kind: ParameterKind, _ fit: [String], _ unfit: [String]) {
    for text in fit { #expect(kind.accepts(text), "\(text)") }
    for text in unfit { #expect(!kind.accepts(text), "\(text)") }
  }

  @Test func aMissingOneIsToldOnceWithASuggestion() throws {
    let bound = try bind("SELECT FEATURES a AS OF :moment JOIN :labels WHERE x = :moment", ["momnt": "1", "x": "2"])
    #expect(
      bound.told == [
        "parameter `:moment` has no value | did you mean `:momnt`? | given: :momnt, :x | "
          + "give it with --param moment=VALUE, or \\set :moment VALUE in the shell",
        "parameter `:labels` has no value | given: :momnt, :x | "
          + "give it with --param labels=VALUE, or \\set :labels VALUE in the shell",
      ])
    #expect(
      try bind("SET x = :p", [:]).told == [
        "parameter `:p` has no value | no parameters are given | "
          + "give it with --param p=VALUE, or \\set :p VALUE in the shell"
      ])
  }

  @Test func anUnfitValueIsTold() throws {
    let bound = try bind(
      "SELECT FEATURES a WITHIN :w JOIN :p DELIMITER :c LIMIT :l OFFSET :o",
      ["w": "1 day", "p": "", "c": ";;", "l": "-1", "o": "2.0"])
    #expect(
      bound.told.map { String($0.prefix { $0 != "|" }) } == [
        "parameter `:w` must be a duration such as 90s here, and its value is `1 day` ",
        "parameter `:p` must be a path here, and its value is ``",
        "parameter `:c` must be a delimiter such as ';' here, and its value is `;;` ",
        "parameter `:l` must be a number of rows here, and its value is `-1`",
        "parameter `:o` must be a number of rows here, and its value is `2.0`",
      ])
  }
}
