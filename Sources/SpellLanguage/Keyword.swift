import SpellCore

/// The words of the language. None is reserved: the place decides whether a word is one of them or a name.
package enum Keyword: String, Sendable, CaseIterable {
  // Statements.
  case select, show, describe, explain, analyze, profile, check, `import`, set
  // Clauses of SELECT FEATURES and their parts.
  case features, `as`, of, before, versions, from, to, known, at, within, join, on, `where`, order, by, asc, desc
  case limit, offset, with, timestamps, full, names, format, into, overwrite, except, now, over, filter
  // How a file is read.
  case delimiter, null, time, tab, table, append, replace
  // Conditions.
  case and, or, not, `in`, between, like, `is`, `true`, `false`
  // SHOW and CHECK.
  case all, entities, groups, sets, sql, `for`, deep

  /// The word as messages and printed statements spell it.
  package var text: String { rawValue.uppercased() }

  /// Words that end a list and begin a clause; a name that is one of them is quoted.
  var isClauseWord: Bool {
    switch self {
    case .as, .before, .versions, .known, .within, .join, .on, .where, .order, .limit, .offset, .with, .format, .into:
      true
    default: false
    }
  }

  /// Words that mean something inside a condition; a column that is called so is quoted.
  var isConditionWord: Bool {
    switch self {
    case .and, .or, .not, .in, .between, .like, .is, .true, .false, .null: true
    default: false
    }
  }

  /// The keyword that a word spells in any case.
  init?(_ word: Slice<ByteSlice>) {
    guard word.count <= Keyword.longest else { return nil }
    let text = String(unsafeUninitializedCapacity: word.count) { buffer in
      for (index, byte) in word.enumerated() { buffer[index] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
      return word.count
    }
    guard let keyword = Keyword.byText[text] else { return nil }
    self = keyword
  }

  /// The keyword that was probably meant; words of one or two letters are too near to everything.
  static func nearest(to word: String, among candidates: [Keyword]) -> Keyword? {
    guard word.unicodeScalars.count > 2 else { return nil }
    let nearest = Suggestion.nearest(to: word.uppercased(), among: candidates.map(\.text))
    return candidates.first { $0.text == nearest }
  }

  private static let byText = [String: Keyword](uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
  private static let longest = allCases.map(\.rawValue.utf8.count).max() ?? 0
}
