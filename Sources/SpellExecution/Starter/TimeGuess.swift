import SpellCore

/// The columns that are taken for the times of a table's group.
struct TimeGuess {
  /// A column that says less than this of events is none, as one of birthdays.
  private static let leastScore = -3

  var event: String
  var created: String?
  /// Other columns that may be meant.
  var others: [String]

  /// Nil for a table without times that its rows could be placed by.
  init?(for table: TableSketch) {
    let candidates = table.columns.filter { table.moments[$0.name] != nil }.map(\.name)
    func score(_ name: String) -> Int {
      let isBehindKey = table.keyLists.contains { ($0.columns.firstIndex(of: name) ?? 0) > 0 }
      return NameWords(name).eventScore + (isBehindKey ? 8 : 0)
    }
    // Of equally likely ones the first.
    guard let best = candidates.map(score).max(), best >= Self.leastScore,
      let event = candidates.first(where: { score($0) == best })
    else { return nil }
    self.event = event
    others = candidates.filter { $0 != event && score($0) >= Self.leastScore }
    created = candidates.first { name in
      name != event && NameWords(name).meanCreation && table.moments[name]?.storage == table.moments[event]?.storage
    }
    others.removeAll { $0 == created }
  }
}
