import SpellCore
import SpellTables

/// A small table of text, for SHOW and DESCRIBE.
package struct TextTable: Sendable {
  package var columns: [String]
  /// Nil is NULL.
  package var rows: [[String?]]

  package init(columns: [String], rows: [[String?]]) {
    self.columns = columns
    self.rows = rows
  }

  package func write(to sink: any ResultSink) throws {
    try sink.begin(columns.map { ResultColumn(name: $0, type: .str, role: .feature) })
    let batch = RowBatch(types: columns.map { _ in .str }, capacity: max(1, rows.count))
    for (index, row) in rows.enumerated() {
      for (column, cell) in zip(batch.columns, row) {
        if let cell { withBytes(of: cell) { column.set(index, bytes: $0) } } else { column.setNull(index) }
      }
    }
    batch.count = rows.count
    try sink.write(batch, rawLabels: nil)
    try sink.finish()
  }
}
