import SpellCore

/// The keys of a mapping as they are read, and where each was first written.
struct WrittenKeys {
  /// As many keys as nearly all mappings have: to look through them takes less than a table of them.
  private static let few = 16

  private var first: [Written<String>] = []
  /// The keys after those.
  private var further: [String: SourceLocation] = [:]

  /// Adds a key; the place of the same key if there is one.
  mutating func insert(_ key: Written<String>) -> SourceLocation? {
    if let same = first.firstIndex(where: { $0.value == key.value }) { return first[same].location }
    if first.count < Self.few {
      first.append(key)
      return nil
    }
    if let place = further[key.value] { return place }
    further[key.value] = key.location
    return nil
  }
}
