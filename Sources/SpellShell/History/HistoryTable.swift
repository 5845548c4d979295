import SpellCore
import SpellTables

/// The history as a result, which every format prints.
enum HistoryTable {
  private static let microsecondsPerSecond: Int64 = 1_000_000

  /// Writes the entries to a sink. The engine is left out where lines are short.
  static func write(_ answer: HistoryAnswer, withEngine: Bool, to sink: any ResultSink) throws {
    var columns: [(name: String, type: ValueType)] = [
      ("id", .int), ("time", .datetime), ("ok", .bool), ("milliseconds", .int), ("rows", .int), ("text", .str),
    ]
    if withEngine { columns.insert(("engine", .str), at: 5) }
    try sink.begin(columns.map { ResultColumn(name: $0.name, type: $0.type, role: .feature) })
    let batch = RowBatch(types: columns.map(\.type), capacity: max(1, answer.entries.count))
    for (row, (id, entry)) in answer.entries.enumerated() {
      batch.columns[0].set(row, integer: Int64(id))
      // Fractions of a second tell nobody anything here.
      let second = entry.time - entry.time % microsecondsPerSecond
      batch.columns[1].set(row, integer: second)
      batch.columns[2].set(row, integer: entry.succeeded ? 1 : 0)
      batch.columns[3].set(row, integer: Int64(entry.milliseconds))
      if let rows = entry.rows {
        batch.columns[4].set(row, integer: Int64(rows))
      } else {
        batch.columns[4].setNull(row)
      }
      if withEngine { set(batch.columns[5], row, entry.engine) }
      set(batch.columns[columns.count - 1], row, entry.text)
    }
    batch.count = answer.entries.count
    try sink.write(batch, rawLabels: nil)
    try sink.finish()
  }

  private static func set(_ column: Column, _ row: Int, _ text: String?) {
    if let text { withBytes(of: text) { column.set(row, bytes: $0) } } else { column.setNull(row) }
  }
}
