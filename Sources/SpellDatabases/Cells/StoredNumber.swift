import SpellCore

/// Numbers as engines write them.
enum StoredNumber {
  /// `NaN`, `Infinity` and `-Infinity`; nil for any other text.
  static func named(_ text: ByteSlice) -> Double? {
    if text.elementsEqual("NaN".utf8) { return .nan }
    if text.elementsEqual("Infinity".utf8) { return .infinity }
    return text.elementsEqual("-Infinity".utf8) ? -.infinity : nil
  }

  /// The double that a single-precision number's shortest text stands for, so that it prints as such: 0.1, not
  /// 0.10000000149011612.
  static func double(_ single: Float) -> Double {
    let exact = Double(single)
    let magnitude = exact.magnitude
    if magnitude >= 1e-3, magnitude < 1e6 {
      // With few decimals the first that reads back as the same number is the shortest.
      var scale = 1.0
      for _ in 0...6 {
        let candidate = (exact * scale).rounded() / scale
        if Float(candidate) == single { return candidate }
        scale *= 10
      }
    }
    return Double(single.description) ?? exact
  }
}
