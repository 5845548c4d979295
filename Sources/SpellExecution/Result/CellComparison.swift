import SpellCore
import SpellTables

/// Compares the values of cells as conditions do: numbers by value whatever their types, the two zeros equal, NaN equal
/// to itself and above every number. Both cells must hold values of comparable types. Returns -1, 0 or 1.
enum CellComparison {
  static func order(_ left: Column, _ leftRow: Int, _ right: Column, _ rightRow: Int) -> Int {
    switch (left.type, right.type) {
    case (.int, .float): order(left.integer(leftRow), right.double(rightRow))
    case (.float, .int): -order(right.integer(rightRow), left.double(leftRow))
    case (.float, .float): order(left.double(leftRow), right.double(rightRow))
    case (.decimal, .decimal): orderByValue(left.bytes(leftRow), right.bytes(rightRow))
    case (.decimal, .int): order(left.bytes(leftRow), right.integer(rightRow))
    case (.int, .decimal): -order(right.bytes(rightRow), left.integer(leftRow))
    case (.decimal, .float): order(NumberText.nearestFloat(ofDecimal: left.bytes(leftRow)), right.double(rightRow))
    case (.float, .decimal): order(left.double(leftRow), NumberText.nearestFloat(ofDecimal: right.bytes(rightRow)))
    default: left.compare(leftRow, right, rightRow)
    }
  }

  private static func order(_ left: Double, _ right: Double) -> Int {
    left == right ? 0 : CellOrder.compare(left, right)
  }

  /// Exact: the double is held against whole numbers, never the int rounded to a double.
  private static func order(_ left: Int64, _ right: Double) -> Int {
    if right.isNaN || right >= 0x1p63 { return -1 }
    if right < -0x1p63 { return 1 }
    let whole = Int64(right.rounded(.down))
    if left != whole { return left < whole ? -1 : 1 }
    return right == Double(whole) ? 0 : -1
  }

  private static func order(_ left: ByteSlice, _ right: Int64) -> Int {
    withBytes(of: String(right)) { orderByValue(left, $0) }
  }

  private static func orderByValue(_ left: ByteSlice, _ right: ByteSlice) -> Int {
    DecimalText.compare(DecimalText.key(ofCanonical: left), DecimalText.key(ofCanonical: right))
  }
}
