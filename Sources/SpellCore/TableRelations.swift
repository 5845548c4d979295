/// The keys of a table, as it declares them.
package struct TableRelations: Sendable, Equatable {
  /// Columns that refer to those of another table.
  package struct ForeignKey: Sendable, Equatable {
    package var columns: [String]
    package var table: TableName
    /// The columns that are referred to, in the order of `columns`.
    package var referenced: [String]

    package init(columns: [String], table: TableName, referenced: [String]) {
      self.columns = columns
      self.table = table
      self.referenced = referenced
    }
  }

  /// In the order of the key; empty if there is none.
  package var primaryKey: [String]
  package var foreignKeys: [ForeignKey]
  /// Whether the rows are also those of a table that is made up of several.
  package var isPartition: Bool

  package init(primaryKey: [String] = [], foreignKeys: [ForeignKey] = [], isPartition: Bool = false) {
    self.primaryKey = primaryKey
    self.foreignKeys = foreignKeys
    self.isPartition = isPartition
  }
}
