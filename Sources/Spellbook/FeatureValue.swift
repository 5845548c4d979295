import SpellCore

/// A value of a result.
public enum FeatureValue: Sendable, Equatable {
  case null
  case int(Int64)
  case float(Double)
  /// An exact decimal number, as its digits.
  case decimal(String)
  case string(String)
  case bool(Bool)
  /// Microseconds of UTC since 1970-01-01; the least and greatest values are the infinities.
  case datetime(microseconds: Int64)
  /// Days since 1970-01-01.
  case date(days: Int64)
  /// 36 lower-case characters.
  case uuid(String)
  case bytes([UInt8])

  init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .decimal(let text): self = .decimal(text)
    case .str(let text): self = .string(text)
    case .bool(let value): self = .bool(value)
    case .datetime(let value): self = .datetime(microseconds: value.microseconds)
    case .date(let days): self = .date(days: days)
    case .uuid(let text): self = .uuid(text)
    case .bytes(let bytes): self = .bytes(bytes)
    }
  }
}
