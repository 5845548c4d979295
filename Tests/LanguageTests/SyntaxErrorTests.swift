import SpellCore
import SpellLanguage
import Testing

@Suite struct SyntaxErrorTests {
  /// One line per diagnostic: place, marked text, code, message, then label, notes and help where there are any.
  static func summary(_ text: String) -> String {
    parse(text).diagnostics.map { diagnostic in
      var parts = ["\(diagnostic.code): \(diagnostic.message)"]
      if let location = diagnostic.location {
        let place = location.source.position(of: location.span.start)
        parts = ["\(place.line):\(place.column) [\(location.source.text(location.span))] \(parts[0])"]
      }
      parts += [diagnostic.label].compactMap { $0 }
      parts += diagnostic.notes.filter { !$0.hasPrefix("clauses that") && !$0.hasPrefix("statements:") }
      parts += [diagnostic.help].compactMap { $0 }
      return parts.joined(separator: " | ")
    }.joined(separator: "\n")
  }

  @Test(arguments: SyntaxErrorTests.recorded)
  func says(_ text: String, _ expected: String) {
    #expect(Self.summary(text) == expected)
  }
  static let recorded: [(String, String)] = [
    (
      "SELCT FEATURES a WHER x = 1 LIMT 5",
      """
      1:1 [SELCT] syntax: expected a statement, found `SELCT` | did you mean `SELECT`?
      1:18 [WHER] syntax: expected `,` or a clause, found `WHER` | did you mean `WHERE`?
      1:29 [LIMT] syntax: expected AND, OR or a clause, found `LIMT` | did you mean `LIMIT`?
      """
    ),
    (
      "SELECT FEATURE a",
      "1:8 [FEATURE] syntax: expected FEATURES, found `FEATURE` | did you mean `FEATURES`?"
    ),
    (
      "SELECT * FROM g",
      "1:8 [*] syntax: expected FEATURES, found `*` | write SELECT FEATURES and the features after it"
    ),
    (
      "SELECT FEATURES *",
      """
      1:17 [*] syntax: expected a feature, `group.*` or a feature set, found `*` | all features of a group are \
      `group.*`
      """
    ),
    (
      "SELECT FEATURES",
      "1:16 [] syntax: expected a feature, `group.*` or a feature set, found the end of the statement"
    ),
    (
      "SELECT FEATURES ;",
      "1:16 [] syntax: expected a feature, `group.*` or a feature set, found the end of the statement"
    ),
    (
      "SELECT FEATURES a,, b, WHERE x = 1",
      """
      1:19 [,] syntax: expected a feature, `group.*` or a feature set, found `,`
      1:24 [WHERE] syntax: expected a feature, `group.*` or a feature set, found `WHERE` | a name that is also \
      a keyword is written in double quotes: "WHERE"
      """
    ),
    (
      "SELECT FEATURES a b FROM g LIMIT -1",
      """
      1:19 [b] syntax: expected `,` or a clause, found `b`
      1:34 [-1] invalid-count: `-1` is not a number of rows | write a whole number, zero or more
      """
    ),
    (
      "SELECT FEATURES a FROM g WHERE x ORDER y LIMIT 2.5",
      """
      1:19 [FROM] syntax: expected `,` or a clause, found `FROM`
      1:34 [ORDER] syntax: expected =, <>, <, <=, >, >=, IN, BETWEEN, LIKE or IS, found `ORDER` | a bool is \
      compared like any other value: … = true
      1:40 [y] syntax: expected BY, found `y`
      1:48 [2.5] invalid-count: `2.5` is not a number of rows | write a whole number, zero or more
      """
    ),
    (
      "SELECT FEATURES a LIMIT 1 LIMIT 2 AS OF NOW BEFORE NOW",
      """
      1:27 [LIMIT] repeated-clause: LIMIT is given twice | the first is at t:1:19 | keep one of them
      1:45 [BEFORE] repeated-clause: BEFORE cannot stand beside AS OF | AS OF is at t:1:35 | keep one of them
      """
    ),
    (
      "SELECT FEATURES a WITH TIMESTAMP",
      "1:24 [TIMESTAMP] syntax: expected TIMESTAMPS or FULL NAMES, found `TIMESTAMP` | did you mean `TIMESTAMPS`?"
    ),
    (
      "SELECT FEATURES a WITH",
      "1:23 [] syntax: expected TIMESTAMPS or FULL NAMES, found the end of the statement"
    ),
    (
      "SELECT FEATURES limit",
      """
      1:17 [limit] syntax: expected a feature, `group.*` or a feature set, found `limit` | a name that is also \
      a keyword is written in double quotes: "limit"
      """
    ),
    (
      "SELECT FEATURES join.a",
      """
      1:17 [join] syntax: expected a feature, `group.*` or a feature set, found `join` | a name that is also a \
      keyword is written in double quotes: "join"
      """
    ),
    (
      "SELECT FEATURES a AS limit",
      """
      1:22 [limit] syntax: expected an alias, found `limit` | a name that is also a keyword is written in \
      double quotes: "limit"
      """
    ),
    (
      "SELECT FEATURES g.* AS x, g.a EXCEPT (b), s AS t EXCEPT (u)",
      """
      1:21 [AS x] invalid-alias: an alias names one feature, not several | name the features one by one, or use \
      WITH FULL NAMES
      1:31 [EXCEPT (b)] invalid-except: EXCEPT follows `group.*` or a feature set, not one feature | remove EXCEPT
      1:50 [EXCEPT (u)] invalid-alias: an alias names one feature, not several | name the features one by one, \
      or use WITH FULL NAMES
      """
    ),
    (
      "SELECT FEATURES 1st, 'a', g.",
      """
      1:17 [1st] syntax: expected a feature, `group.*` or a feature set, found `1st` | a name that begins with \
      a digit is written in double quotes: "1st"
      1:22 ['a'] syntax: expected a feature, `group.*` or a feature set, found the text 'a' | names are written \
      bare or in double quotes, texts in single quotes
      1:29 [] syntax: expected the name of a feature, found the end of the statement
      """
    ),
    (
      "SELECT FEATURES a AS OF 2024-01-01T00:00",
      """
      1:25 [2024-01-01T00:00] syntax: expected a time in single quotes, NOW, a number or a label column, found \
      `2024-01-01T00:00` | a time is written in single quotes: '2024-01-01T00:00'
      """
    ),
    (
      "SELECT FEATURES a AS OF 90s",
      """
      1:25 [90s] syntax: expected a time in single quotes, NOW, a number or a label column, found `90s` | a \
      duration is added to a time, as in NOW - 90s
      """
    ),
    (
      "SELECT FEATURES a AS OF t + ",
      "1:28 [] syntax: expected a duration such as 90s, found the end of the statement"
    ),
    (
      "SELECT FEATURES a AS OF t - event_time",
      "1:29 [event_time] syntax: expected a duration such as 90s, found `event_time`"
    ),
    (
      "SELECT FEATURES a KNOWN AT created",
      """
      1:28 [created] known-at-column: KNOWN AT takes an instant, and `created` is a name | write a time in \
      quotes, NOW or a parameter; KNOWN alone goes by the moment of each row
      """
    ),
    (
      "SELECT FEATURES a KNOWN AT LIMIT 5",
      "1:28 [LIMIT] syntax: expected a time in single quotes, NOW or a number, found `LIMIT`"
    ),
    (
      "SELECT FEATURES a WITHIN 7 days",
      """
      1:26 [7 days] invalid-duration: `7 days` is not a duration | a duration is a whole number and a unit: \
      500ms 90s 15m 12h 7d 2w
      """
    ),
    (
      "SELECT FEATURES a WITHIN 7x WHERE a ==5",
      """
      1:26 [7x] invalid-duration: `7x` is not a duration | a duration is a whole number and a unit: 500ms 90s \
      15m 12h 7d 2w
      1:38 [=] syntax: expected a value or a column, found `=` | equality is written with one `=`
      """
    ),
    (
      "SELECT FEATURES a WITHIN '7d'",
      """
      1:26 ['7d'] syntax: expected a duration such as 90s, found the text '7d' | a duration is written without \
      quotes
      """
    ),
    (
      "SELECT FEATURES a WITHIN 99999999999999999999w",
      """
      1:26 [99999999999999999999w] invalid-duration: `99999999999999999999w` is not a duration | a duration is \
      a whole number and a unit: 500ms 90s 15m 12h 7d 2w
      """
    ),
    (
      "SELECT FEATURES a INTO TABLE",
      "1:24 [TABLE] syntax: expected a path, found `TABLE` | a file of this name is written 'TABLE'"
    ),
    (
      "SELECT FEATURES a JOIN WHERE x = 1",
      "1:24 [WHERE] syntax: expected a path, found `WHERE` | a file of this name is written 'WHERE'"
    ),
    (
      #"SELECT FEATURES a JOIN "l.csv""#,
      """
      1:24 ["l.csv"] syntax: expected a path, found `"l.csv"` | texts and paths are written in single quotes, \
      names in double quotes
      """
    ),
    (
      "SELECT FEATURES a JOIN ''",
      "1:24 [''] empty-path: a path has at least one character"
    ),
    (
      "SELECT FEATURES a JOIN l DELIMITER ';;' TIME unix_m NULL NA",
      """
      1:36 [';;'] invalid-delimiter: `;;` is not a delimiter | a delimiter is one ASCII character such as ',' \
      or ';', or '\\t' for a tab
      1:46 [unix_m] syntax: expected unix_s, unix_ms or unix_us, found `unix_m`
      """
    ),
    (
      "SELECT FEATURES a JOIN l DELIMITER ';' DELIMITER ','",
      "1:40 [DELIMITER] repeated-clause: DELIMITER is given twice | the first is at t:1:26 | keep one of them"
    ),
    (
      "SELECT FEATURES a ON x y",
      "1:24 [y] syntax: expected `=`, found `y`"
    ),
    (
      "SELECT FEATURES a WHERE x = 'abc LIMIT 5;\nSHOW ALL;",
      """
      1:29 ['] unclosed-quote: the text that begins here is never closed | close it with '; a quote inside a \
      text is doubled
      """
    ),
    (
      "SELECT FEATURES a WHERE x = 'ab;\nSHOW GROUPS LIKE 'x';",
      """
      2:19 [x] syntax: expected AND, OR or a clause, found `x`
      2:20 ['] unclosed-quote: the text that begins here is never closed | a text of the same statement that \
      spans lines is at t:1:29; its quote may be missing there | close it with '; a quote inside a text is doubled
      """
    ),
    (
      #"SELECT FEATURES "abc LIMIT 5"#,
      "1:17 [\"] unclosed-quote: the quoted name that begins here is never closed | close it with \""
    ),
    (
      "SHOW ALL /* a /* b */",
      "1:10 [/*] unclosed-comment: the comment that begins here is never closed | close it with */"
    ),
    (
      "'",
      """
      1:1 ['] unclosed-quote: the text that begins here is never closed | close it with '; a quote inside a \
      text is doubled
      """
    ),
    (
      "SELECT FEATURES a WHERE x NOT = 1",
      "1:31 [=] syntax: expected IN, BETWEEN or LIKE, found `=`"
    ),
    (
      "SELECT FEATURES a WHERE x IN 1",
      "1:30 [1] syntax: expected `(`, found `1`"
    ),
    (
      "SELECT FEATURES a WHERE x IN ()",
      "1:31 [)] syntax: expected a value or a column, found `)`"
    ),
    (
      "SELECT FEATURES a WHERE (x = 1 LIMIT 5",
      "1:32 [LIMIT] syntax: expected AND, OR or `)`, found `LIMIT`"
    ),
    (
      "SELECT FEATURES a WHERE x = 1)",
      "1:30 [)] syntax: expected AND, OR or a clause, found `)`"
    ),
    (
      "SELECT FEATURES a WHERE 1 < x < 3",
      "1:31 [<] syntax: expected AND, OR or a clause, found `<`"
    ),
    (
      "SELECT FEATURES a WHERE x IS 5 AND",
      "1:30 [5] syntax: expected NULL, found `5`"
    ),
    (
      "SELECT FEATURES a WHERE x BETWEEN 1 OR 2",
      "1:37 [OR] syntax: expected AND, found `OR`"
    ),
    (
      "SELECT FEATURES a WHERE and = 1",
      """
      1:25 [and] syntax: expected a condition, found `and` | a name that is also a keyword is written in double \
      quotes: "and"
      """
    ),
    (
      "SELECT FEATURES a WHERE x = ‘b’",
      "1:29 [‘] syntax: expected a value or a column, found `‘`, which is not a straight quote"
    ),
    (
      "SELECT FEATURES a WHERE x % 2 = 0",
      "1:27 [%] syntax: expected =, <>, <, <=, >, >=, IN, BETWEEN, LIKE or IS, found `%`"
    ),
    (
      #"SELECT FEATURES """#,
      "1:17 [\"\"] empty-name: a name has at least one character"
    ),
    (
      "SELECT FEATURES a VERSIONS '2024-01-01' TILL NOW",
      "1:28 ['2024-01-01'] syntax: expected FROM, found the text '2024-01-01'"
    ),
    (
      "SHOW FEATURE IN g LIKE x",
      """
      1:6 [FEATURE] syntax: expected ALL, ENTITIES, GROUPS, FEATURES, SETS or SQL, found `FEATURE` | did you mean \
      `FEATURES`?
      1:24 [x] syntax: expected a text in single quotes, found `x`
      """
    ),
    (
      "SHOW SQL SELECT FEATURES a",
      "1:10 [SELECT] syntax: expected FOR, found `SELECT`"
    ),
    (
      "SHOW GROUPS LIKE 'a' LIKE 'b' LIMIT 5",
      """
      1:22 [LIKE] repeated-clause: LIKE is given twice | the first is at t:1:13 | keep one of them
      1:31 [LIMIT] syntax: expected a clause, found `LIMIT`
      """
    ),
    (
      "DESCRIBE a b",
      "1:12 [b] syntax: expected the end of the statement, found `b`"
    ),
    (
      "DESCRIBE",
      "1:9 [] syntax: expected the name of a group, a feature, an entity or a set, found the end of the statement"
    ),
    (
      "EXPLAIN ANALYSE SELECT FEATURES a",
      "1:9 [ANALYSE] syntax: expected ANALYZE or SELECT, found `ANALYSE` | did you mean `ANALYZE`?"
    ),
    (
      "IMPORT INTO g",
      "1:8 [INTO] syntax: expected a path, found `INTO` | a file of this name is written 'INTO'"
    ),
    (
      "IMPORT f.csv g",
      "1:14 [g] syntax: expected INTO, found `g`"
    ),
    (
      "IMPORT f.csv INTO",
      "1:18 [] syntax: expected the name of a group, found the end of the statement"
    ),
    (
      "IMPORT f.csv INTO g APPEND REPLACE TIME unix_s",
      """
      1:28 [REPLACE] repeated-clause: REPLACE cannot stand beside APPEND | APPEND is at t:1:21 | keep one of them
      1:36 [TIME] syntax: expected a clause, found `TIME`
      """
    ),
    (
      "IMPRT f.csv INTO g",
      "1:1 [IMPRT] syntax: expected a statement, found `IMPRT` | did you mean `IMPORT`?"
    ),
    (
      "SET a",
      "1:6 [] syntax: expected `=`, found the end of the statement"
    ),
    (
      "SET a b",
      "1:7 [b] syntax: expected `=`, found `b`"
    ),
    (
      "SET timezone = Europe/Berlin",
      """
      1:22 [/] syntax: expected the end of the statement, found `/` | a value with such characters is written \
      in single quotes
      """
    ),
    (
      "CHECKING a",
      "1:1 [CHECKING] syntax: expected a statement, found `CHECKING`"
    ),
    (
      #"\d"#,
      "1:1 [\\] syntax: expected a statement, found `\\`"
    ),
    (
      "SELECT FEATURES a;; FOO; SHOW ALL; BAR",
      """
      1:21 [FOO] syntax: expected a statement, found `FOO`
      1:36 [BAR] syntax: expected a statement, found `BAR`
      """
    ),
    (
      "SELECT FEATURES a FORMAT 'csv' LIMIT :",
      """
      1:26 ['csv'] syntax: expected the name of a format, found the text 'csv' | names are written bare or in \
      double quotes, texts in single quotes
      1:38 [:] syntax: expected a number of rows, found `:`
      """
    ),
    (
      "SELECT FEATURES a LIMIT ten ORDER BY b c",
      """
      1:25 [ten] syntax: expected a number of rows, found `ten`
      1:40 [c] syntax: expected `,` or a clause, found `c`
      """
    ),
    (
      "SELECT FEATURES a ORDER BY limit",
      """
      1:28 [limit] syntax: expected a column, found `limit` | a name that is also a keyword is written in \
      double quotes: "limit"
      """
    ),
    (
      "SELECT FEATURES a WHERE x = \u{1}",
      "1:29 [\u{1}] syntax: expected a value or a column, found the character U+0001"
    ),
    (
      "SELECT FEATURES a AS OF limit",
      """
      1:25 [limit] syntax: expected a time in single quotes, NOW, a number or a label column, found `limit` | a \
      name that is also a keyword is written in double quotes: "limit"
      """
    ),
    (
      "SELECT FEATURES a WITHIN 7 LIMT 5",
      "1:28 [LIMT] syntax: expected a clause, found `LIMT` | did you mean `LIMIT`?"
    ),
    (
      "SELECT FEATURES a WHERE x > 2024-01-01",
      """
      1:29 [2024-01-01] syntax: expected a value or a column, found `2024-01-01` | a time is written in single \
      quotes: '2024-01-01'
      """
    ),
    (
      "SELECT FEATURES a WHERE is_late",
      """
      1:32 [] syntax: expected =, <>, <, <=, >, >=, IN, BETWEEN, LIKE or IS, found the end of the statement | a \
      bool is compared like any other value: … = true
      """
    ),
    (
      "SELECT FEATURES a AS",
      "1:21 [] syntax: expected an alias, found the end of the statement"
    ),
    (
      "SELECT FEATURES a EXCEPT b",
      "1:26 [b] syntax: expected `(`, found `b`"
    ),
    (
      "SELECT FEATURES a JION l.csv WHERE = 5",
      """
      1:19 [JION] syntax: expected `,` or a clause, found `JION` | did you mean `JOIN`?
      1:36 [=] syntax: expected a condition, found `=`
      """
    ),
    (
      "SHOW",
      "1:5 [] syntax: expected ALL, ENTITIES, GROUPS, FEATURES, SETS or SQL, found the end of the statement"
    ),
    (
      "SET a =",
      "1:8 [] syntax: expected a value, found the end of the statement"
    ),
    (
      "EXPLAIN",
      "1:8 [] syntax: expected ANALYZE or SELECT, found the end of the statement"
    ),
    (
      "IMPORT f.csv INTO 'g' NULL 5",
      """
      1:19 ['g'] syntax: expected the name of a group, found the text 'g' | names are written bare or in double \
      quotes, texts in single quotes
      1:28 [5] syntax: expected a text in single quotes, found `5`
      """
    ),
    (" ; ;", ""),
  ]
}
