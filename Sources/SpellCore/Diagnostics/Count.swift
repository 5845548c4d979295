/// Numbers for people.
package enum Count {
  /// Digits in groups of three: `11,955`.
  package static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// `1 row`, `11,955 rows`.
  package static func text(_ count: Int, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// `1 byte`, `950 bytes`, `81.9 kB`, `1.2 GB`.
  package static func bytes(_ count: Int) -> String {
    if count < 1000 { return text(count, "byte") }
    var size = Double(count) / 1000
    var unit = 0
    let units = ["kB", "MB", "GB", "TB"]
    while size >= 999.95, unit < units.count - 1 {
      size /= 1000
      unit += 1
    }
    return "\(NumberText.floatText((size * 10).rounded() / 10)) \(units[unit])"
  }
}
