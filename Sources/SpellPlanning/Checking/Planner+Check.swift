import SpellCatalog
import SpellCore
import SpellLanguage

/// CHECK: binds groups as a SELECT of all their features would.
extension Planner {
  /// A plan for each group that is named, or for all; `limit` is how many rows are read of each, nil for every one.
  /// Throws for an unknown group, and if the database cannot be asked.
  package static func plans(
    for check: CheckStatement, in source: SourceText, limit: Int?, context: PlanningContext
  ) throws -> [CheckPlan] {
    let lookup = CatalogLookup(catalog: context.catalog, source: source)
    let named = Set(try check.groups.map { try lookup.group($0).name })
    return try context.catalog.groups.indices
      .filter { named.isEmpty || named.contains(context.catalog.groups[$0].name) }
      .map { index in
        var planner = Planner(select: SelectStatement(items: []), source: source, context: context)
        return try planner.checkPlan(index, limit: limit)
      }
  }

  private mutating func checkPlan(_ index: Int, limit: Int?) throws -> CheckPlan {
    let group = context.catalog.groups[index]
    do {
      let stored = group.features.indices.filter { group.features[$0].aggregate?.countsRows != true }
      let declared = group.features.indices.filter { group.features[$0].aggregate != nil }
      let windows = windows(
        declared.map {
          SelectedFeature(group: index, feature: $0, isNamed: false, span: group.features[$0].location.span)
        })
      try bind(index, features: stored, windows: windows)
    } catch let error as SpellError where error.kind == .statement {
      let refusals = error.located(at: group.location).diagnostics
      return CheckPlan(group: group, problems: refusals.map { (nil, $0) }, rows: nil)
    }
    if let use = uses.first, let event = use.event {
      let axis: Axis = event.storage == .number ? .number : .time
      checkLengths(of: use, axis: axis)
      checkWindows(of: use, axis: axis)
      uses[0].windows = []
    }
    let found = problems.map { problem in
      let feature = group.features.first { feature in
        feature.location.source === problem.location.source && feature.location.span == problem.location.span
      }
      return (feature: feature?.name, diagnostic: problem.diagnostic)
    }
    // Without keys and times there are no rows to speak of; a feature less does no harm.
    let use = found.contains { $0.feature == nil } ? nil : uses.first
    return CheckPlan(
      group: group, problems: found, rows: use.map { CheckedRows($0, limit: limit, dialect: context.dialect) })
  }
}
