import SpellCore
import SpellTables

/// The reports of a run as JSON, for `--report`:
///
/// `{"statements": [{"statement": text, "rows": n, "uses": [{"group", "strategy", "labels", "matched", "unmatched":
/// {reason: n}, "nulls": {feature: n}, "ties", "invalid", "invalid_rows", "without_created",
/// "at_moment", "created_later", "rows_read", "age_seconds": {"min", "p25", "median", "p75", "p95", "max"} or
/// null}]}]}`. For a snapshot, `labels` counts keys; `invalid` counts answers and stored rows with a value that does
/// not fit, `invalid_rows` the stored rows among them. VERSIONS has `versions` in the place of `labels`, `matched` and
/// `unmatched`, and neither `ties` nor ages. Under strategy `server`, what nobody counted is left out, and `no_match`
/// is the only reason.
package enum ReportJSON {
  package static func write(
    _ statements: [(statement: String, rows: Int, report: MatchReport)], to target: any OutputTarget
  ) throws {
    var output = OutputBuffer(target)
    try output.append("{\"statements\": [")
    for (index, entry) in statements.enumerated() {
      try output.append(index == 0 ? "\n  {\"statement\": " : ",\n  {\"statement\": ")
      try append(entry.statement, to: &output)
      try output.append(", \"rows\": \(entry.rows), \"uses\": [")
      for (position, use) in entry.report.uses.enumerated() {
        try output.append(position == 0 ? "\n    " : ",\n    ")
        try append(use, to: &output)
      }
      try output.append("]}")
    }
    try output.append("\n]}\n")
    try output.flush()
  }

  private static func append(_ use: MatchReport.Use, to output: inout OutputBuffer) throws {
    try output.append("{\"group\": ")
    try append(use.group, to: &output)
    try output.append(", \"strategy\": \"\(use.strategy.rawValue)\"")
    if use.extent == .nothing { return try output.append("}") }
    if use.extent == .versions {
      try output.append(", \"versions\": \(use.asked)")
    } else {
      try output.append(", \"labels\": \(use.asked), \"matched\": \(use.matched), \"unmatched\": ")
      let reasons = use.extent == .matches ? [.noMatch] : MatchReport.Reason.allCases
      try append(reasons.map { ($0.jsonName, use.unmatched[$0.rawValue]) }, to: &output)
    }
    try output.append(", \"nulls\": ")
    try append(use.nulls.map { ($0.feature, $0.count) }, to: &output)
    if use.extent == .matches { return try output.append("}") }
    if use.extent == .all { try output.append(", \"ties\": \(use.ties)") }
    try output.append(
      ", \"invalid\": \(use.invalid + use.invalidRows), \"invalid_rows\": \(use.invalidRows)")
    try output.append(", \"without_created\": \(use.withoutCreated)")
    if use.extent == .all {
      try output.append(", \"at_moment\": \(use.atMoment), \"created_later\": \(use.createdLater)")
    }
    try output.append(", \"rows_read\": \(use.rowsRead)")
    if use.extent == .versions { return try output.append("}") }
    try output.append(", \"age_seconds\": ")
    if let ages = use.ages {
      let parts = zip(["min", "p25", "median", "p75", "p95", "max"], ages.quantiles)
      let members = parts.map { "\"\($0.0)\": \(NumberText.floatText(Double($0.1) / 1e6))" }
      try output.append("{\(members.joined(separator: ", "))}}")
    } else {
      try output.append("null}")
    }
  }

  private static func append(_ counts: [(String, Int)], to output: inout OutputBuffer) throws {
    try output.append(UInt8(ascii: "{"))
    for (index, (name, count)) in counts.enumerated() {
      if index > 0 { try output.append(", ") }
      try append(name, to: &output)
      try output.append(": \(count)")
    }
    try output.append(UInt8(ascii: "}"))
  }

  private static func append(_ text: String, to output: inout OutputBuffer) throws {
    try withBytes(of: text) { try JSONText.append($0, to: &output) }
  }
}
