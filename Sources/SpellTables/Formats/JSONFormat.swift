import SpellCore

/// `json`, an array of objects with one row on each line, and `ndjson`, the same lines without the array.
///
/// Numbers are exact, of any length for int and decimal; what JSON has no number for (`"NaN"`, `"Infinity"`) is text.
final class JSONFormat: ResultFormat {
  enum Shape { case array, lines }

  private let shape: Shape
  private var columns: [ResultColumn] = []
  /// What stands before the value of each column: `{"name":` or `,"name":`.
  private var keys: [[UInt8]] = []
  private var isFirstRow = true

  init(_ shape: Shape) { self.shape = shape }

  func begin(_ columns: [ResultColumn], to output: inout OutputBuffer) throws {
    self.columns = columns
    for (index, column) in columns.enumerated() {
      let target = MemoryTarget()
      var key = OutputBuffer(target, capacity: 0)
      try key.append(UInt8(ascii: index == 0 ? "{" : ","))
      try withBytes(of: column.name) { try JSONText.append($0, to: &key) }
      try key.append(UInt8(ascii: ":"))
      try key.flush()
      keys.append(target.bytes)
    }
  }

  func write(_ batch: RowBatch, rawLabels: Column?, to output: inout OutputBuffer) throws {
    let cells = batch.columns.map { CellView($0) }
    for row in 0..<batch.count {
      if shape == .array { try output.append(isFirstRow ? "[\n" : ",\n") }
      isFirstRow = false
      for (index, cell) in cells.enumerated() {
        try keys[index].withUnsafeBufferPointer { try output.append($0) }
        if cell.hasValue(row) {
          try Self.append(cell, row, as: columns[index].type, to: &output)
        } else {
          try output.append("null")
        }
      }
      try output.append(shape == .array ? "}" : "}\n")
    }
    withExtendedLifetime(batch) {}
  }

  func finish(to output: inout OutputBuffer) throws {
    if shape == .array { try output.append(isFirstRow ? "[]\n" : "\n]\n") }
  }

  private static func append(
    _ cell: CellView, _ row: Int, as type: ValueType, to output: inout OutputBuffer
  ) throws {
    switch cell.type {
    case .int, .bool: try cell.append(row, to: &output)
    case .float: try JSONText.append(float: cell.double(row), to: &output)
    case .decimal: try append(number: cell.bytes(row), to: &output)
    case .str:
      // A label column keeps its text and is a number all the same.
      if type.isNumeric {
        try append(number: cell.bytes(row), to: &output)
      } else {
        try JSONText.append(cell.bytes(row), to: &output)
      }
    case .datetime, .date, .uuid:
      try output.append(UInt8(ascii: "\""))
      try cell.append(row, to: &output)
      try output.append(UInt8(ascii: "\""))
    case .bytes:
      try output.append("\"\\")
      try cell.append(row, to: &output)
      try output.append(UInt8(ascii: "\""))
    }
  }

  /// The digits as they are if JSON has this form of number, else the number in another form, else text.
  private static func append(number text: ByteSlice, to output: inout OutputBuffer) throws {
    if isNumber(text) { return try output.append(text) }
    if let float = NumberText.parseFloat(text) { return try JSONText.append(float: float, to: &output) }
    try JSONText.append(text, to: &output)
  }

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
  static func isNumber(_ text: ByteSlice) -> Bool {
    var rest = text[...]
    func digits() -> Int {
      let count = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    if whole == 0 || (startsWithZero && whole > 1) { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      if digits() == 0 { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
      if digits() == 0 { return false }
    }
    return rest.isEmpty
  }
}
