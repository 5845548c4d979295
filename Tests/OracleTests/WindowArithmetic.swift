/// Sums and spreads of a handful of values, exactly, in whole numbers that hold all that worlds contain.
enum WindowArithmetic {
  /// Worlds have no float of a finer unit than 2^-56, and none of 2^6 or more.
  private static let unit = 0x1p-56

  /// `sum`, `avg`, `variance` or `stddev` of values of one type without NULL.
  static func value(of function: String, _ values: [Cell]) -> Cell {
    guard let first = values.first else { return .null }
    let count = Int128(values.count)
    switch first {
    case .int:
      let sum = values.reduce(Int128(0)) { $0 + Int128(integer($1)) }
      if function == "sum" { return .int(Int64(sum)) }
      return function == "avg"
        ? .float(quotient(sum, by: count)) : spread(function, values.map { Double(integer($0)) })
    case .decimal:
      let sum = values.reduce(0) { $0 + integer($1) }
      if function == "sum" { return .decimal(sum) }
      return .float(quotient(Int128(sum), by: 100 * count))
    default:
      let floats = values.map { if case .float(let value) = $0 { value } else { Double.nan } }
      if function != "sum" && function != "avg" { return spread(function, floats) }
      // Infinities add up as they do everywhere; the sign of a NaN, which processors choose, is nobody's.
      let infinite = floats.filter { !$0.isFinite }.reduce(0, +)
      let special = infinite.isNaN ? .nan : infinite
      if special != 0 { return .float(special) }
      let sum = floats.reduce(Int128(0)) { $0 + units($1) }
      return .float((function == "sum" ? Double(sum) : quotient(sum, by: count)) * unit)
    }
  }

  /// The nearest double, which the library makes of a hundred digits.
  private static func quotient(_ number: Int128, by divisor: Int128) -> Double {
    var (whole, rest) = number.magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)
    var text = "\(whole)."
    for _ in 0..<100 {
      (whole, rest) = (rest * 10).quotientAndRemainder(dividingBy: divisor.magnitude)
      text += "\(whole)"
    }
    let quotient = Double(text) ?? .nan
    return number < 0 ? -quotient : quotient
  }

  private static func integer(_ cell: Cell) -> Int64 {
    switch cell {
    case .int(let value), .decimal(let value): value
    default: 0
    }
  }

  private static func units(_ value: Double) -> Int128 { Int128(value / unit) }

  /// Of a sample.
  private static func spread(_ function: String, _ values: [Double]) -> Cell {
    if values.count < 2 { return .null }
    guard values.allSatisfy(\.isFinite) else { return .float(.nan) }
    let units = values.map { self.units($0) }
    let count = Int128(units.count)
    let sum = units.reduce(0, +)
    let squares = units.reduce(0) { $0 + $1 * $1 }
    let variance = Double(count * squares - sum * sum) * unit * unit / Double(count * (count - 1))
    return .float(function == "variance" ? variance : variance.squareRoot())
  }
}
