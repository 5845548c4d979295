import SpellCore
import SpellDatabases
import SpellPlanning

/// What a CHECK brought.
package struct CheckOutcome: Sendable {
  package var groupCount = 0
  /// The worst first.
  package var findings: [Finding] = []
  /// Groups of which only the first rows were read.
  package var partlyRead: [String] = []
  /// Groups of which only one row in so many was held against the others.
  package var partlyCompared: [(group: String, share: Int)] = []
}

/// Runs CHECK: one pass over the rows of each group, in bounded memory.
package struct CheckRunner {
  /// Rows of each group that are read unless the statement says DEEP.
  package static let firstRows = 10_000
  /// What LIMIT says for that: one row more tells whether there are others.
  package static let limit = firstRows + 1

  let plans: [CheckPlan]
  let isDeep: Bool
  let database: any Database
  /// Microseconds of UTC.
  let now: Int64
  /// Bytes that the hashes of a group's rows may take.
  let memory: Int
  let progress: any Progress

  package init(
    plans: [CheckPlan], isDeep: Bool, database: any Database, now: Int64, memory: Int, progress: any Progress
  ) {
    self.plans = plans
    self.isDeep = isDeep
    self.database = database
    self.now = now
    self.memory = memory
    self.progress = progress
  }

  package func run() throws -> CheckOutcome {
    var outcome = CheckOutcome(groupCount: plans.count)
    for plan in plans {
      outcome.findings += plan.problems.map {
        Finding(group: plan.group.name, feature: $0.feature, diagnostic: $0.diagnostic)
      }
      guard let rows = plan.rows else { continue }
      let observation = GroupObservation(
        rows, now: now, mostRows: isDeep ? .max : CheckRunner.firstRows, memory: memory)
      do {
        // A snapshot each: what one engine refuses in a transaction ends it.
        try database.withSnapshot { try observe(rows, by: observation) }
      } catch let error as DatabaseError where error.kind == .statement {
        let refusals = error.spellError.located(at: plan.group.location).diagnostics
        outcome.findings += refusals.map { Finding(group: plan.group.name, diagnostic: $0) }
        continue
      }
      outcome.findings += GroupExamination(observation, now: now).findings()
      if !observation.isWhole { outcome.partlyRead.append(plan.group.name) }
      if observation.seen.share > 1 {
        outcome.partlyCompared.append((plan.group.name, observation.seen.share))
      }
    }
    outcome.findings = outcome.findings.ranked
    return outcome
  }

  private func observe(_ rows: CheckedRows, by observation: GroupObservation) throws {
    let use = rows.use
    let texts = rows.moments.compactMap(\.textPosition).map { _ in ColumnReading(type: .str) }
    let rowCount = use.facts.estimatedRows.map { isDeep ? $0 : min($0, CheckRunner.firstRows) }
    progress.beginReading(use.group.name, estimate: rowCount)
    let request = ReadRequest(
      sql: rows.sql, columns: use.readings + texts, estimatedRows: rowCount ?? 0, scannedTable: rows.scannedTable)
    try database.read(request) { batch in
      observation.add(batch)
      progress.advance(to: observation.rowCount)
      return .more
    }
    guard !observation.isWhole, let extremes = rows.extremesSQL else { return }
    for sql in [extremes.oldest, extremes.newest] {
      let event = ReadRequest(sql: sql, columns: [use.readings[use.keys.count]])
      try database.read(event) { batch in
        if batch.count > 0, batch.columns[0].state(0) == .value {
          observation.add(extreme: batch.columns[0].integer(0))
        }
        return .more
      }
    }
  }
}
