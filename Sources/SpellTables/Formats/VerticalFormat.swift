import SpellCore

/// `vertical`: one line for each value, as `\x` of psql shows it. Never cut.
final class VerticalFormat: ResultFormat {
  /// How far the rule above a record goes at most where there is no terminal to tell.
  private static let standardWidth = 80

  private let options: FormatOptions
  private var grid: TextGrid

  init(_ options: FormatOptions) {
    self.options = options
    grid = TextGrid(rowLimit: options.rowLimit)
  }

  func begin(_ columns: [ResultColumn], to output: inout OutputBuffer) throws { grid.begin(columns) }

  func write(_ batch: RowBatch, rawLabels: Column?, to output: inout OutputBuffer) throws { try grid.append(batch) }

  func finish(to output: inout OutputBuffer) throws { try Self.write(grid, options, to: &output) }

  static func write(_ grid: borrowing TextGrid, _ options: FormatOptions, to output: inout OutputBuffer) throws {
    let nameWidth = grid.headerWidths.max() ?? 0
    let lineWidth = nameWidth + 3 + (grid.contentWidths.max() ?? 0)
    for row in 0..<grid.shownCount {
      let width = min(lineWidth, options.width ?? standardWidth)
      try output.append(rule(record: row + 1, wallAt: nameWidth + 1, width: width))
      for (index, header) in grid.headers.enumerated() {
        try output.append(header)
        try output.append(repeating: UInt8(ascii: " "), count: nameWidth - grid.headerWidths[index])
        try output.append(" | ")
        if let (text, _) = grid.text(row: row, column: index) {
          try output.append(text)
        } else {
          try output.append(options.colour ? "\u{1B}[2m\(TextGrid.null)\u{1B}[0m" : TextGrid.null)
        }
        try output.append("\n")
      }
    }
    if grid.shownCount < grid.rowCount { try output.append(grid.footer(hint: options.wholeHint) + "\n") }
  }

  /// `-[ RECORD 1 ]--+-----`
  private static func rule(record: Int, wallAt wall: Int, width: Int) -> String {
    var text = "-[ RECORD \(record) ]"
    for position in text.utf8.count..<max(text.utf8.count + 1, width) { text += position == wall ? "+" : "-" }
    return text + "\n"
  }
}
