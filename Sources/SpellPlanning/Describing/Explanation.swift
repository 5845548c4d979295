import SpellCore

/// How a SELECT is carried out: what is joined on what, and for each use of a group the strategy, the reason and the
/// SQL; after a run also what it took. In words, line by line, or as JSON.
package struct Explanation: Sendable {
  let plan: SelectPlan
  /// Nil without labels.
  let labelName: String?
  /// Nil if nothing was run.
  let measured: Measurement?

  package init(_ plan: SelectPlan, labelName: String?, measured: Measurement? = nil) {
    self.plan = plan
    self.labelName = labelName
    self.measured = measured
  }

  /// Which of a key's rows count; none of it is for static groups.
  struct Rules {
    var delay: Interval?
    var ttl: Interval?
    var known = KnownRule.all
  }

  func rules(of use: GroupUse) -> Rules {
    if use.isStatic { return Rules() }
    // Versions are told by their events alone.
    return plan.versions == nil ? Rules(delay: use.delay, ttl: use.ttl, known: plan.known) : Rules(known: plan.known)
  }

  // MARK: - Words

  /// A tree of lines.
  package var lines: [String] {
    var lines = [head]
    for (index, use) in plan.uses.enumerated() {
      let isLast = index == plan.uses.count - 1
      let branch = isLast ? "└─ " : "├─ "
      let trunk = isLast ? "   " : "│  "
      lines.append(branch + Self.title(use))
      for detail in windows(index) + details(use) { lines.append(trunk + detail) }
      if let stage = stage(of: index) { lines.append(trunk + Self.text(stage, "row", "read")) }
    }
    if let server = plan.server, server.link != nil || server.isStandby { lines.append(Self.text(server)) }
    if let note = plan.note { lines.append(note) }
    if let statement = plan.statement {
      lines += statement.sql.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    if plan.keyCondition != nil { lines.append("WHERE on keys decides which keys are asked for") }
    if plan.condition != nil { lines.append("WHERE filters the result") }
    if !plan.order.isEmpty { lines.append("ORDER BY sorts the result") }
    if plan.limit != nil || plan.offset > 0 {
      lines.append(
        limitCutsLabels
          ? "LIMIT and OFFSET cut the labels, before anything is looked up" : "LIMIT and OFFSET cut the result")
    }
    if let measured {
      if let labels = measured.labels { lines.append(Self.text(labels, "label", "read")) }
      lines.append(Self.text(measured.result, "row", "in the result, chosen and written"))
      lines.append("peak memory of the process \(Count.bytes(measured.peakMemoryBytes))")
    }
    return lines
  }

  /// What reading a use took; nil where one statement gives the whole result.
  func stage(of use: Int) -> Measurement.Stage? {
    measured.flatMap { $0.uses.indices.contains(use) ? $0.uses[use] : nil }
  }

  var limitCutsLabels: Bool { plan.labels != nil && plan.cutsLabelsFirst }

  /// `2,561 rows of 81.9 kB read in 4.1 ms; 28.5 kB held`
  private static func text(_ stage: Measurement.Stage, _ noun: String, _ verb: String) -> String {
    let held = stage.heldBytes.map { "; \(Count.bytes($0)) held" } ?? ""
    return "\(Count.text(stage.rows, noun)) of \(Count.bytes(stage.bytes)) \(verb) in "
      + AccessPlanner.text(stage.milliseconds) + held
  }

  /// `the server is a standby, 50 ms away and sends 2.5 MB a second`
  private static func text(_ server: ServerFacts) -> String {
    let pace = server.link?.bytesPerMillisecond.map { " and sends \(Count.bytes(Int($0 * 1000))) a second" } ?? ""
    let way = server.link.map { ["\(AccessPlanner.text($0.roundTrip)) away\(pace)"] } ?? []
    return "the server is " + ((server.isStandby ? ["a standby"] : []) + way).joined(separator: ", ")
  }

  private var head: String {
    if let versions = plan.versions { return "versions from \(versions.from.text) to before \(versions.to.text)" }
    guard let labels = plan.labels else { return "snapshot \(moment)" }
    let name = labelName ?? "the labels"
    let keys = plan.uses.flatMap { use in
      use.keys.map { key in
        let column = key.labelColumn.map { labels.columnNames[$0] } ?? "?"
        return key.name == column ? key.name : "\(key.name) = \(column)"
      }
    }
    let distinct = keys.reduce(into: [String]()) { list, key in if !list.contains(key) { list.append(key) } }
    return "join of \(name) on \(distinct.joined(separator: ", ")) \(moment)"
  }

  private var moment: String {
    let word = plan.cut.isStrict ? "before" : "as of"
    let offset = plan.cut.offset.map { " \($0.isNegative ? "-" : "+") \(IntervalText.text($0.length))" } ?? ""
    switch plan.cut.moment {
    case .none: return "(static groups need no moment)"
    case .column(let column): return "\(word) \(plan.labels?.columnNames[column] ?? "")\(offset)"
    case .inferredColumn: return "\(word) the only label column that holds times\(offset)"
    case .constant(let point): return "\(word) \(point.text)\(offset)"
    }
  }

  private static func title(_ use: GroupUse) -> String {
    let rows = use.access.estimatedRows.map { ", about \(Count.text($0, "row"))" } ?? ""
    let cost = use.access.cost.map { (rows.isEmpty ? ", about " : " in ") + AccessPlanner.text($0) } ?? ""
    return "\(use.title): \(use.access.strategy.rawValue)\(rows)\(cost) (\(use.access.reason))"
  }

  /// What is computed in the one pass over the rows of a use.
  private func windows(_ index: Int) -> [String] {
    let use = plan.uses[index]
    if use.windows.isEmpty { return [] }
    let texts = zip(plan.answerNames(ofUse: index), use.windows).map { "\($0) = \(use.text(of: $1))" }
    let count = Count.text(use.windows.count, "window")
    return ["\(count) in one pass: \(texts.joined(separator: "; "))"]
  }

  private func details(_ use: GroupUse) -> [String] {
    let rules = rules(of: use)
    var words: [String] = []
    if use.isStatic { words.append("static: at most one row per key") }
    if let delay = rules.delay { words.append("available \(IntervalText.text(delay)) after the event") }
    if let ttl = rules.ttl { words.append("at most \(IntervalText.text(ttl)) old") }
    switch rules.known {
    case .all: break
    case .byMoment: words.append("created by the moment")
    case .at: words.append("created by the time that KNOWN AT names")
    }
    let placement = use.facts.placement.map { ["the rows lie \($0.text)"] } ?? []
    return placement + (words.isEmpty ? [] : [words.joined(separator: "; ")]) + use.access.alternatives.map(\.text)
      + (use.access.sql.isEmpty ? [] : [use.access.statement])
  }
}
