/// Numbers of bytes as people write them: `512MB`, `2GiB`.
package enum ByteSize {
  private static let units: [(name: String, bytes: Int)] = [
    ("B", 1), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
  ]

  /// A whole number and a unit, in any case; nil for any other text, and for more than there is a number for.
  package static func parse(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).lowercased()
    guard let number = Int(digits), let bytes = units.first(where: { $0.name.lowercased() == unit })?.bytes else {
      return nil
    }
    let (size, overflow) = number.multipliedReportingOverflow(by: bytes)
    return overflow ? nil : size
  }

  /// Exactly so many bytes, in the largest unit that divides them.
  package static func text(_ size: Int) -> String {
    let fitting = units.filter { size % $0.bytes == 0 && size >= $0.bytes }
    guard let unit = fitting.max(by: { $0.bytes < $1.bytes }) else { return "\(size)B" }
    return "\(size / unit.bytes)\(unit.name)"
  }
}
