/// Text made safe for a terminal.
package enum VisibleText {
  /// Spells out control characters as `\u{1b}`, and those that reorder or break lines, so that no text from a file, a
  /// database or a statement can move the cursor, colour the screen or pretend to be another.
  ///
  /// `spelling` says how a control character is spelled.
  package static func escaped(_ text: String, spelling: (Unicode.Scalar) -> String = escape) -> String {
    if !text.unicodeScalars.contains(where: isControl) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        result += spelling(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The same for a text of several lines, whose ends stay.
  package static func escapedLines(_ text: String) -> String {
    escaped(text) { $0 == "\n" ? "\n" : escape($0) }
  }

  /// `\u{1b}`
  package static func escape(_ scalar: Unicode.Scalar) -> String { "\\u{\(String(scalar.value, radix: 16))}" }

  /// `U+001B`, as messages name a character.
  package static func codePoint(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// C0, delete and C1; line and paragraph separators; embeddings, overrides and isolates of writing direction.
  package static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
