import SpellCore

/// A column of a result.
package struct ResultColumn: Sendable, Equatable {
  package enum Role: Sendable { case label, key, feature, timestamp }

  package var name: String
  /// The name as the label file writes it, quotes included, for sinks that take raw labels.
  package var rawName: String?
  package var type: ValueType
  package var role: Role

  package init(name: String, rawName: String? = nil, type: ValueType, role: Role) {
    self.name = name
    self.rawName = rawName
    self.type = type
    self.role = role
  }
}

/// Takes a result as it is produced: `begin` once, `write` for each batch, `finish` once if nothing failed.
package protocol ResultSink: AnyObject {
  /// The delimiter with which the sink can take label fields as raw bytes; nil if it wants them as cells.
  var rawLabelDelimiter: UInt8? { get }
  func begin(_ columns: [ResultColumn]) throws
  /// Takes the rows of a batch. With `rawLabels`, cells of the label columns are absent from the batch and the column
  /// holds, row by row, their raw bytes with the delimiters between them.
  func write(_ batch: RowBatch, rawLabels: Column?) throws
  func finish() throws
}
