import TestSupport
import Testing

/// What a label file may look like, and how it comes out again.
@Suite struct CSVTraps {
  private let join = "SELECT FEATURES f.v AS OF at JOIN labels.csv"

  /// Group `f` has key `a` with the value 1 and the empty key with the value 2, at the start of 2024.
  private func stage(_ labels: String) throws -> TrapStage {
    let stage = try TrapStage([row("a", "2024-01-01", "1"), row("", "2024-01-01", "2")], labels: [])
    try stage.folder.write("labels.csv", labels)
    return stage
  }

  @Test("trap 16: a header alone gives a header, and succeeds")
  func headerOnly() throws {
    for text in ["k,at\n", "k,at", "\u{FEFF}k,at\r\n"] { #expect(try stage(text).output(join) == "k,at,v\n") }
    let stage = try stage("k,at\n")
    _ = try stage.output(join + " INTO 'out.csv' OVERWRITE")
    #expect(try stage.folder.read("out.csv") == "k,at,v\n")
  }

  @Test(
    "trap 16: a label column without values goes with any condition",
    arguments: ["y > 2", "y = 'x'", "y IN (1, 2)", "y = v", "NOT y = 2", "y BETWEEN 1 AND 2", "y LIKE 'x%'"])
  func noValues(condition: String) throws {
    for labels in ["k,at,y\n", "k,at,y\na,2024-01-02,\n"] {
      let stage = try stage(labels)
      let strategies = Spellbook.strategies + Spellbook.unfoldedStrategies
      let answer = try stage.output(join + " WHERE \(condition)", strategies: strategies)
      #expect(answer == "k,at,y,v\n")
      let rest = try stage.output(join + " WHERE y IS NULL OR \(condition)", strategies: strategies)
      #expect(rest == labels.replacing("y\n", with: "y,v\n").replacing("02,\n", with: "02,,1\n"))
    }
  }

  @Test("trap 16: a file without a header is an error", arguments: ["", "\u{FEFF}", "\n"])
  func empty(text: String) throws {
    try stage(text).refuses(join + " INTO 'out.csv'", naming: ["labels.csv"])
  }

  @Test("trap 38: fields come out as they came in, quotes included")
  func rawFields() throws {
    let lines = [
      "\"a\",2024-01-02,plain", "a,\"2024-01-02\",\"say \"\"hi\"\"\"", "a,2024-01-02,\"a,b\"",
      "a,2024-01-02,\"two\nlines\"", "a,2024-01-02,\"two\r\nlines\"", "a,2024-01-02,\"needless\"",
      "a,2024-01-02,  spaces  ", "a,2024-01-02,é日", "a,2024-01-02,\"\"", "a,2024-01-02,", "a,2024-01-02,it's",
    ]
    let answer = try stage("k,at,\"y\"\n" + lines.map { $0 + "\n" }.joined()).output(join)
    #expect(answer == "k,at,\"y\",v\n" + lines.map { $0 + ",1\n" }.joined())
  }

  @Test("trap 38: CRLF, a BOM and a missing last line end are read; LF and no BOM come out")
  func lineEnds() throws {
    let expected = "k,at,v\na,2024-01-02,1\na,2024-01-03,1\n"
    for text in [
      "k,at\r\na,2024-01-02\r\na,2024-01-03\r\n", "\u{FEFF}k,at\na,2024-01-02\na,2024-01-03\n",
      "k,at\na,2024-01-02\na,2024-01-03", "k,at\r\na,2024-01-02\r\na,2024-01-03",
    ] {
      #expect(try stage(text).output(join) == expected)
    }
  }

  @Test("trap 38: a lone LF in a CRLF file and quotes at every end are fields like others")
  func quotedEverywhere() throws {
    let answer = try stage("\"k\",\"at\"\r\n\"a\",\"2024-01-02\"\r\n\"\",\"2024-01-02\"").output(join)
    #expect(answer == "\"k\",\"at\",v\n\"a\",\"2024-01-02\",1\n\"\",\"2024-01-02\",2\n")
  }

  @Test("trap 38: only an empty unquoted field is NULL; NA is text unless NULL says so")
  func nulls() throws {
    let stage = try stage("k,at\n,2024-01-02\n\"\",2024-01-02\nNA,2024-01-02\na,2024-01-02\n")
    #expect(try stage.values() == ["NULL", "2", "NULL", "1"])
    #expect(try stage.report()?["unmatched"]?["null_key"]?.int == 1)
    #expect(try stage.report()?["unmatched"]?["unknown_key"]?.int == 1)
  }

  @Test("trap 38: NULL 'NA' makes NA no key, and leaves its text alone")
  func declaredNull() throws {
    let stage = try stage("k,at\nNA,2024-01-02\na,NA\na,2024-01-02\n")
    let answer = try stage.output("SELECT FEATURES f.v AS OF at JOIN labels.csv NULL 'NA'")
    #expect(answer == "k,at,v\nNA,2024-01-02,\na,NA,\na,2024-01-02,1\n")
  }

  @Test("trap 38: another delimiter is read when named, and fields are quoted anew where they must be")
  func delimiters() throws {
    let text = "k;at;y\na;2024-01-02;\"x;y\"\na;2024-01-02;x,y\na;2024-01-02;\"\"\na;2024-01-02;\n"
    let answer = try stage(text).output("SELECT FEATURES f.v AS OF at JOIN labels.csv DELIMITER ';'")
    #expect(CSVText(answer).header == ["k", "at", "y", "v"])
    #expect(
      CSVText(answer).records.map { $0.map(\.text) } == ["x;y", "x,y", "", ""].map { ["a", "2024-01-02", $0, "1"] })
    #expect(CSVText(answer).column("y") == ["x;y", "x,y", "", nil])
    let tabs = try stage("k\tat\ty\na\t2024-01-02\tx,y\n")
    #expect(
      try tabs.output("SELECT FEATURES f.v AS OF at JOIN labels.csv DELIMITER '\t'")
        == "k,at,y,v\na,2024-01-02,\"x,y\",1\n")
  }

  @Test(
    "trap 38: a ragged line is an error with its line",
    arguments: ["a,2024-01-02\na\n", "a,2024-01-02\na,2024-01-02,x\n", "a,2024-01-02\n\na,2024-01-02\n"])
  func ragged(lines: String) throws {
    try stage("k,at\n" + lines).refuses(join + " INTO 'out.csv'", naming: ["labels.csv:3"])
  }

  @Test("trap 38: line numbers are those of an editor, also after a field of several lines")
  func physicalLines() throws {
    let text = "k,at,y\na,2024-01-02,\"one\ntwo\nthree\"\na,2024-01-02\n"
    try stage(text).refuses(join, naming: ["labels.csv:5"])
    try stage("k,at,y\na,2024-01-02,\"one\ntwo\"\na,never,x\n").refuses(join, naming: ["labels.csv:4", "never"])
  }

  @Test("trap 38: a duplicate header is an error that names it", arguments: ["k,at,k", "k,at,at", "k,at,y,y"])
  func duplicateHeader(header: String) throws {
    let fields = header.split(separator: ",").map { $0 == "at" ? "2024-01-02" : "a" }.joined(separator: ",")
    let name = header.split(separator: ",").last.map(String.init) ?? ""
    try stage("\(header)\n\(fields)\n").refuses(join + " INTO 'out.csv'", naming: ["labels.csv:1", name])
  }

  @Test("trap 38: an unclosed quote is an error at its opening")
  func unclosedQuote() throws {
    try stage("k,at,y\na,2024-01-02,x\na,2024-01-02,\"open\na,2024-01-02,x\n").refuses(
      join + " INTO 'out.csv'", naming: ["labels.csv:3"])
  }

  @Test("labels come from standard input too, alike")
  func standardInput() throws {
    let stage = try stage("k,at\n")
    let lines = (0..<3000).map { "a,2024-01-02,\"row \($0)\"\n" }.joined()
    let answer = try stage.output("SELECT FEATURES f.v AS OF at JOIN -", stdin: "k,at,y\n" + lines)
    #expect(answer == "k,at,y,v\n" + lines.replacing("\n", with: ",1\n"))
  }

  @Test("text features are quoted where they must be, and empty text is not NULL")
  func textFeatures() throws {
    let stage = try TrapStage(
      [
        "'a', '2024-01-01', NULL, 'x,y'", "'b', '2024-01-01', NULL, ''", "'c', '2024-01-01', NULL, NULL",
        "'d', '2024-01-01', NULL, 'say \"hi\"'", "'e', '2024-01-01', NULL, 'two\nlines'",
        "'f', '2024-01-01', NULL, 'NULL'",
      ],
      labels: ["a", "b", "c", "d", "e", "f"].map { "\($0),2024-01-02" }, valueType: "str",
      columns: "k TEXT, t TEXT, c TEXT, v TEXT")
    let fields = try stage.output(join).dropFirst("k,at,v\n".count)
    #expect(
      fields == """
        a,2024-01-02,"x,y"
        b,2024-01-02,""
        c,2024-01-02,
        d,2024-01-02,"say ""hi\"""
        e,2024-01-02,"two
        lines"
        f,2024-01-02,NULL

        """)
  }
}
