import SpellCore
import SpellTables
import TestSupport
import Testing

@Suite struct CSVReaderTests {
  private func fields(_ text: String, delimiter: Character = ",") throws -> [[String?]] {
    try records(text, delimiter: delimiter).map(\.fields)
  }

  @Test func emptyIsNullOnlyWithoutQuotes() throws {
    #expect(try fields("a,,\"\",NA\n") == [["a", nil, "", "NA"]])
  }

  @Test func quotesHoldDelimitersLineEndsAndDoubledQuotes() throws {
    #expect(try fields("\"a,b\",\"c\nd\r\ne\",\"f\"\"g\"\n") == [["a,b", "c\nd\r\ne", "f\"g"]])
    #expect(try fields("\"\"\"\",\"\"\"\"\"\",\"x\"\"\"\n") == [["\"", "\"\"", "x\""]])
  }

  @Test func aQuoteInsideAnUnquotedFieldIsData() throws {
    #expect(try fields("a\"b,5\"\n") == [["a\"b", "5\""]])
    #expect(try fields("a, \"b\"\n") == [["a", " \"b\""]])
  }

  @Test func linesEndWithLineFeedOrBothAndALoneReturnIsData() throws {
    #expect(try fields("a,b\r\nc,\"d\"\r\ne\rf,g\n") == [["a", "b"], ["c", "d"], ["e\rf", "g"]])
    #expect(try fields("a\r") == [["a\r"]])
    #expect(try fields("a\r\r\n") == [["a\r"]])
  }

  @Test func theLastLineNeedsNoEnd() throws {
    #expect(try fields("a,b\nc,d") == [["a", "b"], ["c", "d"]])
    #expect(try fields("a,") == [["a", nil]])
    #expect(try fields("a,\"b\"") == [["a", "b"]])
    #expect(try fields("") == [])
  }

  @Test func anEmptyLineIsARecordOfOneNull() throws {
    #expect(try fields("a\n\nb\n") == [["a"], [nil], ["b"]])
    #expect(try fields("\r\n\r\n") == [[nil], [nil]])
  }

  @Test func aByteOrderMarkIsDroppedAtTheStartOnly() throws {
    let read = try records("\u{FEFF}a,b\n\u{FEFF}c,d\n")
    #expect(read.map(\.fields) == [["a", "b"], ["\u{FEFF}c", "d"]])
    #expect(read.map(\.offset) == [3, 7])
    #expect(read[0].raw == "a,b")
    #expect(try records("\u{FEFF}\"a\"\n").map(\.fields) == [["a"]])
    #expect(try records("\u{FEFF}").isEmpty)
  }

  @Test func otherDelimitersAndNulBytes() throws {
    #expect(try fields("a,b;c\n", delimiter: ";") == [["a,b", "c"]])
    #expect(try fields("a\t\"b\tc\"\n", delimiter: "\t") == [["a", "b\tc"]])
    #expect(try fields("a\0b,\0\n") == [["a\0b", "\0"]])
  }

  @Test func rawBytesOffsetsAndLines() throws {
    let read = try records("id,t\r\n\"1\n2\",\"x\"\"y\"\r\n3,4")
    #expect(read.map(\.raw) == ["id,t", "\"1\n2\",\"x\"\"y\"", "3,4"])
    #expect(read.map(\.offset) == [0, 6, 20])
    #expect(read.map(\.line) == [1, 2, 4])
  }

  /// Whatever byte a block ends at, the same comes out.
  @Test func everySplitIntoBlocks() throws {
    let text =
      "\u{FEFF}a,b,c\r\n\"1\",\"x\"\"y\",\r\n,\"\",\"line\r\nend\"\n"
      + "\"\"\"\",é,日\r\nlong field of text,\"quoted, long\",z\n,,"
    let whole = try records(text)
    #expect(whole.count == 6)
    for blockSize in 1...text.utf8.count + 2 {
      #expect(try records(text, blockSize: blockSize) == whole, "block of \(blockSize)")
    }
  }

  @Test func moreFieldsThanTheFirstGuess() throws {
    let names = (0..<1000).map { "c\($0)" }
    #expect(try fields(names.joined(separator: ",") + "\n") == [names])
  }

  @Test func beginsAtAnyRecord() throws {
    let folder = try TemporaryFolder()
    let source = try ByteSource(path: try folder.write("t.csv", "\u{FEFF}a,b\n1,2\n3,4\n"))
    var reader = CSVReader(source: source, startingAt: 11, line: 3)
    #expect(try reader.next())
    #expect(String(bytes: reader.rawRecord) == "3,4")
    #expect(reader.recordOffset == 11)
    #expect(reader.line == 3)
    #expect(try reader.next() == false)
    #expect(try reader.next() == false)
  }

  @Test func valuesOfOneRecordLiveSideBySide() throws {
    let folder = try TemporaryFolder()
    let source = try ByteSource(path: try folder.write("t.csv", "\"a\"\"1\",\"b\"\"2\"\n"))
    var reader = CSVReader(source: source)
    #expect(try reader.next())
    let first = reader.value(of: 0)
    let second = reader.value(of: 1)
    #expect(String(bytes: first) == "a\"1")
    #expect(String(bytes: second) == "b\"2")
    #expect(String(bytes: reader.value(of: 0)) == "a\"1")
  }

