import SpellCore
import SpellTables
import TestSupport
import Testing

/// One of everything, printed by every format.
@Suite struct FormatTests {
  private static let columns: [(name: String, type: ValueType)] = [
    ("i", .int), ("f", .float), ("d", .decimal), ("s", .str), ("b", .bool), ("t", .datetime), ("day", .date),
    ("u", .uuid), ("x", .bytes),
  ]
  private static let uuid = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
  private static let rows: [[Value]] = [
    [
      .int(.min), .float(0.1), .decimal("12345678901234567890.10"), .str("a\"b,c|d\\\n"), .bool(true),
      .datetime(Instant(microseconds: 1_706_702_400_000_001)), .date(19_753), .uuid(uuid), .bytes([0, 0xAB]),
    ],
    [
      .int(.max), .float(955), .decimal("-0.5"), .str(""), .bool(false), .datetime(.negativeInfinity), .date(0),
      .uuid(uuid), .bytes([]),
    ],
    Array(repeating: .null, count: 9),
  ]

  private func print(_ format: String) throws -> String { try printed(format, Self.columns, Self.rows) }

  @Test func csv() throws {
    #expect(
      try print("csv") == """
        i,f,d,s,b,t,day,u,x
        -9223372036854775808,0.1,12345678901234567890.10,"a""b,c|d\\
        ",true,2024-01-31 12:00:00.000001+00:00,2024-01-31,\(Self.uuid),\\x00ab
        9223372036854775807,955.0,-0.5,"",false,-infinity,1970-01-01,\(Self.uuid),\\x
        ,,,,,,,,

        """)
  }

  @Test func tsv() throws {
    #expect(
      try printed("tsv", [("a\tb", .str), ("c", .str)], [[.str("x,y"), .str("p\tq")], [.null, .str("")]])
        == "\"a\tb\"\tc\nx,y\t\"p\tq\"\n\t\"\"\n")
  }

  @Test func json() throws {
    #expect(
      try print("json") == #"""
        [
        {"i":-9223372036854775808,"f":0.1,"d":12345678901234567890.10,\#
        "s":"a\"b,c|d\\\n","b":true,"t":"2024-01-31 12:00:00.000001+00:00","day":"2024-01-31",\#
        "u":"\#(Self.uuid)","x":"\\x00ab"},
        {"i":9223372036854775807,"f":955.0,"d":-0.5,\#
        "s":"","b":false,"t":"-infinity","day":"1970-01-01","u":"\#(Self.uuid)","x":"\\x"},
        {"i":null,"f":null,"d":null,"s":null,"b":null,"t":null,"day":null,"u":null,"x":null}
        ]

        """#)
    #expect(try printed("json", [("a", .int)], []) == "[]\n")
  }

  @Test func ndjson() throws {
    let rows: [[Value]] = [
      [.float(.nan), .decimal("NaN")], [.float(.infinity), .decimal("1")], [.float(-.infinity), .null],
      [.float(1e300), .decimal("0")], [.float(-0.0), .decimal("-12.00")],
    ]
    #expect(
      try printed("ndjson", [("f", .float), ("k\"\n", .decimal)], rows) == #"""
        {"f":"NaN","k\"\n":"NaN"}
        {"f":"Infinity","k\"\n":1}
        {"f":"-Infinity","k\"\n":null}
        {"f":1e+300,"k\"\n":0}
        {"f":-0.0,"k\"\n":-12.00}

        """#)
    #expect(try printed("ndjson", [("a", .int)], []) == "")
  }

  @Test func jsonStringsAreValid() throws {
    #expect(
      try printed("ndjson", [("s", .str)], [[.str("\u{0}\u{1}\t\r\u{7F}é日😀\u{2028}")]])
        == "{\"s\":\"\\u0000\\u0001\\t\\r\\u007fé日😀\u{2028}\"}\n")
    let batch = RowBatch([.str], [[.null]])
    [0x61, 0xFF, 0x62].withUnsafeBufferPointer { batch.columns[0].set(0, bytes: $0) }
    let target = MemoryTarget()
    let sink = FormattedSink(format: try #require(ResultFormats.named("ndjson")).make(FormatOptions()), target: target)
    try sink.begin([ResultColumn(name: "s", type: .str, role: .label)])
    try sink.write(batch, rawLabels: nil)
    try sink.finish()
    #expect(String(decoding: target.bytes, as: UTF8.self) == "{\"s\":\"a\u{FFFD}b\"}\n")
  }

  /// Label columns hold their text and are numbers all the same where the caller says so.
  @Test func jsonNumbersOfLabels() throws {
    let target = MemoryTarget()
    let sink = FormattedSink(format: try #require(ResultFormats.named("ndjson")).make(FormatOptions()), target: target)
    try sink.begin([
      ResultColumn(name: "i", type: .int, role: .label), ResultColumn(name: "f", type: .float, role: .label),
      ResultColumn(name: "s", type: .str, role: .label),
    ])
    let rows: [[Value]] = [
      [.str("123456789012345678901234567890"), .str("1.50"), .str("007")], [.str("-7"), .str(".5"), .str("1")],
      [.null, .str("nan"), .str("")], [.str("0"), .str("1E5"), .null], [.str("1"), .str("-inf"), .null],
    ]
    try sink.write(RowBatch([.str, .str, .str], rows), rawLabels: nil)
    try sink.finish()
    #expect(
      String(decoding: target.bytes, as: UTF8.self) == """
        {"i":123456789012345678901234567890,"f":1.50,"s":"007"}
        {"i":-7,"f":0.5,"s":"1"}
        {"i":null,"f":"NaN","s":""}
        {"i":0,"f":1E5,"s":null}
        {"i":1,"f":"-Infinity","s":null}

        """)
  }

  @Test func markdown() throws {
    #expect(
      try printed(
        "markdown", [("name", .str), ("n", .int), ("日", .str)],
        [[.str("a|b\\c"), .int(5), .str("x\ny")], [.null, .int(12_345), .str("日本")]]) == #"""
          | name    |     n | 日     |
          | ------- | ----: | ------ |
          | a\|b\\c |     5 | x<br>y |
          | NULL    | 12345 | 日本   |

          """#)
    #expect(try printed("markdown", [("a", .str)], []) == "| a   |\n| --- |\n")
  }

  @Test(arguments: [
    ("<b>x</b>", #"\<b>x\</b>"#), ("*a* **b** `c` ~~d~~", #"\*a\* \*\*b\*\* \`c\` \~\~d\~\~"#),
    ("[l](http://h) https://h www.h.de a@b", #"\[l\](http\://h) https\://h www\.h.de a\@b"#),
    ("_a_ a_b a__b_ __", #"\_a\_ a_b a__b\_ \_\_"#), ("$x$ &amp; &#60; a & b", #"\$x\$ \&amp; \&#60; a & b"#),
    ("12:00:00 1.5 -x #1 + (y)!", "12:00:00 1.5 -x #1 + (y)!"), ("a\r\nb|c\\", #"a<br>b\|c\\"#),
    ("a|\u{301}b`\u{301}<\u{200D}", "a\\|\u{301}b\\`\u{301}\\<\u{200D}"),
  ])
  func nothingIsMarkdown(_ text: String, _ expected: String) {
    #expect(withBytes(of: text) { MarkdownText.escaped($0) } == expected)
  }

  @Test func fencesHoldWhateverIsInThem() {
    #expect(MarkdownText.fenced("a", language: "sql") == "```sql\na\n```\n")
    #expect(MarkdownText.fenced("a\r\n`````\r\nb", language: "").hasPrefix("``````\n"))
    #expect(MarkdownText.fenced("a ````` b\n  ````\n", language: "") == "`````\na ````` b\n  ````\n`````\n")
  }

  @Test func html() throws {
    #expect(
      try printed(
        "html", [("<n>", .int), ("s", .str)], [[.int(5), .str("<'&\">\n")], [.null, .str("NULL")]])
          == """
          <table class="tex2jax_ignore mathjax_ignore">
          <thead>
          <tr><th style="text-align: right">&lt;n&gt;</th><th style="text-align: left">s</th></tr>
          </thead>
          <tbody>
          <tr><td style="text-align: right">5</td><td style="text-align: left">&lt;&#39;&amp;&quot;&gt;\\n</td></tr>
          <tr><td style="text-align: right"><em>NULL</em></td><td style="text-align: left">NULL</td></tr>
          </tbody>
          </table>

          """)
  }

  @Test func vertical() throws {
    #expect(
      try printed(
        "vertical", [("id", .int), ("日本", .str)], [[.int(1), .str("a fairly long\nvalue")], [.null, .str("")]])
          == """
          -[ RECORD 1 ]--------------
          id   | 1
          日本 | a fairly long\\nvalue
          -[ RECORD 2 ]--------------
          id   | NULL
          日本 |\(" ")

          """)
    #expect(
      try printed("vertical", [("a_rather_long_name", .int)], [[.int(1_234_567)]]) == """
        -[ RECORD 1 ]------+--------
        a_rather_long_name | 1234567

        """)
  }

  // MARK: - Delimited files read back

  @Test func aRowOfOneNullIsAnEmptyLineAndReadsBack() throws {
    let text = try printed("csv", [("a", .str)], [[.null], [.str("")], [.str("x")]])
    #expect(text == "a\n\n\"\"\nx\n")
    #expect(try records(text).map(\.fields) == [["a"], [nil], [""], ["x"]])
  }

  @Test func whateverTextIsWrittenIsReadBack() throws {
    let texts = ["", " ", ",", "\"", "\"\"", "\r", "\n", "\r\n", "a\rb", ";", "\t", "\0", "é", "NULL", "a,\"b\"\n"]
    for delimiter in [("csv", Character(",")), ("tsv", Character("\t"))] {
      let rows = texts.flatMap { first in texts.map { [Value.str(first), .null, .str($0)] } }
      let text = try printed(delimiter.0, [("a", .str), ("b", .str), ("c", .str)], rows)
      let read = try records(text, delimiter: delimiter.1).map(\.fields)
      #expect(read.count == rows.count + 1)
      for (fields, row) in zip(read.dropFirst(), rows) {
        #expect(fields.map { $0.map { Value.str($0) } ?? .null } == row)
      }
    }
  }

  @Test func rawLabelsAreCopiedBeforeTheFeatures() throws {
    let target = MemoryTarget()
    let sink = FormattedSink(format: try #require(ResultFormats.named("csv")).make(FormatOptions()), target: target)
    #expect(sink.rawLabelDelimiter == UInt8(ascii: ","))
    try sink.begin([
      ResultColumn(name: "id", type: .str, role: .label), ResultColumn(name: "at", type: .str, role: .label),
      ResultColumn(name: "v", type: .float, role: .feature), ResultColumn(name: "w", type: .str, role: .feature),
    ])
    let labels = Column(type: .str, capacity: 2)
    labels.set(0, .str("007,\"2024-01-01\""))
    labels.set(1, .str(",\"a\"\"b\r\nc\""))
    try sink.write(RowBatch([.float, .str], [[.float(2), .str("x,y")], [.null, .null]]), rawLabels: labels)
    try sink.finish()
    #expect(
      String(decoding: target.bytes, as: UTF8.self)
        == "id,at,v,w\n007,\"2024-01-01\",2.0,\"x,y\"\n,\"a\"\"b\r\nc\",,\n")
  }

  // MARK: - The list

  @Test func formatsByNameAndByExtension() {
    #expect(ResultFormats.all.map(\.name) == ["table", "csv", "tsv", "json", "ndjson", "markdown", "html", "vertical"])
    #expect(ResultFormats.named("CSV")?.name == "csv")
    #expect(ResultFormats.named("parquet") == nil)
    let expected: [(String, String?)] = [
      ("a.csv", "csv"), ("x/y.TSV", "tsv"), ("a.b.json", "json"), ("a.ndjson", "ndjson"), ("a.jsonl", "ndjson"),
      ("a.md", "markdown"), ("a.txt", nil), ("a.parquet", nil), ("csv", nil), (".csv", nil), ("a.csv/b", nil),
    ]
    for (path, name) in expected { #expect(ResultFormats.forPath(path)?.name == name, "\(path)") }
  }

  // MARK: - In memory

  @Test func collectedRowsSurviveTheirBatch() throws {
    let sink = CollectingSink()
    sink.begin(Self.columns.map { ResultColumn(name: $0.name, type: $0.type, role: .feature) })
    let batch = RowBatch(Self.columns.map(\.type), Self.rows)
    sink.write(batch, rawLabels: nil)
    batch.reset()
    for column in batch.columns where column.type.layout == .bytes { column.set(0, .str("overwritten")) }
    sink.write(batch, rawLabels: nil)
    sink.finish()
    #expect(sink.rowCount == 3)
    #expect(sink.batches.count == 1)
    for (row, values) in Self.rows.enumerated() {
      #expect(sink.batches[0].columns.map { $0.value(row) } == values)
    }
  }

  @Test func invalidCellsPrintAsNull() throws {
    let batch = RowBatch([.int, .str], [[.int(1), .str("x")]])
    withBytes(of: "not a number") { batch.columns[0].setInvalid(0, bytes: $0) }
    let target = MemoryTarget()
    let sink = FormattedSink(format: try #require(ResultFormats.named("csv")).make(FormatOptions()), target: target)
    try sink.begin(["a", "b"].map { ResultColumn(name: $0, type: .str, role: .feature) })
    try sink.write(batch, rawLabels: nil)
    try sink.finish()
    #expect(String(decoding: target.bytes, as: UTF8.self) == "a,b\n,x\n")
    #expect(batch.columns[0].value(0) == .null)
  }
}
