import SpellCore
import SpellTables

/// Values and numbers of a profile, as people read them.
enum ProfileText {
  /// Eight heights of a block; a bin with anything in it is seen.
  private static let blocks = Array("▁▂▃▄▅▆▇█")

  /// A value as the formats write it; nil for NULL.
  static func text(_ value: Value) -> String? {
    switch value {
    case .null: nil
    case .int(let number): String(number)
    case .float(let number): NumberText.floatText(number)
    case .decimal(let text), .str(let text), .uuid(let text): text
    case .bool(let truth): truth ? "true" : "false"
    case .datetime(let instant): TimeText.text(instant.microseconds)
    case .date(let days): TimeText.dateText(days)
    case .bytes(let bytes):
      "\\x" + bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
  }

  /// A value with as many digits as a glance takes in; long texts are cut.
  static func short(_ value: Value, cells: Int = 24) -> String {
    switch value {
    case .null: return ""
    case .int(let number): return abs(Double(number)) < 1e6 ? String(number) : short(Double(number))
    case .float(let number): return short(number)
    case .datetime(let instant):
      let text = TimeText.text(instant.microseconds)
      // To the minute, and without the zone, which is always that of UTC.
      return instant.isFinite ? String(text.prefix(16)) : text
    default:
      let text = VisibleText.escaped(text(value) ?? "")
      return text.count > cells ? String(text.prefix(cells - 1)) + "…" : text
    }
  }

  /// About five digits.
  static func short(_ number: Double) -> String {
    if number == 0 { return "0" }
    guard number.isFinite else { return NumberText.floatText(number) }
    var scale = 1.0
    var digits = 0
    while abs(number) * scale < 10_000, digits < 12 {
      scale *= 10
      digits += 1
    }
    let rounded = digits == 0 ? number.rounded() : (number * scale).rounded() / scale
    let text = NumberText.floatText(rounded)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  static func percent(_ share: Double) -> String {
    if share == 0 { return "0%" }
    if share < 0.001 { return "<0.1%" }
    return "\(short((share * 1000).rounded() / 10))%"
  }

  /// The bins as a line of blocks.
  static func blocks(_ counts: [Int]) -> String {
    guard let most = counts.max(), most > 0 else { return "" }
    return String(counts.map { $0 == 0 ? " " : blocks[min(7, ($0 * 8 - 1) / most)] })
  }

  /// How much there is of what.
  static func distinct(_ column: ColumnProfile) -> String {
    column.isDistinctExact ? Count.grouped(column.distinct) : "~\(short(Double(column.distinct)))"
  }
}

extension GroupProfile {
  /// `2013-01-13 19:00:00+00:00, 3d 4h ago`; nil without events.
  package var lastEvent: String? {
    guard let event = columns.first(where: { $0.role == .event }), let text = ProfileText.text(event.greatest) else {
      return nil
    }
    return text + (freshness.map { ", \(AgeText.ago($0))" } ?? "")
  }

  /// One line on the group: `weather: 120 rows of 3 keys (40 per key), …`.
  package var summary: String {
    let about = areKeysExact ? "" : "about "
    var parts = ["\(Count.text(rows, "row")) of \(about)\(Count.text(keys, "key"))"]
    if let each = rowsPerKey, !isStatic {
      let (least, most) = (Count.grouped(each.least), Count.grouped(each.most))
      let spread = "\(least) to \(most) per key, \(Count.grouped(each.median)) in the middle"
      parts.append(each.least == each.most ? "\(least) per key" : spread)
    }
    if let event = columns.first(where: { $0.role == .event }), event.count > 0 {
      parts.append("events from \(ProfileText.short(event.least)) to \(ProfileText.short(event.greatest))")
    }
    if let freshness { parts.append("the last \(AgeText.ago(freshness))") }
    return "\(VisibleText.escaped(name)): \(parts.joined(separator: "; "))"
  }
}
