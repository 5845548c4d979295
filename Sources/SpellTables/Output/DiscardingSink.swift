/// Takes a result and keeps nothing of it, for EXPLAIN ANALYZE.
package final class DiscardingSink: ResultSink {
  package init() {}

  package var rawLabelDelimiter: UInt8? { nil }
  package func begin(_ columns: [ResultColumn]) {}
  package func write(_ batch: RowBatch, rawLabels: Column?) {}
  package func finish() {}
}
