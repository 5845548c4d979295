/// A text with a name: a script, a metadata file, standard input, the argument of `-c`.
package final class SourceText: Sendable {
  /// What a diagnostic shows before the line number: a path, `<stdin>` or `-c`.
  package let name: String
  package let bytes: [UInt8]

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  package convenience init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }

  /// The text of a span.
  package func text(_ span: SourceSpan) -> String {
    let low = max(0, min(span.start, bytes.count))
    let high = max(low, min(span.end, bytes.count))
    return String(decoding: bytes[low..<high], as: UTF8.self)
  }

  /// The place of a byte: both numbers start at 1, the column counts Unicode scalars.
  package func position(of offset: Int) -> (line: Int, column: Int) {
    let end = max(0, min(offset, bytes.count))
    var line = 1
    var lineStart = 0
    for index in 0..<end where bytes[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    var column = 1
    for byte in bytes[lineStart..<end] where byte & 0xC0 != 0x80 { column += 1 }
    return (line, column)
  }

  /// The line that holds a byte, without its line end, and the offset at which it starts.
  package func line(at offset: Int) -> (text: String, start: Int) {
    var start = max(0, min(offset, bytes.count))
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return (String(decoding: bytes[start..<end], as: UTF8.self), start)
  }
}

/// A range of bytes in a `SourceText`.
package struct SourceSpan: Sendable, Hashable {
  package var start: Int
  package var end: Int

  package init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// The span from the start of one to the end of another.
  package func through(_ other: SourceSpan) -> SourceSpan { SourceSpan(start, max(end, other.end)) }
}

/// A span and the text that it is in.
package struct SourceLocation: Sendable {
  package let source: SourceText
  package let span: SourceSpan

  package init(source: SourceText, span: SourceSpan) {
    self.source = source
    self.span = span
  }

  /// `metadata.yml:12:3`, as messages refer to a second place.
  package var place: String {
    let position = source.position(of: span.start)
    return "\(source.name):\(position.line):\(position.column)"
  }

  /// `metadata.yml:12`, for DESCRIBE.
  package var fileAndLine: String { "\(source.name):\(source.position(of: span.start).line)" }
}
