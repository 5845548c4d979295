import Glibc

/// About how many different 64-bit codes were seen (HyperLogLog, 16,384 registers: the standard error is
/// 0.8 %). The order of values, and how often each comes, make no difference.
struct DistinctEstimate {
  private static let bits = 14
  private var registers = [UInt8](repeating: 0, count: 1 << Self.bits)

  mutating func add(_ code: Int64) {
    let hash = Self.hash(code)
    let register = Int(hash >> (64 - Self.bits))
    let rank = UInt8(truncatingIfNeeded: min((hash << Self.bits).leadingZeroBitCount, 64 - Self.bits) + 1)
    if rank > registers[register] { registers[register] = rank }
  }

  /// A hash of a 64-bit code: every bit of it decides every bit.
  @inline(__always)
  private static func hash(_ code: Int64) -> UInt64 {
    var value = UInt64(bitPattern: code) &+ 0x9E37_79B9_7F4A_7C15
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  var count: Int {
    let size = Double(registers.count)
    let sum = registers.reduce(0.0) { $0 + 1 / Double(UInt64(1) << UInt64($1)) }
    let estimate = 0.7213 / (1 + 1.079 / size) * size * size / sum
    let empty = registers.count { $0 == 0 }
    // Where many registers are empty, their number says more.
    return Int((estimate <= 2.5 * size && empty > 0 ? size * log(size / Double(empty)) : estimate).rounded())
  }
}
