import SpellCore

/// A line of the history file taken apart in place: most lines of a search are looked at and dropped.
///
/// Members that are not known are passed over, so that a later version may add some.
struct HistoryLine {
  private let bytes: ByteSlice
  private var engine: JSONMembers.Value?
  private var text: JSONMembers.Value?
  private var rows: JSONMembers.Value?
  private var milliseconds: JSONMembers.Value?
  private(set) var succeeded = false
  /// When it ended, in microseconds of UTC.
  private(set) var time: Int64 = 0

  /// Nil if the line is damaged.
  init?(_ bytes: ByteSlice) {
    self.bytes = bytes
    var members = JSONMembers(bytes)
    var timeText: JSONMembers.Value?
    var outcome: JSONMembers.Value?
    let isObject = members.read { name, value in
      switch (name.count, value.kind) {
      case (4, .text) where name.elementsEqual("time".utf8): timeText = value
      case (4, .text) where name.elementsEqual("text".utf8): text = value
      case (6, .text) where name.elementsEqual("engine".utf8): engine = value
      case (4, .number) where name.elementsEqual("rows".utf8): rows = value
      case (12, .number) where name.elementsEqual("milliseconds".utf8): milliseconds = value
      case (2, .word) where name.elementsEqual("ok".utf8): outcome = value
      default: break
      }
    }
    guard isObject, text != nil, let outcome, let timeText,
      case .success(let time) = TimeText.parse(slice(timeText), zone: .utc, reading: .label),
      Instant(microseconds: time).isFinite
    else { return nil }
    self.time = time
    succeeded = bytes[outcome.start] == UInt8(ascii: "t")
  }

  /// Whether the text contains another one, ASCII letters being the same in either case.
  func contains(_ needle: HistoryNeedle) -> Bool {
    guard let text else { return false }
    let isFoundAsWritten = needle.isFound(in: slice(text))
    if !text.hasEscapes { return isFoundAsWritten }
    // Nearly always: what is not among the bytes as they are written is not in the text either.
    if !isFoundAsWritten && needle.isPlain && !text.hasNeedlessEscapes { return false }
    return JSONMembers.unescaped(slice(text)).withUnsafeBufferPointer { needle.isFound(in: $0) }
  }

  /// Whether it was run on a database, given as of `Session.enginePlace`.
  func isOf(engine place: String) -> Bool { engine.map { string($0) == place } ?? false }

  /// The statement or command.
  var string: String { text.map(string) ?? "" }

  var entry: HistoryEntry {
    HistoryEntry(
      time: time, engine: engine.map(string), succeeded: succeeded,
      milliseconds: milliseconds.flatMap(integer) ?? 0, rows: rows.flatMap(integer), text: string)
  }

  private func slice(_ value: JSONMembers.Value) -> ByteSlice { ByteSlice(rebasing: bytes[value.start..<value.end]) }

  private func integer(_ value: JSONMembers.Value) -> Int? { NumberText.parseInt(slice(value)).map { Int($0) } }

  private func string(_ value: JSONMembers.Value) -> String {
    value.hasEscapes
      ? String(decoding: JSONMembers.unescaped(slice(value)), as: UTF8.self) : String(bytes: slice(value))
  }
}

/// A text that is looked for in many.
struct HistoryNeedle {
  private let bytes: [UInt8]
  /// Whether none of its characters is escaped in JSON.
  let isPlain: Bool

  init(_ text: String) {
    bytes = text.utf8.map(HistoryNeedle.lower)
    isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
  }

  func isFound(in text: ByteSlice) -> Bool {
    bytes.withUnsafeBufferPointer { needle in
      guard let first = needle.first else { return true }
      var start = 0
      while start + needle.count <= text.count {
        var length = 0
        if Self.lower(text[start]) == first {
          length = 1
          while length < needle.count, Self.lower(text[start + length]) == needle[length] { length += 1 }
        }
        if length == needle.count { return true }
        start += 1
      }
      return false
    }
  }

  @inline(__always)
  private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
}
