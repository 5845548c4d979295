import SpellCore

/// A field of a record: its bytes as they are in the file, quotes included.
@usableFromInline
package struct CSVField {
  @usableFromInline package let raw: UnsafeBufferPointer<UInt8>
  /// `""` is empty text, an empty field without quotes is not.
  @usableFromInline package let isQuoted: Bool

  @inlinable
  init(raw: UnsafeBufferPointer<UInt8>, isQuoted: Bool) {
    self.raw = raw
    self.isQuoted = isQuoted
  }
}

/// Reads records of RFC 4180 one after another through one block of memory.
///
/// Lines end with LF or CR LF; a lone CR is data, and so are NUL bytes and a quote inside an unquoted field. A byte
/// order mark at the start of the source is skipped. All slices are valid until the next call of `next`.
@usableFromInline
package struct CSVReader: ~Copyable {
  /// A record may not be larger than this.
  package static let recordLimit = 16 << 20

  /// Where a field lies in the record.
  @usableFromInline
  struct FieldSpan {
    @usableFromInline enum Quotes: UInt8 { case none, plain, doubled }
    @usableFromInline var start: UInt32
    @usableFromInline var end: UInt32
    @usableFromInline var quotes: Quotes
  }

  /// The delimiter of a file that names none: a tab if its name ends in `.tsv`, else a comma.
  package static func usualDelimiter(ofPath path: String) -> UInt8 {
    path.lowercased().hasSuffix(".tsv") ? UInt8(ascii: "\t") : UInt8(ascii: ",")
  }

  private enum ScanResult { case record, needsMore, end }

  /// Fields that every record must have, else it is an error; nil before the header is read.
  private var expectedFieldCount: Int?
  /// The physical line, counted from 1, on which the record begins.
  package private(set) var line: Int
  @usableFromInline package private(set) var fieldCount = 0

  private let source: ByteSource
  private let delimiter: UInt8
  private let recordLimit: Int
  @usableFromInline private(set) var buffer: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// Bytes of the buffer that hold data, and the offset in the source of its first one.
  private var filled = 0
  private var bufferOffset: Int
  private var reachedEnd = false
  /// Where the next record begins in the buffer, and on which line.
  private var position = 0
  private var nextLine: Int
  @usableFromInline private(set) var recordStart = 0
  @usableFromInline private(set) var recordEnd = 0
  @usableFromInline private(set) var fields: UnsafeMutablePointer<FieldSpan>
  private var fieldCapacity = 16
  /// Unquoted texts of fields with doubled quotes, each at the field's own offset, so that none moves another.
  @usableFromInline private(set) var scratch: UnsafeMutablePointer<UInt8>?
  private var scratchCapacity = 0

  /// Begins at an offset of the source, which is the start of a record on the given line. Every record must have
  /// `fieldCount` fields, if it is given.
  package init(
    source: ByteSource, delimiter: UInt8 = UInt8(ascii: ","), startingAt offset: Int = 0, line: Int = 1,
    fieldCount: Int? = nil, blockSize: Int = 1 << 20, recordLimit: Int = CSVReader.recordLimit
  ) {
    self.source = source
    self.delimiter = delimiter
    self.recordLimit = recordLimit
    self.line = line
    expectedFieldCount = fieldCount
    nextLine = line
    bufferOffset = offset
    // Enough for the byte order mark to be in the first block.
    capacity = max(4, blockSize)
    buffer = .allocate(capacity: capacity)
    fields = .allocate(capacity: fieldCapacity)
  }

  deinit {
    buffer.deallocate()
    fields.deallocate()
    scratch?.deallocate()
  }

  /// The byte offset of the record in the source: where another reader can begin.
  package var recordOffset: Int { bufferOffset + recordStart }

  /// The bytes of the record without its line end.
  @inlinable
  package var rawRecord: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer<UInt8>(start: UnsafePointer(buffer + recordStart), count: recordEnd - recordStart)
  }

  /// A field; the index must be below `fieldCount`.
  @inlinable
  package func field(_ index: Int) -> CSVField {
    let span = fields[index]
    let start = UnsafePointer(buffer + recordStart + Int(span.start))
    return CSVField(
      raw: UnsafeBufferPointer<UInt8>(start: start, count: Int(span.end - span.start)), isQuoted: span.quotes != .none)
  }

  /// The text of a field without its quotes; the index must be below `fieldCount`.
  @inlinable
  package func value(of index: Int) -> UnsafeBufferPointer<UInt8> {
    let span = fields[index]
    let start = UnsafePointer(buffer + recordStart + Int(span.start))
    let count = Int(span.end - span.start)
    switch span.quotes {
    case .none: return UnsafeBufferPointer<UInt8>(start: start, count: count)
    case .plain: return UnsafeBufferPointer<UInt8>(start: start + 1, count: count - 2)
    case .doubled: return unescaped(span)
    }
  }

  /// The physical line on which a field of the record begins.
  package func line(ofField index: Int) -> Int {
    var result = line
    for byte in rawRecord[..<Int(fields[index].start)] where byte == lineFeed { result += 1 }
    return result
  }

  /// The first line of the record, cut to the width of a screen, for messages.
  package var excerpt: String { Self.excerpt(of: rawRecord) }

  /// Reads the names of the columns; every later record must have as many fields.
  package mutating func readHeader() throws -> [String] {
    guard try next() else { throw CSVProblem.emptyFile(name: source.name).error }
    let unquoted = (0..<fieldCount).map { field($0) }.filter { !$0.isQuoted }
    if unquoted.contains(where: { $0.raw.contains(carriageReturn) }) {
      throw CSVProblem.loneCarriageReturn(CSVPlace(name: source.name, line: line)).error
    }
    var names: [String] = []
    var positions: [String: Int] = [:]
    for index in 0..<fieldCount {
      let position = index + 1
      guard let name = String(validating: value(of: index), as: UTF8.self) else {
        throw CSVProblem.columnNameNotText(place(ofField: index), position: position).error
      }
      if name.isEmpty { throw CSVProblem.unnamedColumn(place(ofField: index), position: position).error }
      if let first = positions.updateValue(position, forKey: name) {
        throw CSVProblem.duplicateColumn(place(ofField: index), name: name, first: first, second: position).error
      }
      names.append(name)
    }
    expectedFieldCount = fieldCount
    return names
  }

  /// Where a field of the record is, for messages.
  package func place(ofField index: Int) -> CSVPlace { CSVPlace(name: source.name, line: line(ofField: index)) }

  /// Reads one record; false at the end of the source.
  package mutating func next() throws -> Bool {
    while true {
      switch try scanRecord() {
      case .record:
        if let expectedFieldCount, fieldCount != expectedFieldCount {
          let place = CSVPlace(name: source.name, line: line)
          throw CSVProblem.ragged(place, expected: expectedFieldCount, found: fieldCount, excerpt: excerpt).error
        }
        return true
      case .end:
        fieldCount = 0
        return false
      case .needsMore: try fill()
      }
    }
  }

  // MARK: - Scanning

  /// Finds the fields of the record at `position`, from its start even if an earlier try ran out of data.
  private mutating func scanRecord() throws -> ScanResult {
    let bytes = UnsafePointer(buffer)
    let end = filled
    let delimiter = delimiter
    let start = position
    if start == end { return reachedEnd ? .end : .needsMore }
    var at = start
    var count = 0
    var lines = nextLine
    while true {
      if count == fieldCapacity { growFields() }
      let fieldStart = at
      var quotes = FieldSpan.Quotes.none
      if at < end, bytes[at] == quote {
        guard let close = try closingQuote(after: at, lines: &lines, quotes: &quotes) else { return .needsMore }
        at = close + 1
        if at < end {
          let isLineEnd = bytes[at] == carriageReturn && at + 1 < end && bytes[at + 1] == lineFeed
          if isLineEnd { at += 1 }
          if !isLineEnd, bytes[at] != delimiter, bytes[at] != lineFeed {
            if bytes[at] == carriageReturn, at + 1 == end, !reachedEnd { return .needsMore }
            throw textAfterQuote(openedOn: fieldStart, closedAt: close)
          }
        }
      } else {
        while at < end {
          let byte = bytes[at]
          if byte == delimiter || byte == lineFeed { break }
          at += 1
        }
      }
      if at == end, !reachedEnd { return .needsMore }
      let isLast = at == end || bytes[at] == lineFeed
      var fieldEnd = at
      if isLast, at < end {
        if at > fieldStart, bytes[at - 1] == carriageReturn { fieldEnd = at - 1 }
        lines += 1
      }
      fields[count] = FieldSpan(
        start: UInt32(truncatingIfNeeded: fieldStart - start), end: UInt32(truncatingIfNeeded: fieldEnd - start),
        quotes: quotes)
      count += 1
      if isLast {
        if fieldEnd - start > recordLimit { throw recordTooLarge() }
        finishRecord(start: start, end: fieldEnd, next: min(at + 1, end), nextLine: lines, fieldCount: count)
        return .record
      }
      at += 1
    }
  }

  private mutating func finishRecord(start: Int, end: Int, next: Int, nextLine: Int, fieldCount: Int) {
    recordStart = start
    recordEnd = end
    position = next
    line = self.nextLine
    self.nextLine = nextLine
    self.fieldCount = fieldCount
    if end - start > scratchCapacity, (0..<fieldCount).contains(where: { fields[$0].quotes == .doubled }) {
      scratch?.deallocate()
      scratchCapacity = end - start
      scratch = .allocate(capacity: scratchCapacity)
    }
  }

  /// The position of the quote that closes a field; nil if more data is needed to tell. Counts line ends on the way.
  private func closingQuote(after open: Int, lines: inout Int, quotes: inout FieldSpan.Quotes) throws -> Int? {
    quotes = .plain
    var at = open + 1
    while true {
      while at < filled, buffer[at] != quote {
        if buffer[at] == lineFeed { lines += 1 }
        at += 1
      }
      if at == filled {
        if !reachedEnd { return nil }
        let place = CSVPlace(name: source.name, line: nextLine + lineFeeds(before: open))
        let rest = ByteSlice(start: UnsafePointer(buffer + open), count: filled - open)
        throw CSVProblem.unclosedQuote(place, excerpt: Self.excerpt(of: rest)).error
      }
      if at + 1 == filled, !reachedEnd { return nil }
      guard at + 1 < filled, buffer[at + 1] == quote else { return at }
      quotes = .doubled
      at += 2
    }
  }

  /// Copies a field without the quotes around it and one of each pair inside.
  @usableFromInline
  func unescaped(_ span: FieldSpan) -> UnsafeBufferPointer<UInt8> {
    guard let scratch else { return ByteSlice(start: nil, count: 0) }
    let target = scratch + Int(span.start)
    let record = buffer + recordStart
    var from = Int(span.start) + 1
    let end = Int(span.end) - 1
    var count = 0
    while from < end {
      let byte = record[from]
      target[count] = byte
      count += 1
      from += byte == quote ? 2 : 1
    }
    return ByteSlice(start: UnsafePointer(target), count: count)
  }

  // MARK: - Memory

  /// Moves the record that is not complete yet to the front, and reads as much as fits behind it.
  private mutating func fill() throws {
    let rest = filled - position
    if position > 0 {
      buffer.update(from: buffer + position, count: rest)
      bufferOffset += position
      position = 0
      filled = rest
    }
    if filled == capacity {
      // One byte of line end more than a record may have, so that a record of just the limit is read.
      if capacity > recordLimit + 2 { throw recordTooLarge() }
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
      larger.update(from: buffer, count: filled)
      buffer.deallocate()
      buffer = larger
      capacity *= 2
    }
    let room = UnsafeMutableRawBufferPointer(start: buffer + filled, count: capacity - filled)
    let count = try source.read(at: bufferOffset + filled, into: room)
    let isStart = bufferOffset == 0 && filled == 0
    filled += count
    reachedEnd = count < room.count
    if isStart, filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF { position = 3 }
  }

  private mutating func growFields() {
    let larger = UnsafeMutablePointer<FieldSpan>.allocate(capacity: fieldCapacity * 2)
    larger.update(from: fields, count: fieldCapacity)
    fields.deallocate()
    fields = larger
    fieldCapacity *= 2
  }

  // MARK: - Problems

  private func lineFeeds(before end: Int) -> Int {
    var count = 0
    for index in position..<end where buffer[index] == lineFeed { count += 1 }
    return count
  }

  private func textAfterQuote(openedOn open: Int, closedAt close: Int) -> SpellError {
    let opened = nextLine + lineFeeds(before: open)
    let line = nextLine + lineFeeds(before: close)
    var start = close
    while start > position, buffer[start - 1] != lineFeed { start -= 1 }
    let rest = ByteSlice(start: UnsafePointer(buffer + start), count: filled - start)
    let place = CSVPlace(name: source.name, line: line)
    return CSVProblem.textAfterQuote(place, openedOnLine: opened, excerpt: Self.excerpt(of: rest)).error
  }

  /// Says whether an open quote makes the record so large: the last field of what was read of it would be quoted.
  private func recordTooLarge() -> SpellError {
    var lines = nextLine
    var opened: Int?
    var at = position
    while at < filled {
      if buffer[at] == quote {
        opened = opened == nil ? lines : nil
      } else if buffer[at] == lineFeed {
        lines += 1
      }
      at += 1
    }
    let place = CSVPlace(name: source.name, line: nextLine)
    return CSVProblem.recordTooLarge(place, limit: recordLimit, quoteOpenedOnLine: opened).error
  }

  /// The first line of some bytes, cut to 80 characters, control characters spelled out.
  private static func excerpt(of bytes: ByteSlice) -> String {
    let line = bytes.prefix(400).prefix { $0 != lineFeed }
    let text = DisplayText.escaped(ByteSlice(rebasing: line))
    let cut = text.prefix(80)
    return cut.endIndex == text.endIndex && line.count < 400 ? text : cut + "…"
  }
}

private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
