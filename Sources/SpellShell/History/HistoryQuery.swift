import SpellCore
import Spellbook

/// Which entries of the history are asked for.
package struct HistoryQuery {
  /// The newest so many of those that fit; nil: all.
  package var limit: Int?
  /// What the text contains, in any case.
  package var text = ""
  /// The earliest moment, in microseconds of UTC.
  package var since: Int64?
  /// Only statements that failed.
  package var failedOnly = false
  /// Only those of one database, as of `Session.enginePlace`.
  package var engine: String?

  package init() {}

  /// The moment of `7d`, which is so long ago, or of a time; in microseconds of UTC.
  package static func moment(_ text: String, zone: Zone) throws(SpellError) -> Int64 {
    if case .time(let length) = withBytes(of: text, { IntervalText.parse($0) }) { return Stopwatch.now - length }
    if case .success(let moment) = withBytes(of: text, { TimeText.parse($0, zone: zone, reading: .label) }) {
      return moment
    }
    throw HistoryMessages.notSince(text)
  }
}

/// What is found in the history: the oldest first.
package struct HistoryAnswer {
  /// Each with its number, by which `\rerun` takes it. It stays the same when old entries are dropped.
  package var entries: [(id: Int, entry: HistoryEntry)] = []
  /// Lines that could not be read.
  package var damagedCount = 0
}
