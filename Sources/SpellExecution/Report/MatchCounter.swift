import SpellCore
import SpellPlanning
import SpellTables

/// Counts the report of a result, whose rows come in one piece or in several, and stops at values that do not fit where
/// the answer depends on them.
struct MatchCounter {
  private let cancellation: Cancellation
  private var tallies: [MatchTally]

  init(plan: SelectPlan, cancellation: Cancellation) {
    self.cancellation = cancellation
    tallies = plan.uses.indices.map { MatchTally($0, of: plan) }
  }

  /// Counts rows, all folds of which are finished.
  mutating func add(_ rows: ResultRows) throws {
    for index in rows.folds.indices {
      try UseCounter(rows: rows, index: index, cancellation: cancellation).count(into: &tallies[index])
    }
  }

  var report: MatchReport {
    MatchReport(uses: tallies.map(\.report))
  }
}
