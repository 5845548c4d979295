import SpellCore
import SpellPlanning
import SpellTables

/// Gives the rows of a snapshot to a sink.
struct SnapshotPrinter {
  let rows: ResultRows
  let sink: any ResultSink
  let cancellation: Cancellation
  let progress: any Progress

  func print(_ selection: PlainBuffer<Int32>) throws -> Int {
    let columns = rows.plan.columns.map { column in
      ResultColumn(name: column.name, type: rows.type(of: column.origin), role: column.origin.role)
    }
    progress.beginWriting(estimate: selection.count)
    try sink.begin(columns)
    let batch = RowBatch(types: columns.map(\.type), capacity: SelectRunner.chunkCapacity)
    for start in stride(from: 0, to: selection.count, by: SelectRunner.chunkCapacity) {
      try cancellation.check()
      let count = min(SelectRunner.chunkCapacity, selection.count - start)
      let chunk = UnsafeBufferPointer(start: selection.base + start, count: count)
      batch.reset()
      rows.fill(batch.columns[...], from: rows.plan.columns.lazy.map(\.origin), rows: chunk)
      batch.count = count
      try sink.write(batch, rawLabels: nil)
      progress.advance(to: start + count)
    }
    try sink.finish()
    return selection.count
  }
}
