import SpellCore

/// The fields of labels that were handed on as raw bytes, as cells.
package enum RawLabels {
  /// The first rows of a batch, its label columns before the others as texts. Fields beyond `labelCount` are passed
  /// over, and missing ones are NULL, as empty ones without quotes are.
  package static func batch(
    _ batch: RowBatch, rawLabels: Column, labelCount: Int, delimiter: UInt8, count: Int
  ) -> RowBatch {
    let labels = RowBatch(types: Array(repeating: .str, count: labelCount), capacity: max(1, count))
    for row in 0..<count { split(rawLabels.bytes(row), delimiter, into: labels.columns, row) }
    return RowBatch(of: labels.columns + batch.columns, count: count)
  }

  private static func split(_ record: ByteSlice, _ delimiter: UInt8, into columns: [Column], _ row: Int) {
    var rest = record[...]
    for column in columns {
      let isQuoted = rest.first == UInt8(ascii: "\"")
      let field = isQuoted ? quoted(&rest) : plain(&rest, delimiter)
      if field.isEmpty && !isQuoted {
        column.setNull(row)
      } else {
        field.withUnsafeBufferPointer { column.set(row, bytes: $0) }
      }
      // The delimiter.
      rest = rest.dropFirst()
    }
  }

  private static func plain(_ rest: inout Slice<ByteSlice>, _ delimiter: UInt8) -> [UInt8] {
    let field = rest.prefix { $0 != delimiter }
    rest = rest[field.endIndex...]
    return Array(field)
  }

  /// A quote inside is doubled.
  private static func quoted(_ rest: inout Slice<ByteSlice>) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    var field: [UInt8] = []
    rest = rest.dropFirst()
    while let byte = rest.popFirst() {
      if byte == quote {
        guard rest.first == quote else { break }
        rest = rest.dropFirst()
      }
      field.append(byte)
    }
    return field
  }
}
