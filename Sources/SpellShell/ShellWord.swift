import SpellCore

/// The few words that the shell itself understands, alone on a line while no statement is open.
package enum ShellWord {
  case help
  case quit

  /// The word of a line, or nil. Case does not matter, and neither does a `;`, which fingers add by habit.
  package init?(line: String) {
    var word = line[...]
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    word = word.drop(while: isBlank)
    while let last = word.last, isBlank(last) { word.removeLast() }
    if word.last == ";" { word.removeLast() }
    while let last = word.last, isBlank(last) { word.removeLast() }
    switch word.lowercased() {
    case "help": self = .help
    case "exit", "quit", "\\q": self = .quit
    default: return nil
    }
  }
}
