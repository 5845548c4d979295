import SpellCore

/// Text as Markdown writes it.
package enum MarkdownText {
  /// One line in which nothing is markup: a line break becomes `<br>`, what Markdown or a forge would take for its own
  /// gets a backslash, and other control characters are spelled out.
  package static func escaped(_ bytes: ByteSlice) -> String {
    let characters = Array(String(bytes: bytes))
    var result = ""
    for (index, character) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : " "
      switch character {
      case "\n", "\r\n": result += "<br>"
      case "|", "\\", "`", "*", "[", "]", "<", "~", "$", "@": result += "\\\(character)"
      // Within a word it marks nothing, and names are full of it.
      case "_" where !isWithinWord(characters, index): result += "\\_"
      case "&" where next == "#" || next.isLetter: result += "\\&"
      // An address becomes a link.
      case ":" where next == "/": result += "\\:"
      case "." where endsInWWW(characters[..<index]): result += "\\."
      default: result.append(character)
      }
    }
    return withBytes(of: result) { DisplayText.escaped($0) }
  }

  /// Lines between fences that nothing in them can close, for what is shown as it is.
  package static func fenced(_ text: String, language: String) -> String {
    var longest = 2
    for line in text.split(separator: "\n") {
      longest = max(longest, line.drop { $0 == " " }.prefix { $0 == "`" }.count)
    }
    let fence = String(repeating: "`", count: longest + 1)
    return "\(fence)\(language)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)\n"
  }

  /// Whether letters or digits stand on both sides of the line that an underscore is part of.
  private static func isWithinWord(_ characters: [Character], _ index: Int) -> Bool {
    guard let before = characters[..<index].last(where: { $0 != "_" }),
      let after = characters[index...].first(where: { $0 != "_" })
    else { return false }
    return isWordPart(before) && isWordPart(after)
  }

  private static func isWordPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }

  private static func endsInWWW(_ characters: ArraySlice<Character>) -> Bool {
    characters.suffix(3).count == 3 && characters.suffix(3).allSatisfy { $0 == "w" || $0 == "W" }
  }
}
