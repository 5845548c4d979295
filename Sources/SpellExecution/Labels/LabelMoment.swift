import SpellCore
import SpellDatabases
import SpellPlanning
import SpellTables

/// Reads the moment of one label.
enum LabelMoment {
  case code(Int64)
  case fraction
  case inexact
  case problem(TimeProblem?)

  /// Reads the moment of a label that is stored: a cell that has a value.
  static func read(_ cells: Column, _ row: Int, storage: TimestampStorage, coding: AxisCoding) -> LabelMoment {
    switch cells.type {
    case .int where storage == .number: number(cells.integer(row), coding: coding)
    case .int: time(cells.integer(row), unit: storage)
    case .float: cells.double(row).isNaN ? .problem(nil) : .code(AxisCoding.code(cells.double(row)))
    default: .code(cells.integer(row))
    }
  }

  fileprivate static func time(_ number: Int64, unit: TimestampStorage) -> LabelMoment {
    let scale: Int64 = unit == .unixSeconds ? 1_000_000 : unit == .unixMilliseconds ? 1000 : 1
    return StoredTime.unix(number, unit: scale).map { .code($0) } ?? .problem(.outOfRange)
  }

  fileprivate static func number(_ integer: Int64, coding: AxisCoding) -> LabelMoment {
    coding.code(wholeNumber: integer).map { .code($0) } ?? .inexact
  }
}

/// Reads the text of a label's moment.
struct MomentParser {
  let axis: Axis
  /// Of whole numbers on the axis of time.
  let storage: TimestampStorage?
  /// The zone of naive times.
  let zone: Zone
  let coding: AxisCoding

  @inline(__always)
  func parse(_ text: ByteSlice) -> LabelMoment {
    guard axis == .time, storage == nil else { return parseNumber(text) }
    switch TimeText.parse(text, zone: zone, reading: .label) {
    case .success(let instant): return .code(instant)
    case .failure(let problem): return .problem(problem)
    }
  }

  private func parseNumber(_ text: ByteSlice) -> LabelMoment {
    let integer = NumberText.parseInt(text)
    if axis == .time, let storage { return integer.map { LabelMoment.time($0, unit: storage) } ?? .problem(nil) }
    if let integer { return LabelMoment.number(integer, coding: coding) }
    guard let value = NumberText.parseFloat(text), !value.isNaN else { return .problem(nil) }
    return coding == .integers ? .fraction : .code(AxisCoding.code(value))
  }
}
