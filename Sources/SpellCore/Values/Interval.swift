/// A length on a group's axis: of time for ttl, delay, WITHIN and ±, or a bare number on a number axis.
package enum Interval: Sendable, Equatable {
  case time(microseconds: Int64)
  case number(AxisNumber)
}

/// A number on a number axis, exactly as written.
package enum AxisNumber: Sendable, Equatable {
  case int(Int64)
  case float(Double)
}

extension Interval {
  package var isZero: Bool {
    switch self {
    case .time(let microseconds): microseconds == 0
    case .number(.int(let value)): value == 0
    case .number(.float(let value)): value == 0
    }
  }

  /// Whether the length is greater than another; nil if they are on different axes.
  package func exceeds(_ other: Interval) -> Bool? {
    switch (self, other) {
    case (.time(let left), .time(let right)): left > right
    case (.number(.int(let left)), .number(.int(let right))): left > right
    case (.number(let left), .number(let right)): left.double > right.double
    case (.time, .number), (.number, .time): nil
    }
  }
}

extension AxisNumber {
  /// The nearest double.
  package var double: Double {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    }
  }
}
