import SpellCore

/// Keeps a result in memory, for the Swift library, `\last` and the export of a session.
package final class CollectingSink: ResultSink {
  package private(set) var columns: [ResultColumn] = []
  /// Copies of what was written: producers fill theirs anew.
  package private(set) var batches: [RowBatch] = []
  /// The rows that are kept.
  package private(set) var rowCount = 0

  package init() {}

  package var rawLabelDelimiter: UInt8? { nil }

  package func begin(_ columns: [ResultColumn]) { self.columns = columns }

  package func write(_ batch: RowBatch, rawLabels: Column?) { keep(batch, count: batch.count) }

  /// Keeps the first rows of a batch.
  package func keep(_ batch: RowBatch, count: Int) {
    if count == 0 { return }
    let copy = RowBatch(types: batch.columns.map(\.type), capacity: count)
    copy.count = count
    for (target, source) in zip(copy.columns, batch.columns) {
      for row in 0..<count { target.copy(row, from: source, row) }
    }
    batches.append(copy)
    rowCount += count
  }

  package func finish() {}

  /// Hands on what is kept.
  package func write(to sink: any ResultSink) throws {
    try sink.begin(columns)
    for batch in batches { try sink.write(batch, rawLabels: nil) }
    try sink.finish()
  }
}
