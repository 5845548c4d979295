import SpellTables

/// Passes a result on and keeps it: all of it as long as it is small, and its beginning.
final class KeepingSink: ResultSink {
  /// Bytes of cells beyond which a result is not kept.
  static let limit = 64 << 20

  private let sink: any ResultSink
  /// Nil once the result has grown too large, and where labels may go to their place as raw bytes, complete there.
  private(set) var kept: CollectingSink?
  /// As much as a `Display` keeps.
  let beginning = CollectingSink()
  private var beginningSize = 0
  private var isBeginningFull = false
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
    guard batch.count > 0, !isBeginningFull else { return }
    let rowBytes = max(1, (batch.cellBytes + (rawLabels?.arena.count ?? 0)) / batch.count)
    let room = max(beginning.rowCount == 0 ? 1 : 0, (Display.keptBytes - beginningSize) / rowBytes)
    let count = min(batch.count, Display.keptRows - beginning.rowCount, room)
    isBeginningFull = count < batch.count
    beginningSize += count * rowBytes
    guard let rawLabels, let delimiter = rawLabelDelimiter else { return beginning.keep(batch, count: count) }
    beginning.keep(
      RawLabels.batch(batch, rawLabels: rawLabels, labelCount: labelCount, delimiter: delimiter, count: count),
      count: count)
  }
}
