import SpellCore

/// Reads the values of one result column, in PostgreSQL's binary or text form, and hands them to the writer of cells.
package struct PostgresCellReader {
  let type: PostgresType
  package let writer: CellWriter

  package init(type: PostgresType, writer: CellWriter) {
    self.type = type
    self.writer = writer
  }

  /// Microseconds and days from 1970-01-01 to 2000-01-01, where PostgreSQL counts from.
  private static let epochMicroseconds: Int64 = 946_684_800_000_000
  private static let epochDays: Int64 = 10_957

  /// Reads a value of a result, NULL included; returns the number of bytes that the cell holds beside its word, or nil
  /// if the bytes are none of the type.
  func read(_ result: PostgresResult, _ resultRow: Int, _ column: Int, isBinary: Bool, row: Int) -> Int? {
    result.withBytes(resultRow, column) { value in
      guard let value, let start = value.baseAddress else { return writer.setNull(row) }
      return isBinary ? read(binary: start, count: value.count, of: type, row: row) : read(text: value, row: row)
    }
  }

  // MARK: - Binary

  /// Reads a column of so many rows of a copy into the rows from `start` on; returns the number of bytes that the cells
  /// hold beside their words, or nil if some bytes are none of the type.
  package func read(_ cells: PostgresCopyParser.ColumnCells, rows: Range<Int>, into start: Int) -> Int? {
    // A loop for each of the common types, which it need not ask for any more.
    switch type {
    case .int8: each(cells, rows, start) { read(binary: $0, count: $1, of: .int8, row: $2) }
    case .int4: each(cells, rows, start) { read(binary: $0, count: $1, of: .int4, row: $2) }
    case .float8: each(cells, rows, start) { read(binary: $0, count: $1, of: .float8, row: $2) }
    case .text: each(cells, rows, start) { read(binary: $0, count: $1, of: .text, row: $2) }
    case .timestampWithZone: each(cells, rows, start) { read(binary: $0, count: $1, of: .timestampWithZone, row: $2) }
    default: each(cells, rows, start) { read(binary: $0, count: $1, of: type, row: $2) }
    }
  }

  @inline(__always)
  private func each(
    _ cells: PostgresCopyParser.ColumnCells, _ rows: Range<Int>, _ start: Int,
    _ read: (UnsafeRawPointer, Int, Int) -> Int?
  ) -> Int? {
    var held = 0
    for (target, row) in zip(start..., rows) {
      let cell = cells[row]
      let count = Int(Self.integer(cell, Int32.self))
      if count < 0 {
        held &+= writer.setNull(target)
      } else {
        guard let bytes = read(cell + 4, count, target) else { return nil }
        held &+= bytes
      }
    }
    return held
  }

  /// Reads a value that is not NULL; returns the number of bytes that the cell holds beside its word, or nil if the
  /// bytes are none of the type.
  @inline(__always)
  private func read(binary bytes: UnsafeRawPointer, count: Int, of type: PostgresType, row: Int) -> Int? {
    switch type {
    case .int8 where count == 8: writer.set(row, integer: Self.integer(bytes, Int64.self))
    case .int4 where count == 4: writer.set(row, integer: Int64(Self.integer(bytes, Int32.self)))
    case .float8 where count == 8:
      writer.set(row, double: Double(bitPattern: UInt64(bitPattern: Self.integer(bytes, Int64.self))))
    case .text: writer.set(row, text: Self.slice(bytes, count))
    case .timestampWithZone where count == 8:
      writer.set(row, instant: Self.moment(Self.integer(bytes, Int64.self)))
    case .timestamp where count == 8: writer.set(row, localTime: Self.moment(Self.integer(bytes, Int64.self)))
    case .bool where count == 1: writer.set(row, bool: bytes.load(as: UInt8.self) != 0)
    default: readRarely(binary: bytes, count: count, row: row)
    }
  }

  @inline(never)
  private func readRarely(binary bytes: UnsafeRawPointer, count: Int, row: Int) -> Int? {
    switch type {
    case .int2 where count == 2: return writer.set(row, integer: Int64(Self.integer(bytes, Int16.self)))
    case .float4 where count == 4:
      let single = Float(bitPattern: UInt32(bitPattern: Self.integer(bytes, Int32.self)))
      return writer.set(row, double: StoredNumber.double(single))
    case .numeric:
      guard let text = PostgresNumeric.text(Self.slice(bytes, count)) else { return nil }
      return text.withUnsafeBufferPointer { writer.set(row, decimal: $0) }
    case .paddedText: return writer.set(row, text: Self.withoutPadding(Self.slice(bytes, count)))
    case .uuid where count == 16: return writer.set(row, uuid: Self.slice(bytes, count))
    // The first byte is the number of the format.
    case .jsonb where count >= 1: return writer.set(row, text: Self.slice(bytes + 1, count - 1))
    case .bytes: return writer.set(row, blob: Self.slice(bytes, count))
    case .date where count == 4:
      let days = Self.integer(bytes, Int32.self)
      return writer.set(row, days: days == .max ? .max : days == .min ? .min : Int64(days) + Self.epochDays)
    default: return nil
    }
  }

  @inline(__always)
  private static func integer<Integer: FixedWidthInteger>(_ bytes: UnsafeRawPointer, _: Integer.Type) -> Integer {
    Integer(bigEndian: bytes.loadUnaligned(as: Integer.self))
  }

  @inline(__always)
  private static func slice(_ bytes: UnsafeRawPointer, _ count: Int) -> ByteSlice {
    ByteSlice(start: bytes.assumingMemoryBound(to: UInt8.self), count: count)
  }

  /// The two ends are the infinities; what lies beyond them after the shift is no moment that anybody can tell.
  @inline(__always)
  private static func moment(_ microseconds: Int64) -> Int64 {
    if microseconds == .max || microseconds == .min { return microseconds }
    let (moment, overflow) = microseconds.addingReportingOverflow(epochMicroseconds)
    return overflow ? .max - 1 : moment
  }

  /// Blanks at the end of a `char(n)` are padding.
  private static func withoutPadding(_ text: ByteSlice) -> ByteSlice {
    var count = text.count
    while count > 0, text[count - 1] == UInt8(ascii: " ") { count -= 1 }
    return ByteSlice(rebasing: text[..<count])
  }

  // MARK: - Text

  /// Reads a value that is not NULL; returns the number of bytes that the cell holds beside its word.
  func read(text: ByteSlice, row: Int) -> Int {
    switch type {
    case .bool: return writer.set(row, bool: text.first == UInt8(ascii: "t"))
    case .int2, .int4, .int8:
      guard let integer = NumberText.parseInt(text) else { break }
      return writer.set(row, integer: integer)
    case .float4:
      guard let double = NumberText.parseFloat(text) ?? StoredNumber.named(text) else { break }
      return writer.set(row, double: StoredNumber.double(Float(double)))
    case .float8:
      guard let double = NumberText.parseFloat(text) ?? StoredNumber.named(text) else { break }
      return writer.set(row, double: double)
    case .numeric: return writer.set(row, decimal: text)
    case .text, .jsonb, .uuid, .other: return writer.set(row, text: text)
    case .paddedText: return writer.set(row, text: Self.withoutPadding(text))
    case .bytes:
      guard let bytes = ByteText.bytes(text) else { break }
      return bytes.withUnsafeBufferPointer { writer.set(row, blob: $0) }
    case .date:
      if text.last == UInt8(ascii: "y") { return writer.set(row, days: text[0] == UInt8(ascii: "-") ? .min : .max) }
      guard case .success(let days) = TimeText.parseDate(text) else { break }
      return writer.set(row, days: days)
    case .timestamp:
      guard case .success(let local) = TimeText.parse(text, zone: .utc, reading: .stored) else { break }
      return writer.set(row, localTime: local)
    case .timestampWithZone:
      guard case .success(let instant) = TimeText.parse(text, zone: .utc, reading: .stored) else { break }
      return writer.set(row, instant: instant)
    }
    return writer.refuse(row, text)
  }
}
