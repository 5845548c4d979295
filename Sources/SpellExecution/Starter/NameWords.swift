/// The words of a column's name, in lower case: `eventTime`, `event_time` and `EVENT TIME` have the same two.
struct NameWords {
  let words: [String]

  init(_ name: String) {
    var words: [String] = []
    var isOpen = false
    var endsLower = false
    for character in name {
      guard character.isLetter || character.isNumber else {
        isOpen = false
        continue
      }
      if isOpen, !(endsLower && character.isUppercase) {
        words[words.count - 1] += character.lowercased()
      } else {
        words.append(character.lowercased())
      }
      isOpen = true
      endsLower = character.isLowercase
    }
    self.words = words
  }

  private static let ofMoments: Set<String> = [
    "time", "timestamp", "ts", "date", "datetime", "day", "when", "epoch", "unix", "tstamp", "moment", "instant",
  ]
  private static let ofCreation: Set<String> = [
    "created", "creation", "inserted", "loaded", "ingested", "recorded", "written", "updated", "modified", "changed",
    "etl",
  ]
  /// Of moments that say something about the row and not when it holds.
  private static let ofAttributes: Set<String> = [
    "birth", "birthday", "born", "dob", "expires", "expiry", "expiration", "until", "end", "ends", "due", "planned",
    "scheduled", "deleted", "valid", "last", "first", "next",
  ]
  private static let ofKeys: Set<String> = ["id", "key", "code", "uuid", "guid", "no", "nr", "number", "pk"]

  /// Whether the name is one of a column that holds moments.
  var meanMoment: Bool { words.last == "at" || words.contains { Self.ofMoments.contains($0) } }
  var meanCreation: Bool { words.contains { Self.ofCreation.contains($0) } }
  var meanKey: Bool { words.last.map { Self.ofKeys.contains($0) } ?? false }
  /// Whether the name tells a key and not of what.
  var areGeneric: Bool { words.count == 1 && (meanKey || words[0] == "name") }

  /// How well the name fits an event timestamp.
  var eventScore: Int {
    var score = 0
    if words.contains("event") { score += 6 }
    if words.contains(where: { Self.ofMoments.contains($0) }) { score += 4 }
    if words.last == "at" { score += 3 }
    if meanCreation { score -= 5 }
    if words.contains(where: { Self.ofAttributes.contains($0) }) { score -= 8 }
    return score
  }
}
