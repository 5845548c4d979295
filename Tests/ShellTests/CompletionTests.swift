import SpellCatalog
import SpellCore
import SpellLanguage
import SpellShell
import TestSupport
import Testing

/// Candidates by the place of the cursor, which `|` marks.
@Suite struct CompletionTests {
  private static let catalog: Catalog = {
    let text = """
      kind: entity
      name: station
      value_type: str
      description: a weather station
      ---
      kind: entity
      name: plane
      keys: [{name: tailnum, value_type: str}]
      ---
      kind: group
      name: weather
      description: hourly
      entity: station
      event_timestamp_column: at
      features:
        - {name: temp, value_type: float, description: in the shade}
        - {name: temp_max, value_type: float}
        - {name: Wind, value_type: int}
        - {name: dew point, value_type: float}
        - {name: 日照, value_type: float}
      ---
      kind: group
      name: planes
      entity: plane
      features: [{name: seats, value_type: int}, {name: temp, value_type: int}, {name: limit, value_type: int}]
      ---
      kind: group
      name: "my group"
      entity: plane
      features: [{name: solo, value_type: int}]
      ---
      kind: feature_set
      name: basics
      features: [weather.temp, planes.seats, planes.temp]
      """
    guard let folder = try? TemporaryFolder(), (try? folder.write("metadata.yml", text)) != nil else {
      return Catalog.empty
    }
    return CatalogLoader.load(paths: [folder.file("metadata.yml")], environment: { _ in nil }).catalog
  }()

  private static let folders: [String: [FolderEntry]] = [
    ".": [
      .init(name: "labels.csv", isFolder: false), .init(name: "data", isFolder: true),
      .init(name: "my labels.csv", isFolder: false), .init(name: ".hidden", isFolder: false),
      .init(name: "it's.csv", isFolder: false), .init(name: "out", isFolder: true),
      .init(name: "old files", isFolder: true), .init(name: "Zoe.csv", isFolder: false),
      .init(name: "zebra.csv", isFolder: false), .init(name: "bell\u{7}.csv", isFolder: false),
    ],
    "data": [.init(name: "train.csv", isFolder: false), .init(name: "trial.csv", isFolder: false)],
    "/": [.init(name: "tmp", isFolder: true)],
  ]

  private func complete(_ marked: String) -> CompletionResult {
    let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let context = CompletionContext(
      catalog: Self.catalog,
      labelColumns: { labels in
        guard case .file(let path) = labels.source, path.value == .file("labels.csv") else { return [] }
        return ["tail", "scheduled_at", "home city"]
      },
      folder: { Self.folders[$0] ?? [] }, savedQueries: { ["city", "by_day"] }, words: CompletionWord.all)
    return Completion.candidates(
      text: String(parts[0] + parts[1]), cursor: parts[0].utf8.count, context: context)
  }

  private func insertions(_ marked: String) -> [String] { complete(marked).candidates.map(\.insertion) }

  /// The text after its only candidate was chosen.
  private func completed(_ marked: String) -> String? {
    let result = complete(marked)
    guard result.count == 1, let only = result.candidates.first else { return nil }
    let bytes = Array(marked.replacing("|", with: "").utf8)
    let text =
      bytes[..<result.replaced.start] + Array(only.insertion.utf8) + bytes[result.replaced.end...]
    return String(decoding: text, as: UTF8.self)
  }

