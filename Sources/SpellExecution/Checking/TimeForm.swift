import SpellCore

/// How a time is written; a fraction of a second makes no other form.
struct TimeForm: Hashable {
  enum Clock: Hashable { case none, afterBlank, afterT }
  enum Offset: Hashable { case none, z, digits }

  var clock: Clock
  var hasSeconds: Bool
  var offset: Offset

  /// Of a text that is a time; nil for the infinities.
  init?(_ text: ByteSlice) {
    guard let first = text.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else { return nil }
    guard text.count > 10 else {
      (clock, hasSeconds, offset) = (.none, false, .none)
      return
    }
    clock = text[10] == UInt8(ascii: "T") ? .afterT : .afterBlank
    hasSeconds = text.count > 16 && text[16] == UInt8(ascii: ":")
    let isSigned = text[11...].contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    offset = text.last == UInt8(ascii: "Z") ? .z : isSigned ? .digits : .none
  }

  var isNaive: Bool { offset == .none }
  var isDate: Bool { clock == .none }
}
