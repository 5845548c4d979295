import SpellCore
import SpellLanguage

/// The line of a command, taken apart: `\set :city 'New York'`.
package struct MetaLine: Sendable {
  /// A part of the line and where it stands.
  package struct Word: Sendable, Equatable {
    /// Without the `\` or the quotes.
    package var text: String
    package var span: SourceSpan
  }

  package let source: SourceText
  /// Without blanks at the end, and without a `;` there, which fingers add by habit.
  package let span: SourceSpan
  package let name: Word
  package let arguments: [Word]

  /// The span begins at a `\` and goes to the end of the line. Blanks separate arguments; one that begins with a `'`
  /// goes to the next, and `''` stands for a quote inside. The value of `name='New York'` may have quotes, too.
  package init(_ source: SourceText, _ span: SourceSpan) {
    let bytes = source.bytes
    var end = span.end
    while end > span.start, isBlank(bytes[end - 1]) { end -= 1 }
    if end > span.start + 1, bytes[end - 1] == UInt8(ascii: ";") { end -= 1 }
    while end > span.start, isBlank(bytes[end - 1]) { end -= 1 }
    self.source = source
    self.span = SourceSpan(span.start, end)
    var words: [Word] = []
    var position = span.start + 1
    var nameEnd = position
    while nameEnd < end, !isBlank(bytes[nameEnd]) { nameEnd += 1 }
    name = Word(
      text: String(decoding: bytes[position..<nameEnd], as: UTF8.self), span: SourceSpan(span.start, nameEnd))
    position = nameEnd
    while true {
      while position < end, isBlank(bytes[position]) { position += 1 }
      guard position < end else { break }
      let rest = bytes[position..<end]
      let word = quotedWord(rest) ?? quotedValue(rest) ?? plainWord(rest)
      words.append(word)
      position = word.span.end
    }
    arguments = words
  }

  /// Whether a part was written in quotes.
  func isQuoted(_ word: Word) -> Bool { source.bytes[word.span.start] == UInt8(ascii: "'") }

  /// The place of a part, for messages.
  func location(_ word: Word) -> SourceLocation { SourceLocation(source: source, span: word.span) }
}

private func isBlank(_ byte: UInt8) -> Bool { Lexer.isBlank(byte) }

private func plainWord(_ bytes: ArraySlice<UInt8>) -> MetaLine.Word {
  let text = bytes.prefix { !isBlank($0) }
  return MetaLine.Word(text: String(decoding: text, as: UTF8.self), span: SourceSpan(text.startIndex, text.endIndex))
}

/// Nil if no quote begins here, or it is not closed, or something hangs on it.
private func quotedWord(_ bytes: ArraySlice<UInt8>) -> MetaLine.Word? {
  let quote = UInt8(ascii: "'")
  guard bytes.first == quote else { return nil }
  var text: [UInt8] = []
  var index = bytes.startIndex + 1
  while index < bytes.endIndex {
    if bytes[index] == quote {
      let isDoubled = index + 1 < bytes.endIndex && bytes[index + 1] == quote
      if !isDoubled {
        guard index + 1 == bytes.endIndex || isBlank(bytes[index + 1]) else { return nil }
        return MetaLine.Word(
          text: String(decoding: text, as: UTF8.self), span: SourceSpan(bytes.startIndex, index + 1))
      }
      index += 1
    }
    text.append(bytes[index])
    index += 1
  }
  return nil
}

/// `name='New York'`; nil for anything else.
private func quotedValue(_ bytes: ArraySlice<UInt8>) -> MetaLine.Word? {
  let name = bytes.prefix { !isBlank($0) && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "'") }
  guard !name.isEmpty, name.endIndex < bytes.endIndex, bytes[name.endIndex] == UInt8(ascii: "="),
    let value = quotedWord(bytes[(name.endIndex + 1)...])
  else { return nil }
  return MetaLine.Word(
    text: String(decoding: name, as: UTF8.self) + "=" + value.text, span: SourceSpan(bytes.startIndex, value.span.end))
}
