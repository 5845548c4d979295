import SpellCore
import SpellLanguage

/// The text in front of the cursor.
package enum Prompt {
  /// The prompt of a new statement: `flights.db (read-only)> `. The label may be a file's name, which can hold all.
  package static func ready(label: String, writable: Bool) -> String {
    "\(VisibleText.escaped(label)) (\(writable ? "writable" : "read-only"))> "
  }

  /// The prompt of a further line: as wide as the first, so that the lines of a statement stand under each other. Its
  /// mark says what is open.
  package static func continuation(under first: String, open: StatementSplitter.Open) -> String {
    let text = mark(of: open) + "> "
    let missing = max(0, DisplayWidth.cells(of: first) - text.utf8.count)
    return String(repeating: " ", count: missing) + text
  }

  private static func mark(of open: StatementSplitter.Open) -> String {
    switch open {
    case .statement: "..."
    case .text: "'"
    case .name: "\""
    case .parenthesis: "("
    case .comment: "*"
    }
  }
}
