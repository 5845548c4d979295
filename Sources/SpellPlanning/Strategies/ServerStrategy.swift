import SpellCore

/// One statement of the engine's own that gives the whole result, row by row and in order.
package struct ServerStatement: Sendable {
  /// What a column of its rows is.
  package enum Output: Sendable {
    /// The number of a label in its file, from 1; its bytes are there.
    case labelNumber
    /// A column of the result.
    case column(Int)
    /// 1 where a use has a row for the label, else NULL.
    case place(use: Int)
  }

  package var sql: String
  package var outputs: [Output]

  static func outputs(of plan: SelectPlan) -> [Output] {
    let isOfFile = plan.labels.map { $0.table == nil } ?? false
    let columns = plan.columns.indices.filter { index in
      if isOfFile, case .label = plan.columns[index].origin { false } else { true }
    }
    return (isOfFile ? [.labelNumber] : []) + columns.map { .column($0) }
      + (plan.countsMatches ? plan.uses.indices.map { .place(use: $0) } : [])
  }
}

extension SelectPlan {
  /// Whether the rows of the result are those that asked, so that a statement that gives them tells of each use how
  /// many labels it has a row for.
  package var countsMatches: Bool {
    labels != nil && condition == nil && (cutsLabelsFirst || (limit == nil && offset == 0))
  }
}

/// Lets the engine do all of the work: the statement that SHOW SQL shows is run, and its rows are the result.
///
/// No fold sees the stored rows. Values that do not fit are found where they are printed and nowhere else, a second row
/// of a static group's key is not refused, and nobody tells why a label has no row.
package enum ServerStrategy {
  /// Why the planner leaves a SELECT to the engine of its own accord: the keys of a snapshot, or versions, do not fit
  /// the memory, which holds only `most` of them, and the engine has room to sort them. Nil where there is another
  /// way, or where values would be checked that the engine does not check.
  package static func reason(_ plan: SelectPlan, most: Int) -> String? {
    guard plan.labels == nil, plan.strategy == nil, plan.keyCondition == nil, plan.dialect.sortsOnDisk,
      plan.uses.allSatisfy({ $0.facts.estimatedRows != nil && needsNoCheck($0) })
    else { return nil }
    let held = AccessPlanner(plan: plan, demands: []).estimatedHeld
    guard held > Double(most), OrderedScan.accesses(plan, held: held, most: .max) == nil else { return nil }
    let what = Count.text(EstimatedRows.whole(held), plan.versions == nil ? "key" : "row")
    return "about \(what) would not fit the memory, and the database sorts on its own disks"
  }

  /// Whether every stored value fits by the type of its column, and no key of a static group can have two rows.
  private static func needsNoCheck(_ use: GroupUse) -> Bool {
    func isOwn(_ column: String, _ type: ValueType) -> Bool { use.facts.column(named: column)?.naturalType == type }
    let keys = Set(use.keys.map(\.column))
    let isSingle = use.facts.indexes.contains { $0.isUnique && Set($0.columns).isSubset(of: keys) }
    let isOnAxis = use.event.map { [.native, .number].contains($0.storage) && $0.createdStorage == $0.storage }
    return (isOnAxis ?? isSingle) && use.keys.allSatisfy { isOwn($0.column, $0.type) }
      && use.features.allSatisfy { isOwn($0.feature.column, $0.type) }
  }

  /// The plan with its statement. The planner's own choice, which has a `reason`, is dropped without a word where there
  /// is none.
  package static func plan(
    _ plan: SelectPlan, labels: StatementLabels?, comparesReals: Bool, zone: Zone, reason: String?
  ) -> SelectPlan {
    switch SelectSQL.serverStatement(plan, labels: labels, comparesReals: comparesReals, zone: zone) {
    case .success(let statement):
      var plan = plan
      plan.statement = statement
      let access = AccessPlan(
        strategy: .server, reason: reason ?? "one statement gives the whole result", sql: "", estimatedRows: nil)
      for index in plan.uses.indices { plan.uses[index].access = access }
      return plan
    case .failure(let obstacle): return reason == nil ? Self.plan(plan, without: obstacle) : plan
    }
  }

  /// The plan as it was, and a note that says why it is not carried out by one statement.
  package static func plan(_ plan: SelectPlan, without obstacle: ServerObstacle) -> SelectPlan {
    var plan = plan
    plan.note = obstacle.note
    return plan
  }
}
