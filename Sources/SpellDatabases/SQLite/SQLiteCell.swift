import CSQLite
import SpellCore

/// What one stored value is, by its storage class. The rules for a whole table are in `SQLiteCellReader`.
enum SQLiteCell {
  /// The bytes of a text, valid until the statement moves on.
  @inline(__always)
  static func text(_ value: OpaquePointer?) -> ByteSlice {
    // The text first: it may have to be converted, and only then is its length known.
    let start = sqlite3_value_text(value)
    return ByteSlice(start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(value)))
  }

  static func blob(_ value: OpaquePointer?) -> ByteSlice {
    guard let start = sqlite3_value_blob(value) else { return ByteSlice(start: nil, count: 0) }
    return ByteSlice(start: start.assumingMemoryBound(to: UInt8.self), count: Int(sqlite3_value_bytes(value)))
  }

  /// A double, or an integer that a double holds exactly along with its neighbours.
  @inline(__always)
  static func double(_ value: OpaquePointer?, _ storageClass: Int32) -> Double? {
    if storageClass == SQLITE_FLOAT { return sqlite3_value_double(value) }
    guard storageClass == SQLITE_INTEGER else { return nil }
    let integer = sqlite3_value_int64(value)
    return integer.magnitude <= 1 << 53 ? Double(integer) : nil
  }

  /// Microseconds since 1970 of an integer or a double in a unit; a double is rounded up, for a stored time never moves
  /// backward. nil beyond the years 0001 to 9999: milliseconds taken for seconds end there.
  @inline(__always)
  static func unixTime(_ value: OpaquePointer?, _ storageClass: Int32, unit: Int64) -> Int64? {
    if storageClass == SQLITE_INTEGER {
      let (moment, overflow) = sqlite3_value_int64(value).multipliedReportingOverflow(by: unit)
      return !overflow && moments.contains(moment) ? moment : nil
    }
    guard storageClass == SQLITE_FLOAT else { return nil }
    let count = sqlite3_value_double(value)
    // Also false for infinities; keeps all that follows within 64 bits.
    guard count.magnitude < 1e18 / Double(unit) else { return nil }
    let whole = count.rounded(.down)
    let rest = ((count - whole) * Double(unit)).rounded(.up)
    let moment = Int64(whole) * unit + Int64(rest)
    return moments.contains(moment) ? moment : nil
  }

  /// Microseconds since 1970 of a Julian day number. A double of today's size has a grain of 0.04 ms, so the
  /// millisecond is what it can tell.
  static func julianDay(_ value: OpaquePointer?, _ storageClass: Int32) -> Int64? {
    guard storageClass == SQLITE_FLOAT || storageClass == SQLITE_INTEGER else { return nil }
    let days = sqlite3_value_double(value) - julianDayOf1970
    guard days.magnitude < 1e7 else { return nil }
    let moment = Int64((days * 86_400_000).rounded()) * 1000
    return moments.contains(moment) ? moment : nil
  }

  static let julianDayOf1970 = 2_440_587.5

  /// From the start of the year 0001 to the end of 9999.
  private static let moments: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

  /// Whether a text is UTF-8: SQLite stores whatever it was given.
  @inline(__always)
  static func isValidUTF8(_ text: ByteSlice) -> Bool {
    var position = 0
    if let start = UnsafeRawPointer(text.baseAddress) {
      while position &+ 8 <= text.count {
        if start.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { break }
        position &+= 8
      }
    }
    while position < text.count {
      if text[position] >= 0x80 { return isValidUTF8Beyond(text) }
      position &+= 1
    }
    return true
  }

  @inline(never)
  private static func isValidUTF8Beyond(_ text: ByteSlice) -> Bool {
    (try? UTF8Span(validating: text.span)) != nil
  }

  /// Whether a decimal is surely canonical already: digits from a non-zero one on, then perhaps a fraction.
  static func isPlainDecimal(_ text: ByteSlice) -> Bool {
    var position = text.first == UInt8(ascii: "-") ? 1 : 0
    guard position < text.count, case UInt8(ascii: "1")...UInt8(ascii: "9") = text[position] else { return false }
    position = endOfDigits(text, from: position)
    if position == text.count { return true }
    guard text[position] == UInt8(ascii: "."), position + 1 < text.count else { return false }
    return endOfDigits(text, from: position + 1) == text.count
  }

  private static func endOfDigits(_ text: ByteSlice, from start: Int) -> Int {
    var position = start
    while position < text.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = text[position] { position += 1 }
    return position
  }

  /// The most bytes of a stored value that a message shows.
  private static let shownBytes = 200

  /// Gives a value as a message shows it: numbers and texts as they are, a blob as `x'...'`, cut to 200 bytes.
  static func withShownText<R>(_ value: OpaquePointer?, _ storageClass: Int32, _ body: (ByteSlice) -> R) -> R {
    if storageClass == SQLITE_TEXT {
      let text = text(value)
      var count = min(text.count, shownBytes)
      // Not in the middle of a character.
      while count < text.count, count > 0, text[count] & 0xC0 == 0x80 { count -= 1 }
      return body(ByteSlice(rebasing: text[..<count]))
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: shownBytes) { buffer in
      guard let start = buffer.baseAddress else { return body(ByteSlice(start: nil, count: 0)) }
      let count =
        switch storageClass {
        case SQLITE_INTEGER: NumberText.writeInt(sqlite3_value_int64(value), to: start)
        case SQLITE_FLOAT: NumberText.writeFloat(sqlite3_value_double(value), to: start)
        default: writeBlob(blob(value), to: start)
        }
      return body(ByteSlice(start: start, count: count))
    }
  }

  private static func writeBlob(_ blob: ByteSlice, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
    let digits = StaticString("0123456789abcdef").utf8Start
    bytes[0] = UInt8(ascii: "x")
    bytes[1] = UInt8(ascii: "'")
    var count = 2
    for byte in blob.prefix((shownBytes - 3) / 2) {
      bytes[count] = digits[Int(byte >> 4)]
      bytes[count + 1] = digits[Int(byte & 15)]
      count += 2
    }
    bytes[count] = UInt8(ascii: "'")
    return count + 1
  }
}
