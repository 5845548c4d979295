import SpellCore
import SpellPlanning
import SpellTables

/// What a statement found: per use of a group, how many rows of the result have an answer, and why others have none.
package struct MatchReport: Sendable {
  /// Why a row of the result has no answer from a group.
  package enum Reason: Int, Sendable, CaseIterable {
    case nullKey
    case nullMoment
    case unknownKey
    /// The key has rows, but none with an event.
    case noEvent
    case onlyInTheFuture
    case olderThanTTL
    /// The key has rows, but none in any window.
    case beforeWindows
    case notKnownYet
    /// There may be rows of the key, but none that could answer: a seek sees no others.
    case noMatch
  }

  /// How much of a use is known.
  package enum Extent: Sendable {
    /// Everything: its rows went through a fold.
    case all
    /// How many asked and matched, and the NULL values: the database told no more.
    case matches
    /// How many stored rows there are, and their NULL and unfit values: versions answer nothing.
    case versions
    /// No number at all.
    case nothing
  }

  package struct Use: Sendable {
    package var group: String
    package var strategy: Strategy
    /// Numbers beyond it are zero and say nothing.
    package var extent = Extent.all
    package var isStatic: Bool
    /// Rows that asked: labels, or keys of a snapshot; of versions all of them.
    package var asked = 0
    package var matched = 0
    /// By `Reason.rawValue`.
    package var unmatched = [Int](repeating: 0, count: Reason.allCases.count)
    /// NULL values in matched rows, by feature.
    package var nulls: [(feature: String, count: Int)] = []
    /// Rows whose answer was one of several with the same event and created time.
    package var ties = 0
    /// Rows whose answer holds, or is tied with, a value that does not fit its type and was read as NULL.
    package var invalid = 0
    /// Stored rows of asked keys whose event or created time does not fit and was read as NULL.
    package var invalidRows = 0
    /// Stored rows that KNOWN left out because they have no created time.
    package var withoutCreated = 0
    /// Answers with an event at the very moment that they answer.
    package var atMoment = 0
    /// Answers that were created after the moment that they answer, so that nobody knew them then.
    package var createdLater = 0
    /// Moment minus event of the matches: microseconds on an axis of time, else nil.
    package var ages: Ages?
    package var rowsRead = 0
  }

  package struct Ages: Sendable {
    /// By percent, from the least (0) to the greatest (100).
    package static let percents = [0, 25, 50, 75, 95, 100]

    /// By `percents`.
    package var quantiles: [Int64]

    /// Asks for the quantiles from the least on.
    init(_ quantile: (Int) -> Int64) { quantiles = Self.percents.map(quantile) }

    package var least: Int64 { quantiles[0] }
    package var median: Int64 { quantiles[2] }
    package var greatest: Int64 { quantiles[5] }
  }

  package var uses: [Use]
}
