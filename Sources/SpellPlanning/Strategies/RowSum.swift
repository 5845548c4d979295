import SpellCore

/// What an engine adds up of rows of a use: how many have a value and pass a filter, and the sum of those values.
package struct RowSum: Sendable {
  /// Which feature of the use; nil for the rows themselves.
  package var argument: Int?
  package var filter: WindowPlan.Filter?
  /// Whether there is a sum beside the number.
  package var isSummed: Bool
  /// The filter in the engine's SQL.
  var condition: String?

  /// Whether it is of these rows.
  package func isOf(argument: Int?, filter: WindowPlan.Filter?) -> Bool {
    guard self.argument == argument else { return false }
    guard let own = self.filter, let filter else { return self.filter == nil && filter == nil }
    return own.isSame(as: filter)
  }
}

extension SelectPlan {
  /// What an engine may add up for the windows of a use; empty where rows alone tell, since the answer depends on their
  /// order or their fractions, or a value may not fit that nobody would look at.
  func sums(ofUse index: Int) -> [RowSum] {
    var sums: [RowSum] = []
    for window in uses[index].windows {
      guard let sum = sum(of: window, ofUse: index) else { return [] }
      if let known = sums.firstIndex(where: { $0.isOf(argument: sum.argument, filter: sum.filter) }) {
        sums[known].isSummed = sums[known].isSummed || sum.isSummed
      } else {
        sums.append(sum)
      }
    }
    return sums
  }

  private func sum(of window: WindowPlan, ofUse index: Int) -> RowSum? {
    let use = uses[index]
    let type = window.argument.map { use.features[$0].type }
    let isFit = window.argument.map { use.isFit(.feature(use: index, feature: $0)) } ?? true
    let isSummed = window.function != .count
    let isExact =
      switch window.function {
      case .count: isFit
      case .sum, .avg: isFit && type == .int
      case .min, .max, .first, .last, .variance, .stddev: false
      }
    guard isExact else { return nil }
    guard let filter = window.filter else { return RowSum(argument: window.argument, isSummed: isSummed) }
    guard filter.condition.origins.allSatisfy(use.isExactlyCompared),
      let condition = SelectSQL.condition(filter, onStoredRowsOf: index, in: self)
    else { return nil }
    return RowSum(argument: window.argument, filter: filter, isSummed: isSummed, condition: condition)
  }
}

extension GroupUse {
  /// Whether every stored value of a key or feature is one of its type, so that none has to be looked at.
  fileprivate func isFit(_ origin: PlannedColumn.Origin) -> Bool {
    let (column, type) = stored(origin)
    return [.int, .float, .bool, .str].contains(type) && facts.column(named: column)?.naturalType == type
  }

  /// Whether the engine compares stored values as the language does.
  fileprivate func isExactlyCompared(_ origin: PlannedColumn.Origin) -> Bool {
    let (column, type) = stored(origin)
    return isFit(origin) && type != .float && facts.column(named: column)?.hasExactEquality ?? false
  }

  /// The column of a key or feature, and the type of its values.
  func stored(_ origin: PlannedColumn.Origin) -> (column: String, type: ValueType) {
    switch origin {
    case .key(let key): (keys[key].column, keys[key].type)
    case .feature(_, let feature): (features[feature].feature.column, features[feature].type)
    case .label, .window, .timestamp: preconditionFailure("only keys and features are stored")
    }
  }
}
