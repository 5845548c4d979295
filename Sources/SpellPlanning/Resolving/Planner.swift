import SpellCatalog
import SpellCore
import SpellLanguage

/// What planning needs to know besides the statement.
package struct PlanningContext {
  package var catalog: Catalog
  /// Column names of the label file; nil without one.
  package var labelColumns: [String]?
  /// The client's clock, read once for the statement: microseconds of UTC.
  package var now: Int64
  /// The zone of naive literals and labels.
  package var zone: Zone
  package var dialect: any Dialect
  /// The strategy that the user forces; nil for the planner's choice.
  package var strategy: Strategy?
  /// What the database knows of tables and queries; tables that there are not are left out.
  package var facts: ([TableSource]) throws -> [TableSource: TableFacts]
  /// For suggestions only.
  package var tableNames: () throws -> [TableName]

  package init(
    catalog: Catalog, labelColumns: [String]?, now: Int64, zone: Zone, dialect: any Dialect,
    strategy: Strategy?, facts: @escaping ([TableSource]) throws -> [TableSource: TableFacts],
    tableNames: @escaping () throws -> [TableName]
  ) {
    self.catalog = catalog
    self.labelColumns = labelColumns
    self.now = now
    self.zone = zone
    self.dialect = dialect
    self.strategy = strategy
    self.facts = facts
    self.tableNames = tableNames
  }
}

