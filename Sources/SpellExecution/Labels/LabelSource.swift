import SpellPlanning

/// Where the labels of a join come from.
package enum LabelSource {
  /// Read before the snapshot of the database begins, since a pipe may take its time; its bytes are read again when
  /// the result is printed.
  case file(LabelFile)
  /// Read in the snapshot of the groups; its cells are kept.
  case table(LabelTablePlan)

  /// What messages call it.
  package var name: String {
    switch self {
    case .file(let file): file.source.name
    case .table(let table): "table \(table.name)"
    }
  }
}
