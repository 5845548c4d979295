import SpellCore
import SpellTables

/// Finds the type of a column of text: int, else float, else str. NULLs say nothing; a leading zero makes it str.
struct TypeInference {
  private var canBeInt = true
  private var canBeFloat = true
  private var sawValue = false

  mutating func look(at text: ByteSlice) {
    guard canBeFloat else { return }
    sawValue = true
    if TypeInference.hasLeadingZero(text) {
      canBeInt = false
      canBeFloat = false
      return
    }
    if canBeInt, NumberText.parseInt(text) == nil { canBeInt = false }
    if !canBeInt, NumberText.parseFloat(text) == nil { canBeFloat = false }
  }

  var type: ValueType { !sawValue || !canBeFloat ? .str : canBeInt ? .int : .float }

  /// `007` and `-01`, but not `0`, `0.5` or `-0`.
  private static func hasLeadingZero(_ text: ByteSlice) -> Bool {
    let start = text.first == UInt8(ascii: "-") ? 1 : 0
    guard text.count > start + 1, text[start] == UInt8(ascii: "0") else { return false }
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[start + 1])
  }
}
