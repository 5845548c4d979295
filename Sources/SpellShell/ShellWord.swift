import SpellCore
import SpellLanguage

/// The few words that the shell itself understands, alone on a line.
package enum ShellWord {
  case edit
  case help
  case quit

  /// The word of a line, or nil. Case does not matter, and neither does a `;`, which fingers add by habit. While a
  /// statement is open (`open`) only those with a `\` are words, and not within quotes or a comment.
  package init?(line: String, open: StatementSplitter.Open? = nil) {
    var word = line[...]
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    word = word.drop(while: isBlank)
    while let last = word.last, isBlank(last) { word.removeLast() }
    if word.last == ";" { word.removeLast() }
    while let last = word.last, isBlank(last) { word.removeLast() }
    switch word.lowercased() {
    case "help" where open == nil: self = .help
    case "exit" where open == nil, "quit" where open == nil: self = .quit
    case _ where open.map { !ShellWord.canStand(within: $0) } ?? false: return nil
    case "\\?" where open != nil: self = .help
    case "\\q": self = .quit
    case "\\e", "\\edit": self = .edit
    default: return nil
    }
  }

  /// Within quotes or a comment the word is a part of them.
  private static func canStand(within open: StatementSplitter.Open) -> Bool {
    open == .statement || open == .parenthesis
  }
}