  /// Text with a cursor, and the text after Tab.
  @Test(arguments: [
    // Statements and their heads.
    ("sel|", "select "), ("SEL|", "SELECT "), ("Sel|", "SELECT "), ("select|", "select "), ("DESC|", "DESCRIBE "),
    ("SELECT |", "SELECT FEATURES "), ("SELECT f|", "SELECT features "),
    ("EXPLAIN ANALYZE |", "EXPLAIN ANALYZE SELECT "),
    ("SHOW ALL; IMP|", "SHOW ALL; IMPORT "), ("SHOW ALL;\nEXPL|", "SHOW ALL;\nEXPLAIN "),
    // Items.
    ("SELECT FEATURES wea|", "SELECT FEATURES weather."), ("SELECT FEATURES WEA|", "SELECT FEATURES weather."),
    ("SELECT FEATURES sea|", "SELECT FEATURES seats "), ("SELECT FEATURES wi|", "SELECT FEATURES Wind "),
    ("SELECT FEATURES bas|", "SELECT FEATURES basics "), ("SELECT FEATURES a,ba|", "SELECT FEATURES a,basics "),
    ("SELECT FEATURES weather.wi|", "SELECT FEATURES weather.Wind "),
    ("SELECT FEATURES WEATHER.d|", "SELECT FEATURES WEATHER.\"dew point\" "),
    ("SELECT FEATURES weather.\"d|", "SELECT FEATURES weather.\"dew point\" "),
    ("SELECT FEATURES \"wea|", "SELECT FEATURES \"weather\"."),
    ("SELECT FEATURES \"my group\".s|", "SELECT FEATURES \"my group\".solo "),
    ("SELECT FEATURES my|", "SELECT FEATURES \"my group\"."),
    ("SELECT FEATURES lim|", "SELECT FEATURES \"limit\" "),
    ("SELECT FEATURES 日|", "SELECT FEATURES 日照 "), ("SELECT FEATURES weather.日|", "SELECT FEATURES weather.日照 "),
    ("SELECT FEATURES wea|.temp", "SELECT FEATURES weather.temp"),
    ("SELECT FEATURES sea| AS OF NOW", "SELECT FEATURES seats AS OF NOW"),
    ("SELECT FEATURES sea|, temp", "SELECT FEATURES seats, temp"),
    // Behind the items.
    ("SELECT FEATURES a or|", "SELECT FEATURES a order by "), ("SELECT FEATURES a BEF|", "SELECT FEATURES a BEFORE "),
    ("SELECT FEATURES a ORDER |", "SELECT FEATURES a ORDER BY "),
    ("SELECT FEATURES a WITH T|", "SELECT FEATURES a WITH TIMESTAMPS "),
    ("SELECT FEATURES a WITH FULL |", "SELECT FEATURES a WITH FULL NAMES "),
    ("SELECT FEATURES a JOIN x AS |", "SELECT FEATURES a JOIN x AS OF "),
    ("SELECT FEATURES a KNOWN A| JOIN x AS OF NOW", "SELECT FEATURES a KNOWN AT JOIN x AS OF NOW"),
    ("SELECT FEATURES weather.* EXC|", "SELECT FEATURES weather.* EXCEPT "),
    ("SELECT FEATURES weather.* EXCEPT |", "SELECT FEATURES weather.* EXCEPT ("),
    ("SELECT FEATURES weather.* EXCEPT (d|", "SELECT FEATURES weather.* EXCEPT (\"dew point\" "),
    ("SELECT FEATURES weather.* EXCEPT (wi|)", "SELECT FEATURES weather.* EXCEPT (Wind)"),
    ("SELECT FEATURES basics EXCEPT (s|", "SELECT FEATURES basics EXCEPT (seats "),
    ("SELECT FEATURES basics EXCEPT (weather.|", "SELECT FEATURES basics EXCEPT (weather.temp "),
    // Moments.
    ("SELECT FEATURES a AS OF N|", "SELECT FEATURES a AS OF NOW "),
    ("SELECT FEATURES a AS OF sch| JOIN labels.csv", "SELECT FEATURES a AS OF scheduled_at JOIN labels.csv"),
    ("SELECT FEATURES a\nJOIN 'labels.csv'\nAS OF h|", "SELECT FEATURES a\nJOIN 'labels.csv'\nAS OF \"home city\" "),
    ("SELECT FEATURES a JOIN labels.csv AS OF \"s|\"", "SELECT FEATURES a JOIN labels.csv AS OF \"scheduled_at\" "),
    // Paths.
    ("SELECT FEATURES a JOIN lab|", "SELECT FEATURES a JOIN labels.csv "),
    ("SELECT FEATURES a JOIN 'lab|", "SELECT FEATURES a JOIN 'labels.csv' "),
    ("SELECT FEATURES a JOIN 'lab|'", "SELECT FEATURES a JOIN 'labels.csv' "),
    ("SELECT FEATURES a JOIN 'lab|' AS OF NOW", "SELECT FEATURES a JOIN 'labels.csv' AS OF NOW"),
    ("SELECT FEATURES a JOIN ta|", "SELECT FEATURES a JOIN table "),
    ("SELECT FEATURES a JOIN TABLE x TI|", "SELECT FEATURES a JOIN TABLE x TIME "),
    ("SELECT FEATURES a JOIN da|", "SELECT FEATURES a JOIN data/"), ("IMPORT 'da|", "IMPORT 'data/"),
    ("IMPORT data/trai|", "IMPORT data/train.csv "), ("IMPORT my|", "IMPORT 'my labels.csv' "),
    ("IMPORT 'it|", "IMPORT 'it''s.csv' "), ("IMPORT old|", "IMPORT 'old files/"), ("IMPORT /t|", "IMPORT /tmp/"),
    ("IMPORT .h|", "IMPORT .hidden "), ("SELECT FEATURES a INTO ou|", "SELECT FEATURES a INTO out/"),
    ("IMPORT 'la|bels.csv'", "IMPORT 'labels.csv' "), ("IMPORT 'la|bels.csv' INTO g", "IMPORT 'labels.csv' INTO g"),
    ("IMPORT la|bels.csv", "IMPORT labels.csv "), ("IMPORT 'la|x.csv'", "IMPORT 'labels.csvx.csv'"),
    ("IMPORT da|ta/train.csv", "IMPORT data/train.csv"),
    ("SELECT FEATURES \"we|ather\".a", "SELECT FEATURES \"weather\".a"),
    ("SELECT FEATURES wea|ther.temp", "SELECT FEATURES weather.temp"), ("SEL|ECT FEATURES a", "SELECT FEATURES a"),
    ("SELECT FEATURES sea|ts", "SELECT FEATURES seats "), ("SELECT FEATURES sea|xy", "SELECT FEATURES seatsxy"),
    // Conditions and order.
    ("SELECT FEATURES seats JOIN labels.csv WHERE sea|", "SELECT FEATURES seats JOIN labels.csv WHERE seats "),
    ("SELECT FEATURES weather.* AS OF NOW WHERE st|", "SELECT FEATURES weather.* AS OF NOW WHERE station "),
    ("SELECT FEATURES seats WHERE plane.|", "SELECT FEATURES seats WHERE plane.tailnum "),
    ("SELECT FEATURES basics WHERE weather.|", "SELECT FEATURES basics WHERE weather.temp "),
    ("SELECT FEATURES seats AS chairs ORDER BY c|", "SELECT FEATURES seats AS chairs ORDER BY chairs "),
    (
      "SELECT FEATURES weather.temp WITH FULL NAMES ORDER BY w|",
      "SELECT FEATURES weather.temp WITH FULL NAMES ORDER BY weather__temp "
    ),
    (
      "SELECT FEATURES weather.temp ORDER BY w| WITH TIMESTAMPS",
      "SELECT FEATURES weather.temp ORDER BY weather__event_timestamp WITH TIMESTAMPS"
    ),
    ("SELECT FEATURES seats WHERE seats IS NOT |", "SELECT FEATURES seats WHERE seats IS NOT NULL "),
    ("SELECT FEATURES seats WHERE seats = tr|", "SELECT FEATURES seats WHERE seats = true "),
    ("SELECT FEATURES seats ORDER BY seats DE|", "SELECT FEATURES seats ORDER BY seats DESC "),
    ("SELECT FEATURES seats ON |", "SELECT FEATURES seats ON tailnum "),
    ("SELECT FEATURES seats ON tailnum |", "SELECT FEATURES seats ON tailnum = "),
    (
      "SELECT FEATURES seats JOIN labels.csv ON tailnum = ta|",
      "SELECT FEATURES seats JOIN labels.csv ON tailnum = tail "
    ),
    // Output, and how files are read.
    ("SELECT FEATURES a FORMAT nd|", "SELECT FEATURES a FORMAT ndjson "),
    ("SHOW ALL FORMAT v|", "SHOW ALL FORMAT vertical "),
    ("SELECT FEATURES a INTO x.csv OV|", "SELECT FEATURES a INTO x.csv OVERWRITE "),
    ("SELECT FEATURES a JOIN x TIME unix_u|", "SELECT FEATURES a JOIN x TIME unix_us "),
    ("SELECT FEATURES a JOIN x DELIMITER T|", "SELECT FEATURES a JOIN x DELIMITER TAB "),
    // The other statements.
    ("SHOW SQ|", "SHOW SQL "), ("SHOW SQL |", "SHOW SQL FOR "),
    ("SHOW EN|", "SHOW ENTITIES "), ("SHOW FEATURES IN pl|", "SHOW FEATURES IN planes "),
    ("SHOW ALL LI|", "SHOW ALL LIKE "),
    ("DESCRIBE sta|", "DESCRIBE station "), ("DESCRIBE wea|", "DESCRIBE weather "),
    ("DESCRIBE weather.w|", "DESCRIBE weather.Wind "), ("IMPORT x |", "IMPORT x INTO "),
    ("IMPORT 'x'|", "IMPORT 'x' INTO "),
    ("IMPORT x INTO wea|", "IMPORT x INTO weather "), ("IMPORT x INTO weather REP|", "IMPORT x INTO weather REPLACE "),
    ("SET form|", "SET format "), ("SET format |", "SET format = "), ("SET format = csv|", "SET format = csv "),
    ("SET expanded = of|", "SET expanded = off "), ("SET format = cs|", "SET format = csv "),
    ("SET format = 'cs|", "SET format = 'csv' "), ("SET timing = of|", "SET timing = off "),
    ("SET strategy = a|", "SET strategy = auto "),
    // Words of the shell.
    ("qu|", "quit "), ("HEL|", "help "), ("\\q|", "\\q "), ("  \\d wea|", "  \\d weather "),
    ("\\d weather.w|", "\\d weather.Wind "), ("\\i data/trai|", "\\i data/train.csv "), ("\\x au|", "\\x auto "),
    ("\\i 'my|", "\\i 'my labels.csv' "), ("\\i my|", "\\i 'my labels.csv' "), ("\\set timi|", "\\set timing "),
    ("\\set format  nd|", "\\set format  ndjson "), ("\\se|", "\\set "), ("\\h sh|", "\\h SHOW "),
    ("\\format nd|", "\\format ndjson "), ("\\timing of|", "\\timing off "), ("\\con|", "\\conninfo "),
    ("\\o ou|", "\\o out/"), ("SHOW ALL; \\d sta|", "SHOW ALL; \\d station "), ("\\D sta|", "\\D station "),
  ]) func theOnlyCandidateIsInserted(marked: String, text: String) {
    #expect(completed(marked) == text)
  }

