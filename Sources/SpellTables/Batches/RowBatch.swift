import SpellCore

/// Rows as columns of equal length: what drivers produce, what formats print.
package final class RowBatch {
  package let columns: [Column]
  package let capacity: Int
  package var count = 0

  package init(types: [ValueType], capacity: Int) {
    self.capacity = capacity
    columns = types.map { Column(type: $0, capacity: capacity) }
  }

  /// Makes the batch empty and keeps its memory.
  package func reset() {
    count = 0
    for column in columns { column.reset() }
  }
}
