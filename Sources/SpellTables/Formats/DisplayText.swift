import SpellCore

/// Text as it may be shown to a person: it cannot move the cursor, change colours or reorder what is around it.
enum DisplayText {
  /// The text with control characters spelled out: `\n`, `\t`, `\r`, else `\u{1b}`; malformed UTF-8 becomes U+FFFD.
  static func escaped(_ bytes: ByteSlice) -> String {
    let text = String(bytes: bytes)
    guard text.unicodeScalars.contains(where: VisibleText.isControl) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if !VisibleText.isControl(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        switch scalar {
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        default: result += "\\u{\(String(scalar.value, radix: 16))}"
        }
      }
    }
    return result
  }

  /// The text cut to a number of cells, the last of which is then the mark.
  static func cut(_ text: String, to cells: Int, mark: String) -> String {
    if DisplayWidth.cells(of: text) <= cells { return text }
    var result = ""
    var used = 0
    for character in text {
      let width = DisplayWidth.cells(of: String(character))
      if used + width > cells - 1 { break }
      result.append(character)
      used += width
    }
    return result + mark
  }
}
