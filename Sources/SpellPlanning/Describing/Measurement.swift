/// What a statement did, for EXPLAIN ANALYZE.
package struct Measurement: Sendable {
  /// A part of the work.
  package struct Stage: Sendable {
    package var rows: Int
    /// Of the label file, of the cells that came from the engine, or of the result as it is printed.
    package var bytes: Int
    package var nanoseconds: UInt64
    /// Memory of what the stage made and later stages need; nil for the result, which is passed on.
    package var heldBytes: Int?

    package init(rows: Int, bytes: Int, nanoseconds: UInt64, heldBytes: Int? = nil) {
      self.rows = rows
      self.bytes = bytes
      self.nanoseconds = nanoseconds
      self.heldBytes = heldBytes
    }

    /// Counts more of the same work, of which only one part at a time is held.
    package mutating func add(_ other: Stage) {
      rows += other.rows
      bytes += other.bytes
      nanoseconds += other.nanoseconds
      heldBytes = [heldBytes, other.heldBytes].compactMap { $0 }.max()
    }

    var milliseconds: Double { Double(nanoseconds) / 1e6 }
  }

  /// Nil for a snapshot.
  package var labels: Stage?
  /// By use: reading and folding its rows.
  package var uses: [Stage] = []
  /// Choosing and printing the rows of the result.
  package var result = Stage(rows: 0, bytes: 0, nanoseconds: 0)
  /// The most memory that the process had at once, since its start.
  package var peakMemoryBytes = 0

  package init() {}
}