  /// Text with a cursor, and everything that may stand there.
  @Test(
    arguments: [
      (
        "|",
        [
          "help ", "quit ", "exit ", "SELECT ", "SHOW ", "DESCRIBE ", "EXPLAIN ", "PROFILE ", "CHECK ", "IMPORT ",
          "SET ",
        ]
      ),
      ("SHOW ALL; |", ["SELECT ", "SHOW ", "DESCRIBE ", "EXPLAIN ", "PROFILE ", "CHECK ", "IMPORT ", "SET "]),
      ("SELECT FEATURES te|", ["weather.temp ", "temp_max ", "planes.temp "]),
      ("SELECT FEATURES planes.|", ["* ", "seats ", "temp ", "\"limit\" "]),
      ("SELECT FEATURES planes.\"|", ["\"seats\" ", "\"temp\" ", "\"limit\" "]),
      ("SELECT FEATURES nothing.|", ["* "]), ("SELECT FEATURES a AS |", ["OF "]),
      ("SELECT FEATURES a AS OF |", ["NOW ", "'"]),
      ("SELECT FEATURES a AS OF | JOIN labels.csv", ["NOW", "tail", "scheduled_at", "\"home city\"", "'"]),
      ("SELECT FEATURES a KNOWN AT | JOIN labels.csv", ["NOW", "'"]),
      ("SELECT FEATURES a BEFORE NOW O|", ["ON ", "ORDER BY ", "OFFSET "]),
      ("SELECT FEATURES a o| ORDER BY x LIMIT 1", ["on", "offset"]),
      ("SELECT FEATURES a WITH |", ["TIMESTAMPS ", "FULL "]),
      ("SELECT FEATURES a WITHI|", ["WITHIN "]), ("SELECT FEATURES a WITHIN |", []),
      ("SELECT FEATURES a LIMIT |", []), ("SELECT FEATURES a WHERE b LIKE '|", []), ("SHOW ALL LIKE |", []),
      ("SELECT FEATURES basics EXCEPT (|", ["weather.temp ", "seats ", "planes.temp "]),
      (
        "SELECT FEATURES a JOIN |",
        [
          "TABLE ", "Zoe.csv ", "data/", "'it''s.csv' ", "labels.csv ", "'my labels.csv' ",
          "'old files/", "out/", "zebra.csv ",
        ]
      ),
      ("IMPORT z|", ["zebra.csv ", "Zoe.csv "]), ("IMPORT Z|", ["Zoe.csv ", "zebra.csv "]),
      ("IMPORT 'data/|", ["'data/train.csv' ", "'data/trial.csv' "]), ("IMPORT nowhere/|", []),
      ("SELECT FEATURES a JOIN TABLE |", []), ("SELECT FEATURES a JOIN TABLE x D|", []),
      ("SELECT FEATURES a JOIN x DELIMITER |", ["TAB ", "',' ", "';' ", "'|' "]),
      ("SELECT FEATURES seats WHERE |", ["NOT ", "tailnum ", "seats "]),
      (
        "SELECT FEATURES seats JOIN labels.csv WHERE |",
        ["NOT ", "tail ", "scheduled_at ", "\"home city\" ", "tailnum ", "seats "]
      ),
      (
        "SELECT FEATURES seats WHERE seats |",
        ["IS ", "NOT ", "IN ", "BETWEEN ", "LIKE ", "= ", "<> ", "< ", "<= ", "> ", ">= "]
      ),
      ("SELECT FEATURES seats WHERE seats = |", ["TRUE ", "FALSE ", "NULL ", "tailnum ", "seats "]),
      ("SELECT FEATURES seats WHERE (seats = 1 |", ["AND ", "OR ", ") "]),
      ("SELECT FEATURES basics ORDER BY |", ["station ", "tailnum ", "temp ", "seats "]),
      ("SELECT FEATURES basics ON |", ["station ", "tailnum "]),
      ("SHOW |", ["ALL ", "ENTITIES ", "GROUPS ", "FEATURES ", "SETS ", "SQL "]),
      ("SHOW GROUPS |", ["IN ", "LIKE ", "FORMAT ", "INTO "]),
      ("SHOW ALL IN |", ["weather ", "planes ", "\"my group\" "]),
      ("DESCRIBE p|", ["plane ", "planes "]), ("DESCRIBE weather |", []),
      ("IMPORT x INTO weather |", ["APPEND ", "REPLACE ", "DELIMITER ", "NULL "]),
      (
        "SET |",
        [
          "csv_safe ", "expanded ", "format ", "limit ", "memory ", "staleness ", "strategy ", "timeout ", "timezone ",
          "timing ",
        ]
      ),
      ("SET timing = |", ["on ", "off "]),
      ("SET limit = |", []), ("\\|", MetaCommands.all.flatMap(\.names).map { "\\\($0) " }),
      ("\\x |", ["on ", "off ", "auto "]),
      ("\\run |", ["city ", "by_day "]), ("\\show c|", ["city "]), ("\\history --f|", ["--failed "]),
      ("\\q |", []), ("\\i labels.csv |", []), ("\\i 'labels.csv' |", []), ("\\d weather |", []),
      ("\\set limit 1|", []), ("\\nonsense a|", []), ("-- SEL|", []), ("/* SEL|", []),
      ("SELECT FEATURES a LIMIT 1|", []),
      ("SELECT FEATURES a AS OF :da|", []), ("nonsense |", []),
    ] as [(String, [String])]) func everyCandidateIsListed(marked: String, expected: [String])
  {
    #expect(insertions(marked) == expected)
    #expect(complete(marked).count == expected.count)
  }

