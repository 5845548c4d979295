import SpellCore
import SpellTables

/// The feature columns of a batch beside the slot columns that they are copied to.
struct Lanes {
  private let sources: [Column]
  private let targets: [Column]
  private let words: [(source: UnsafeMutablePointer<Int64>, target: UnsafeMutablePointer<Int64>)]
  private let states: [(source: UnsafeMutablePointer<UInt8>, target: UnsafeMutablePointer<UInt8>)]
  private let areBytes: [Bool]
  /// Whether any cell of the batch does not fit its type.
  private let mayBeInvalid: Bool

  init(batch: RowBatch, firstFeature: Int, targets: [Column]) {
    sources = Array(batch.columns[firstFeature...])
    self.targets = targets
    words = zip(sources, targets).map { ($0.words, $1.words) }
    states = zip(sources, targets).map { ($0.states, $1.states) }
    areBytes = sources.map { $0.type.layout == .bytes }
    mayBeInvalid = states.contains { lane in
      (0..<batch.count).contains { lane.source[$0] == CellState.invalid.rawValue }
    }
  }

  func hasInvalid(_ row: Int) -> Bool {
    mayBeInvalid && states.contains { $0.source[row] == CellState.invalid.rawValue }
  }

  func copy(_ row: Int, to slot: Int) {
    for lane in words.indices {
      if areBytes[lane] || mayBeInvalid {
        targets[lane].replace(slot, from: sources[lane], row)
      } else {
        words[lane].target[slot] = words[lane].source[row]
        states[lane].target[slot] = states[lane].source[row]
      }
    }
  }

  /// Compares a row with what a slot holds, feature by feature.
  func compare(_ row: Int, _ slot: Int) -> Int {
    for lane in sources.indices {
      let order = sources[lane].compare(row, targets[lane], slot)
      if order != 0 { return order }
    }
    return 0
  }
}
