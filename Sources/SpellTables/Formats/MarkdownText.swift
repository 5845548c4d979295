import SpellCore

/// Text as Markdown writes it.
package enum MarkdownText {
  /// One line in which nothing is markup: a line break becomes `<br>`, what Markdown or a forge would take for its own
  /// gets a backslash, and other control characters are spelled out.
  package static func escaped(_ bytes: ByteSlice) -> String {
    // Not characters: a bar with a combining mark behind it is a bar all the same.
    let scalars = Array(String(bytes: bytes).unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      let next = index + 1 < scalars.count ? scalars[index + 1] : " "
      switch scalar {
      case "\r" where next == "\n": continue
      case "\n": result += "<br>"
      case "|", "\\", "`", "*", "[", "]", "<", "~", "$", "@": result += "\\\(scalar)"
      // Within a word it marks nothing, and names are full of it.
      case "_" where !isWithinWord(scalars, index): result += "\\_"
      case "&" where next == "#" || next.properties.isAlphabetic: result += "\\&"
      // An address becomes a link.
      case ":" where next == "/": result += "\\:"
      case "." where endsInWWW(scalars[..<index]): result += "\\."
      default: result.unicodeScalars.append(scalar)
      }
    }
    return withBytes(of: result) { DisplayText.escaped($0) }
  }

  /// Lines between fences that nothing in them can close, for what is shown as it is.
  package static func fenced(_ text: String, language: String) -> String {
    var longest = 2
    for line in text.split(whereSeparator: \.isNewline) {
      longest = max(longest, line.drop { $0 == " " }.prefix { $0 == "`" }.count)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return "\(fence)\(language)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)\n"
  }

  /// Whether letters or digits stand on both sides of the line that an underscore is part of.
  private static func isWithinWord(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard let before = scalars[..<index].last(where: { $0 != "_" }),
      let after = scalars[index...].first(where: { $0 != "_" })
    else { return false }
    return isWordPart(before) && isWordPart(after)
  }

  private static func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  private static func endsInWWW(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    scalars.suffix(3).count == 3 && scalars.suffix(3).allSatisfy { $0 == "w" || $0 == "W" }
  }
}
