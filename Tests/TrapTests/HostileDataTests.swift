import Glibc
import TestSupport
import Testing

/// Data that is not meant well: it comes out as the data that it is, and does nothing to who reads it.
@Suite struct HostileDataTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let metadata = """
    - {kind: entity, name: k, value_type: str}
    - {kind: group, name: f, entity: k, features: [{name: v, value_type: str}]}
    """

  /// Values that break out of something, or look like others.
  private static let values = [
    "it's", "say \"hi\"", "a,b;c\td", "two\nlines", "carriage\rreturn\r\n", "\u{1B}[2J\u{1B}]0;title\u{7}", "\u{9B}31m",
    "\u{202E}gnp.exe", "\u{2066}inner\u{2069}", "\u{200B}", "\u{FEFF}mark", "NULL", "null", "", " ", "\\", "\\x00",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;", "|a|b|", "`code`", "[x](javascript:alert(1))",
    "${HOME}", "$(id)", "%s%n", "'; DROP TABLE f; --", "\u{7F}", "\u{2028}", "😀", "e\u{301}", "\u{E9}", "\u{1}",
    "=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)",
  ]

  private static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

  /// A group in which each value is a key and its own feature, and labels that ask for all of them in order.
  private func stage(_ engines: [TestEngine] = TestEngine.allCases) throws -> [(engine: TestEngine, url: String)] {
    try folder.write("metadata.yml", Self.metadata)
    let fields = Self.values.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"\n" }
    try folder.write("labels.csv", "k\n" + fields.joined())
    let rows = Self.values.map { "(\(Self.literal($0)), \(Self.literal($0)))" }.joined(separator: ", ")
    return try TestEngine.make(
      "data.db", in: folder, script: "CREATE TABLE f (k TEXT, v TEXT); INSERT INTO f VALUES \(rows);", on: engines)
  }

  private func run(_ url: String, _ words: [String], environment: [String: String] = [:]) throws -> CommandRun {
    let run = try Spellbook.run(
      ["--metadata", "metadata.yml", "--engine", url] + words, in: folder, environment: environment)
    #expect(run.status == 0 && run.signal == nil, "\(run.summary.prefix(2000))")
    return run
  }

  private static let join = "SELECT FEATURES v JOIN labels.csv"

  @Test("values come back byte for byte as keys, labels and features, in every format that machines read")
  func values() throws {
    for (engine, url) in try stage() {
      let csv = CSVText(try run(url, ["-q", "-c", Self.join]).output)
      #expect(csv.records.map { $0.map(\.text) } == Self.values.map { [$0, $0] }, "\(engine)")
      let tsv = CSVText(try run(url, ["-q", "--format", "tsv", "-c", Self.join]).output, delimiter: UInt8(ascii: "\t"))
      #expect(tsv.records.map { $0.map(\.text) } == Self.values.map { [$0, $0] }, "\(engine)")
      let json = try #require(JSONValue(try run(url, ["-q", "--format", "json", "-c", Self.join]).output))
      #expect(json.items.map { $0["v"]?.string } == Self.values, "\(engine)")
    }
  }

  @Test("what people read on a terminal holds no control characters", arguments: ["table", "vertical", "markdown"])
  func terminal(format: String) throws {
    let url = try #require(try stage([.sqlite]).first?.url)
    for statement in [
      "SELECT FEATURES v JOIN labels.csv", "PROFILE f.v", "SELECT FEATURES v WHERE k = '\u{1B}[2J' OR v LIKE '%2J%'",
    ] {
      let run = try run(url, ["--format", format, "-c", statement])
      let shown = (run.output + run.errors).unicodeScalars
      let controls = shown.filter { scalar in
        scalar != "\n" && (scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || isReordering(scalar))
      }
      #expect(controls.isEmpty, "\(statement): \(controls.map { String($0.value, radix: 16) })")
    }
  }

  private func isReordering(_ scalar: Unicode.Scalar) -> Bool {
    (0x2028...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
  }

  @Test("pages and notebooks are inert") func pages() throws {
    let url = try #require(try stage([.sqlite]).first?.url)
    var pages = [try run(url, ["-q", "--format", "html", "-c", Self.join]).output]
    _ = try run(url, ["-q", "-c", "PROFILE f.* WHERE v LIKE '<%' INTO 'profile.html'"])
    pages.append(try folder.read("profile.html"))
    try folder.write(
      "history.jsonl",
      #"{"time":"2024-01-31 12:00:00+00:00","engine":"sqlite:///x","ok":true,"milliseconds":1,"rows":1,"text":"#
        + #""SELECT FEATURES v JOIN labels.csv WHERE v <> '<script>alert(1)</script>';"}"# + "\n")
    for name in ["session.ipynb", "session.md"] {
      let export = ["history", "--history", "history.jsonl", "--rerun", "--export", name]
      _ = try run(url, ["-q"] + export)
      pages.append(try folder.read(name))
    }
    let notebook = try #require(JSONValue(pages[2]))
    let cells = try #require(notebook["cells"]?.items)
    let html = cells.flatMap { $0["outputs"]?.items ?? [] }.compactMap { $0["data"]?["text/html"] }
    #expect(!html.isEmpty)
    pages[2] = "\(html)"
    for (name, page) in zip(["html", "profile", "notebook"], pages) {
      #expect(!page.contains("<script>alert") && !page.contains("<img src=x"), "\(name)")
      #expect(page.contains("&lt;img"), "\(name)")
    }
    // In Markdown a statement is a block of code, and values are escaped.
    #expect(!pages[3].contains("\n<script>") && !pages[3].contains("| <"), "\(pages[3].prefix(3000))")
  }

  @Test("--csv-safe and SET csv_safe guard what a spreadsheet would calculate") func csvSafe() throws {
    try folder.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: str}
      - {kind: group, name: f, entity: k, features: [{name: v, value_type: str}, {name: n, value_type: int}]}
      """)
    try folder.write("labels.csv", "k,=x,note\n=1+1,-5,+1\n@SUM(1),+cmd,\"\t=2\"\nb,1,-\n")
    let rows = "('=1+1', '=HYPERLINK(\"http://x\")', -1), ('@SUM(1)', '-5', 2), ('b', ' =3', NULL)"
    for (engine, url) in try TestEngine.make(
      "data.db", in: folder, script: "CREATE TABLE f (k TEXT, v TEXT, n INT); INSERT INTO f VALUES \(rows);")
    {
      let join = "SELECT FEATURES v, n JOIN labels.csv"
      let plain = try run(url, ["-q", "-c", join])
      #expect(plain.output.hasPrefix("k,=x,note,v,n\n=1+1,-5,+1,\"=HYPERLINK(\"\"http://x\"\")\",-1\n"), "\(engine)")
      let guarded = """
        k,"'=x",note,v,n
        "'=1+1",-5,"'+1","'=HYPERLINK(""http://x"")",-1
        "'@SUM(1)","'+cmd","'\t=2",-5,2
        b,1,"'-","' =3",

        """
      #expect(try run(url, ["-q", "--csv-safe", "-c", join]).output == guarded, "\(engine)")
      #expect(try run(url, ["-q", "-c", "SET csv_safe = on", "-c", join]).output == guarded, "\(engine)")
      _ = try run(url, ["-q", "--csv-safe", "-c", join + " INTO 'safe.csv' OVERWRITE"])
      #expect(try folder.read("safe.csv") == guarded, "\(engine)")
    }
  }

  @Test("names may be anything without control characters", arguments: TestEngine.allCases) func names(
    engine: TestEngine
  )
    throws
  {
    let names = [
      "it's", "a\"b", "sel ect", "$1", "?", ":p", "\\", "${", "é", "a.b", "-- x", "*",
    ]
    func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }
    func yaml(_ name: String) -> String {
      // `$${` is how metadata writes what is no reference to the environment.
      let escapes = [("\\", "\\\\"), ("\"", "\\\""), ("${", "$${")]
      return "\"" + escapes.reduce(name) { $0.replacing($1.0, with: $1.1) } + "\""
    }
    let columns = names.map { "\(quoted($0)) TEXT" }.joined(separator: ", ")
    let values = names.indices.map { "'\($0)'" }.joined(separator: ", ")
    let features = names.indices.map { "{name: n\($0), value_type: str, column: \(yaml(names[$0]))}" }
    try folder.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: str}
      - {kind: group, name: f, entity: k, table: '"o""d; d"', features: [\(features.joined(separator: ", "))]}
      """)
    let script = "CREATE TABLE \"o\"\"d; d\" (k TEXT, \(columns)); INSERT INTO \"o\"\"d; d\" VALUES ('a', \(values));"
    for (_, url) in try TestEngine.make("data.db", in: folder, script: script, on: [engine]) {
      let answer = try run(url, ["-q", "-c", "SELECT FEATURES f.*"]).output
      #expect(CSVText(answer).records.map { $0.map(\.text) } == [["a"] + names.indices.map { "\($0)" }])
      _ = try run(url, ["-q", "-c", "CHECK DEEP"])
    }
  }

  @Test("cells of ten megabytes and two thousand columns are read and written whole")
  func largeData() throws {
    let columns = (0..<1900).map { "c\($0)" }
    let features = columns.map { "{name: \($0), value_type: int}" } + ["{name: big, value_type: str}"]
    try folder.write(
      "metadata.yml",
      """
      - {kind: entity, name: k, value_type: str}
      - {kind: group, name: f, entity: k, features: [\(features.joined(separator: ", "))]}
      """)
    let wide = (0..<2000).map { "l\($0)" }.joined(separator: ",")
    let ones = String(repeating: "1,", count: 1999) + "1"
    try folder.write("labels.csv", "k,\(wide)\na,\(ones)\n")
    let size = 10 << 20
    for (engine, repeated) in [
      (TestEngine.sqlite, "hex(zeroblob(\(size / 2)))"), (.postgresql, "repeat('0', \(size))"),
    ] {
      // A row of a server's table has 1,600 columns at most.
      let names = engine == .sqlite ? columns : Array(columns.prefix(1500))
      let values = names.indices.map { "\($0)" }.joined(separator: ", ")
      let script = """
        CREATE TABLE f (k TEXT, \(names.map { "\($0) INT" }.joined(separator: ", ")), big TEXT);
        INSERT INTO f VALUES ('a', \(values), \(repeated));
        """
      for (_, url) in try TestEngine.make("\(engine).db", in: folder, script: script, on: [engine]) {
        let items = (names + ["big"]).joined(separator: ", ")
        let answer = try run(url, ["-q", "-c", "SELECT FEATURES \(items) JOIN labels.csv"]).outputBytes
        let head = "k,\(wide),\(names.joined(separator: ",")),big\na,\(ones),"
        let row = names.indices.map { "\($0)," }.joined()
        let expected = Array((head + row).utf8) + [UInt8](repeating: UInt8(ascii: "0"), count: size) + [0x0A]
        #expect(answer == expected, "\(engine): \(answer.count) bytes instead of \(expected.count)")
      }
    }
  }

  @Test("keys that only look the same are not the same") func normalisation() throws {
    try folder.write("metadata.yml", Self.metadata)
    try folder.write("labels.csv", "k\n\u{E9}\ne\u{301}\n\u{212B}\n\u{C5}\n\u{FB01}\nfi\n")
    let script = "CREATE TABLE f (k TEXT, v TEXT); INSERT INTO f VALUES ('\u{E9}', 'one'), ('\u{C5}', 'ring');"
    for (engine, url) in try TestEngine.make("data.db", in: folder, script: script) {
      for strategy in Spellbook.strategies + Spellbook.unfoldedStrategies {
        let words = ["-q", "-c", "SET strategy = \(strategy)", "-c", Self.join]
        let answer = CSVText(try run(url, words).output).records.map { $0[1].text }
        #expect(answer == ["one", "", "", "ring", "", ""], "\(engine), \(strategy)")
      }
    }
  }
}
