/// Guesses at what was meant.
package enum Suggestion {
  /// Longer names get no guess: the work grows with the square of the length.
  private static let longestName = 200

  /// The candidate nearest to a name, if it is within a third of the name's length (at least one edit); nil otherwise.
  ///
  /// An edit is a character put in, left out or replaced, or two neighbours swapped; upper and lower case are the same.
  /// The first of equally near candidates wins, and one that shares no character with the name is no guess.
  package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let word = folded(name)
    guard word.count <= longestName else { return nil }
    var best: String?
    var limit = max(1, word.count / 3)
    for candidate in candidates {
      // A scalar takes at least one byte, so far longer candidates need not be folded.
      guard candidate.utf8.count <= 8 * (longestName + 1) else { continue }
      let other = folded(candidate)
      guard abs(other.count - word.count) <= limit else { continue }
      let distance = distance(word, other)
      guard distance <= limit, distance < max(word.count, other.count) || distance == 0 else { continue }
      best = candidate
      if distance == 0 { break }
      limit = distance - 1
    }
    return best
  }

  /// The nearest candidate as a label: "did you mean `avg_spend`?"; `prefix` stands before it.
  package static func question(
    _ name: String, among candidates: some Sequence<String>, prefix: String = ""
  ) -> String? {
    nearest(to: name, among: candidates).map { "did you mean `\(prefix)\($0)`?" }
  }

  private static func folded(_ text: String) -> [Unicode.Scalar] { Array(text.lowercased().unicodeScalars) }

  /// The least number of edits, no scalar being edited twice (optimal string alignment).
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    // Rows of the table of distances between prefixes: the last two and the one being made.
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    var current = previous
    for row in left.indices {
      current[0] = row + 1
      for column in right.indices {
        let replacement = previous[column] + (left[row] == right[column] ? 0 : 1)
        var least = min(replacement, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, beforePrevious[column - 1] + 1)
        }
        current[column + 1] = least
      }
      (beforePrevious, previous, current) = (previous, current, beforePrevious)
    }
    return previous[right.count]
  }
}
