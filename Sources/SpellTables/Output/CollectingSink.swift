import SpellCore

/// Keeps a result in memory, for the Swift library.
package final class CollectingSink: ResultSink {
  package private(set) var columns: [ResultColumn] = []
  /// Copies of what was written: producers fill theirs anew.
  package private(set) var batches: [RowBatch] = []
  package private(set) var rowCount = 0

  package init() {}

  package var rawLabelDelimiter: UInt8? { nil }

  package func begin(_ columns: [ResultColumn]) { self.columns = columns }

  package func write(_ batch: RowBatch, rawLabels: Column?) {
    if batch.count == 0 { return }
    let copy = RowBatch(types: batch.columns.map(\.type), capacity: batch.count)
    copy.count = batch.count
    for (target, source) in zip(copy.columns, batch.columns) {
      for row in 0..<batch.count { target.copy(row, from: source, row) }
    }
    batches.append(copy)
    rowCount += batch.count
  }

  package func finish() {}
}