/// Turns a SELECT into a plan: names, keys, types, moments, columns, conditions, access. All problems of a statement
/// are reported together.
package struct Planner {
  let select: SelectStatement
  let source: SourceText
  let context: PlanningContext
  var problems: [LocatedProblem] = []
  /// What the database knows of the tables and queries that it was asked for; nil of a table that is not there.
  var tableFacts: [TableSource: TableFacts?] = [:]
  /// A group whose table is unknown is left out of everything further.
  var uses: [GroupUse] = []
  /// Column names of the labels; nil without JOIN.
  var labelColumns: [String]?
  /// What the database knows of the table of labels, if they are in one.
  var labelFacts: (name: TableName, facts: TableFacts)?
  var labelTable: LabelTablePlan?

  /// Whether the stored rows themselves are wanted, as by VERSIONS and PROFILE, rather than the one that answers.
  let listsRows: Bool

  /// Throws a `SpellError` with every problem found, or what the database throws.
  package static func plan(
    _ select: SelectStatement, in source: SourceText, context: PlanningContext
  ) throws -> SelectPlan {
    var planner = Planner(select: select, source: source, context: context, listsRows: select.versions != nil)
    return try planner.plan()
  }

  /// Plans a profile: how the stored rows of each group are read, and which of them count. The columns of a plan are
  /// keys, event and features.
  package static func plans(
    for profile: ProfileStatement, in source: SourceText, context: PlanningContext
  ) throws -> [SelectPlan] {
    let whole = SelectStatement(items: profile.items, cut: profile.cut, condition: profile.condition)
    var resolving = Planner(select: whole, source: source, context: context, listsRows: true)
    let selected = resolving.resolveItems()
    try resolving.throwProblems()
    return try resolving.wantedUses(of: selected).map { wanted in
      let group = context.catalog.groups[wanted.group]
      var select = whole
      select.items = selected.filter { $0.group == wanted.group }.compactMap { item in
        guard let feature = item.feature.map({ group.features[$0].name }) else { return nil }
        return SelectItem(
          subject: .feature(
            group: Name(group.name, span: item.span), feature: Name(feature, span: item.span)),
          alias: item.alias.map { Name($0, span: item.span) })
      }
      var planner = Planner(select: select, source: source, context: context, listsRows: true)
      return try planner.plan()
    }
  }

  init(select: SelectStatement, source: SourceText, context: PlanningContext, listsRows: Bool = false) {
    self.select = select
    self.listsRows = listsRows
    self.source = source
    self.context = context
    labelColumns = context.labelColumns
  }

  /// A group in the statement: for rows that answer, or for windows.
  struct WantedUse: Equatable {
    var group: Int
    var isOfWindows: Bool
  }

  /// In order of first mention.
  private func wantedUses(of selected: [SelectedFeature]) -> [WantedUse] {
    selected.reduce(into: []) { uses, item in
      let use = wantedUse(of: item)
      if !uses.contains(use) { uses.append(use) }
    }
  }

  func wantedUse(of item: SelectedFeature) -> WantedUse {
    WantedUse(group: item.group, isOfWindows: item.window != nil || declaredWindow(of: item) != nil)
  }

  private mutating func plan() throws -> SelectPlan {
    let selected = resolveItems()
    let knowsAllItems = problems.isEmpty
    let wanted = wantedUses(of: selected)
    try askForTables(of: wanted)
    for use in wanted {
      let items = selected.filter { wantedUse(of: $0) == use }
      let windows = use.isOfWindows ? windows(items) : []
      try bind(
        use.group, features: use.isOfWindows ? windows.flatMap(\.reads) : items.compactMap(\.feature), windows: windows)
    }
    try bindLabelTable()
    // What cannot be read has no keys and no place on an axis.
    if uses.isEmpty || uses.count < wanted.count || isWithoutLabels { try throwProblems() }

    // A window says itself how far back it goes.
    for index in uses.indices where !uses[index].windows.isEmpty { uses[index].ttl = nil }
    mapKeys()
    let axis = findAxis()
    placeLabelTable(axis: axis)
    let versions = planVersions(axis: axis)
    let cut = listsRows && select.cut == nil ? .none : planCut(axis: axis)
    let known = planKnown(axis: axis)
    planWithin(axis: axis)
    // Names and conditions that depend on a faulty item would be reported for no fault of their own.
    if !knowsAllItems { try throwProblems() }
    let columns = nameColumns(selected, uses: wanted)
    let scope = NameScope(columns: columns, uses: uses, labelColumns: labelColumns)
    let conditions = resolveCondition(in: scope)
    let order = resolveOrder(in: scope)
    try throwProblems()

    let plan = SelectPlan(
      labels: labelColumns.map { LabelPlan(columnNames: $0, table: labelTable) }, cut: cut, versions: versions,
      known: known, axis: axis, uses: uses, columns: columns, keyCondition: conditions.keys, condition: conditions.rest,
      order: order, limit: count(select.limit), offset: count(select.offset) ?? 0, dialect: context.dialect,
      strategy: context.strategy)
    return withAccess(plan)
  }

  /// The table of labels cannot be read.
  private var isWithoutLabels: Bool {
    if case .table = select.labels?.source { labelColumns == nil } else { false }
  }

  mutating func report(_ problem: PlanningProblem, at span: SourceSpan) {
    problems.append(LocatedProblem(problem, at: SourceLocation(source: source, span: span)))
  }

  private func throwProblems() throws {
    guard !problems.isEmpty else { return }
    // The statement's come first, then those of each metadata file, all in the order of their text.
    let sources = problems.reduce(into: [source]) { sources, problem in
      if !sources.contains(where: { $0 === problem.location.source }) { sources.append(problem.location.source) }
    }
    let inOrder = sources.flatMap { source in
      problems.filter { $0.location.source === source }.enumerated().sorted { left, right in
        (left.element.location.span.start, left.offset) < (right.element.location.span.start, right.offset)
      }
    }
    throw SpellError(.statement, inOrder.map(\.element.diagnostic))
  }

  private mutating func resolveItems() -> [SelectedFeature] {
    var resolver = ItemResolver(catalog: context.catalog)
    let selected = resolver.resolve(select.items)
    for (problem, span) in resolver.problems { report(problem, at: span) }
    return listsRows ? storedFeatures(of: selected) : selected
  }

  private func count(_ expression: IntegerExpression?) -> Int? {
    guard case .integer(let value) = expression?.value else { return nil }
    return value
  }

  /// Every use can be scanned; `AccessPlanner` may find a better way when the labels are known.
  private func withAccess(_ plan: SelectPlan) -> SelectPlan {
    var plan = plan
    for index in plan.uses.indices {
      let pushed = KeyPushdown.conditions(
        plan.keyCondition, use: plan.uses[index], labels: plan.labels != nil, dialect: context.dialect)
      let scan = ScanStrategy.access(plan.uses[index], pushed: pushed, of: plan)
      plan.uses[index].scan = scan
      plan.uses[index].access = scan
    }
    return plan
  }
}
