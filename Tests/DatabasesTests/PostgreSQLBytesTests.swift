import SpellCore
import SpellDatabases
import TestSupport
import Testing

/// The binary forms of the server, at the lowest level.
@Suite struct PostgreSQLBytesTests {
  private static let header = Array("PGCOPY\n".utf8) + [0xFF, 13, 10, 0] + [0, 0, 0, 0] + [0, 0, 0, 2, 7, 7]
  private static let rows: [[[UInt8]?]] = [
    [[1, 2, 3], nil], [[], [9]], [nil, nil], [Array(repeating: 5, count: 300), []],
  ]

  private static func number(_ value: Int, bytes: Int) -> [UInt8] {
    (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static var stream: [UInt8] { stream(of: rows) }

  private static func stream(of rows: [[[UInt8]?]]) -> [UInt8] {
    header
      + rows.flatMap { row in
        number(row.count, bytes: 2)
          + row.flatMap { cell in cell.map { number($0.count, bytes: 4) + $0 } ?? number(-1, bytes: 4) }
      } + [0xFF, 0xFF]
  }

  /// The rows of a copy that comes in pieces; nil if it was refused.
  private func parse(_ pieces: [ArraySlice<UInt8>]) throws -> (rows: [[[UInt8]?]], isAtEnd: Bool)? {
    var parser = PostgresCopyParser(columnCount: 2)
    var rows: [[[UInt8]?]] = []
    func takeRows() -> Bool {
      rows += (0..<parser.rowCount).map { row in (0..<2).map { Self.value(parser.cells(of: $0)[row]) } }
      return parser.forgetRows()
    }
    for piece in pieces {
      guard piece.withUnsafeBytes({ parser.take($0) }) else { return nil }
      while parser.isFull { guard takeRows() else { return nil } }
    }
    return takeRows() ? (rows, parser.isAtEnd) : nil
  }

  private static func value(_ cell: UnsafeRawPointer) -> [UInt8]? {
    let count = Int(Int32(bigEndian: cell.loadUnaligned(as: Int32.self)))
    return count < 0 ? nil : Array(UnsafeRawBufferPointer(start: cell + 4, count: count))
  }

  @Test func aCopyMayBeCutAnywhere() throws {
    let stream = Self.stream
    for cut in 0...stream.count {
      let parsed = try parse([stream[..<cut], stream[cut...]])
      #expect(parsed?.rows == Self.rows && parsed?.isAtEnd == true, "cut at \(cut)")
    }
    let single = try parse(stream.indices.map { stream[$0...$0] })
    #expect(single?.rows == Self.rows && single?.isAtEnd == true)
  }

  @Test func manyRowsAndLargeOnesComeInBlocks() throws {
    let rows: [[[UInt8]?]] = (0..<1000).map { row in
      let size = row % 300 == 7 ? 1_200_000 : row % 5 * 100
      return [Self.number(row, bytes: 8), row % 7 == 0 ? nil : Array(repeating: UInt8(row % 251), count: size)]
    }
    let stream = Self.stream(of: rows)
    for size in [stream.count, 8192, 77] {
      let pieces = stride(from: 0, to: stream.count, by: size).map { stream[$0..<min(stream.count, $0 + size)] }
      let parsed = try parse(pieces)
      #expect(parsed?.rows == rows && parsed?.isAtEnd == true, "pieces of \(size)")
    }
  }

  @Test func whatEndsEarlyIsNotAtItsEnd() throws {
    for count in 0..<Self.stream.count {
      #expect(try parse([Self.stream[..<count]])?.isAtEnd == false, "\(count) bytes")
    }
  }

  @Test func otherBytesAreRefused() throws {
    for position in [0, 6, 10] {
      var stream = Self.stream
      stream[position] ^= 1
      #expect(try parse([stream[...]]) == nil)
    }
    let header = Self.header[...]
    for tail: [UInt8] in [[0xFF, 0xFE], [0, 1], [0, 2, 0xFF, 0xFF, 0xFF, 0xFE]] {
      #expect(try parse([header + tail]) == nil)
    }
    #expect(try parse([header + Self.number(2, bytes: 2) + Self.number(Int(Int32.max), bytes: 4)])?.isAtEnd == false)
  }

  @Test(arguments: [
    ([1, 0, 0, 0, 7], "7"), ([1, 0, 0, 2, 7], "7.00"), ([2, 1, 0, 0, 1, 0], "10000"), ([1, 1, 0, 0, 1], "10000"),
    ([1, -1, 0, 4, 7], "0.0007"), ([1, -1, 0x4000, 1, 5000], "-0.5"), ([1, -2, 0, 6, 1200], "0.000012"),
    ([2, 0, 0, 4, 12, 3400], "12.3400"), ([2, 0, 0, 1, 12, 3400], "12.3"), ([0, 0, 0, 0], "0"),
    ([0, 0, 0, 3], "0.000"),
    ([3, 2, 0, 0, 1, 2, 3], "100020003"), ([0, 0, 0xC000, 0], "NaN"), ([0, 0, 0xD000, 0], "Infinity"),
    ([0, 0, 0xF000, 0], "-Infinity"),
  ])
  func numericsAreExact(_ numbers: [Int], _ text: String) {
    let bytes = numbers.flatMap { Self.number($0, bytes: 2) }
    #expect(bytes.withUnsafeBufferPointer { PostgresNumeric.text($0) } == Array(text.utf8))
  }

  @Test func otherNumericsAreRefusedAndNoneTraps() {
    for numbers in [
      [1, 0, 0, 0], [1, 0, 0, 0, 7, 7], [1, 0, 0x1234, 0, 7], [1, 0, 0, 0, 10_000], [0, 0, 0, 20_000],
    ] {
      let bytes = numbers.flatMap { Self.number($0, bytes: 2) }
      #expect(bytes.withUnsafeBufferPointer { PostgresNumeric.text($0) } == nil, "\(numbers)")
    }
    var random = SeededRandom(seed: 1)
    var read = 0
    for _ in 0..<20_000 {
      var bytes = (0..<random.below(20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      if bytes.count >= 8, random.chance(80) {
        bytes.replaceSubrange(0..<8, with: Self.shortHead(bytes.count, &random))
      }
      let text = bytes.withUnsafeBufferPointer { PostgresNumeric.text($0) }
      if let text, text.last != UInt8(ascii: "N"), text.last != UInt8(ascii: "y") {
        read += 1
        #expect(text.withUnsafeBufferPointer { DecimalText.canonical($0) } == text || text.first == UInt8(ascii: "-"))
      }
    }
    #expect(read > 100)
  }

  /// Digits, weight, sign and decimals of a numeric that has so many bytes.
  private static func shortHead(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
    number((count - 8) / 2, bytes: 2) + number(random.below(9) - 4, bytes: 2)
      + number(random.pick([0, 0x4000, 0xC000]), bytes: 2) + number(random.below(12), bytes: 2)
  }
}
