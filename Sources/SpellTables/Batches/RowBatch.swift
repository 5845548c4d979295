import SpellCore

/// Rows as columns of equal length: what drivers produce, what formats print.
package final class RowBatch {
  /// Rows of a batch, unless it has many columns: then their cells decide.
  package static let mostRows = 4096
  private static let mostCells = 32 * mostRows

  package let columns: [Column]
  package let capacity: Int
  package var count = 0

  package init(types: [ValueType], capacity: Int) {
    self.capacity = capacity
    columns = types.map { Column(type: $0, capacity: capacity) }
  }

  /// How many rows a batch of so many columns should have room for.
  package static func usualCapacity(columnCount: Int) -> Int {
    max(1, min(mostRows, mostCells / max(1, columnCount)))
  }

  /// Rows whose columns belong to others, for as long as those are not filled anew.
  package init(of columns: [Column], count: Int) {
    self.columns = columns
    self.count = count
    capacity = count
  }

  /// The bytes of its cells: eight for a number, a time or a truth value, those of a text and four for its length.
  package var cellBytes: Int {
    columns.reduce(0) { $0 + $1.arena.count + ($1.type.layout == .bytes ? 0 : count * MemoryLayout<Int64>.stride) }
  }

  /// Makes the batch empty and keeps its memory.
  package func reset() {
    count = 0
    for column in columns { column.reset() }
  }
}