  @Test func behindTheItemsStandTheClausesThatAreNotThere() {
    let all = insertions("SELECT FEATURES temp |")
    #expect(all.first == "AS " && all.contains("JOIN ") && all.contains("WITH FULL NAMES "))
    let rest = insertions("SELECT FEATURES temp AS OF NOW | JOIN labels.csv FORMAT csv")
    #expect(rest.contains("WHERE") && rest.contains("INTO"))
    #expect(!rest.contains("JOIN") && !rest.contains("FORMAT") && !rest.contains("AS OF") && !rest.contains("BEFORE"))
  }

  /// What all candidates begin with, in the place of the word.
  @Test(
    arguments: [
      ("SELECT FEATURES te|", "temp"), ("SELECT FEATURES TE|", "temp"), ("IMPORT data/t|", "data/tr"),
      ("IMPORT 'data/t|", "'data/tr"), ("S|", nil), ("SELECT FEATURES a WI|", "WITH"),
      ("SELECT FEATURES a wi|", "with"),
      ("SELECT FEATURES \"te|", "\"temp"), ("SELECT FEATURES temp|", nil), ("DESCRIBE pl|", "plane"),
    ] as [(String, String?)]) func whatAllHaveInCommon(marked: String, common: String?)
  {
    #expect(complete(marked).common == common)
  }

