/// Text made safe for a terminal.
package enum VisibleText {
  /// Spells out control characters as `\u{1b}`, and those that reorder or break lines, so that no text from a file, a
  /// database or a statement can move the cursor, colour the screen or pretend to be another.
  package static func escaped(_ text: String) -> String {
    if !text.unicodeScalars.contains(where: isControl) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isControl(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// C0, delete and C1; line and paragraph separators; embeddings, overrides and isolates of writing direction.
  package static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
