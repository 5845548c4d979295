import SpellCore
import SpellPlanning

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
    let scale: Int64 = storage == .unixSeconds ? 1_000_000 : storage == .unixMilliseconds ? 1000 : 1
    guard let number = NumberText.parseInt(text) else { return .problem(nil) }
    let (microseconds, overflow) = number.multipliedReportingOverflow(by: scale)
    return overflow ? .problem(.outOfRange) : .code(microseconds)
  }

  private static func number(_ text: ByteSlice, coding: AxisCoding) -> LabelMoment {
    if let integer = NumberText.parseInt(text) {
      return coding.code(wholeNumber: integer).map { .code($0) } ?? .inexact
    }
    guard let value = NumberText.parseFloat(text), !value.isNaN else { return .problem(nil) }
    return coding == .integers ? .fraction : .code(AxisCoding.code(value))
  }
}
