import SpellCore

extension Interval {
  /// The axis on which it is a length.
  var axis: Axis {
    switch self {
    case .time: .time
    case .number: .number
    }
  }
}

extension AxisNumber {
  /// Reads an integer, else a finite decimal number.
  package init?(text: String) {
    if let integer = withBytes(of: text, { NumberText.parseInt($0) }) {
      self = .int(integer)
    } else if let float = withBytes(of: text, { NumberText.parseFloat($0) }), float.isFinite {
      self = .float(float)
    } else {
      return nil
    }
  }
}

extension AxisPoint {
  /// Whether the point comes before another of the same axis.
  func isBefore(_ other: AxisPoint) -> Bool {
    switch (self, other) {
    case (.time(let left), .time(let right)), (.number(.int(let left)), .number(.int(let right))): left < right
    case (.number(let left), .number(let right)): left.double < right.double
    case (.time, .number), (.number, .time): preconditionFailure("points of two axes were compared")
    }
  }

  /// As messages and EXPLAIN show it.
  package var text: String {
    switch self {
    case .time(let time): TimeText.text(time)
    case .number(.int(let number)): "\(number)"
    case .number(.float(let number)): NumberText.floatText(number)
    }
  }

  /// The point further along; infinities and the ends of the axis stay where they are.
  package func moved(by offset: SignedInterval) -> AxisPoint {
    switch (self, offset.length) {
    case (.time(let point), .time(let length)):
      return .time(AxisArithmetic.move(point, by: length, isNegative: offset.isNegative))
    case (.number(.int(let point)), .number(.int(let length))):
      return .number(.int(AxisArithmetic.move(point, by: length, isNegative: offset.isNegative)))
    case (.number(let point), .number(let length)):
      return .number(.float(point.double + (offset.isNegative ? -length.double : length.double)))
    case (.time, .number), (.number, .time):
      preconditionFailure("an offset was planned on another axis than its moment")
    }
  }
}

/// Saturating arithmetic on an axis of integers whose two ends are the infinities.
package enum AxisArithmetic {
  @inlinable
  package static func move(_ point: Int64, by length: Int64, isNegative: Bool) -> Int64 {
    if point == .min || point == .max { return point }
    let (result, overflow) =
      isNegative ? point.subtractingReportingOverflow(length) : point.addingReportingOverflow(length)
    return overflow ? (isNegative ? .min : .max) : result
  }
}