  @Test func fieldsKnowTheirPhysicalLine() throws {
    let folder = try TemporaryFolder()
    let source = try ByteSource(path: try folder.write("t.csv", "h,i\n\"a\nb\",\"c\nd\"\n"))
    var reader = CSVReader(source: source)
    _ = try reader.readHeader()
    #expect(try reader.next())
    #expect(reader.line == 2)
    #expect(reader.line(ofField: 1) == 3)
    #expect(reader.excerpt == "\"a")
  }
}

@Suite struct CSVProblemTests {
  /// Reads the header and all records of a file; the problem, with the file named without its folder.
  private func problemOf(_ bytes: [UInt8], recordLimit: Int = CSVReader.recordLimit, blockSize: Int = 1 << 20) throws
    -> (code: String, message: String, notes: [String])?
  {
    let folder = try TemporaryFolder()
    let path = folder.file("t.csv")
    try writeFile(path, bytes)
    let source = try ByteSource(path: path)
    let found = problem {
      var reader = CSVReader(source: source, blockSize: blockSize, recordLimit: recordLimit)
      _ = try reader.readHeader()
      while try reader.next() {}
    }
    guard let found else { return nil }
    let prefix = folder.path + "/"
    return (found.code, found.message.replacing(prefix, with: ""), found.diagnostic.notes)
  }

  private func problemOf(_ text: String) throws -> (code: String, message: String, notes: [String])? {
    try problemOf(Array(text.utf8))
  }

  @Test func aHeaderAloneIsNoProblem() throws {
    #expect(try problemOf("a,b\n") == nil)
    #expect(try problemOf("a,b") == nil)
  }

  @Test func emptyFile() throws {
    #expect(try problemOf("")?.code == "empty-file")
    #expect(try problemOf("\u{FEFF}")?.message.hasPrefix("`t.csv` is empty") == true)
  }

  @Test func headers() throws {
    #expect(
      try problemOf("a,b,\"a\"\n")?.message == "t.csv:1: columns 1 and 3 of the header are both named `a`")
    #expect(try problemOf("a,,b\n")?.message == "t.csv:1: column 2 of the header has no name")
    #expect(try problemOf("a,\"\"\n")?.code == "unnamed-column")
    #expect(try problemOf("\n1\n")?.code == "unnamed-column")
    #expect(try problemOf([0x61, 0x2C, 0xE9, 0x0A])?.code == "not-utf8")
    #expect(try problemOf("\"a\nb\",c,c\n")?.message.hasPrefix("t.csv:2: columns 2 and 3") == true)
    #expect(try problemOf("a,A\n1,2\n") == nil)
    #expect(try problemOf("a,b\r1,2\r")?.code == "lone-carriage-return")
    #expect(try problemOf("a,\"b\rc\"\r\n1,\r\r\n") == nil)
  }

  @Test func raggedLinesNameTheirPhysicalLine() throws {
    let found = try #require(try problemOf("a,b\n\"1\n2\",3\n4,5,6\n"))
    #expect(found.code == "ragged-line")
    #expect(found.message == "t.csv:4: expected 2 fields, found 3")
    #expect(found.notes == ["the line: 4,5,6"])
    let empty = try #require(try problemOf("a,b\n1,2\n\n"))
    #expect(empty.message == "t.csv:3: expected 2 fields, found 1")
    #expect(empty.notes == ["the line is empty"])
  }

  @Test func anUnclosedQuoteIsNamedAtItsOpening() throws {
    let found = try #require(try problemOf("a,b\n\"1\n1\",\"x\n3,4\n5,6\n"))
    #expect(found.code == "unclosed-quote")
    #expect(found.message == "t.csv:3: the quote opened on this line is never closed")
    #expect(found.notes == ["the line: \"x"])
    #expect(try problemOf("a,\"")?.code == "unclosed-quote")
    #expect(try problemOf("a,\"\"\"")?.code == "unclosed-quote")
  }

  @Test func textAfterAClosingQuote() throws {
    let found = try #require(try problemOf("a,b\n1,\"x\ny\"z\n"))
    #expect(found.code == "text-after-quote")
    #expect(found.message.hasPrefix("t.csv:3: expected a delimiter"))
    #expect(found.notes == ["the line: y\"z", "the quote was opened on line 2"])
    #expect(try problemOf("a\n\"b\" \n")?.code == "text-after-quote")
    #expect(try problemOf("a\n\"b\"\rc\n")?.code == "text-after-quote")
    #expect(try problemOf("a\n\"b\"\r")?.code == "text-after-quote")
  }

  @Test func controlCharactersOfTheFileDoNotReachTheTerminal() throws {
    #expect(try problemOf("a,b\n\u{1B}[2J\n")?.notes == ["the line: \\u{1b}[2J"])
  }

  @Test func aRecordHasALimit() throws {
    let long = "a\n" + String(repeating: "x", count: 100)
    for blockSize in [4, 16, 64, 1024] {
      #expect(try problemOf(Array((long + "\n").utf8), recordLimit: 100, blockSize: blockSize) == nil)
      let found = try problemOf(Array((long + "y\n").utf8), recordLimit: 100, blockSize: blockSize)
      #expect(found?.code == "record-too-large")
      #expect(found?.message == "t.csv:2: the record is larger than 100 bytes")
    }
    let open = try problemOf(
      Array(("a\n1\n\"" + String(repeating: "x\n", count: 200)).utf8), recordLimit: 100, blockSize: 16)
    #expect(open?.code == "record-too-large")
    #expect(open?.notes == ["a quote opened on line 3 is not closed within it"])
  }
}
