import SpellCore
import SpellTables

/// Why a field of a delimited file is no value of a type.
enum FieldProblem: Error {
  case notOfType
  case time(TimeProblem)
}

/// Reads the text of a field as a value of a type.
struct FieldParser {
  let type: ValueType
  /// The zone of naive times.
  let zone: Zone
  let reading: TimeReading

  /// Puts the value into a cell, or says why there is none.
  @inline(__always)
  func parse(_ text: ByteSlice, to column: Column, row: Int) -> FieldProblem? {
    switch type {
    case .int:
      guard let value = NumberText.parseInt(text) else { return .notOfType }
      column.set(row, integer: value)
    case .str:
      column.set(row, bytes: text)
    case .datetime:
      switch TimeText.parse(text, zone: zone, reading: reading) {
      case .success(let value): column.set(row, integer: value)
      case .failure(let problem): return .time(problem)
      }
    default:
      return parseOther(text, to: column, row: row)
    }
    return nil
  }

  private func parseOther(_ text: ByteSlice, to column: Column, row: Int) -> FieldProblem? {
    switch type {
    case .float:
      guard let value = NumberText.parseFloat(text) else { return .notOfType }
      column.set(row, double: value)
    case .decimal:
      guard let value = DecimalText.canonical(text) else { return .notOfType }
      value.withUnsafeBufferPointer { column.set(row, bytes: $0) }
    case .bool:
      guard let value = bool(text) else { return .notOfType }
      column.set(row, integer: value ? 1 : 0)
    case .date:
      switch TimeText.parseDate(text) {
      case .success(let value): column.set(row, integer: value)
      case .failure(let problem): return .time(problem)
      }
    case .uuid:
      guard let value = ByteText.uuid(text) else { return .notOfType }
      value.withUnsafeBufferPointer { column.set(row, bytes: $0) }
    case .bytes:
      guard let value = ByteText.bytes(text) else { return .notOfType }
      value.withUnsafeBufferPointer { column.set(row, bytes: $0) }
    case .int, .str, .datetime:
      preconditionFailure("handled by the caller")
    }
    return nil
  }

  /// `true` and `false` in any case, as pandas and PostgreSQL write them in full, and 1 and 0.
  private func bool(_ text: ByteSlice) -> Bool? {
    switch text.count {
    case 1: text[0] == UInt8(ascii: "1") ? true : text[0] == UInt8(ascii: "0") ? false : nil
    case 4: String(bytes: text).lowercased() == "true" ? true : nil
    case 5: String(bytes: text).lowercased() == "false" ? false : nil
    default: nil
    }
  }
}
