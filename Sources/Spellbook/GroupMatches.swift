import SpellExecution

/// What came of a result that went into a file.
public struct Summary: Sendable {
  /// The number of rows.
  public let rowCount: Int
  /// What each group found, without the groups whose rows nobody counted, since the database did all of the work.
  public let matches: [GroupMatches]
}

/// How many rows of a result have an answer from a group, and why the others have none.
public struct GroupMatches: Sendable {
  /// The group's name.
  public let group: String
  /// Rows that asked: labels, or keys of a snapshot.
  public let asked: Int
  /// Rows with an answer.
  public let matched: Int
  /// Rows whose key is NULL.
  public let nullKey: Int
  /// Rows whose moment is NULL.
  public let nullMoment: Int
  /// Rows whose key has no stored row at all.
  public let unknownKey: Int
  /// Rows whose key has stored rows, but none with an event.
  public let noEvent: Int
  /// Rows whose key has stored rows, but none that was available by the moment.
  public let onlyInTheFuture: Int
  /// Rows whose answer would be older than the ttl.
  public let olderThanTTL: Int
  /// Rows for which only rows exist that were created later, under KNOWN.
  public let notKnownYet: Int
  /// Rows without an answer of which nobody knows why: only rows that answer were looked for, or the database did all
  /// of the work.
  public let noMatch: Int
  /// Answers chosen among several rows with the same key, event and created time.
  public let ties: Int
  /// Answers with a value that did not fit its type and was read as NULL.
  public let invalid: Int
  /// Answers with an event at the very moment that they answer.
  public let atMoment: Int
  /// Answers that were created after the moment that they answer, so that nobody knew them then.
  public let createdLater: Int

  static func list(_ report: MatchReport) -> [GroupMatches] {
    report.uses.filter { $0.extent != .nothing }.map { use in
      func count(_ reason: MatchReport.Reason) -> Int { use.unmatched[reason.rawValue] }
      return GroupMatches(
        group: use.group, asked: use.asked, matched: use.matched, nullKey: count(.nullKey),
        nullMoment: count(.nullMoment), unknownKey: count(.unknownKey), noEvent: count(.noEvent),
        onlyInTheFuture: count(.onlyInTheFuture),
        olderThanTTL: count(.olderThanTTL), notKnownYet: count(.notKnownYet),
        noMatch: count(.noMatch), ties: use.ties, invalid: use.invalid, atMoment: use.atMoment,
        createdLater: use.createdLater)
    }
  }
}
