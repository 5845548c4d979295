import SpellCore

/// `markdown`: a table of GitHub's Markdown, padded so that it can be read as it is.
final class MarkdownFormat: ResultFormat {
  private var grid = TextGrid(spell: MarkdownText.escaped)

  func begin(_ columns: [ResultColumn], to output: inout OutputBuffer) throws { grid.begin(columns) }

  func write(_ batch: RowBatch, rawLabels: Column?, to output: inout OutputBuffer) throws { try grid.append(batch) }

  func finish(to output: inout OutputBuffer) throws {
    // Three dashes are the least that every reader takes for a rule.
    let widths = grid.columns.indices.map { max(3, grid.headerWidths[$0], grid.contentWidths[$0]) }
    try writeLine(widths, to: &output) { (grid.headers[$0], grid.headerWidths[$0]) }
    try output.append("|")
    for (index, width) in widths.enumerated() {
      try output.append(repeating: UInt8(ascii: " "), count: 1)
      let isRight = grid.columns[index].type.isNumeric
      try output.append(repeating: UInt8(ascii: "-"), count: isRight ? width - 1 : width)
      try output.append(isRight ? ": |" : " |")
    }
    try output.append("\n")
    for row in 0..<grid.shownCount {
      try writeLine(widths, to: &output) { column in
        grid.text(row: row, column: column) ?? (TextGrid.null, TextGrid.null.utf8.count)
      }
    }
  }

  private func writeLine(
    _ widths: [Int], to output: inout OutputBuffer, cell: (Int) -> (text: String, width: Int)
  ) throws {
    try output.append("|")
    for (index, columnWidth) in widths.enumerated() {
      let (text, width) = cell(index)
      let isRight = grid.columns[index].type.isNumeric
      try output.append(repeating: UInt8(ascii: " "), count: 1 + (isRight ? columnWidth - width : 0))
      try output.append(text)
      try output.append(repeating: UInt8(ascii: " "), count: 1 + (isRight ? 0 : columnWidth - width))
      try output.append("|")
    }
    try output.append("\n")
  }
}
