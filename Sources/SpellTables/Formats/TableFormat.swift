import SpellCore

/// `table`: a box, numbers to the right. On a terminal it is fitted to the width by cutting the widest columns, and
/// where even that does not help it is a vertical listing; anywhere else it is complete.
final class TableFormat: ResultFormat {
  /// The characters of a box: four rules of left end, line, crossing and right end, and the wall.
  private struct Box {
    let top: [String]
    let middle: [String]
    let bottom: [String]
    let wall: String
    let cutMark: String

    static let unicode = Box(
      top: ["┌", "─", "┬", "┐"], middle: ["├", "─", "┼", "┤"], bottom: ["└", "─", "┴", "┘"], wall: "│",
      cutMark: "…")
    static let ascii = Box(
      top: ["+", "-", "+", "+"], middle: ["+", "-", "+", "+"], bottom: ["+", "-", "+", "+"], wall: "|", cutMark: "~")
  }

  /// A column of text is never made narrower than this.
  private static let narrowestColumn = 8

  private let options: FormatOptions
  private var grid: TextGrid

  init(_ options: FormatOptions) {
    self.options = options
    grid = TextGrid(rowLimit: options.rowLimit)
  }

  func begin(_ columns: [ResultColumn], to output: inout OutputBuffer) throws { grid.begin(columns) }

  func write(_ batch: RowBatch, rawLabels: Column?, to output: inout OutputBuffer) throws { try grid.append(batch) }

  func finish(to output: inout OutputBuffer) throws {
    guard options.expanded != .on, let widths = fittedWidths() else {
      return try VerticalFormat.write(grid, options, to: &output)
    }
    let box = options.unicodeBox ? Box.unicode : Box.ascii
    try writeRule(box.top, widths, to: &output)
    try output.append(box.wall)
    for (index, header) in grid.headers.enumerated() {
      try write(header, grid.headerWidths[index], column: index, widths, box, to: &output)
    }
    try output.append("\n")
    try writeRule(box.middle, widths, to: &output)
    for row in 0..<grid.shownCount {
      try output.append(box.wall)
      for index in widths.indices {
        if let (text, width) = grid.text(row: row, column: index) {
          try write(text, width, column: index, widths, box, to: &output)
        } else {
          let null = options.colour ? "\u{1B}[2m\(TextGrid.null)\u{1B}[0m" : TextGrid.null
          try write(null, TextGrid.null.utf8.count, column: index, widths, box, to: &output)
        }
      }
      try output.append("\n")
    }
    try writeRule(box.bottom, widths, to: &output)
    let isCut = widths != naturalWidths
    if grid.shownCount < grid.rowCount || (isCut && options.wholeHint != nil) {
      try output.append(grid.footer(hint: options.wholeHint, isCut: isCut) + "\n")
    }
  }

  private var naturalWidths: [Int] {
    grid.columns.indices.map { max(grid.headerWidths[$0], grid.contentWidths[$0]) }
  }

  /// The width of each column; nil if the table cannot be made as narrow as the terminal and may be a listing instead.
  private func fittedWidths() -> [Int]? {
    let natural = naturalWidths
    guard options.isTerminal, let width = options.width else { return natural }
    let minimum = grid.columns.indices.map { index in
      if !options.cutsValues { return natural[index] }
      // Half a number is a wrong number.
      return max(
        min(natural[index], Self.narrowestColumn),
        grid.columns[index].type.isNumeric ? grid.contentWidths[index] : 0)
    }
    // One wall before each column and one after the last, and a blank on either side of each cell.
    let fitted = Self.fit(natural, minimum: minimum, room: width - 3 * natural.count - 1)
    return options.expanded == .off ? fitted ?? minimum : fitted
  }

  /// Lowers one ceiling over all columns until they fit; none goes below its minimum. Nil if that is not enough.
  static func fit(_ natural: [Int], minimum: [Int], room: Int) -> [Int]? {
    if natural.reduce(0, +) <= room { return natural }
    func widths(under ceiling: Int) -> [Int] {
      zip(natural, minimum).map { natural, minimum in max(minimum, min(natural, ceiling)) }
    }
    var low = 0
    var high = natural.max() ?? 0
    guard widths(under: low).reduce(0, +) <= room else { return nil }
    while high - low > 1 {
      let middle = (low + high) / 2
      if widths(under: middle).reduce(0, +) <= room { low = middle } else { high = middle }
    }
    // What is left over goes, a cell each, to columns that were cut.
    var result = widths(under: low)
    var left = room - result.reduce(0, +)
    for index in result.indices where left > 0 && result[index] == low && natural[index] > low {
      result[index] += 1
      left -= 1
    }
    return result
  }

  private func writeRule(_ marks: [String], _ widths: [Int], to output: inout OutputBuffer) throws {
    for (index, width) in widths.enumerated() {
      try output.append(marks[index == 0 ? 0 : 2])
      try output.append(String(repeating: marks[1], count: width + 2))
    }
    try output.append(marks[3] + "\n")
  }

  /// Writes a cell and the wall behind it; `width` is that of the text, which may hold colours that have none.
  private func write(
    _ text: String, _ width: Int, column: Int, _ widths: [Int], _ box: Box, to output: inout OutputBuffer
  ) throws {
    var text = text
    var width = width
    if width > widths[column] {
      text = DisplayText.cut(text, to: widths[column], mark: box.cutMark)
      width = DisplayWidth.cells(of: text)
    }
    let padding = widths[column] - width
    let isRight = grid.columns[column].type.isNumeric
    try output.append(repeating: UInt8(ascii: " "), count: 1 + (isRight ? padding : 0))
    try output.append(text)
    try output.append(repeating: UInt8(ascii: " "), count: 1 + (isRight ? 0 : padding))
    try output.append(box.wall)
  }
}
