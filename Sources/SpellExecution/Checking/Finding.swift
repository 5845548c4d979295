import SpellCore
import SpellTables

/// What CHECK found wrong with a group.
package struct Finding: Sendable {
  package var group: String
  /// Nil where the group as a whole is meant.
  package var feature: String?
  /// How many of the rows that were read have the fault; nil for what no row shows.
  package var rows: Int?
  /// Its severity, name, place in the metadata and words.
  package var diagnostic: Diagnostic
}

extension [Finding] {
  package func count(of severity: Diagnostic.Severity) -> Int { count { $0.diagnostic.severity == severity } }

  /// The worst first, otherwise in the order of the metadata.
  var ranked: [Finding] {
    [Diagnostic.Severity.error, .warning, .note].flatMap { severity in
      filter { $0.diagnostic.severity == severity }
    }
  }

  /// One row per finding.
  package func write(to sink: any ResultSink) throws {
    let names = ["severity", "check", "group", "feature", "place", "rows", "finding", "advice"]
    let columns = names.map { ResultColumn(name: $0, type: $0 == "rows" ? .int : .str, role: .feature) }
    try sink.begin(columns)
    let batch = RowBatch(types: columns.map(\.type), capacity: Swift.max(1, count))
    for (row, finding) in enumerated() {
      let diagnostic = finding.diagnostic
      let texts = [
        diagnostic.severity.rawValue, diagnostic.code, finding.group, finding.feature,
        diagnostic.location?.fileAndLine, nil, ([diagnostic.message] + diagnostic.notes).joined(separator: "; "),
        diagnostic.label ?? diagnostic.help ?? CheckMessages.correction,
      ]
      for (column, text) in zip(batch.columns, texts) {
        if let text { withBytes(of: text) { column.set(row, bytes: $0) } } else { column.setNull(row) }
      }
      if let rows = finding.rows { batch.columns[5].set(row, integer: Int64(rows)) }
    }
    batch.count = count
    try sink.write(batch, rawLabels: nil)
    try sink.finish()
  }
}
