import SpellCatalog
import SpellCore
import SpellLanguage

/// A window that a statement wants, its own or one of the metadata.
struct SelectedWindow {
  var function: AggregateFunction
  /// Which of the group's features; nil for rows.
  var argument: Int?
  /// Nil: every row up to the moment.
  var length: Interval?
  var filter: Condition?
  /// Features that the filter reads.
  var filterFeatures: [Int] = []
  /// The filter's own text, of the metadata.
  var filterSource: SourceText?
  /// The feature that it is, if the metadata declares it.
  var feature: String?
  var location: SourceLocation

  var reads: [Int] { [argument].compactMap { $0 } + filterFeatures }
}

/// Windows: what they read and what comes of it.
extension Planner {
  /// The declaration behind an item, if that is an aggregate of the metadata's.
  func declaredWindow(of item: SelectedFeature) -> FeatureAggregate? {
    guard item.window == nil, let feature = item.feature else { return nil }
    return context.catalog.groups[item.group].features[feature].aggregate
  }

  /// The items that are stored; a window that an item names is a problem, one among others is left out.
  mutating func storedFeatures(of selected: [SelectedFeature]) -> [SelectedFeature] {
    let stored = selected.filter { !wantedUse(of: $0).isOfWindows }
    let named = selected.first { wantedUse(of: $0).isOfWindows && $0.isNamed }
    if let window = named ?? (stored.isEmpty ? selected.first : nil) {
      report(.window(.amongStoredRows), at: window.span)
    }
    return stored
  }

  /// The windows of items of one group, each that the metadata declares once.
  mutating func windows(_ items: [SelectedFeature]) -> [SelectedWindow] {
    var windows: [SelectedWindow] = []
    for item in items {
      let group = context.catalog.groups[item.group]
      var window: SelectedWindow
      if let expression = item.window {
        window = SelectedWindow(
          function: expression.function, argument: item.feature, filter: expression.filter,
          location: SourceLocation(source: source, span: item.span))
        if case .interval(let length) = expression.length, case .interval(let interval) = length.value {
          window.length = interval
        }
      } else if let position = item.feature, let declared = group.features[position].aggregate {
        let feature = group.features[position]
        if windows.contains(where: { $0.feature == feature.name }) { continue }
        window = SelectedWindow(
          function: declared.function, argument: declared.countsRows ? nil : position, length: declared.window,
          feature: feature.name, location: feature.location)
        window.filter = declared.filter.flatMap { parse($0, of: feature, into: &window) }
      } else {
        continue
      }
      window.filterFeatures = window.filter.map { filterFeatures($0, of: group) } ?? []
      if group.eventColumn == nil { add(.ofStatic(group: group.name), at: window.location) }
      windows.append(window)
    }
    return windows
  }

  private mutating func add(_ problem: WindowProblem, at location: SourceLocation) {
    problems.append(LocatedProblem(.window(problem), at: location))
  }

  /// The filter of a feature of the metadata; nil after a problem.
  private mutating func parse(
    _ filter: FeatureAggregate.Filter, of feature: Feature, into window: inout SelectedWindow
  ) -> Condition? {
    let text = SourceText(name: "filter of \(feature.name)", bytes: Array(filter.text.utf8))
    window.filterSource = text
    let (condition, diagnostics) = Parser.condition(text)
    guard let condition else {
      add(.filter(feature: feature.name, message: diagnostics.first?.message), at: filter.location)
      return nil
    }
    guard !condition.operands.contains(where: \.isParameter) else {
      add(.parameterInFilter(feature: feature.name), at: filter.location)
      return nil
    }
    return condition
  }

  /// The stored features that a filter names; other names are told when the filter is resolved.
  private func filterFeatures(_ filter: Condition, of group: Group) -> [Int] {
    let stored = group.features.indices.filter { group.features[$0].aggregate == nil }
    return filter.operands.compactMap { operand in
      guard case .column(let reference) = operand else { return nil }
      let found = NameLookup.find(reference.name.text, among: stored.map { group.features[$0].name })
      return if case .one(let index) = found { stored[index] } else { nil }
    }
  }

  /// Plans a window of the use that was bound last.
  mutating func plan(_ window: SelectedWindow) -> WindowPlan {
    let index = uses.count - 1
    let use = uses[index]
    var type: ValueType = .int
    var argument: Int?
    if let position = window.argument {
      let name = use.group.features[position].name
      argument = use.features.firstIndex { $0.feature.name == name }
      if let stored = argument.map({ use.features[$0].type }) {
        if let result = window.function.type(of: stored) {
          type = result
        } else {
          add(.argumentType(window.function, stored, feature: name), at: window.location)
        }
      }
    }
    return WindowPlan(
      function: window.function, argument: argument, length: window.length, filter: plan(window.filter, of: window),
      type: type, feature: window.feature, location: window.location)
  }

  private mutating func plan(_ filter: Condition?, of window: SelectedWindow) -> WindowPlan.Filter? {
    guard let filter else { return nil }
    let use = uses[uses.count - 1]
    let scope = NameScope(of: use, index: uses.count - 1)
    let zone = window.filterSource == nil ? context.zone : use.group.zone
    var planner = Planner(select: select, source: window.filterSource ?? source, context: context)
    let condition = planner.resolve(filter, in: scope)
    if let condition { planner.problems += ConditionTypes.problems(of: condition, zone: zone) { _ in nil } }
    for problem in planner.problems {
      if let feature = window.feature {
        add(.filter(feature: feature, message: problem.diagnostic.message), at: window.location)
      } else {
        problems.append(problem)
      }
    }
    return condition.map { WindowPlan.Filter(condition: $0, text: StatementPrinter.text(of: filter), zone: zone) }
  }

  /// Lengths of windows could not be held against the axis before the stored type was known.
  mutating func checkWindows(of use: GroupUse, axis: Axis) {
    for window in use.windows {
      guard let length = window.length else { continue }
      if length.axis != axis {
        problems.append(
          LocatedProblem(.intervalOffAxis(IntervalText.text(length), axis: axis), at: window.location))
      } else if length.isZero {
        add(.zero, at: window.location)
      } else if let delay = use.delay, length.exceeds(delay) == false {
        add(
          .notAboveDelay(
            length: IntervalText.text(length), delay: IntervalText.text(delay), group: use.group.name),
          at: window.location)
      }
    }
  }
}

extension Operand {
  fileprivate var isParameter: Bool {
    if case .literal(let literal) = self, case .parameter = literal.value { true } else { false }
  }
}
