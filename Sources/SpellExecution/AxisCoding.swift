import SpellCore
import SpellPlanning
import SpellTables

/// How points on a statement's axis become the 64-bit integers that the fold compares.
///
/// Times and whole numbers are themselves, and the two ends of the range are the infinities. Where fractions occur,
/// doubles are mapped so that their order is kept.
enum AxisCoding: Sendable {
  case integers
  case reals

  /// The coding that a plan needs, as far as the plan tells: fractions in the labels are found when they are read.
  /// Throws if a number of the statement is compared with fractions and no double is equal to it.
  init(for plan: SelectPlan, hasFraction: Bool = false) throws {
    let intervals = plan.uses.flatMap { [$0.ttl, $0.delay] + $0.windows.map(\.length) } + [plan.cut.offset?.length]
    var points: [AxisPoint] = []
    if case .constant(let point) = plan.cut.moment { points.append(point) }
    if case .at(let point) = plan.known { points.append(point) }
    if let versions = plan.versions { points += [versions.from, versions.to] }
    let numbers =
      points.compactMap { if case .number(let number) = $0 { number } else { nil } }
      + intervals.compactMap { if case .number(let number) = $0 { number } else { nil } }
    let isReal =
      hasFraction
      || plan.uses.contains { $0.event?.storage == .number && $0.event?.isFractional == true }
      || numbers.contains { if case .float = $0 { true } else { false } }
    self = isReal ? .reals : .integers
    for case .int(let number) in numbers where code(wholeNumber: number) == nil {
      throw AxisProblem.inexactNumber(String(number)).error
    }
  }

  /// The code of a point.
  func code(_ point: AxisPoint) -> Int64 {
    switch (point, self) {
    case (.time(let value), _), (.number(.int(let value)), .integers): value
    case (.number(let number), _): AxisCoding.code(number.double)
    }
  }

  /// The code of a double; the two zeros are one point.
  static func code(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: (value == 0 ? 0 : value).bitPattern)
    return bits < 0 ? bits ^ .max : bits
  }

  static func double(_ code: Int64) -> Double {
    Double(bitPattern: UInt64(bitPattern: code < 0 ? code ^ .max : code))
  }

  /// The point a length further along; infinities stay where they are.
  func move(_ code: Int64, by length: Interval, isNegative: Bool) -> Int64 {
    switch (self, length) {
    case (.integers, .time(let length)), (.integers, .number(.int(let length))):
      return AxisArithmetic.move(code, by: length, isNegative: isNegative)
    case (_, .number(let length)):
      let value = AxisCoding.double(code)
      return AxisCoding.code(isNegative ? value - length.double : value + length.double)
    case (.reals, .time):
      preconditionFailure("a length of time was planned on an axis of numbers")
    }
  }

  /// The point that an offset, if there is one, makes of another.
  func move(_ code: Int64, by offset: SignedInterval?) -> Int64 {
    guard let offset else { return code }
    return move(code, by: offset.length, isNegative: offset.isNegative)
  }

  /// Code of a created time that a row does not have: before every other.
  static let noCreated = Int64.min

  /// The created time of a row on the axis. What is stored as the axis' lowest point is moved up by one, so that it
  /// stays above no time at all.
  @inline(__always)
  func code(ofCreated column: Column, _ row: Int) -> Int64 {
    guard column.states[row] == CellState.value.rawValue else { return AxisCoding.noCreated }
    if column.type == .float {
      return column.double(row).isNaN ? AxisCoding.noCreated : AxisCoding.code(column.double(row))
    }
    if column.type == .int, self == .reals { return AxisCoding.code(Double(column.words[row])) }
    return max(column.words[row], AxisCoding.noCreated + 1)
  }

  /// The code of a whole number; nil where fractions occur and a double cannot hold the number.
  @inline(__always)
  func code(wholeNumber value: Int64) -> Int64? {
    guard self == .reals else { return value }
    return Int64(exactly: Double(value)) == value ? AxisCoding.code(Double(value)) : nil
  }
}
