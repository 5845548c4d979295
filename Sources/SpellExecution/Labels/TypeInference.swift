import SpellCore
import SpellTables

/// Finds the type of a column of text: int, else float, else str. NULLs say nothing; a leading zero makes it str, and
/// so does a whole number of more than 64 bits, whose digits no float keeps.
struct TypeInference {
  private var canBeInt = true
  private var canBeFloat = true
  private var sawValue = false

  mutating func look(at text: ByteSlice) {
    guard canBeFloat else { return }
    sawValue = true
    let isInt = NumberText.parseInt(text) != nil
    if TypeInference.hasLeadingZero(text) || (!isInt && TypeInference.isWhole(text)) {
      canBeInt = false
      canBeFloat = false
      return
    }
    if !isInt { canBeInt = false }
    if !canBeInt, NumberText.parseFloat(text) == nil { canBeFloat = false }
  }

  /// Nil without a value, which could be of any.
  var type: ValueType? { sawValue ? canBeInt ? .int : canBeFloat ? .float : .str : nil }

  private static func isWhole(_ text: ByteSlice) -> Bool {
    let digits = text.dropFirst(text.first == UInt8(ascii: "-") ? 1 : 0)
    return !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// `007` and `-01`, but not `0`, `0.5` or `-0`.
  private static func hasLeadingZero(_ text: ByteSlice) -> Bool {
    let start = text.first == UInt8(ascii: "-") ? 1 : 0
    guard text.count > start + 1, text[start] == UInt8(ascii: "0") else { return false }
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[start + 1])
  }
}