  @Test func candidatesTellWhatTheyAre() throws {
    let feature = try #require(complete("SELECT FEATURES weather.temp|").candidates.first)
    #expect(
      feature
        == Candidate(
          text: "temp", insertion: "temp ", kind: .feature, type: "float", description: "in the shade"))
    let kinds = complete("SELECT FEATURES |").candidates.map(\.kind)
    #expect(kinds.prefix(4) == [.group, .group, .group, .set] && kinds.dropFirst(4).allSatisfy { $0 == .feature })
    #expect(complete("SELECT FEATURES seats WHERE ta|").candidates.first?.type == "str")
    #expect(complete("SELECT FEATURES te|").candidates.map(\.text) == ["weather.temp", "temp_max", "planes.temp"])
    #expect(complete("DESCRIBE sta|").candidates.first?.description == "a weather station")
  }

  @Test func aQuoteThatIsClosedBehindTheCursorIsReplaced() {
    let result = complete("SELECT FEATURES a JOIN 'lab|'")
    #expect(result.replaced == SourceSpan(23, 28))
  }

  @Test func whatTheCandidatesGoOnWithIsNotWrittenTwice() {
    let result = complete("SELECT FEATURES weather.te|mp, x")
    #expect(result.common == "temp" && result.replaced == SourceSpan(24, 28))
  }

  @Test func aCursorOutsideTheTextIsTakenToItsEdge() {
    let context = CompletionContext(catalog: Self.catalog)
    #expect(Completion.candidates(text: "SEL", cursor: 99, context: context).count == 1)
    #expect(Completion.candidates(text: "SEL", cursor: -1, context: context).count == 8)
  }

  /// However many names there are, each is looked at a few times, and a hundred are kept.
  @Test func tenThousandFeaturesAreNoBurden() throws {
    var catalog = Self.catalog
    let group = try #require(catalog.groups.first)
    let feature = try #require(group.features.first)
    catalog.groups += (0..<100).map { groupIndex in
      var copy = group
      copy.name = "group_\(groupIndex)"
      copy.features = (0..<100).map { index in
        var copy = feature
        copy.name = "value_\(groupIndex)_\(index)"
        return copy
      }
      return copy
    }
    let context = CompletionContext(catalog: catalog)
    let texts = ["SELECT FEATURES ", "SELECT FEATURES value", "SELECT FEATURES value_3_4, group_7.* ORDER BY "]
    // A hundred times the time that the release build takes, so that only a change of order can fail it.
    let clock = ContinuousClock()
    for text in texts {
      var result = CompletionResult.none
      let time = clock.measure {
        result = Completion.candidates(text: text, cursor: text.utf8.count, context: context)
      }
      #expect(time < .seconds(2), "\(text) took \(time)")
      #expect(result.candidates.count == 100 && result.count > 100 || text.contains("ORDER"))
    }
    let all = Completion.candidates(text: texts[0], cursor: texts[0].utf8.count, context: context)
    #expect(all.count == 10_113)
    let features = Completion.candidates(text: texts[1], cursor: texts[1].utf8.count, context: context)
    #expect(features.count == 10_000 && features.common == "value_")
    let columns = Completion.candidates(text: texts[2], cursor: texts[2].utf8.count, context: context)
    #expect(columns.count == 102)
  }

  @Test func theHeaderIsReadOnlyWhereItsColumnsMayStand() {
    var reads = 0
    let context = CompletionContext(
      catalog: Self.catalog,
      labelColumns: { _ in
        reads += 1
        return ["a"]
      })
    for text in ["SELECT FEATURES x JOIN l.csv ", "SELECT FEATURES x JOIN l.csv LIMIT ", "SHOW "] {
      _ = Completion.candidates(text: text, cursor: text.utf8.count, context: context)
    }
    #expect(reads == 0)
    let text = "SELECT FEATURES x JOIN l.csv WHERE "
    #expect(Completion.candidates(text: text, cursor: text.utf8.count, context: context).count == 2)
    #expect(reads == 1)
  }
}
