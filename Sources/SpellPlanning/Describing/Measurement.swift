/// What a statement did, for EXPLAIN ANALYZE.
package struct Measurement: Sendable {
  /// A part of the work.
  package struct Stage: Sendable {
    package var rows: Int
    package var nanoseconds: UInt64

    package init(rows: Int, nanoseconds: UInt64) {
      self.rows = rows
      self.nanoseconds = nanoseconds
    }

    /// Counts more of the same work.
    package mutating func add(_ other: Stage) {
      rows += other.rows
      nanoseconds += other.nanoseconds
    }
  }

  /// Nil for a snapshot.
  package var labels: Stage?
  /// By use: reading and folding its rows.
  package var uses: [Stage] = []
  /// Choosing and printing the rows of the result.
  package var result = Stage(rows: 0, nanoseconds: 0)

  package init() {}
}
