import SpellCore

/// Text as it may be shown to a person: it cannot move the cursor, change colours or reorder what is around it.
enum DisplayText {
  /// The text with control characters spelled out: `\n`, `\t`, `\r`, else `\u{1b}`; malformed UTF-8 becomes U+FFFD.
  static func escaped(_ bytes: ByteSlice) -> String {
    VisibleText.escaped(String(bytes: bytes)) { scalar in
      switch scalar {
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      default: VisibleText.escape(scalar)
      }
    }
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
