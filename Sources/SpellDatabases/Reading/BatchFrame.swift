import SpellTables

/// A batch and what writes its cells.
package final class BatchFrame {
  package let batch: RowBatch
  private let cellWriters: CellWriters

  let rows: Int
  /// A batch ends early when its texts and blobs reach this size, so that large ones do not pile up in memory.
  package static let mostBytes = 8 << 20
  let bytes: Int

  package init(_ readings: [ColumnReading], bytes: Int = BatchFrame.mostBytes) {
    self.bytes = bytes
    rows = RowBatch.usualCapacity(columnCount: readings.count)
    batch = RowBatch(types: readings.map(\.type), capacity: rows)
    cellWriters = CellWriters(readings, batch: batch)
  }

  /// By column.
  package var writers: UnsafeMutableBufferPointer<CellWriter> { cellWriters.writers }
}

/// Where a driver gets empty frames, and where it puts full ones.
protocol FrameExchange: AnyObject {
  /// An empty frame; nil if nobody wants more rows.
  func emptyFrame() -> BatchFrame?
  /// Hands a frame on; the driver must not touch it any more. Throws what its user throws.
  func deliver(_ frame: BatchFrame) throws
}

/// Gives frames to a caller on the same thread: one frame, filled again and again.
final class DirectExchange: FrameExchange {
  private let frame: BatchFrame
  private let onBatch: (RowBatch) throws -> ReadControl
  private var isStopped = false

  init(_ readings: [ColumnReading], onBatch: @escaping (RowBatch) throws -> ReadControl) {
    frame = BatchFrame(readings)
    self.onBatch = onBatch
  }

  func emptyFrame() -> BatchFrame? {
    frame.batch.reset()
    return isStopped ? nil : frame
  }

  func deliver(_ frame: BatchFrame) throws {
    if frame.batch.count == 0 { return }
    if case .stop = try onBatch(frame.batch) { isStopped = true }
  }
}
