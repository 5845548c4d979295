/// The contents of a TZif file (RFC 8536, RFC 9636), versions 1 to 4: bytes in, the history of offsets out.
enum TimeZoneFile {
  /// Reads a file; nil if it is malformed or counts leap seconds, which would move every moment.
  static func history(_ bytes: [UInt8]) -> OffsetHistory? {
    var reader = Reader(bytes: bytes)
    guard let first = Header(&reader) else { return nil }
    if first.version == 0 { return block(&reader, first, timeSize: 4).flatMap { history($0, rule: nil) } }
    // The first block repeats what 32 bits hold, for older readers.
    guard reader.skip(first.length(timeSize: 4)), let second = Header(&reader),
      let block = block(&reader, second, timeSize: 8)
    else { return nil }
    let footer = bytes[reader.index...]
    guard footer.first == UInt8(ascii: "\n"), let end = footer.dropFirst().firstIndex(of: UInt8(ascii: "\n")) else {
      return nil
    }
    let ruleText = bytes[(footer.startIndex + 1)..<end]
    if ruleText.isEmpty { return history(block, rule: nil) }
    return PosixZoneRule(ruleText).flatMap { history(block, rule: $0) }
  }

  private typealias Block = (initialOffset: Int64, transitions: [(time: Int64, offset: Int64)])

  private static func history(_ block: Block, rule: PosixZoneRule?) -> OffsetHistory {
    OffsetHistory(initialOffset: block.initialOffset, transitions: block.transitions, rule: rule)
  }

  /// Reads a data block; nil if an index points nowhere, times do not ascend or an offset is absurd.
  private static func block(_ reader: inout Reader, _ header: Header, timeSize: Int) -> Block? {
    let start = reader.index
    guard header.typeCount > 0, header.leapCount == 0, reader.remains(header.length(timeSize: timeSize)) else {
      return nil
    }
    var times: [Int64] = []
    for _ in 0..<header.timeCount { times.append(reader.integer(timeSize)) }
    var types: [Int] = []
    for _ in 0..<header.timeCount { types.append(Int(reader.byte())) }
    var offsets: [Int64] = []
    for _ in 0..<header.typeCount {
      offsets.append(reader.integer(4))
      // Whether it is summer time, and the place of its abbreviation.
      _ = reader.skip(2)
    }
    guard types.allSatisfy({ $0 < offsets.count }),
      offsets.allSatisfy({ $0 > -OffsetHistory.farthestOffset && $0 < OffsetHistory.farthestOffset }),
      zip(times, times.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    reader.index = start + header.length(timeSize: timeSize)
    return (offsets[0], zip(times, types).map { (time: $0, offset: offsets[$1]) })
  }

  /// The counts before each data block.
  private struct Header {
    /// 0 for the first version, else its digit.
    let version: UInt8
    private let utcIndicatorCount: Int
    private let standardIndicatorCount: Int
    let leapCount: Int
    let timeCount: Int
    let typeCount: Int
    private let abbreviationLength: Int

    init?(_ reader: inout Reader) {
      guard reader.remains(44), (0..<4).map({ _ in reader.byte() }) == Array("TZif".utf8) else { return nil }
      version = reader.byte()
      // Reserved.
      _ = reader.skip(15)
      let counts = (0..<6).map { _ in Int(reader.integer(4)) }
      guard counts.allSatisfy({ $0 >= 0 }) else { return nil }
      utcIndicatorCount = counts[0]
      standardIndicatorCount = counts[1]
      leapCount = counts[2]
      timeCount = counts[3]
      typeCount = counts[4]
      abbreviationLength = counts[5]
    }

    /// The bytes of the data block that follows.
    func length(timeSize: Int) -> Int {
      timeCount * (timeSize + 1) + typeCount * 6 + abbreviationLength + leapCount * (timeSize + 4)
        + standardIndicatorCount + utcIndicatorCount
    }
  }

  /// Reads big-endian numbers, once `remains` has said that they are there.
  private struct Reader {
    let bytes: [UInt8]
    var index = 0

    func remains(_ count: Int) -> Bool { count <= bytes.count - index }

    mutating func skip(_ count: Int) -> Bool {
      guard remains(count) else { return false }
      index += count
      return true
    }

    mutating func byte() -> UInt8 {
      index += 1
      return bytes[index - 1]
    }

    /// A signed number of so many bytes.
    mutating func integer(_ size: Int) -> Int64 {
      var value = Int64(Int8(bitPattern: byte()))
      for _ in 1..<size { value = value << 8 | Int64(byte()) }
      return value
    }
  }
}
