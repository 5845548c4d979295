/// One value, for literals, parameters, error messages and the rows of the Swift library; never for the cells of a
/// scan, which stay in a `Column`.
package enum Value: Sendable, Equatable {
  case null
  case int(Int64)
  case float(Double)
  /// Canonical text as of `DecimalText`.
  case decimal(String)
  case str(String)
  case bool(Bool)
  case datetime(Instant)
  /// Days since 1970-01-01.
  case date(Int64)
  /// 36 lower-case characters.
  case uuid(String)
  case bytes([UInt8])
}
