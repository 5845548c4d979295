import SpellCore
import SpellLanguage

/// The few words that the shell itself understands, alone on a line.
package enum ShellWord {
  case edit
  case help
  case quit

  /// The word of a line, or nil. Case does not matter, and neither does a `;`, which fingers add by habit. While a
  /// statement is open (`open`) only `edit` is one, and not within quotes or a comment.
  package init?(line: String, open: StatementSplitter.Open? = nil) {
    var word = line[...]
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    word = word.drop(while: isBlank)
    while let last = word.last, isBlank(last) { word.removeLast() }
    if word.last == ";" { word.removeLast() }
    while let last = word.last, isBlank(last) { word.removeLast() }
    switch word.lowercased() {
    case "help" where open == nil: self = .help
    case "exit" where open == nil, "quit" where open == nil, "\\q" where open == nil: self = .quit
    case "\\e" where ShellWord.canEdit(open), "\\edit" where ShellWord.canEdit(open): self = .edit
    default: return nil
    }
  }

  /// Within quotes or a comment the word is a part of them.
  private static func canEdit(_ open: StatementSplitter.Open?) -> Bool {
    open == nil || open == .statement || open == .parenthesis
  }
}
