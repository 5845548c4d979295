/// A CSV text read for a test's expectations: RFC 4180, and it remembers which fields were quoted.
public struct CSVText: Sendable {
  /// A field without its quotes.
  public struct Field: Sendable, Equatable {
    /// The text, quotes undone.
    public var text: String
    /// Tells `""` (empty text) from nothing (NULL).
    public var quoted: Bool
  }

  /// The first record.
  public let header: [String]
  /// The other records.
  public let records: [[Field]]

  /// Reads the text; line ends may be LF or CRLF.
  public init(_ text: String, delimiter: UInt8 = UInt8(ascii: ",")) {
    var all: [[Field]] = []
    var record: [Field] = []
    var field: [UInt8] = []
    var quoted = false
    var inside = false
    let bytes = Array(text.utf8)
    var index = 0

    func endField() {
      record.append(Field(text: String(decoding: field, as: UTF8.self), quoted: quoted))
      field = []
      quoted = false
    }
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if inside {
        if byte != UInt8(ascii: "\"") {
          field.append(byte)
        } else if index < bytes.count && bytes[index] == UInt8(ascii: "\"") {
          field.append(byte)
          index += 1
        } else {
          inside = false
        }
      } else if byte == UInt8(ascii: "\"") {
        inside = true
        quoted = true
      } else if byte == delimiter {
        endField()
      } else if byte == UInt8(ascii: "\n") {
        endField()
        all.append(record)
        record = []
      } else if byte != UInt8(ascii: "\r") {
        field.append(byte)
      }
    }
    if !field.isEmpty || !record.isEmpty || quoted {
      endField()
      all.append(record)
    }
    header = all.first?.map(\.text) ?? []
    records = Array(all.dropFirst())
  }

  /// The texts of one column; an unquoted empty field is nil. Nil when the header has no such name.
  public func column(_ name: String) -> [String?]? {
    guard let position = header.firstIndex(of: name) else { return nil }
    return records.map { record in
      guard position < record.count else { return nil }
      return record[position].text.isEmpty && !record[position].quoted ? nil : record[position].text
    }
  }
}
