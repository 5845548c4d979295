import SpellTables

/// Passes a result on and keeps it: all of it as long as it is small, and its beginning.
final class KeepingSink: ResultSink {
  /// Bytes of cells beyond which a result is not kept.
  static let limit = 64 << 20

  private let sink: any ResultSink
  /// Nil once the result has grown too large, and where labels may go to their place as raw bytes, complete there.
  private(set) var kept: CollectingSink?
  let beginning = CollectingSink(rowLimit: Display.keptRows)
  private(set) var rowCount = 0
  private var size = 0
  private var labelCount = 0

  init(_ sink: any ResultSink) {
    self.sink = sink
    kept = sink.rawLabelDelimiter == nil ? CollectingSink() : nil
  }

  var rawLabelDelimiter: UInt8? { sink.rawLabelDelimiter }

  func begin(_ columns: [ResultColumn]) throws {
    kept?.begin(columns)
    beginning.begin(columns)
    labelCount = columns.count { $0.role == .label }
    try sink.begin(columns)
  }

  func write(_ batch: RowBatch, rawLabels: Column?) throws {
    if kept != nil { size += batch.cellBytes }
    if size > Self.limit { kept = nil }
    kept?.write(batch, rawLabels: nil)
    keepBeginning(batch, rawLabels)
    rowCount += batch.count
    try sink.write(batch, rawLabels: rawLabels)
  }

  func finish() throws { try sink.finish() }

  private func keepBeginning(_ batch: RowBatch, _ rawLabels: Column?) {
    let left = Display.keptRows - beginning.rowCount
    guard left > 0 else { return }
    guard let rawLabels, let delimiter = rawLabelDelimiter else { return beginning.write(batch, rawLabels: nil) }
    let whole = RawLabels.batch(
      batch, rawLabels: rawLabels, labelCount: labelCount, delimiter: delimiter, rowLimit: left)
    beginning.write(whole, rawLabels: nil)
  }
}
