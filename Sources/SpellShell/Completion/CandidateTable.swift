import SpellCore

/// Candidates as lines of text for a terminal.
package enum CandidateTable {
  /// A few candidates stand one to a line, with their descriptions; more of them in as many columns as fit. Lines end
  /// with a newline and are no wider than the terminal where the names allow it.
  package static func text(_ result: CompletionResult, width: Int, height: Int) -> String {
    let names = result.candidates.map { VisibleText.escaped($0.text) }
    let kinds = result.candidates.map { $0.type.isEmpty ? $0.kind.rawValue : "\($0.kind.rawValue) \($0.type)" }
    let nameWidth = names.reduce(0) { max($0, DisplayWidth.cells(of: $1)) }
    let kindWidth = kinds.reduce(0) { max($0, DisplayWidth.cells(of: $1)) }
    let cells = zip(names, kinds).map { padded($0, to: nameWidth) + "  " + padded($1, to: kindWidth) }
    let cellWidth = nameWidth + 2 + kindWidth
    let isShort = cells.count <= max(1, height / 2)
    let lines =
      isShort
      ? zip(cells, result.candidates).map { described($0, $1, width: width) }
      : columns(cells, cellWidth: cellWidth, width: width)
    let hidden = result.count - result.candidates.count
    let note = hidden > 0 ? ["… and \(hidden) more of \(result.count)"] : []
    return (lines.map { trimmed($0) } + note).map { $0 + "\n" }.joined()
  }

  private static func described(_ cell: String, _ candidate: Candidate, width: Int) -> String {
    guard !candidate.description.isEmpty else { return cell }
    let room = width - 1 - DisplayWidth.cells(of: cell) - 2
    var text = ""
    var used = 0
    let description = VisibleText.escaped(candidate.description.replacingNewlines)
    for character in description {
      let cells = DisplayWidth.cells(of: String(character))
      if used + cells > room { break }
      text.append(character)
      used += cells
    }
    return cell + "  " + text
  }

  /// Fills columns from top to bottom.
  private static func columns(_ cells: [String], cellWidth: Int, width: Int) -> [String] {
    let gap = 3
    let columnCount = max(1, (width - 1 + gap) / (cellWidth + gap))
    let rowCount = (cells.count + columnCount - 1) / columnCount
    return (0..<rowCount).map { row in
      stride(from: row, to: cells.count, by: rowCount).map { cells[$0] }
        .joined(separator: String(repeating: " ", count: gap))
    }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - DisplayWidth.cells(of: text)))
  }

  private static func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}

extension String {
  /// The text on one line.
  fileprivate var replacingNewlines: String { String(map { $0.isNewline ? " " : $0 }) }
}
