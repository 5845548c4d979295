import SpellCore

/// `csv` and `tsv`: RFC 4180 with LF, quoted only where needed.
///
/// NULL is an empty field and empty text is `""`. A row of one NULL is therefore an empty line, which `CSVReader` reads
/// back as that row.
///
/// With `guardsFormulas` a text that begins like a formula of a spreadsheet and is no number gets a `'` before it, the
/// mark of a text there. Fields of labels cannot be handed on as they are then.
final class DelimitedFormat: ResultFormat {
  private let delimiter: UInt8
  private let guardsFormulas: Bool

  init(delimiter: UInt8, _ options: FormatOptions) {
    self.delimiter = delimiter
    guardsFormulas = options.guardsFormulas
  }

  var rawLabelDelimiter: UInt8? { guardsFormulas ? nil : delimiter }

  func begin(_ columns: [ResultColumn], to output: inout OutputBuffer) throws {
    for (index, column) in columns.enumerated() {
      if index > 0 { try output.append(delimiter) }
      if let rawName = column.rawName {
        try output.append(rawName)
      } else {
        try withBytes(of: column.name) {
          try Self.append(text: $0, delimiter: delimiter, guardsFormulas: guardsFormulas, to: &output)
        }
      }
    }
    try output.append(UInt8(ascii: "\n"))
  }

  func write(_ batch: RowBatch, rawLabels: Column?, to output: inout OutputBuffer) throws {
    let delimiter = delimiter
    let guardsFormulas = guardsFormulas
    let labels = rawLabels.map { CellView($0) }
    try withUnsafeTemporaryAllocation(of: CellView.self, capacity: batch.columns.count) { cells in
      for (index, column) in batch.columns.enumerated() { cells.initializeElement(at: index, to: CellView(column)) }
      for row in 0..<batch.count {
        if let labels { try output.append(labels.bytes(row)) }
        for index in cells.indices {
          if index > 0 || labels != nil { try output.append(delimiter) }
          let cell = cells[index]
          guard cell.hasValue(row) else { continue }
          if cell.type == .str {
            try Self.append(
              text: cell.bytes(row), delimiter: delimiter, guardsFormulas: guardsFormulas, to: &output)
          } else {
            try cell.append(row, to: &output)
          }
        }
        try output.append(UInt8(ascii: "\n"))
      }
    }
    withExtendedLifetime((batch, rawLabels)) {}
  }

  func finish(to output: inout OutputBuffer) throws {}

  @inline(__always)
  private static func append(
    text: ByteSlice, delimiter: UInt8, guardsFormulas: Bool, to output: inout OutputBuffer
  ) throws {
    if guardsFormulas, isFormula(text) { return try appendQuoted(text, mark: UInt8(ascii: "'"), to: &output) }
    var isPlain = !text.isEmpty
    for byte in text {
      let isSpecial = byte == delimiter || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
      if isSpecial { isPlain = false }
    }
    if isPlain { return try output.append(text) }
    try appendQuoted(text, to: &output)
  }

  /// Whether a spreadsheet would calculate with a text: so it does after `=`, `+`, `-` and `@`, also behind blanks that
  /// it takes away.
  private static func isFormula(_ text: ByteSlice) -> Bool {
    guard let first = text.first(where: { $0 != 0x20 }) else { return false }
    let begins = "=+-@\t\r\n".utf8.contains(first)
    return begins && NumberText.parseFloat(text)?.isFinite != true
  }

  private static func appendQuoted(
    _ text: ByteSlice, mark: UInt8? = nil, to output: inout OutputBuffer
  ) throws {
    try output.append(UInt8(ascii: "\""))
    if let mark { try output.append(mark) }
    for byte in text {
      if byte == UInt8(ascii: "\"") { try output.append(byte) }
      try output.append(byte)
    }
    try output.append(UInt8(ascii: "\""))
  }
}
