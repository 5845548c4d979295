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

  static func read(
    _ text: ByteSlice, axis: Axis, storage: TimestampStorage?, zone: Zone, coding: AxisCoding
  ) -> LabelMoment {
    guard axis == .time else { return number(text, coding: coding) }
    guard let storage else {
      switch TimeText.parse(text, zone: zone, reading: .label) {
      case .success(let instant): return .code(instant)
      case .failure(let problem): return .problem(problem)
      }
    }
    guard let number = NumberText.parseInt(text) else { return .problem(nil) }
    return time(number, unit: storage)
  }

  /// Reads the moment of a label that is stored: a cell that has a value.
  static func read(_ cells: Column, _ row: Int, storage: TimestampStorage, coding: AxisCoding) -> LabelMoment {
    switch cells.type {
    case .int where storage == .number: number(cells.integer(row), coding: coding)
    case .int: time(cells.integer(row), unit: storage)
    case .float: cells.double(row).isNaN ? .problem(nil) : .code(AxisCoding.code(cells.double(row)))
    default: .code(cells.integer(row))
    }
  }

  private static func time(_ number: Int64, unit: TimestampStorage) -> LabelMoment {
    let scale: Int64 = unit == .unixSeconds ? 1_000_000 : unit == .unixMilliseconds ? 1000 : 1
    return StoredTime.unix(number, unit: scale).map { .code($0) } ?? .problem(.outOfRange)
  }

  private static func number(_ integer: Int64, coding: AxisCoding) -> LabelMoment {
    coding.code(wholeNumber: integer).map { .code($0) } ?? .inexact
  }

  private static func number(_ text: ByteSlice, coding: AxisCoding) -> LabelMoment {
    if let integer = NumberText.parseInt(text) { return number(integer, coding: coding) }
    guard let value = NumberText.parseFloat(text), !value.isNaN else { return .problem(nil) }
    return coding == .integers ? .fraction : .code(AxisCoding.code(value))
  }
}
