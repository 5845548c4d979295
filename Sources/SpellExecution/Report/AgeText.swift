/// A length of time in its two greatest units: `25m`, `19h 27m`, `3d 4h`, `1.5s`.
package enum AgeText {
  /// `3d 4h ago`, and `in 3d 4h` for what is yet to come.
  package static func ago(_ microseconds: Int64) -> String {
    microseconds < 0 ? "in \(text(-microseconds))" : "\(text(microseconds)) ago"
  }

  package static func text(_ microseconds: Int64) -> String {
    let sign = microseconds < 0 ? "-" : ""
    let magnitude = microseconds.magnitude
    if magnitude == 0 { return "0s" }
    if magnitude < 1000 { return "\(sign)\(magnitude)us" }
    if magnitude < 1_000_000 { return "\(sign)\(magnitude / 1000)ms" }
    let seconds = magnitude / 1_000_000
    let units: [(UInt64, String)] = [(86400, "d"), (3600, "h"), (60, "m"), (1, "s")]
    guard let first = units.firstIndex(where: { seconds >= $0.0 }) else { return "0s" }
    let (size, name) = units[first]
    var text = "\(sign)\(seconds / size)\(name)"
    if first + 1 < units.count {
      let rest = seconds % size / units[first + 1].0
      if rest > 0 { text += " \(rest)\(units[first + 1].1)" }
    }
    return text
  }
}
