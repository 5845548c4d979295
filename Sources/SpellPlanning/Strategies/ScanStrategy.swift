import SpellCore

/// Reads the table once. Serves every group; keys that the statement names are pushed into the SQL.
enum ScanStrategy {
  static func access(_ use: GroupUse, pushed: [String], of plan: SelectPlan) -> AccessPlan {
    let columns = use.columns.map(plan.dialect.quoted).joined(separator: ", ")
    var sql = "SELECT \(columns) FROM \(plan.dialect.from(use.group.source))"
    if !pushed.isEmpty { sql += " WHERE " + pushed.joined(separator: " AND ") }
    let reason =
      if !pushed.isEmpty {
        "the rows of the keys that WHERE names"
      } else if use.isStatic {
        "every row once, at most one of each key"
      } else if !use.windows.isEmpty {
        "every row once, into the windows that it is in"
      } else if plan.versions != nil {
        "every row once, and those of the time are kept"
      } else if plan.labels != nil {
        "every row once, each to the one label slot that it can answer"
      } else {
        "every row once, the latest of each key is kept"
      }
    var access = AccessPlan(strategy: .scan, reason: reason, sql: sql, estimatedRows: use.facts.estimatedRows)
    if case .table(let table) = use.group.source, pushed.isEmpty { access.scannedTable = table }
    return access
  }
}
