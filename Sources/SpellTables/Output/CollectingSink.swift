import SpellCore

/// Keeps a result in memory, for the Swift library.
package final class CollectingSink: ResultSink {
  package private(set) var columns: [ResultColumn] = []
  /// Copies of what was written: producers fill theirs anew.
  package private(set) var batches: [RowBatch] = []
  package private(set) var rowCount = 0

  package init() {}

  package var rawLabelDelimiter: UInt8? { nil }

  package func begin(_ columns: [ResultColumn]) { self.columns = columns }

  package func write(_ batch: RowBatch, rawLabels: Column?) {
    if batch.count == 0 { return }
    let copy = RowBatch(types: batch.columns.map(\.type), capacity: batch.count)
    copy.count = batch.count
    for (target, source) in zip(copy.columns, batch.columns) { target.copy(source, count: batch.count) }
    batches.append(copy)
    rowCount += batch.count
  }

  package func finish() {}
}

extension Column {
  /// Takes the first cells of a column of the same type.
  fileprivate func copy(_ source: Column, count: Int) {
    for row in 0..<count {
      switch source.state(row) {
      case .null: setNull(row)
      case .invalid: setInvalid(row, bytes: source.bytes(row))
      case .value:
        if type.layout == .bytes {
          set(row, bytes: source.bytes(row))
        } else {
          set(row, integer: source.integer(row))
        }
      }
    }
  }

  /// A cell as a value; NULL for an invalid one.
  package func value(_ row: Int) -> Value {
    guard state(row) == .value else { return .null }
    switch type {
    case .int: return .int(integer(row))
    case .float: return .float(double(row))
    case .decimal: return .decimal(String(bytes: bytes(row)))
    case .str: return .str(String(bytes: bytes(row)))
    case .bool: return .bool(integer(row) != 0)
    case .datetime: return .datetime(Instant(microseconds: integer(row)))
    case .date: return .date(integer(row))
    case .uuid: return .uuid(String(bytes: bytes(row)))
    case .bytes: return .bytes(Array(bytes(row)))
    }
  }
}
