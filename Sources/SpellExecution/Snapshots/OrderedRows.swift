import SpellDatabases
import SpellPlanning
import SpellTables

/// The rows of a use in the order of its keys, read as far as somebody asks.
final class OrderedRows {
  private let cursor: any RowCursor
  private let keyCount: Int
  private var batch: RowBatch?
  private var taken = 0

  init(_ cursor: any RowCursor, of use: GroupUse) throws {
    self.cursor = cursor
    keyCount = use.keys.count
    batch = try cursor.next()
  }

  var hasMore: Bool { batch != nil }

  /// The last key of the rows at hand; nil if none of them has a key.
  var bound: KeyBound? { batch.flatMap { KeyBound(lastOf: taken..<$0.count, in: $0.columns[..<keyCount]) } }

  /// Gives the rows up to a key, of as many batches as they are in.
  func take(through bound: KeyBound?, _ use: (RowBatch, Range<Int>) throws -> Void) throws {
    while let batch {
      let rows = taken..<batch.count
      taken = KeyBound.end(of: rows, in: batch.columns[..<keyCount], through: bound)
      try use(batch, rows.lowerBound..<taken)
      if taken < batch.count { return }
      self.batch = try cursor.next()
      taken = 0
    }
  }
}
