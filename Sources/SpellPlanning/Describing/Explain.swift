import SpellCore

/// A plan in words: what is joined on what, and for each use of a group the strategy, the reason and the SQL; after a
/// run also what it took.
package enum Explain {
  package static func lines(
    _ plan: SelectPlan, labelName: String?, measured: Measurement? = nil
  ) -> [String] {
    var lines = [head(plan, labelName: labelName)]
    for (index, use) in plan.uses.enumerated() {
      let isLast = index == plan.uses.count - 1
      let branch = isLast ? "└─ " : "├─ "
      let trunk = isLast ? "   " : "│  "
      lines.append(branch + title(use))
      for detail in details(use, plan: plan) { lines.append(trunk + detail) }
      if let measured { lines.append(trunk + text(measured.uses[index], "row", "read")) }
    }
    if plan.keyCondition != nil { lines.append("WHERE on keys decides which keys are asked for") }
    if plan.condition != nil { lines.append("WHERE filters the result") }
    if !plan.order.isEmpty { lines.append("ORDER BY sorts the result") }
    if plan.limit != nil || plan.offset > 0 {
      let cutsLabels = plan.labels != nil && plan.cutsLabelsFirst
      lines.append(
        cutsLabels ? "LIMIT and OFFSET cut the labels, before anything is looked up" : "LIMIT and OFFSET cut the result"
      )
    }
    if let measured {
      if let labels = measured.labels { lines.append(text(labels, "label", "read")) }
      lines.append(text(measured.result, "row", "in the result, chosen and written"))
    }
    return lines
  }

  /// `2,561 rows read in 4.1 ms`
  private static func text(_ stage: Measurement.Stage, _ noun: String, _ verb: String) -> String {
    "\(Count.text(stage.rows, noun)) \(verb) in \(AccessPlanner.text(Double(stage.nanoseconds) / 1e6))"
  }

  private static func head(_ plan: SelectPlan, labelName: String?) -> String {
    guard let labels = plan.labels else { return "snapshot \(moment(plan))" }
    let name = labelName ?? "the labels"
    let keys = plan.uses.flatMap { use in
      use.keys.map { key in
        let column = key.labelColumn.map { labels.columnNames[$0] } ?? "?"
        return key.name == column ? key.name : "\(key.name) = \(column)"
      }
    }
    let distinct = keys.reduce(into: [String]()) { list, key in if !list.contains(key) { list.append(key) } }
    return "join of \(name) on \(distinct.joined(separator: ", ")) \(moment(plan))"
  }

  private static func moment(_ plan: SelectPlan) -> String {
    let word = plan.cut.isStrict ? "before" : "as of"
    let offset = plan.cut.offset.map { " \($0.isNegative ? "-" : "+") \(IntervalText.text($0.length))" } ?? ""
    switch plan.cut.moment {
    case .none: return "(static groups need no moment)"
    case .column(let column): return "\(word) \(plan.labels?.columnNames[column] ?? "")\(offset)"
    case .inferredColumn: return "\(word) the only label column that holds times\(offset)"
    case .constant(.time(let time)): return "\(word) \(TimeText.text(time))\(offset)"
    case .constant(.number(.int(let number))): return "\(word) \(number)\(offset)"
    case .constant(.number(.float(let number))): return "\(word) \(NumberText.floatText(number))\(offset)"
    }
  }

  private static func title(_ use: GroupUse) -> String {
    let rows = use.access.estimatedRows.map { ", about \(Count.text($0, "row"))" } ?? ""
    let cost = use.access.cost.map { (rows.isEmpty ? ", about " : " in ") + AccessPlanner.text($0) } ?? ""
    return "\(use.group.name): \(use.access.strategy.rawValue)\(rows)\(cost) (\(use.access.reason))"
  }

  private static func details(_ use: GroupUse, plan: SelectPlan) -> [String] {
    var rules: [String] = []
    if use.isStatic { rules.append("static: at most one row per key") }
    if let delay = use.delay, !use.isStatic { rules.append("available \(IntervalText.text(delay)) after the event") }
    if let ttl = use.ttl, !use.isStatic { rules.append("at most \(IntervalText.text(ttl)) old") }
    switch plan.known {
    case .all: break
    case .byMoment: if !use.isStatic { rules.append("created by the moment") }
    case .at: if !use.isStatic { rules.append("created by the time that KNOWN AT names") }
    }
    return (rules.isEmpty ? [] : [rules.joined(separator: "; ")]) + use.access.remarks + [use.access.sql]
  }
}
