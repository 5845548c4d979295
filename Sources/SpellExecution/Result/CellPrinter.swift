import SpellCore
import SpellPlanning
import SpellTables

/// Gives rows to a sink whose columns are all cells, in one piece or in several: those of a snapshot, and labels of a
/// table with their features.
struct CellPrinter {
  private let sink: any ResultSink
  private let cancellation: Cancellation
  private let progress: any Progress
  private let columns: [ResultColumn]
  private let writer: SinkWriter
  private var hasBegun = false
  private var rowCount = 0

  init(plan: SelectPlan, sink: any ResultSink, cancellation: Cancellation, progress: any Progress) {
    self.sink = sink
    self.cancellation = cancellation
    self.progress = progress
    columns = plan.resultColumns
    writer = SinkWriter(sink, types: columns.map(\.type), takesRawLabels: false)
  }

  mutating func print(_ rows: ResultRows, selection: PlainBuffer<Int32>) throws {
    try begin(estimate: selection.count)
    writer.begin(rows: selection.count)
    for start in stride(from: 0, to: selection.count, by: writer.pageRows) {
      try cancellation.check()
      let count = min(writer.pageRows, selection.count - start)
      let chunk = UnsafeBufferPointer(start: selection.base + start, count: count)
      let batch = writer.page.batch
      rows.fill(batch.columns[...], from: rows.plan.columns.lazy.map(\.origin), rows: chunk)
      batch.count = count
      try writer.write()
      progress.advance(to: rowCount + start + count)
    }
    try writer.end()
    rowCount += selection.count
  }

  /// Ends the result; returns the number of its rows.
  mutating func finish() throws -> Int {
    try begin(estimate: 0)
    try sink.finish()
    return rowCount
  }

  /// Not before there are answers: a statement that fails leaves no trace.
  private mutating func begin(estimate: Int) throws {
    if hasBegun { return }
    hasBegun = true
    progress.beginWriting(estimate: estimate)
    try sink.begin(columns)
  }
}
