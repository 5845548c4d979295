import SpellCore

/// `html`: a table of HTML, numbers to the right. Every text stays text, whatever it holds.
final class HTMLFormat: ResultFormat {
  private var columns: [ResultColumn] = []
  private let scratch = MemoryTarget()

  /// The class keeps notebooks from taking what stands between two `$` for a formula.
  func begin(_ columns: [ResultColumn], to output: inout OutputBuffer) throws {
    self.columns = columns
    try output.append("<table class=\"tex2jax_ignore mathjax_ignore\">\n<thead>\n<tr>")
    for column in columns {
      let name = withBytes(of: column.name) { HTMLText.escaped(DisplayText.escaped($0)) }
      try append("th", name, isNumber: column.type.isNumeric, to: &output)
    }
    try output.append("</tr>\n</thead>\n<tbody>\n")
  }

  func write(_ batch: RowBatch, rawLabels: Column?, to output: inout OutputBuffer) throws {
    let cells = batch.columns.map { CellView($0) }
    for row in 0..<batch.count {
      try output.append("<tr>")
      for (index, cell) in cells.enumerated() {
        try append("td", try text(of: cell, row), isNumber: columns[index].type.isNumeric, to: &output)
      }
      try output.append("</tr>\n")
    }
    withExtendedLifetime(batch) {}
  }

  func finish(to output: inout OutputBuffer) throws { try output.append("</tbody>\n</table>\n") }

  /// The text of a cell, or NULL in a form that no text can have.
  private func text(of cell: CellView, _ row: Int) throws -> String {
    guard cell.hasValue(row) else { return "<em>NULL</em>" }
    var printed = OutputBuffer(scratch, capacity: 0)
    try cell.append(row, to: &printed)
    try printed.flush()
    return scratch.take().withUnsafeBufferPointer { HTMLText.escaped(DisplayText.escaped($0)) }
  }

  private func append(
    _ element: String, _ text: String, isNumber: Bool, to output: inout OutputBuffer
  ) throws {
    try output.append("<\(element) style=\"text-align: \(isNumber ? "right" : "left")\">\(text)</\(element)>")
  }
}

/// Text as HTML writes it.
package enum HTMLText {
  /// What HTML would take for its own is spelled as a reference.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
