import SpellCore

/// A strategy that was not taken for a use: what it would take, or why it cannot serve.
package struct Alternative: Sendable, Equatable {
  package var strategy: Strategy
  /// What it would fetch, as words that follow "of".
  package var extent = ""
  package var estimatedRows: Int?
  /// An estimate in milliseconds; with `missingIndex`, of what it would take with that.
  package var cost: Double?
  /// Why it cannot serve, as words that follow the strategy's name.
  package var obstacle: String?
  /// The statement that makes the index which it lacks, where it would be the choice with that.
  package var missingIndex: String?

  /// As EXPLAIN words it.
  package var text: String {
    let time = cost.map(AccessPlanner.text) ?? ""
    guard let obstacle else { return "\(strategy.rawValue) of \(extent) would take \(time)" }
    let remedy = missingIndex.map { "; it would take \(time) with \($0)" } ?? ""
    return "\(strategy.rawValue) \(obstacle)\(remedy)"
  }
}
