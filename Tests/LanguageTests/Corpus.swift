import SpellCore
import SpellLanguage

/// Sound statements, each with its canonical text.
enum Corpus {
  static let statements: [(written: String, canonical: String)] = [
    ("select features avg_spend", "SELECT FEATURES avg_spend"),
    ("explain select features analyze", "EXPLAIN SELECT FEATURES \"analyze\""),
    ("explain analyze select features a join l", "EXPLAIN ANALYZE SELECT FEATURES a JOIN 'l'"),
    (
      "SELECT FEATURES a, g.b, g.*, s EXCEPT (x, g.y), g.* except(b) , c AS d;",
      "SELECT FEATURES a, g.b, g.*, s EXCEPT (x, g.y), g.* EXCEPT (b), c AS d"
    ),
    ("SELECT FEATURES a AS OF '2024-01-01'", "SELECT FEATURES a AS OF '2024-01-01'"),
    ("SELECT FEATURES a AS b AS OF NOW - 7d", "SELECT FEATURES a AS b AS OF NOW - 7d"),
    ("SELECT FEATURES a AS \"of\"", "SELECT FEATURES a AS \"of\""),
    ("SELECT FEATURES a BEFORE event_time + 1h JOIN l.csv", "SELECT FEATURES a BEFORE event_time + 1h JOIN 'l.csv'"),
    ("SELECT FEATURES a BEFORE -5 - 3", "SELECT FEATURES a BEFORE -5 - 3"),
    ("SELECT FEATURES a AS OF +5 + 2.5 WITHIN 1e3", "SELECT FEATURES a AS OF 5 + 2.5 WITHIN 1000.0"),
    ("SELECT FEATURES a AS OF \"now\" KNOWN", "SELECT FEATURES a AS OF \"now\" KNOWN"),
    (
      "profile g.*, s except (a) as of now - 1d where b > :low format json into 'p.html' overwrite",
      "PROFILE g.*, s EXCEPT (a) AS OF NOW - 1d WHERE b > :low FORMAT json INTO 'p.html' OVERWRITE"
    ),
    (
      "select features a versions from :t - 1d to now known at :t",
      "SELECT FEATURES a VERSIONS FROM :t - 1d TO NOW KNOWN AT :t"
    ),
    ("SELECT FEATURES a KNOWN AT now-90s WITHIN 1500ms", "SELECT FEATURES a KNOWN AT NOW - 90s WITHIN 1500ms"),
    ("SELECT FEATURES a AS OF :t - :d WITHIN :w", "SELECT FEATURES a AS OF :t - :d WITHIN :w"),
    ("SELECT FEATURES a JOIN - INTO -", "SELECT FEATURES a JOIN - INTO -"),
    ("SELECT FEATURES a JOIN '-' INTO '-' OVERWRITE", "SELECT FEATURES a JOIN '-' INTO '-' OVERWRITE"),
    ("SELECT FEATURES a JOIN :labels INTO :out", "SELECT FEATURES a JOIN :labels INTO :out"),
    (
      "SELECT FEATURES a JOIN a--b.csv -- labels\n INTO out/*.csv", "SELECT FEATURES a JOIN 'a--b.csv' INTO 'out/*.csv'"
    ),
    ("SELECT FEATURES a JOIN /* here */ /tmp/x.csv", "SELECT FEATURES a JOIN '/tmp/x.csv'"),
    (
      "SELECT FEATURES a JOIN l DELIMITER '\t' NULL 'NA', '' TIME UNIX_MS",
      "SELECT FEATURES a JOIN 'l' DELIMITER '\\t' NULL 'NA', '' TIME unix_ms"
    ),
    (
      "SELECT FEATURES a JOIN l time unix_s null 'n/a' delimiter tab",
      "SELECT FEATURES a JOIN 'l' DELIMITER '\\t' NULL 'n/a' TIME unix_s"
    ),
    ("SELECT FEATURES a JOIN 'TABLE'", "SELECT FEATURES a JOIN 'TABLE'"),
    ("SELECT FEATURES a JOIN tables", "SELECT FEATURES a JOIN 'tables'"),
    ("select features a join table l on k = x", "SELECT FEATURES a JOIN TABLE l ON k = x"),
    (
      "SELECT FEATURES a JOIN TABLE /* here */ main . \"my labels\" TIME unix_s AS OF t",
      "SELECT FEATURES a AS OF t JOIN TABLE main.\"my labels\" TIME unix_s"
    ),
    ("SELECT FEATURES a JOIN TABLE db.s.limit", "SELECT FEATURES a JOIN TABLE db.s.\"limit\""),
    ("SELECT FEATURES a JOIN TABLE table;", "SELECT FEATURES a JOIN TABLE \"table\""),
    ("SELECT FEATURES a JOIN l DELIMITER :d NULL :n", "SELECT FEATURES a JOIN 'l' DELIMITER :d NULL :n"),
    (
      "SELECT FEATURES a JOIN l ON user_id = uid, user.id = \"User Id\"",
      "SELECT FEATURES a JOIN 'l' ON user_id = uid, user.id = \"User Id\""
    ),
    (
      "SELECT FEATURES a WHERE x = 1 AND y != -2.5e-3 OR NOT (z <> 'it''s' AND b = TRUE)",
      "SELECT FEATURES a WHERE x = 1 AND y <> -2.5e-3 OR NOT (z <> 'it''s' AND b = true)"
    ),
    (
      "SELECT FEATURES a WHERE (a = 1 OR b = 2) AND (c = 3 AND d = 4) OR (e < 5 OR f >= 6)",
      "SELECT FEATURES a WHERE (a = 1 OR b = 2) AND (c = 3 AND d = 4) OR (e < 5 OR f >= 6)"
    ),
    (
      "SELECT FEATURES a WHERE ((x > 1)) AND NOT NOT x <= g.y AND x = null AND :p = x",
      "SELECT FEATURES a WHERE x > 1 AND NOT NOT x <= g.y AND x = NULL AND :p = x"
    ),
    (
      "SELECT FEATURES a WHERE a IN (1, 'x', b) AND a NOT IN (:p) AND b IS NULL AND b IS NOT NULL",
      "SELECT FEATURES a WHERE a IN (1, 'x', b) AND a NOT IN (:p) AND b IS NULL AND b IS NOT NULL"
    ),
    (
      "SELECT FEATURES a WHERE a BETWEEN 1 AND 2 AND b NOT BETWEEN :x AND :y AND c LIKE 'a%' AND c NOT LIKE '_'",
      "SELECT FEATURES a WHERE a BETWEEN 1 AND 2 AND b NOT BETWEEN :x AND :y AND c LIKE 'a%' AND c NOT LIKE '_'"
    ),
    (
      "SELECT FEATURES a ORDER BY x ASC, g.y desc LIMIT 10 OFFSET 0",
      "SELECT FEATURES a ORDER BY x, g.y DESC LIMIT 10 OFFSET 0"
    ),
    ("SELECT FEATURES a LIMIT :n OFFSET :m", "SELECT FEATURES a LIMIT :n OFFSET :m"),
    (
      "SELECT FEATURES a INTO o.csv OVERWRITE FORMAT csv WITH FULL NAMES LIMIT 1 WITH TIMESTAMPS KNOWN BEFORE t JOIN l",
      "SELECT FEATURES a BEFORE t KNOWN JOIN 'l' LIMIT 1 WITH TIMESTAMPS WITH FULL NAMES "
        + "FORMAT csv INTO 'o.csv' OVERWRITE"
    ),
    (
      "SELECT FEATURES größe, \"a\"\"b\", \"limit\", g.limit",
      "SELECT FEATURES größe, \"a\"\"b\", \"limit\", g.\"limit\""
    ),
    ("SELECT FEATURES features, item, \"x y\".\"1st\"", "SELECT FEATURES \"features\", item, \"x y\".\"1st\""),
    ("SELECT FEATURES import, g.join, x", "SELECT FEATURES \"import\", g.\"join\", x"),
    ("SHOW ALL", "SHOW ALL"),
    (
      "show features in weather like 'w''%' format json into f.json",
      "SHOW FEATURES IN weather LIKE 'w''%' FORMAT json INTO 'f.json'"
    ),
    ("SHOW SETS INTO - LIKE :p", "SHOW SETS LIKE :p INTO -"),
    ("SHOW ENTITIES", "SHOW ENTITIES"), ("SHOW GROUPS;", "SHOW GROUPS"),
    ("show sql for select features a join l", "SHOW SQL FOR SELECT FEATURES a JOIN 'l'"),
    ("SHOW SQL FOR SELECT FEATURES a AS OF :t LIMIT :n", "SHOW SQL FOR SELECT FEATURES a AS OF :t LIMIT :n"),
    ("DESCRIBE weather", "DESCRIBE weather"), ("describe weather.temp", "DESCRIBE weather.temp"),
    ("DESCRIBE limit", "DESCRIBE \"limit\""),
    (
      "EXPLAIN SELECT FEATURES g.* JOIN 'l.csv' LIMIT 3", "EXPLAIN SELECT FEATURES g.* JOIN 'l.csv' LIMIT 3"
    ),
    ("CHECK", "CHECK"), ("check weather, \"my group\" deep", "CHECK weather, \"my group\" DEEP"),
    ("CHECK into - DEEP FORMAT json", "CHECK DEEP FORMAT json INTO -"),
    ("CHECK \"deep\", a INTO :p OVERWRITE", "CHECK \"deep\", a INTO :p OVERWRITE"),
    ("IMPORT flights.csv INTO flights", "IMPORT 'flights.csv' INTO flights"),
    ("IMPORT - INTO \"my group\" APPEND", "IMPORT - INTO \"my group\" APPEND"),
    ("IMPORT into.csv INTO g--c\n REPLACE", "IMPORT 'into.csv' INTO g REPLACE"),
    (
      "IMPORT 'a b.csv' INTO g NULL 'NA', 'x' DELIMITER ';' REPLACE",
      "IMPORT 'a b.csv' INTO g REPLACE DELIMITER ';' NULL 'NA', 'x'"
    ),
    ("IMPORT :file INTO g DELIMITER '\\t'", "IMPORT :file INTO g DELIMITER '\\t'"),
    ("SET format = csv", "SET \"format\" = 'csv'"), ("SET limit = 10", "SET \"limit\" = 10"),
    ("SET timing = true", "SET timing = true"), ("SET memory = 2GB", "SET memory = '2GB'"),
    ("SET timezone = 'Europe/Berlin'", "SET timezone = 'Europe/Berlin'"), ("SET x = -1.5", "SET x = -1.5"),
    ("SET timing = off", "SET timing = 'off'"), ("SET x = :p", "SET x = :p"), ("SET x = NULL", "SET x = NULL"),
  ]

  /// A tree as text, without spans and without whether a name was quoted: two trees mean the same if it is the same.
  static func tree(_ body: StatementBody) -> String {
    "\(body)"
      .replacing(/SpellCore\.SourceSpan\(start: \d+, end: \d+\)/, with: "_")
      .replacing(/isQuoted: (true|false)/, with: "")
  }
}

func parse(_ text: String) -> ParsedScript { Parser.parse(SourceText(name: "t", text: text)) }

func parse(bytes: [UInt8]) -> ParsedScript { Parser.parse(SourceText(name: "t", bytes: bytes)) }

/// All diagnostics of a text as they are printed.
func rendered(_ text: String) -> String { parse(text).diagnostics.map { DiagnosticRenderer().render($0) }.joined() }

/// The tokens of a text, `.end` left out.
func tokens(_ bytes: [UInt8]) -> [Token] {
  bytes.withUnsafeBufferPointer { buffer in
    var lexer = Lexer(buffer)
    var result: [Token] = []
    while true {
      let token = lexer.next()
      if token.kind == .end { return result }
      result.append(token)
    }
  }
}

func scan(_ bytes: [UInt8]) -> StatementSplitter.Scan { bytes.withUnsafeBufferPointer { StatementSplitter.scan($0) } }
