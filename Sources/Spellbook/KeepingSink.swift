import SpellTables

/// Passes a result on and keeps it, as long as it is small.
final class KeepingSink: ResultSink {
  /// Bytes of cells beyond which a result is not kept.
  static let limit = 64 << 20

  private let sink: any ResultSink
  /// Nil once the result has grown too large.
  private(set) var kept: CollectingSink? = CollectingSink()
  private var size = 0

  init(_ sink: any ResultSink) { self.sink = sink }

  /// Kept are cells, not the raw bytes of labels.
  var rawLabelDelimiter: UInt8? { nil }

  func begin(_ columns: [ResultColumn]) throws {
    kept?.begin(columns)
    try sink.begin(columns)
  }

  func write(_ batch: RowBatch, rawLabels: Column?) throws {
    size += batch.cellBytes
    if size > Self.limit { kept = nil }
    kept?.write(batch, rawLabels: nil)
    try sink.write(batch, rawLabels: rawLabels)
  }

  func finish() throws { try sink.finish() }
}
